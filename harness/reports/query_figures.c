/* query_figures.c - see query_figures.h. */
#include "harness/reports/query_figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/pictures/sheet.h"
#include "harness/reports/plots/draw.h"
#include "harness/reports/query_counts.h"

enum { SIDE = 64, QUERIES = 6, NEAREST = 8, RANK_MAX = 128 };

static const char curve_name[] = "plots/queries-rank";
static const char worst_name[] = "plots/queries-worst";
static const char *const cell_names[QUERY_CELLS_MAX] = {"plots/queries-of-first", "plots/queries-of-second"};

static const char curve_caption[] = "Cumulative match curve: the share of queries (images of test classes) that have "
                                    "one of their own class among the K "
                                    "images nearest to them, which is recall@K.";
static const char marks_caption[] =
    "Each row is a query, on the left, and what is nearest to it: of its class in a whole frame, of another class in a "
    "dashed frame with a cross.";

/* ---- the curve ---- */

/* "best: random, p = 0.25"; owned by the figure. */
static const char *label_of(struct figure *figure, const struct query_cell *cell, const struct variation *variation)
{
    char name[VARIATION_TEXT_SIZE];
    variation_name(variation, cell->cell, name);
    return figure_text(figure, "%s: %s", cell->role, name);
}

/* Adds points at K = 1, 2, 3, 4, 6, 8, 12, 16 ... until recall@K is 1. */
static void add_curve(struct figure *figure, const struct query_cell *cell, const char *label, int order)
{
    struct figure_series line = {
        .layer = FIGURE_MEANS, .label = label, .look = palette_of_order(order), .is_joined = 1, .size = 1};
    int series = figure_add_series(figure, &line);
    double share = 0;
    for (int k = 1; k <= RANK_MAX && share < 1; k = k % 3 == 0 ? k / 3 * 4 : k < 2 ? 2 : k + k / 2) {
        share = query_share_within(cell->test, k);
        struct figure_point point = figure_point_at(k, share);
        point.of = "query";
        figure_add_point(figure, series, &point);
    }
    figure_add_key(figure, label, line.look);
}

static int draw_curve(struct query_figure *drawn, const struct query_cells *cells, const struct variation *variation,
                      const char *folder, struct error *error)
{
    struct figure figure = {
        .title = "Recall@K by K",
        .subject = "",
        .caption = curve_caption,
        .keys_lined = 1,
        .x = {"K, images looked at", "K", "k", "", 1, 0, FIGURE_TICKS_AT_POINTS, .is_logarithmic = 1},
        .y = {"recall@K, %", "recall@K", "recall", "%", 100, 1, FIGURE_TICKS_ROUND},
    };
    figure_add_panel(&figure, "");
    for (int c = 0; c < cells->count; c++)
        add_curve(&figure, &cells->cell[c], label_of(&figure, &cells->cell[c], variation), c);
    figure_describe(&figure);
    char *plots = file_join(folder, "plots");
    int status = draw_figure(&figure, strchr(curve_name, '/') + 1, plots, error);
    *drawn = (struct query_figure){curve_name, strdup(curve_caption),
                                   figure.description ? strdup(figure.description) : NULL, 1};
    figure_release(&figure);
    free(plots);
    return status;
}

/* ---- images ---- */

/* Writes " Row 1, CLASS: right at ranks 1, 3." for readers who cannot see the image. */
static void describe_row(FILE *stream, const struct query_cell *cell, const struct tiles *tiles, int row, int label)
{
    char name[QUERY_CLASS_SIZE];
    int right = 0;
    query_class_name(cell, label, name);
    fprintf(stream, " Row %d, %s: ", row + 1, name);
    for (int c = 1; c < tiles->columns; c++) {
        if (tiles_at(tiles, row, c)->mark != TILE_RIGHT) continue;
        fprintf(stream, "%s%d", right++ ? ", " : "right at ranks ", c);
    }
    fputs(right ? "." : "none right.", stream);
}

/* Sets the figure's caption and alt, new strings. */
static int write_words(struct query_figure *drawn, const struct query_cells *cells, const struct query_cell *cell,
                       const struct neighbors *neighbors, const char *what, struct error *error)
{
    size_t size;
    int rows = neighbors->tiles.rows;
    FILE *stream = open_memstream(&drawn->alt, &size);
    if (!stream) return error_set(error, "out of memory");
    fprintf(stream, "%d queries with the %d images nearest to each.", rows, neighbors->tiles.columns - 1);
    for (int r = 0; r < rows; r++) describe_row(stream, cell, &neighbors->tiles, r, neighbors->record[r]->label);
    if (fclose(stream) != 0) return error_set(error, "out of memory");
    if (asprintf(&drawn->caption, "%s %s%s%s", what, marks_caption, cells->license ? " License of the images: " : "",
                 cells->license ? cells->license : "") >= 0)
        return 0;
    drawn->caption = NULL;
    return error_set(error, "out of memory");
}

static int write_png(const struct tiles *tiles, const struct pack *pack, const char *folder, const char *name,
                     struct error *error)
{
    unsigned char *png = NULL;
    size_t size = 0;
    char *path = file_join(folder, "%s.png", name);
    int status = sheet_draw(tiles, pack, sheet_side(pack, SIDE), &png, &size, error);
    if (status == 0) status = file_write(path, png, size, error);
    free(path);
    free(png);
    return status;
}

static int draw_queries(struct query_figure *drawn, const struct query_cells *cells, const struct query_cell *cell,
                        enum neighbors_order order, const char *what, const char *folder, struct error *error)
{
    struct neighbors neighbors;
    struct neighbors_request request = {.order = order, .queries = QUERIES, .nearest = NEAREST};
    const struct pack *pack = &cell->queries.pack;
    int status = neighbors_choose(&neighbors, pack, cell->test, &request, error);
    if (status == 0) status = write_png(&neighbors.tiles, pack, folder, drawn->name, error);
    if (status == 0) status = write_words(drawn, cells, cell, &neighbors, what, error);
    neighbors_release(&neighbors);
    return status;
}

static int draw_images(struct query_figures *figures, const struct query_cells *cells, const char *folder,
                       struct error *error)
{
    int status = 0;
    for (int c = 0; c < cells->count && status == 0; c++) {
        struct query_figure *drawn = &figures->figure[figures->count++];
        char what[96];
        drawn->name = cell_names[c];
        snprintf(what, sizeof what, "Of the %s cell: queries of drawn classes, the same for all cells.",
                 cells->cell[c].role);
        status = draw_queries(drawn, cells, &cells->cell[c], NEIGHBORS_DRAWN, what, folder, error);
    }
    if (status != 0) return -1;
    struct query_figure *worst = &figures->figure[figures->count++];
    char what[96];
    worst->name = worst_name;
    snprintf(what, sizeof what, "Of the %s cell: the queries with the smallest average precision.",
             cells->cell[0].role);
    return draw_queries(worst, cells, &cells->cell[0], NEIGHBORS_WORST, what, folder, error);
}

/* Removes the files of an earlier report. */
static void remove_old(const char *folder)
{
    static const char *const files[] = {"rank.csv",  "rank.svg",     "rank.png",
                                        "worst.png", "of-first.png", "of-second.png"};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        char *path = file_join(folder, "plots/queries-%s", files[f]);
        unlink(path);
        free(path);
    }
}

int query_figures_draw(struct query_figures *figures, const struct query_cells *cells,
                       const struct variation *variation, const char *folder, struct error *error)
{
    *figures = (struct query_figures){0};
    remove_old(folder);
    if (cells->count == 0) return 0;
    if (draw_curve(&figures->figure[figures->count++], cells, variation, folder, error) != 0) return -1;
    return cells->no_pictures[0] ? 0 : draw_images(figures, cells, folder, error);
}

void query_figures_release(struct query_figures *figures)
{
    for (int f = 0; f < figures->count; f++) {
        free(figures->figure[f].caption);
        free(figures->figure[f].alt);
    }
    *figures = (struct query_figures){0};
}
