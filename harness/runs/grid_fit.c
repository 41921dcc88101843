/* grid_fit.c - see grid_fit.h. */
#include "harness/runs/grid_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parallel.h"
#include "harness/training/inputs.h"
#include "harness/training/loop.h"

/* What was found for settings that differ in nothing but their seed. */
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

static void note_batch(struct grid *grid, const struct settings *asked, const struct fit *fit, int position,
                       int threads)
{
    grid->batches[grid->batch_count++] = (struct found_batch){
        .point = grid->cells[position].point,
        .memory = asked->memory,
        .memory_of = asked->memory_of,
        .at_most = asked->batch_at_most,
        .threads = threads,
        .fit = *fit,
    };
}

static int fit_cell(struct grid *fitted, const struct experiment *experiment, const struct cell *cell,
                    struct answers *answers, const char *data_folder, int threads, struct error *error)
{
    struct settings settings = cell->settings;
    if (settings.inputs.threads > 0) threads = settings.inputs.threads;
    const struct answer *answer = find_answer(answers, cell, data_folder, threads, error);
    if (!answer) return -1;
    if (answer->refused) {
        grid_leave_out(fitted, cell->name, answer->reason);
        return 0;
    }
    fit_apply(&answer->fit, &settings);
    int position = grid_add(fitted, experiment, &settings, cell->point, error);
    if (position >= 0) note_batch(fitted, &cell->settings, &answer->fit, position, threads);
    return position == -1 ? -1 : 0;
}

static int fit_cells(struct grid *fitted, const struct grid *grid, const struct experiment *experiment,
                     struct answers *answers, const char *data_folder, int threads, struct error *error)
{
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        int open = settings_is_open(&cell->settings);
        int status = open ? fit_cell(fitted, experiment, cell, answers, data_folder, threads, error)
                          : grid_add_cell(fitted, cell, error);
        if (status < 0) return -1;
    }
    return fitted->count > 0 ? 0 : grid_refuse(fitted, error);
}

int grid_fit(struct grid *grid, const struct experiment *experiment, const char *data_folder, int threads,
             struct error *error)
{
    size_t room = (size_t)grid->count + 1;
    struct answers answers = {.answers = calloc(room, sizeof *answers.answers)};
    struct grid fitted = {.cells = calloc(room, sizeof *fitted.cells),
                          .batches = calloc(room, sizeof *fitted.batches),
                          .left_out_count = grid->left_out_count};
    memcpy(fitted.left_out, grid->left_out, sizeof fitted.left_out);
    int status = answers.answers && fitted.cells && fitted.batches ? 0 : error_set(error, "out of memory");
    if (status == 0) status = fit_cells(&fitted, grid, experiment, &answers, data_folder, threads, error);
    index_release(&answers.by_settings);
    free(answers.answers);
    grid_release(status == 0 ? grid : &fitted);
    if (status == 0) *grid = fitted;
    return status;
}

/* ---- what was found ---- */

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

static int compare_points(const void *point, const void *cell)
{
    return *(const int *)point - ((const struct cell *)cell)->point;
}

static double known(double value)
{
    return value > 0 ? value : NAN;
}

void grid_fit_list(const struct grid *grid, struct listing *listing)
{
    for (size_t c = 0; c < sizeof found_columns / sizeof *found_columns; c++)
        listing_column(listing, found_columns[c].name, found_columns[c].kind, 0);
    for (int b = 0; b < grid->batch_count; b++) {
        const struct found_batch *batch = &grid->batches[b];
        const struct fit *fit = &batch->fit;
        const struct cell *cell =
            bsearch(&batch->point, grid->cells, (size_t)grid->count, sizeof *grid->cells, compare_points);
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
        grid_fit_list(grid, &listing);
        status = write_listing(path, &listing, error);
        listing_release(&listing);
    } else {
        unlink(path);
    }
    free(path);
    return status;
}
