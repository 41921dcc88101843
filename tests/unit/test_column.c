/* test_column.c - the tables of CSV columns, and how records become rows. */
#include <criterion/criterion.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/cell.h"
#include "harness/tables/column.h"

static const struct plugin plugin = {"some_plugin", "", NULL, 0};

/* A cell whose settings are all different. */
static struct cell make_cell(void)
{
    struct cell cell = {.name = "balanced-b8-m2-p0.25-first-s3"};
    struct choice choice = {&plugin, NULL};
    strcpy(cell.settings.dataset, "birds");
    cell.settings.model = cell.settings.loss = cell.settings.sampler = cell.settings.strategy = choice;
    cell.settings.batch_size = 8;
    cell.settings.samples_per_class = 2;
    cell.settings.portion = 0.25;
    cell.settings.accumulate = 1;
    cell.settings.seed = 3;
    return cell;
}

/* What is written, by a row or, without a record, by a header; the caller frees. */
static char *write_text(const struct column *columns, const void *record)
{
    enum { TEXT_SIZE = 1 << 16 };
    char *text = calloc(1, TEXT_SIZE);
    FILE *stream = fmemopen(text, TEXT_SIZE - 1, "w");
    if (record)
        column_write_row(stream, columns, record);
    else
        column_write_header(stream, columns);
    fclose(stream);
    return text;
}

Test(column, cells_have_the_columns_that_readers_know)
{
    char *header = write_text(cell_columns, NULL);
    cr_assert_str_eq(
        header, "cell,status,error,dataset,model,loss,sampler,strategy,batch_size,samples_per_class,portion,selected,"
                "backprop,precision,seed,epochs,test_recall_at_1,test_recall_at_2,test_recall_at_4,test_recall_at_8,"
                "test_map_at_r,test_r_precision,train_recall_at_1,train_map_at_r,gap_recall_at_1,gap_map_at_r,"
                "train_loss,test_loss,gap_loss,full_batch_loss,selected_loss,gradient_norm_share,gradient_cosine,"
                "peak_activation_bytes,peak_tensor_bytes,peak_rss_bytes,images_per_second,step_milliseconds,"
                "wall_seconds,started_at,host,commit,gradient_norm_ratio,gradient_scale,accumulate,memory_bank_size,"
                "test_queries_unanswered\n");
    free(header);
}

static void check_names(const struct column *columns)
{
    for (const struct column *column = columns; column->name; column++) {
        cr_assert(column->meaning && column->meaning[0], "%s has no meaning", column->name);
        for (const char *at = column->name; *at; at++)
            cr_assert(islower((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '_', "%s", column->name);
        for (const struct column *other = columns; other < column; other++)
            cr_assert_str_neq(other->name, column->name);
    }
}

Test(column, names_are_plain_and_different)
{
    check_names(cell_columns);
    check_names(epoch_columns);
}

Test(column, time_memory_and_place_vary_and_nothing_else)
{
    static const char *const varying[] = {"bytes", "second", "seconds", "started_at", "host", "commit"};
    for (const struct column *column = cell_columns; column->name; column++) {
        const char *end = strrchr(column->name, '_');
        int expected = strcmp(column->name, "started_at") == 0 || strcmp(column->name, "step_milliseconds") == 0;
        for (int i = 0; i < 6; i++) expected |= strcmp(end ? end + 1 : column->name, varying[i]) == 0;
        cr_assert_eq(column->varies, expected, "%s", column->name);
    }
}

Test(column, results_become_rows_in_order)
{
    struct cell cell = make_cell();
    struct cell_result result = {
        .cell = &cell,
        .status = "ok",
        .selected = 2,
        .backprop = "direct",
        .precision = "f32",
        .epochs = 5,
        .test_recall = {0.125, 0.25, 0.5, 1},
        .test_map_at_r = 0.1,
        .test_r_precision = 0.2,
        .test_queries_unanswered = 7,
        .train_recall_at_1 = 0.3,
        .train_map_at_r = 0.4,
        .gap_recall_at_1 = 0.175,
        .gap_map_at_r = -0.3,
        .train_loss = 1.5,
        .test_loss = 2,
        .gap_loss = 0.5,
        .full_batch_loss = 3,
        .selected_loss = 4,
        .gradient_norm_share = 0.6,
        .gradient_cosine = NAN,
        .gradient_norm_ratio = 0.75,
        .gradient_scale = "none",
        .peak_activation_bytes = 123456789,
        .peak_tensor_bytes = 2,
        .peak_rss_bytes = 3,
        .images_per_second = 4.5,
        .step_milliseconds = 5.5,
        .wall_seconds = 6.5,
        .started_at = "2026-01-31T12:00:00Z",
        .host = "h",
        .commit = "c",
    };
    char *row = write_text(cell_columns, &result);
    cr_assert_str_eq(
        row, "balanced-b8-m2-p0.25-first-s3,ok,,birds,some_plugin,some_plugin,some_plugin,some_plugin,8,2,0.25,2,"
             "direct,f32,3,5,0.125,0.25,0.5,1,0.1,0.2,0.3,0.4,0.175,-0.3,1.5,2,0.5,3,4,0.6,,"
             "123456789,2,3,4.5,5.5,6.5,2026-01-31T12:00:00Z,h,c,0.75,none,1,0,7\n");
    free(row);
}

Test(column, epochs_become_rows_in_order)
{
    struct cell cell = make_cell();
    struct epoch_result epoch = {
        .cell = &cell,
        .epoch = 4,
        .learning_rate = 1e-5,
        .full_batch_loss = 1,
        .selected_loss = 2,
        .gradient_norm_share = 0.5,
        .gradient_cosine = 0.25,
        .gradient_norm_ratio = 0.125,
        .test_recall = {NAN, NAN, NAN, NAN},
        .test_map_at_r = NAN,
        .test_r_precision = NAN,
        .train_recall_at_1 = NAN,
        .train_map_at_r = NAN,
        .gap_recall_at_1 = NAN,
        .gap_map_at_r = NAN,
        .train_loss = NAN,
        .test_loss = NAN,
        .gap_loss = NAN,
        .images_per_second = 7,
        .step_milliseconds = 8,
        .wall_seconds = 9,
    };
    char *row = write_text(epoch_columns, &epoch), *header = write_text(epoch_columns, NULL);
    cr_assert_str_eq(
        row, "balanced-b8-m2-p0.25-first-s3,some_plugin,8,0.25,3,4,1e-05,1,2,0.5,0.25,0.125,,,,,,,,,,,,,,7,8,9\n");
    int columns = 0, fields = 0;
    for (const char *at = header; *at; at++) columns += *at == ',';
    for (const char *at = row; *at; at++) fields += *at == ',';
    cr_assert_eq(columns, fields);
    free(row);
    free(header);
}

Test(column, numbers_have_nine_digits_and_infinities_are_told)
{
    struct cell cell = make_cell();
    struct epoch_result epoch = {
        .cell = &cell, .full_batch_loss = 1.0 / 3, .selected_loss = 1e300, .learning_rate = NAN};
    char *row = write_text(epoch_columns, &epoch);
    cr_assert_not_null(strstr(row, ",,0.333333333,1e+300,"), "%s", row);
    free(row);
}

Test(column, bytes_are_written_in_full)
{
    struct cell cell = make_cell();
    struct cell_result result = {.cell = &cell,
                                 .status = "ok",
                                 .backprop = "direct",
                                 .precision = "f32",
                                 .peak_activation_bytes = 1873906177,
                                 .peak_tensor_bytes = 98765432109.0,
                                 .peak_rss_bytes = NAN};
    char *row = write_text(cell_columns, &result);
    cr_assert_not_null(strstr(row, ",1873906177,98765432109,,"), "%s", row);
    free(row);
}

Test(column, errors_with_commas_quotes_and_newlines_are_quoted)
{
    struct cell cell = make_cell();
    struct cell_result result = {
        .cell = &cell, .status = "failed", .error = "a, \"b\"\nc", .backprop = "auto", .precision = "auto"};
    char *row = write_text(cell_columns, &result);
    cr_assert_not_null(strstr(row, ",failed,\"a, \"\"b\"\"\nc\",birds,"), "%s", row);
    free(row);
}

Test(column, the_longest_texts_fit)
{
    struct cell cell = make_cell();
    struct cell_result result = {.cell = &cell, .status = "failed", .backprop = "auto", .precision = "auto"};
    memset(result.error, 'e', sizeof result.error - 1);
    memset(cell.settings.dataset, 'd', sizeof cell.settings.dataset - 1);
    memset(cell.name, 'n', sizeof cell.name - 1);
    char *row = write_text(cell_columns, &result);
    cr_assert_eq(strspn(row, "n"), sizeof cell.name - 1);
    cr_assert_eq(strspn(strstr(row, "eee"), "e"), sizeof result.error - 1);
    cr_assert_eq(strspn(strstr(row, "ddd"), "d"), sizeof cell.settings.dataset - 1);
    free(row);
}
