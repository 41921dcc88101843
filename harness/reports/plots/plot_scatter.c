/* plot_scatter.c - one metric against another, a large point for each setting and small ones for seeds. It shows
 * whether settings that are good on validation classes are good on test classes. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/plots/ruler.h"

/* Sums for Pearson's correlation of the settings' means. */
struct correlation {
    int count;
    double x, y, xx, yy, xy; /* sums */
};

static double correlate(const struct correlation *sums)
{
    double n = sums->count, x = sums->xx - sums->x * sums->x / n, y = sums->yy - sums->y * sums->y / n;
    return sums->count < 3 || x <= 0 || y <= 0 ? NAN : (sums->xy - sums->x * sums->y / n) / sqrt(x * y);
}

static void add_seeds(struct figure *figure, const struct plot *plot, const struct groups *groups, int g,
                      const struct figure_series *like)
{
    const struct results *results = groups->results;
    struct figure_series series = *like;
    series.layer = FIGURE_SEEDS;
    series.look.mark = 6;
    series.size = 1;
    int line = figure_add_series(figure, &series);
    for (int c = 0; c < results->ok.count && groups->group[g].cells > 1; c++) {
        struct results_cell cell = results->ok.cells[c];
        if (groups->of_cell[c] != g) continue;
        struct figure_point point = figure_point_at(results_measure(results, cell, metric_find(plot->x)),
                                                    results_measure(results, cell, plot_metric(plot)));
        point.of = figure_text(figure, "seed %s", results_text(results, cell, "seed"));
        if (isfinite(point.x) && isfinite(point.y)) figure_add_point(figure, line, &point);
    }
}

/* Adds a setting and its seeds. Returns -1 if memory runs out. */
static int add_group(struct figure *figure, const struct plot *plot, const struct plot_input *input,
                     const struct ruler *ruler, int g, struct correlation *sums)
{
    const struct group *group = &input->groups->group[g];
    double x = group_value(group, metric_find(plot->x))->mean, y = group_value(group, plot_metric(plot))->mean;
    if (!isfinite(x) || !isfinite(y)) return 0;
    char *label = ruler_label(ruler, group, input->variation->shown, 1);
    if (!label) return -1;
    const char *strategy = results_value(input->groups->results, group->first, ruler->strategy);
    struct figure_series series = {.layer = FIGURE_MEANS,
                                   .label = label,
                                   .look = palette_of_strategy(strategy),
                                   .size = 0.7 + 0.5 * fmin(fmax(group->portion, 0), 1)};
    add_seeds(figure, plot, input->groups, g, &series);
    int line = figure_add_series(figure, &series);
    struct figure_point point = figure_point_at(x, y);
    point.of = "mean";
    figure_add_point(figure, line, &point);
    figure_add_key(figure, strategy, series.look);
    *sums = (struct correlation){sums->count + 1,  sums->x + x,      sums->y + y,
                                 sums->xx + x * x, sums->yy + y * y, sums->xy + x * y};
    free(label);
    return 0;
}

int plot_scatter(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    struct ruler ruler = ruler_make(plot, input->groups, input->variation);
    struct correlation sums = {0};
    int status = 0;
    figure_add_panel(figure, "");
    for (int g = 0; g < input->groups->count && status == 0; g++)
        status = add_group(figure, plot, input, &ruler, g, &sums);
    if (status != 0) return error_set(error, "out of memory");
    figure->x = figure_metric_axis(figure, metric_find(plot->x));
    figure->y = figure_metric_axis(figure, plot_metric(plot));
    double r = correlate(&sums);
    if (isfinite(r)) {
        figure->caption = figure_text(figure, "%s Correlation of the settings' means: %.2f.", plot->caption, r);
        figure->description =
            figure_text(figure, "%s: %d settings, correlation of their means %.2f.", figure->title, sums.count, r);
    }
    return 0;
}
