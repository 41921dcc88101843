/* embed_cell.c - see embed_cell.h. */
#include "harness/commands/embed_cell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/training/kept_weights.h"

/* Options allowed with --cell; the cell decides the others. */
static int check_options(const struct command_line *line, struct error *error)
{
    static const char *const allowed[] = {"cell", "data", "dataset", "split", "out", "threads"};
    for (int g = 0; g < line->given_count; g++) {
        size_t a = 0, count = sizeof allowed / sizeof *allowed;
        while (a < count && strcmp(line->given[g], allowed[a]) != 0) a++;
        if (a < count) continue;
        error_set(error, "--%s cannot be combined with --cell, whose settings decide it", line->given[g]);
        return COMMAND_USAGE;
    }
    return 0;
}

int embed_cell_open_run(struct run *run, const char *folder, struct error *error)
{
    char *cells = file_folder(folder), *whole = file_folder(cells);
    int status = run_open_cell(run, whole, strrchr(folder, '/') + 1, error);
    free(cells);
    free(whole);
    return status;
}

static int take_settings(struct embed_cell *cell, struct error *error)
{
    char *path = kept_weights_file(cell->folder);
    cell->settings = cell->run.grid.cells[0].settings;
    int length = snprintf(cell->settings.network.weights, OPTION_TEXT_SIZE, "%s", path);
    cell->settings.network.weights_head = WEIGHTS_HEAD_KEPT;
    free(path);
    return length < OPTION_TEXT_SIZE ? 0 : error_set(error, "%s: the name is too long", cell->folder);
}

int embed_cell_open(struct embed_cell *cell, const struct command_line *line, const char *name, struct error *error)
{
    *cell = (struct embed_cell){0};
    int status = check_options(line, error);
    if (status != 0) return status;
    cell->folder = kept_weights_folder(name);
    if (!cell->folder) return error_set(error, "%s is not a cell: give RUN/CELL, such as results/demo/NAME", name);
    if (embed_cell_open_run(&cell->run, cell->folder, error) != 0 || kept_weights_check(cell->folder, error) != 0)
        return -1;
    if (run_cell_status(&cell->run, &cell->run.grid.cells[0]) != RUN_OK)
        return error_set(error, "%s: its result was made with other settings than its experiment.yaml", cell->folder);
    return take_settings(cell, error);
}

void embed_cell_release(struct embed_cell *cell)
{
    run_release(&cell->run);
    free(cell->folder);
    *cell = (struct embed_cell){0};
}

int embed_cell_check_pack(const struct embed_cell *cell, const struct pack *pack, const char *path, struct error *error)
{
    char checksum[IDENTITY_SIZE];
    snprintf(checksum, sizeof checksum, "%016" PRIx64, pack->checksum);
    if (strcmp(checksum, cell->settings.inputs.pack) == 0) return 0;
    return error_set(error,
                     "%s is not the pack that the cell was trained on: its checksum is %s, not %s; name it with "
                     "--dataset to embed it all the same",
                     path, checksum, cell->settings.inputs.pack);
}

/* ---- comparing ---- */

/* A cell's results on test classes as text; "": none. */
struct recorded {
    char recall_at_1[32], map_at_r[32];
    int other_epoch; /* 1: of another epoch than the weights, possible with judge: best and save: last */
};

static void take(char text[32], const struct csv_table *table, int row, const char *column)
{
    int found = csv_column(table, column);
    if (found >= 0) snprintf(text, 32, "%s", csv_text(table, row, found));
}

/* The later rows of a data set belong to the judged epoch. */
static void take_evaluations(struct recorded *recorded, const struct csv_table *table, const char *data_set)
{
    int on = csv_column(table, "evaluated_on"), split = csv_column(table, "split"), k = csv_column(table, "k");
    int metric = csv_column(table, "metric");
    for (int row = 0; row < table->row_count && on >= 0 && split >= 0 && metric >= 0 && k >= 0; row++) {
        if (strcmp(csv_text(table, row, on), data_set) != 0 || strcmp(csv_text(table, row, split), "test") != 0)
            continue;
        const char *name = csv_text(table, row, metric);
        if (strcmp(name, "recall") == 0 && strcmp(csv_text(table, row, k), "1") == 0)
            take(recorded->recall_at_1, table, row, "value");
        if (strcmp(name, "map_at_r") == 0) take(recorded->map_at_r, table, row, "value");
    }
}

/* Results on the cell's own data set, or on another by its name. */
static struct recorded look_up(const struct embed_cell *cell, const char *data_set)
{
    struct recorded recorded = {0};
    struct csv_table table;
    struct error ignored;
    char judged[32] = "", last[32] = "", *result = file_join(cell->folder, "result.csv");
    char *evaluations = file_join(cell->folder, "evaluations.csv");
    if (csv_read(&table, result, &ignored) == 0) {
        take(judged, &table, 0, "judged_epoch");
        take(last, &table, 0, "epochs_finished");
        if (!data_set) take(recorded.recall_at_1, &table, 0, "test_recall_at_1");
        if (!data_set) take(recorded.map_at_r, &table, 0, "test_map_at_r");
        csv_release(&table);
    }
    if (data_set && file_exists(evaluations) && csv_read(&table, evaluations, &ignored) == 0) {
        take_evaluations(&recorded, &table, data_set);
        csv_release(&table);
    }
    recorded.other_epoch = cell->settings.save == SAVE_LAST && judged[0] && strcmp(judged, last) != 0;
    free(evaluations);
    free(result);
    return recorded;
}

static int is_same(const char *text, double value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.9g", value);
    return strcmp(text, digits) == 0;
}

void embed_cell_compare(const struct embed_cell *cell, const char *data_set, const struct ranking *ranking)
{
    struct recorded recorded = look_up(cell, data_set);
    if (!recorded.recall_at_1[0]) return;
    if (recorded.other_epoch) {
        fprintf(stderr, "note: the weights are those of the last epoch, and the cell's numbers are of the best; save: "
                        "best would have kept these\n");
        return;
    }
    int same =
        is_same(recorded.recall_at_1, ranking_recall(ranking, 1)) && is_same(recorded.map_at_r, ranking->map_at_r);
    fprintf(stderr, "note: recall@1 and MAP@R are %sthose of the cell's %s to the last digit%s\n", same ? "" : "not ",
            data_set ? "evaluations.csv" : "row",
            same ? "" : ", as on another CPU, with other libraries or another number of threads");
}
