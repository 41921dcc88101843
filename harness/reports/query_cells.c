/* query_cells.c - see query_cells.h. */
#include "harness/reports/query_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "datasets/pack_find.h"
#include "datasets/provenance.h"
#include "harness/tables/identity.h"

static char *cell_folder(const struct results *results, struct results_cell cell)
{
    return file_join(results->runs[cell.run].folder, "cells/%s", results_text(results, cell, "cell"));
}

/* Whether the cell's folder has a file of queries. open_cell checks that it belongs to the row's training run. */
static int keeps_queries(const struct results *results, struct results_cell cell)
{
    char *folder = cell_folder(results, cell), *path = file_join(folder, "queries");
    int there = file_exists(path);
    free(path);
    free(folder);
    return there;
}

/* ---- choosing cells ---- */

static const struct metric *find_judge(const struct results *results)
{
    const struct metric *valid = metric_find("valid_recall_at_1");
    for (int i = 0; i < results->ok.count; i++)
        if (!isnan(results_measure(results, results->ok.cells[i], valid))) return valid;
    return metric_find("test_recall_at_1");
}

/* The first cell with the largest (sign 1) or smallest (-1) value, among those that kept queries and have the same data
 * as `like` (NULL: any data); -1 if there is none. */
static int find_extreme(const struct results *results, const struct metric *judge, double sign,
                        const struct results_cell *like)
{
    double most = -INFINITY;
    int found = -1;
    for (int i = 0; i < results->ok.count; i++) {
        struct results_cell cell = results->ok.cells[i];
        double value = sign * results_measure(results, cell, judge);
        if (!(value > most)) continue;
        if (like && !results_same_data(results, cell, *like)) continue;
        if (!keeps_queries(results, cell)) continue;
        most = value;
        found = i;
    }
    return found;
}

static void choose(struct query_cells *cells, const struct results *results)
{
    cells->judge = find_judge(results);
    int best = find_extreme(results, cells->judge, 1, NULL);
    if (best < 0) return;
    int worst = find_extreme(results, cells->judge, -1, &results->ok.cells[best]);
    cells->cell[cells->count++] = (struct query_cell){.cell = results->ok.cells[best], .role = "best"};
    if (worst != best)
        cells->cell[cells->count++] = (struct query_cell){.cell = results->ok.cells[worst], .role = "worst"};
}

static int take_pair(struct query_cells *cells, const struct results *results, const char *const *names,
                     struct error *error)
{
    static const char *const roles[QUERY_CELLS_MAX] = {"first", "second"};
    for (int p = 0; p < QUERY_CELLS_MAX; p++) {
        int found = -1;
        for (int i = 0; i < results->ok.count && found < 0; i++)
            if (strcmp(results_text(results, results->ok.cells[i], "cell"), names[p]) == 0) found = i;
        if (found < 0) return error_set(error, "--pair: no cell %s has ended well", names[p]);
        cells->cell[cells->count++] = (struct query_cell){.cell = results->ok.cells[found], .role = roles[p]};
    }
    return 0;
}

/* ---- opening cells ---- */

static int open_cell(struct query_cell *cell, const struct results *results, struct error *error)
{
    char settings[IDENTITY_SIZE], *folder = cell_folder(results, cell->cell);
    int status = cell_queries_open(&cell->queries, folder, error);
    if (status == 0 && !(cell->test = cell_queries_split(&cell->queries, "test", error))) status = -1;
    snprintf(settings, sizeof settings, "%016" PRIx64, cell->queries.file.source.settings);
    if (status == 0 && strcmp(settings, results_text(results, cell->cell, "settings")) != 0)
        status = error_set(error, "%s: the queries are of another training than the row in cells.csv", folder);
    free(folder);
    return status;
}

/* Opens the cells' packs. If one is missing or has changed, the report only lacks names of classes and images. */
static void open_packs(struct query_cells *cells, const struct results *results, const char *data)
{
    struct error missing = {.message = "no folder of packs is looked at"};
    for (int c = 0; c < cells->count; c++) {
        struct query_cell *cell = &cells->cell[c];
        char *path = data ? pack_find(data, results_text(results, cell->cell, "dataset")) : NULL;
        cell->has_pack = path && cell_queries_open_pack(&cell->queries, path, &missing) == 0;
        if (!cell->has_pack) snprintf(cells->no_pack, sizeof cells->no_pack, "%s", missing.message);
        free(path);
    }
}

/* ---- whether their images may be shown ---- */

static const char *find_license(const struct query_cells *cells)
{
    const char *license = NULL;
    for (int c = 0; c < cells->count; c++) {
        const char *lines = cells->cell[c].queries.pack.provenance;
        const struct dataset *dataset = lines ? provenance_dataset(lines) : NULL;
        if (!dataset || !dataset->license) return NULL;
        license = dataset->license;
    }
    return license;
}

/* Whether the folder is under results/reference: results that are published with the program contain no images of other
 * people. */
static int is_reference(const char *folder)
{
    char *real = realpath(folder, NULL);
    int is = strstr(real ? real : folder, "results/reference") != NULL;
    free(real);
    return is;
}

static int decide(struct query_cells *cells, const struct query_wanted *wanted, const char *folder, struct error *error)
{
    char *reason = cells->no_pictures;
    cells->license = find_license(cells);
    if (is_reference(folder))
        snprintf(reason, ERROR_SIZE, "no images are shown under results/reference");
    else if (cells->no_pack[0])
        snprintf(reason, ERROR_SIZE, "no images are shown: %.*s", ERROR_SIZE - 64, cells->no_pack);
    else if (!cells->license && !wanted->pictures)
        snprintf(reason, ERROR_SIZE,
                 "no images are shown, as no license of them is known that lets anybody show them; "
                 "--pictures shows them all the same");
    return wanted->pictures && reason[0] ? error_set(error, "--pictures: %.*s", ERROR_SIZE - 64, reason) : 0;
}

static void close_cells(struct query_cells *cells)
{
    while (cells->count > 0) cell_queries_release(&cells->cell[--cells->count].queries);
}

int query_cells_open(struct query_cells *cells, const struct results *results, const struct query_wanted *wanted,
                     const char *folder, struct error *error)
{
    int status = 0;
    *cells = (struct query_cells){0};
    if (wanted->pair[0])
        status = take_pair(cells, results, wanted->pair, error);
    else
        choose(cells, results);
    for (int c = 0; c < cells->count && status == 0; c++) status = open_cell(&cells->cell[c], results, error);
    if (status != 0 && !wanted->pair[0]) {
        snprintf(cells->problem, sizeof cells->problem, "%s", error->message);
        close_cells(cells);
        return 0;
    }
    if (status == 0) open_packs(cells, results, wanted->data);
    return status == 0 && cells->count > 0 ? decide(cells, wanted, folder, error) : status;
}

void query_cells_release(struct query_cells *cells)
{
    close_cells(cells);
    *cells = (struct query_cells){0};
}

void query_class_name(const struct query_cell *cell, int label, char text[QUERY_CLASS_SIZE])
{
    if (cell->has_pack && label >= 0 && label < cell->queries.pack.class_count)
        snprintf(text, QUERY_CLASS_SIZE, "%s", pack_class_name(&cell->queries.pack, label));
    else
        snprintf(text, QUERY_CLASS_SIZE, "class %d", label);
}
