/* embed_cell.c - see embed_cell.h. */
#include "harness/commands/embed_cell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/training/kept_weights.h"

/* What may stand beside --cell; all else is the cell's to say. */
static int check_options(const struct command_line *line, struct error *error)
{
    static const char *const allowed[] = {"cell", "data", "dataset", "split", "out", "threads"};
    for (int g = 0; g < line->given_count; g++) {
        size_t a = 0, count = sizeof allowed / sizeof *allowed;
        while (a < count && strcmp(line->given[g], allowed[a]) != 0) a++;
        if (a < count) continue;
        error_set(error, "--%s cannot stand beside --cell, whose settings say it", line->given[g]);
        return COMMAND_USAGE;
    }
    return 0;
}

/* RUN/cells/NAME into RUN and NAME. */
static int open_run(struct embed_cell *cell, struct error *error)
{
    char *name = strdup(strrchr(cell->folder, '/') + 1), *cells = file_folder(cell->folder), *run = file_folder(cells);
    int status = name ? run_open_cell(&cell->run, run, name, error) : error_set(error, "out of memory");
    free(name);
    free(cells);
    free(run);
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
    if (!cell->folder) return error_set(error, "%s is no cell: give RUN/CELL, such as results/demo/NAME", name);
    if (open_run(cell, error) != 0 || kept_weights_check(cell->folder, error) != 0) return -1;
    if (run_cell_status(&cell->run, &cell->run.grid.cells[0]) != RUN_OK)
        return error_set(error, "%s: its result is of other settings than its experiment.yaml", cell->folder);
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

/* Whether the cell's row says the same to the digits that it has. */
static int is_row_value(const struct csv_table *row, const char *column, double value)
{
    char text[32];
    int found = csv_column(row, column);
    snprintf(text, sizeof text, "%.9g", value);
    return found >= 0 && strcmp(csv_text(row, 0, found), text) == 0;
}

/* Whether the row is of another epoch than the weights, as it may be with judge: best and save: last. */
static int is_other_epoch(const struct embed_cell *cell, const struct csv_table *row)
{
    int judged = csv_column(row, "judged_epoch"), last = csv_column(row, "epochs_finished");
    return cell->settings.save == SAVE_LAST && judged >= 0 && last >= 0 &&
           strcmp(csv_text(row, 0, judged), csv_text(row, 0, last)) != 0;
}

void embed_cell_compare(const struct embed_cell *cell, const struct ranking *ranking)
{
    struct csv_table row;
    struct error ignored;
    char *path = file_join(cell->folder, "result.csv");
    if (csv_read(&row, path, &ignored) == 0) {
        int same = is_row_value(&row, "test_recall_at_1", ranking_recall(ranking, 1)) &&
                   is_row_value(&row, "test_map_at_r", ranking->map_at_r);
        if (is_other_epoch(cell, &row))
            fprintf(stderr, "note: the weights are those of the last epoch, and the cell's row is of the best; save: "
                            "best would have kept these\n");
        else
            fprintf(stderr, "note: recall@1 and MAP@R are %sthose of the cell's row to the last digit%s\n",
                    same ? "" : "not ",
                    same ? "" : ", as on another CPU, with other libraries or another number of threads");
        csv_release(&row);
    }
    free(path);
}
