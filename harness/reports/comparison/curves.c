/* curves.c - see curves.h. */
#include "harness/reports/comparison/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/epoch_rows.h"

/* In order of preference. */
static const char *const metrics[CURVE_METRICS] = {"test_recall_at_1", "valid_recall_at_1", "train_recall_at_1",
                                                   "full_batch_loss"};

static int take_row(void *into, const struct epoch_row *row, struct error *error)
{
    struct curve *curve = &((struct curves *)into)->curve[row->cell];
    struct curve_point *points = realloc(curve->points, ((size_t)curve->point_count + 1) * sizeof *points);
    int at = curve->point_count;
    if (!points) return error_set(error, "out of memory");
    curve->points = points;
    while (at > 0 && points[at - 1].epoch > row->epoch) at--;
    memmove(&points[at + 1], &points[at], (size_t)(curve->point_count - at) * sizeof *points);
    points[at].epoch = row->epoch;
    for (int m = 0; m < CURVE_METRICS; m++) points[at].value[m] = epoch_row_measure(row, metric_find(metrics[m]));
    curve->point_count++;
    return 0;
}

int curves_read(struct curves *curves, const struct results *results, struct error *error)
{
    *curves = (struct curves){results->ok.count, calloc((size_t)results->ok.count + 1, sizeof *curves->curve)};
    int status = curves->curve ? epoch_rows_read(results, take_row, curves, error) : error_set(error, "out of memory");
    if (status != 0) curves_release(curves);
    return status;
}

void curves_release(struct curves *curves)
{
    for (int c = 0; curves->curve && c < curves->count; c++) free(curves->curve[c].points);
    free(curves->curve);
    *curves = (struct curves){0};
}

/* ---- text ---- */

static int count_measured(const struct curve *curve, int m)
{
    int count = 0;
    for (int p = 0; p < curve->point_count; p++) count += isfinite(curve->points[p].value[m]);
    return count;
}

/* Writes every n-th of `count` points and the last, about `most` in all. */
static void write_points(FILE *stream, const struct curve *curve, int m, int count, int most)
{
    const struct metric_format *format = &metric_formats[metric_find(metrics[m])->unit];
    int stride = (count + most - 1) / most, at = 0;
    for (int p = 0; p < curve->point_count; p++) {
        const struct curve_point *point = &curve->points[p];
        if (!isfinite(point->value[m])) continue;
        if (at % stride == 0 || at == count - 1)
            fprintf(stream, "|%d %.*f", point->epoch, format->digits, format->scale * point->value[m]);
        at++;
    }
}

int curve_text(char **text, const struct curve *curve, int most, struct error *error)
{
    int m = 0;
    size_t size;
    *text = NULL;
    while (m < CURVE_METRICS && count_measured(curve, m) < 2) m++;
    if (m == CURVE_METRICS) return 0;
    FILE *stream = open_memstream(text, &size);
    if (!stream) return error_set(error, "out of memory");
    const struct metric *metric = metric_find(metrics[m]);
    const char *unit = metric_formats[metric->unit].name;
    fprintf(stream, "%s%s%s", metric->label, unit[0] ? ", " : "", unit);
    write_points(stream, curve, m, count_measured(curve, m), most);
    if (fclose(stream) == 0) return 0;
    free(*text);
    *text = NULL;
    return error_set(error, "out of memory");
}
