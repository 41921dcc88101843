/* view.c - see view.h. */
#include "harness/runs/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/runs/bar.h"
#include "harness/runs/sparkline.h"

void view_format_time(double seconds, char text[VIEW_TIME_SIZE])
{
    text[0] = '\0';
    if (isnan(seconds)) return;
    long left = (long)fmin(seconds, 1e9);
    if (left >= 3600)
        snprintf(text, VIEW_TIME_SIZE, "%ld h %02ld min", left / 3600, left / 60 % 60);
    else
        snprintf(text, VIEW_TIME_SIZE, "%ld:%02ld", left / 60, left % 60);
}

/* The range of all curves. */
struct range {
    double low, high; /* NAN: there are none */
};

static struct range find_range(const struct view *view)
{
    struct range range = {NAN, NAN};
    for (int c = 0; c < view->count && view->curves; c++)
        for (int i = 0; i < view->cells[c].curve.count; i++) {
            range.low = fmin(range.low, view->cells[c].curve.recall[i]); /* fmax ignores NAN */
            range.high = fmax(range.high, view->cells[c].curve.recall[i]);
        }
    return range;
}

/* "[######......] 3/8 cells, 1:02 left, 2 running, 540 images/s" */
static void write_head(FILE *stream, const struct view *view)
{
    char bar[BAR_SIZE], left[VIEW_TIME_SIZE];
    double images = 0;
    bar_fill(view->share, bar);
    view_format_time(view->left, left);
    for (int c = 0; c < view->count; c++)
        if (!isnan(view->cells[c].progress.images_per_second)) images += view->cells[c].progress.images_per_second;
    fprintf(stream, "[%s] %d/%d cells", bar, view->done, view->total);
    if (left[0]) fprintf(stream, ", %s left", left);
    fprintf(stream, ", %d running", view->count);
    if (images > 0) fprintf(stream, ", %.0f images/s", images);
    fputc('\n', stream);
}

/* "NAME: epoch 3/10, recall@1 0.512, 270 images/s" */
static void write_cell(FILE *stream, const struct view_cell *cell)
{
    const struct cell_progress *progress = &cell->progress;
    fprintf(stream, "  %s: epoch %d/%d", cell->name, progress->epoch < 0 ? 0 : progress->epoch, progress->epochs);
    if (!isnan(progress->test_recall_at_1)) fprintf(stream, ", recall@1 %.3f", progress->test_recall_at_1);
    if (!isnan(progress->images_per_second)) fprintf(stream, ", %.0f images/s", progress->images_per_second);
    fputc('\n', stream);
}

/* The name comes last, as it is the longest and may be cut off. */
static void write_curve(FILE *stream, const struct view_cell *cell, struct range range, int blocks)
{
    const struct cell_curve *curve = &cell->curve;
    char line[SPARKLINE_SIZE], recall[16] = "    ";
    sparkline_draw(curve->recall, curve->count, range.low, range.high, blocks, line);
    if (curve->count > 0) snprintf(recall, sizeof recall, "%.3f", curve->recall[curve->count - 1]);
    fprintf(stream, "  %s %5s%c %3d/%-3d %s\n", line, recall, curve->is_valid ? 'v' : ' ',
            cell->progress.epoch < 0 ? 0 : cell->progress.epoch, cell->progress.epochs, cell->name);
}

static int has_validation(const struct view *view)
{
    for (int c = 0; c < view->count; c++)
        if (view->cells[c].curve.is_valid) return 1;
    return 0;
}

static void write_curves(FILE *stream, const struct view *view, int blocks)
{
    struct range range = find_range(view);
    for (int c = 0; c < view->count; c++) write_curve(stream, &view->cells[c], range, blocks);
    if (isnan(range.low)) return;
    fprintf(stream, "  recall@1 by epoch, from %.3f to %.3f%s\n", range.low, range.high,
            has_validation(view) ? "; v: of validation classes" : "");
}

char *view_text(const struct view *view, int blocks)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    write_head(stream, view);
    for (int c = 0; c < view->count && !view->curves; c++) write_cell(stream, &view->cells[c]);
    if (view->curves) write_curves(stream, view, blocks);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}
