/* step_times.c - see step_times.h. */
#include "harness/runs/step_times.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/load.h"
#include "base/meter.h"
#include "base/parallel.h"
#include "harness/training/equal_budget.h"
#include "harness/training/machine.h"
#include "harness/training/timing.h"

enum { TIMED_STEPS = 20, FIELD = 256, COLUMNS = 8 };
static const double BUSY = 0.05; /* share of the cores that others may use without a warning */
static const char *const header[COLUMNS] = {"training",     "kind",       "seconds", "steps",
                                            "others_share", "started_at", "host",    "cpu"};

struct row {
    char field[COLUMNS][FIELD];
};

/* The table, in memory. */
struct step_times {
    char *path;
    int count;
    struct row *rows; /* (count) */
};

static int read_table(struct step_times *times, const char *folder, struct error *error)
{
    struct csv_table table;
    times->path = file_join(folder, "times.csv");
    if (!file_exists(times->path)) return 0;
    if (csv_read(&table, times->path, error) != 0) return -1;
    times->rows = calloc((size_t)table.row_count + 1, sizeof *times->rows);
    int status = times->rows ? 0 : error_set(error, "out of memory");
    for (int r = 0; r < table.row_count && status == 0; r++) {
        for (int c = 0; c < COLUMNS; c++)
            snprintf(times->rows[r].field[c], FIELD, "%s", csv_text(&table, r, csv_column(&table, header[c])));
        times->count++;
    }
    csv_release(&table);
    return status;
}

static int write_table(const struct step_times *times, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, times->path, error) != 0) return -1;
    csv_write_row(writer.stream, header, COLUMNS);
    for (int r = 0; r < times->count; r++) {
        const char *fields[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) fields[c] = times->rows[r].field[c];
        csv_write_row(writer.stream, fields, COLUMNS);
    }
    return file_writer_commit(&writer, error);
}

/* A hash of what a step's time depends on: all settings but the seed and the number of steps. */
static int hash_training(const struct settings *settings, char hash[IDENTITY_SIZE])
{
    struct settings timed = *settings, defaults;
    settings_defaults(&defaults);
    timed.seed = defaults.seed;
    timed.epochs = defaults.epochs;
    timed.equal = defaults.equal;
    timed.equal_to = defaults.equal_to;
    timed.steps = defaults.steps;
    char *text = settings_text(&timed);
    if (text) identity_hash(text, hash);
    free(text);
    return text ? 0 : -1;
}

/* Whether the table has all kinds of steps of the training run. */
static int find_times(const struct step_times *times, const char *hash, const struct settings *settings,
                      struct prices *prices)
{
    int found = 0, wanted = 0;
    for (int kind = 0; kind < STEP_KINDS; kind++) wanted += budget_has_kind(settings, kind);
    for (int r = 0; r < times->count; r++) {
        const struct row *row = &times->rows[r];
        int kind = atoi(row->field[1]);
        double seconds = atof(row->field[2]);
        if (strcmp(row->field[0], hash) != 0 || kind < 0 || kind >= STEP_KINDS) continue;
        if (!budget_has_kind(settings, kind) || !(seconds > 0) || !isfinite(seconds)) continue;
        prices->of[kind] = seconds;
        found++;
    }
    return found == wanted;
}

/* Adds rows of new measurements and writes the table. */
static int keep_times(struct step_times *times, const char *hash, const struct settings *settings,
                      const struct prices *prices, double others, struct error *error)
{
    struct row *rows = realloc(times->rows, (size_t)(times->count + STEP_KINDS) * sizeof *rows);
    if (!rows) return error_set(error, "out of memory");
    times->rows = rows;
    for (int kind = 0; kind < STEP_KINDS; kind++) {
        if (!budget_has_kind(settings, kind)) continue;
        struct row *row = &times->rows[times->count++];
        *row = (struct row){0};
        snprintf(row->field[0], FIELD, "%s", hash);
        snprintf(row->field[1], FIELD, "%d", kind);
        snprintf(row->field[2], FIELD, "%.9g", prices->of[kind]);
        snprintf(row->field[3], FIELD, "%d", TIMED_STEPS);
        if (!isnan(others)) snprintf(row->field[4], FIELD, "%.4f", others);
        meter_timestamp(row->field[5], FIELD);
        gethostname(row->field[6], FIELD - 1);
        machine_cpu(row->field[7], FIELD);
    }
    return write_table(times, error);
}

static void tell(const struct cell *cell, const struct prices *prices, double others)
{
    printf("equal: time: a step of portion %g, batch_size %d takes", cell->settings.portion, cell->settings.batch_size);
    for (int kind = 0; kind < STEP_KINDS; kind++)
        if (budget_has_kind(&cell->settings, kind))
            printf(" %.3f ms%s%s", 1e3 * prices->of[kind], kind & STEP_WHOLE ? " (whole)" : "",
                   kind & STEP_HEAD_ONLY ? " (head alone)" : "");
    printf(", the median of %d\n", TIMED_STEPS);
    fflush(stdout);
    if (others > BUSY)
        fprintf(stderr,
                "warning: other work kept %.0f %% of the cores busy meanwhile, so these times are too long; to measure "
                "again, remove times.csv\n",
                100 * others);
}

static int measure(struct step_times *times, const char *hash, const struct cell *cell, const char *data_folder,
                   struct prices *prices, struct error *error)
{
    int threads = parallel_threads();
    struct load before = load_read();
    parallel_set_threads(cell->settings.inputs.threads);
    int status = timing_measure(cell, data_folder, TIMED_STEPS, prices, error);
    parallel_set_threads(threads);
    struct load after = load_read();
    double others = load_others_share(&before, &after);
    if (status != 0) return error_context(error, "equal: time");
    tell(cell, prices, others);
    return keep_times(times, hash, &cell->settings, prices, others, error);
}

static int get_times(struct step_times *times, const struct cell *cell, const char *data_folder, int here,
                     struct prices *prices, struct error *error)
{
    char hash[IDENTITY_SIZE];
    if (hash_training(&cell->settings, hash) != 0) return error_set(error, "out of memory");
    if (find_times(times, hash, &cell->settings, prices)) return 0;
    if (here) return measure(times, hash, cell, data_folder, prices, error);
    return error_set(error,
                     "equal: time counts steps by their time on the machine that trains, which this is not: have "
                     "'partgrad run' without --slurm measure it there, into %s, or use equal: compute",
                     times->path);
}

static int resolve_cell(struct step_times *times, struct cell *cell, const char *data_folder, int here,
                        struct error *error)
{
    struct cell other = *cell;
    struct prices own = {0}, others = {0};
    other.settings = equal_budget_other(&cell->settings);
    if (get_times(times, &other, data_folder, here, &others, error) != 0) return -1;
    if (get_times(times, cell, data_folder, here, &own, error) != 0) return -1;
    return equal_budget_resolve(&cell->settings, cell->train_images, &own, &others, error);
}

int step_times_resolve(struct grid *grid, const char *folder, const char *data_folder, int here, struct error *error)
{
    struct step_times times = {0};
    int status = 0, is_read = 0;
    for (int c = 0; c < grid->count && status == 0; c++) {
        struct cell *cell = &grid->cells[c];
        if (!equal_budget_is_open(&cell->settings)) continue;
        if (!is_read) status = read_table(&times, folder, error);
        is_read = 1;
        if (status == 0) status = resolve_cell(&times, cell, data_folder, here, error);
    }
    free(times.rows);
    free(times.path);
    return status;
}
