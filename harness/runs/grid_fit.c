/* grid_fit.c - see grid_fit.h. */
#include "harness/runs/grid_fit.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/parallel.h"
#include "harness/training/inputs.h"
#include "harness/training/loop_plan.h"

/* The result for settings that differ only in their seed. */
struct answer {
    int refused;
    char reason[ERROR_SIZE];
    struct fit fit;
};
struct answers {
    int count;
    struct answer *answers; /* (cells) */
    struct index by_settings;
};

int grid_is_open(const struct grid *grid)
{
    for (int c = 0; c < grid->count; c++)
        if (settings_is_open(&grid->cells[c].settings)) return 1;
    return 0;
}

static int ask(struct answer *answer, const struct cell *cell, const char *data_folder, int threads,
               struct error *error)
{
    struct settings inputs = cell->settings;
    struct error reason;
    if (inputs_resolve(&inputs, data_folder, 0, error) != 0) return -1;
    int before = parallel_threads();
    parallel_set_threads(threads);
    answer->refused = loop_fit(cell, data_folder, &answer->fit, &reason) != 0;
    parallel_set_threads(before);
    if (answer->refused) snprintf(answer->reason, sizeof answer->reason, "%s", reason.message);
    return 0;
}

/* NULL on failure. */
static const struct answer *find_answer(struct answers *answers, const struct cell *cell, const char *data_folder,
                                        int threads, struct error *error)
{
    struct settings question = cell->settings;
    question.seed = 0;
    char *text = settings_text(&question);
    int found = text ? index_add(&answers->by_settings, text, answers->count) : -1;
    free(text);
    if (found < 0) {
        error_set(error, "out of memory");
        return NULL;
    }
    struct answer *answer = &answers->answers[found];
    if (found < answers->count) return answer;
    answers->count++;
    return ask(answer, cell, data_folder, threads, error) == 0 ? answer : NULL;
}

static int fit_cell(struct grid *grid, int c, char *kept, struct answers *answers, const char *data_folder, int threads,
                    struct error *error)
{
    const struct cell *cell = &grid->cells[c];
    const struct settings *asked = &cell->settings;
    if (!settings_is_open(asked)) return 0;
    if (asked->inputs.threads > 0) threads = asked->inputs.threads;
    const struct answer *answer = find_answer(answers, cell, data_folder, threads, error);
    if (!answer) return -1;
    if (answer->refused) {
        grid_leave_out(grid, cell->name, answer->reason);
        kept[c] = 0;
        return 0;
    }
    struct found_batch batch = {.memory = asked->memory,
                                .memory_of = asked->memory_of,
                                .at_most = asked->batch_at_most,
                                .threads = threads,
                                .fit = answer->fit};
    memcpy(batch.asked, cell->asked, sizeof batch.asked);
    return grid_note_batch(grid, &batch, error);
}

int grid_fit(struct grid *grid, const struct experiment *experiment, const char *data_folder, int threads,
             struct error *error)
{
    struct answers answers = {.answers = calloc((size_t)grid->count + 1, sizeof *answers.answers)};
    char *kept = malloc((size_t)grid->count + 1);
    int status = answers.answers && kept ? 0 : error_set(error, "out of memory");
    if (status == 0) memset(kept, 1, (size_t)grid->count);
    for (int c = grid->settled; c < grid->count && status == 0; c++)
        status = fit_cell(grid, c, kept, &answers, data_folder, threads, error);
    if (status == 0) status = grid_keep(grid, kept, 1, error);
    if (status == 0) status = grid_take_batches(grid, experiment, error);
    index_release(&answers.by_settings);
    free(answers.answers);
    free(kept);
    return status != 0 || grid->count > 0 ? status : grid_refuse(grid, error);
}

/* ---- what was found ---- */

static const char asked_column[] = "asked";

static const struct {
    const char *name;
    enum listing_kind kind;
} found_columns[] = {
    {"cell", LISTING_TEXT},           {"memory_bytes", LISTING_BYTES},
    {"memory_of", LISTING_TEXT},      {"at_most", LISTING_INTEGER},
    {"threads", LISTING_INTEGER},     {"batch_size", LISTING_INTEGER},
    {"micro_batch", LISTING_INTEGER}, {"planned_bytes", LISTING_BYTES},
    {"bound", LISTING_TEXT},          {"next_batch_size", LISTING_INTEGER},
    {"next_bytes", LISTING_BYTES},
};

static double known(double value)
{
    return value > 0 ? value : NAN;
}

void grid_fit_list(const struct grid *grid, int keys, struct listing *listing)
{
    for (size_t c = 0; c < sizeof found_columns / sizeof *found_columns; c++)
        listing_column(listing, found_columns[c].name, found_columns[c].kind, 0);
    if (keys) listing_column(listing, asked_column, LISTING_TEXT, 0);
    for (int b = 0; b < grid->batch_count; b++) {
        const struct found_batch *batch = &grid->batches[b];
        const struct fit *fit = &batch->fit;
        const struct cell *cell = grid_find_training(grid, batch->training);
        if (!cell) continue;
        listing_text(listing, cell->name);
        listing_number(listing, known((double)batch->memory));
        listing_text(listing, batch->memory > 0 ? settings_memory_of_names[batch->memory_of] : NULL);
        listing_number(listing, known(batch->at_most));
        listing_number(listing, batch->threads);
        listing_number(listing, fit->batch_size);
        listing_number(listing, fit->micro_batch);
        listing_number(listing, (double)fit->bytes);
        listing_text(listing, fit_bound_names[fit->bound]);
        listing_number(listing, known(fit->next_batch_size));
        listing_number(listing, known((double)fit->next_bytes));
        if (keys) listing_text(listing, batch->asked);
    }
}

static int write_listing(const char *path, const struct listing *listing, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    int status = listing_print(listing, LISTING_CSV, writer.stream, error);
    if (status == 0) status = file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return status;
}

int grid_fit_write(const struct grid *grid, const char *folder, struct error *error)
{
    struct listing listing = {0};
    char *path = file_join(folder, "batches.csv");
    int status = 0;
    if (grid->batch_count > 0) {
        grid_fit_list(grid, 1, &listing);
        status = write_listing(path, &listing, error);
        listing_release(&listing);
    } else {
        unlink(path);
    }
    free(path);
    return status;
}

/* 0 if the field is empty or not a number. */
static int read_count(const struct csv_table *table, int row, const char *column)
{
    double count = csv_number(table, row, csv_column(table, column));
    return count >= 1 && count <= INT_MAX ? (int)count : 0;
}

static int take_row(struct grid *grid, const struct csv_table *table, int row, struct error *error)
{
    struct found_batch batch = {.fit = {.batch_size = read_count(table, row, "batch_size"),
                                        .micro_batch = read_count(table, row, "micro_batch")}};
    snprintf(batch.asked, sizeof batch.asked, "%s", csv_text(table, row, csv_column(table, asked_column)));
    if (batch.fit.batch_size < 1 || batch.fit.micro_batch < 1 || !batch.asked[0]) return 0;
    return grid_note_batch(grid, &batch, error);
}

int grid_fit_read(struct grid *grid, const struct experiment *experiment, const char *folder, struct error *error)
{
    struct csv_table table;
    struct error ignored;
    char *path = file_join(folder, "batches.csv");
    int status = 0, there = grid_is_open(grid) && file_exists(path) && csv_read(&table, path, &ignored) == 0;
    free(path);
    if (!there) return 0;
    for (int row = 0; row < table.row_count && status == 0; row++) status = take_row(grid, &table, row, error);
    csv_release(&table);
    return status == 0 ? grid_take_batches(grid, experiment, error) : -1;
}
