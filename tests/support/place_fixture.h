/* place_fixture.h - a folder with an experiment file and a pack, a run that begins there, and what its cells leave. */
#ifndef PARTGRAD_TESTS_SUPPORT_PLACE_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_PLACE_FIXTURE_H

#include <math.h>

#include "harness/runs/change.h"
#include "harness/runs/run.h"
#include "harness/tables/column.h"
#include "harness/training/cell.h"
#include "tests/support/experiment_fixture.h"

/* An experiment of three cells. */
static const char three_seeds[] = "dataset: birds\nmodel: conv4\nseed: [0, 1, 2]\n";

/* A folder with an experiment file in it, a pack, and where its run will be. */
struct place {
    char *folder, *experiment, *data, *out;
};

/* Of an experiment with this text; its pack is called birds. */
static inline struct place place_make(const char *text)
{
    char *folder = fixture_folder();
    struct place place = {folder, file_join(folder, "e.yaml"), file_join(folder, "data"),
                          file_join(folder, "results/e")};
    fixture_write(folder, "e.yaml", text);
    fixture_write_pack(place.data, "birds", 0);
    return place;
}

static inline void place_remove(struct place *place)
{
    free(place->experiment);
    free(place->data);
    free(place->out);
    fixture_remove(place->folder);
}

/* As `partgrad run` begins, up to its first cell; with what it says on stderr in `told`, if that is not NULL. */
static inline void place_begin_telling(const struct place *place, struct run *run, char *told, size_t size)
{
    struct error error;
    cr_assert_eq(run_begin(run, place->experiment, NULL, 0, place->out, &error), 0, "%s", error.message);
    cr_assert_eq(run_identify(run, place->data, 1, 1, &error), 0, "%s", error.message);
    FILE *kept = stderr, *stream = told ? fmemopen(told, size, "w") : NULL;
    if (told) memset(told, 0, size);
    if (stream) stderr = stream;
    cr_assert_eq(change_show(run, &error), 0, "%s", error.message);
    stderr = kept;
    if (stream) fclose(stream);
    cr_assert_eq(run_keep(run, &error), 0, "%s", error.message);
}

static inline void place_begin(const struct place *place, struct run *run)
{
    place_begin_telling(place, run, NULL, 0);
}

/* Begins with another experiment. */
static inline void place_begin_with(const struct place *place, struct run *run, const char *text)
{
    fixture_write(place->folder, "e.yaml", text);
    place_begin(place, run);
}

/* What a cell leaves that has ended, by the functions that cells use; returns how it is seen then. */
static inline enum run_status fixture_write_result(const struct run *run, int c, const char *status, const char *why)
{
    struct column_table columns;
    struct error error;
    const struct cell *cell = &run->grid.cells[c];
    struct cell_record record = {.status = status, .metrics = metrics_none(), .others_share = NAN, .cells_beside = NAN};
    char *folder = run_cell_folder(run, cell, &error);
    snprintf(record.error, sizeof record.error, "%s", why);
    columns_of_cells(&columns);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0, "%s", error.message);
    cr_assert_eq(column_write_file(folder, "result.csv", &columns, cell, &record, sizeof record, 1, &error), 0);
    free(folder);
    return run_look(run, cell);
}

/* Epochs 0 to count - 1 (8 at most) of cell c, the second of which was evaluated. */
static inline void fixture_write_epochs(const struct run *run, int c, int count)
{
    struct column_table columns;
    struct error error;
    struct epoch_record records[8];
    const struct cell *cell = &run->grid.cells[c];
    char *folder = run_cell_folder(run, cell, &error);
    for (int e = 0; e < count; e++) {
        records[e] = (struct epoch_record){.epoch = e, .learning_rate = 0.5, .metrics = metrics_none()};
        records[e].metrics.wall_seconds = e;
        if (e == 1) records[e].metrics.test_recall_at_1 = 0.25;
    }
    columns_of_epochs(&columns);
    cr_assert_eq(column_write_file(folder, "epochs.csv", &columns, cell, records, sizeof *records, count, &error), 0);
    free(folder);
}

#endif
