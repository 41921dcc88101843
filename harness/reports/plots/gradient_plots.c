/* gradient_plots.c - see gradient_plots.h. To add a plot, add its row to the table below and raise GRADIENT_PLOTS. */
#include "harness/reports/plots/gradient_plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "harness/reports/plots/draw.h"

/* One plot: a column of gradients.csv for one target. */
struct gradient_plot {
    const char *name, *title, *caption;
    enum gradient_target target;
    const char *column, *error; /* error: the column of its standard error; NULL: none */
    int is_share;               /* 1: divided by the target's squared norm */
    struct figure_axis axis;
};

static const struct gradient_plot plots[] = {
    {"gradient-cosine",
     "Cosine to the own batch's whole gradient",
     "Mean cosine of a partial gradient and the whole gradient of its own batch. A row for each strategy, a mark for "
     "each gradient portion.",
     GRADIENT_OWN_BATCH,
     "cosine",
     NULL,
     0,
     {"cosine", "cosine", "cosine", "", 1, 3, FIGURE_TICKS_ROUND, .has_zero = 1}},
    {"gradient-bias",
     "Bias that no learning rate repairs",
     "Squared distance of the mean partial gradient, times the factor that serves it best, from the mean whole "
     "gradient "
     "of batches of the same size; of that one's square. An unbiased estimate, which may be below 0, with its 95 % "
     "interval.",
     GRADIENT_SAME_SIZE,
     "paired_best_bias_square",
     "paired_best_bias_square_error",
     1,
     {"bias left, %", "bias left", "bias", "%", 100, 1, FIGURE_TICKS_ROUND, .has_zero = 1}},
    {"gradient-variance",
     "Variance at equal compute",
     "Variance of the mean of as many gradients as the compute of one large whole batch pays for, each times the "
     "factor "
     "that serves it best; of the square of the mean whole gradient of large batches. Points are missing where noise "
     "may "
     "be all there is of the mean gradient, so that this factor is not known. With 95 % intervals; logarithmic.",
     GRADIENT_LARGE,
     "equal_compute_variance",
     "equal_compute_variance_error",
     0,
     {"variance", "variance", "variance", "", 1, 2, FIGURE_TICKS_ROUND, 1}},
    {"gradient-error",
     "Squared error at equal compute",
     "Squared bias against the mean whole gradient of large batches, what comes of the batch size included, and "
     "variance "
     "of the mean of as many gradients as the compute of one large whole batch pays for, with the same factor and the "
     "same points missing. With 95 % intervals; logarithmic.",
     GRADIENT_LARGE,
     "equal_compute_mse",
     "equal_compute_mse_error",
     0,
     {"squared error", "squared error", "error", "", 1, 2, FIGURE_TICKS_ROUND, 1}},
};
enum { PLOTS = sizeof plots / sizeof *plots, COLUMNS = 4, WIDTH = 160, LINE = 17 };
_Static_assert((int)PLOTS == (int)GRADIENT_PLOTS, "a run keeps the words of each picture");

/* The distinct batch sizes, portions and labels of a run's points. */
struct rows {
    int batch_count, portion_count, label_count;
    double *batches, *portions; /* ascending */
    const char **labels;        /* in the order of the table */
};

static void rows_release(struct rows *rows)
{
    free(rows->batches);
    free(rows->portions);
    free(rows->labels);
}

static int find_number(const double *values, int count, double value)
{
    int i = 0;
    while (i < count && values[i] != value) i++;
    return i;
}

static int find_label(const struct rows *rows, const char *label)
{
    int i = 0;
    while (i < rows->label_count && strcmp(rows->labels[i], label) != 0) i++;
    return i;
}

static int compare_numbers(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Lists the distinct values; batch sizes with whole batches only get no panel. Returns -1 if memory runs out. */
static int rows_init(struct rows *rows, const struct gradient_run *run)
{
    size_t room = (size_t)run->count + 1;
    *rows = (struct rows){.batches = calloc(room, sizeof *rows->batches),
                          .portions = calloc(room, sizeof *rows->portions),
                          .labels = calloc(room, sizeof *rows->labels)};
    if (!rows->batches || !rows->portions || !rows->labels) return -1;
    for (int p = 0; p < run->count; p++) {
        const struct gradient_result *point = &run->points[p];
        int portion = find_number(rows->portions, rows->portion_count, point->portion);
        int label = find_label(rows, point->label), batch;
        if (portion == rows->portion_count) rows->portions[rows->portion_count++] = point->portion;
        if (label == rows->label_count) rows->labels[rows->label_count++] = point->label;
        if (point->is_whole) continue;
        batch = find_number(rows->batches, rows->batch_count, point->batch_size);
        if (batch == rows->batch_count) rows->batches[rows->batch_count++] = point->batch_size;
    }
    qsort(rows->portions, (size_t)rows->portion_count, sizeof *rows->portions, compare_numbers);
    return 0;
}

/* ---- one plot ---- */

static struct figure_point make_point(const struct gradient_plot *plot, const struct gradient_run *run,
                                      const struct gradient_result *point, int row)
{
    double (*get)(const struct gradient_run *, const struct gradient_result *, enum gradient_target, const char *) =
        plot->is_share ? gradient_result_share : gradient_result_number;
    double x = get(run, point, plot->target, plot->column);
    double error = plot->error ? 1.96 * get(run, point, plot->target, plot->error) : NAN;
    if (plot->axis.is_logarithmic && !(x > 0)) x = NAN;
    struct figure_point made = figure_point_at(x, row + 1);
    made.low = plot->axis.is_logarithmic ? x * exp(-error / x) : x - error;
    made.high = plot->axis.is_logarithmic ? x * exp(error / x) : x + error;
    made.of = made.detail = point->label;
    return made;
}

/* Adds the marks of one portion in one panel. */
static void add_portion(struct figure *figure, const struct gradient_plot *plot, const struct gradient_run *run,
                        const struct rows *rows, int panel, int portion)
{
    const char *label = figure_text(figure, "p = %.9g", rows->portions[portion]);
    struct look look = rows->portions[portion] >= 1 ? palette_of_strategy("full") : palette_of_order(portion);
    struct figure_series series = {.panel = panel, .layer = FIGURE_MEANS, .label = label, .look = look, .bars_on_x = 1};
    int line = figure_add_series(figure, &series);
    figure_add_key(figure, label, look);
    for (int p = 0; p < run->count; p++) {
        const struct gradient_result *point = &run->points[p];
        if (point->batch_size != rows->batches[panel] || point->portion != rows->portions[portion]) continue;
        struct figure_point made = make_point(plot, run, point, find_label(rows, point->label));
        if (isfinite(made.x)) figure_add_point(figure, line, &made);
    }
}

/* Writes the labels to the left of the first panel of each row of panels. */
static void add_names(struct figure *figure, const struct rows *rows, int panel)
{
    double widest = 0;
    for (int l = 0; l < rows->label_count; l++) {
        widest = fmax(widest, 7.0 * (double)strlen(rows->labels[l]));
        if (panel % COLUMNS > 0) continue;
        figure_add_label(figure, &(struct figure_label){.panel = panel,
                                                        .text = rows->labels[l],
                                                        .x = -0.03,
                                                        .y = l + 1,
                                                        .at_edge = 1,
                                                        .align = 1,
                                                        .ink = palette_colors[PALETTE_INK].light});
    }
    figure->left = 24 + (int)widest;
}

static const char *subject_of(struct figure *figure, const struct gradient_run *run)
{
    static const char *const names[] = {"model", "dataset", "loss"};
    const char *text = figure_text(figure, "%s", run->name);
    for (size_t n = 0; n < sizeof names / sizeof *names && run->table.row_count > 0; n++) {
        const char *value = csv_text(&run->table, 0, csv_column(&run->table, names[n]));
        if (value[0]) text = figure_text(figure, "%s, %s", text, value);
    }
    return text;
}

static void make_figure(struct figure *figure, const struct gradient_plot *plot, const struct gradient_run *run,
                        const struct rows *rows)
{
    *figure = (struct figure){.title = plot->title, .caption = plot->caption, .x = plot->axis, .panel_width = WIDTH};
    figure->y = (struct figure_axis){"", "strategy", NULL, "", 1, 0, FIGURE_TICKS_NONE};
    figure->y.is_reversed = 1;
    figure->y.count = rows->label_count;
    figure->panel_height = LINE * rows->label_count;
    figure->columns = number_smaller(rows->batch_count, COLUMNS);
    figure->subject = subject_of(figure, run);
    for (int b = 0; b < rows->batch_count; b++) {
        int panel = figure_add_panel(figure, figure_text(figure, "batch size %.9g", rows->batches[b]));
        for (int p = 0; p < rows->portion_count; p++) add_portion(figure, plot, run, rows, panel, p);
        add_names(figure, rows, panel);
    }
    figure_describe(figure);
}

static int draw(struct gradient_run *run, int p, const struct rows *rows, const char *folder, struct error *error)
{
    struct gradient_words *words = &run->plots[p];
    struct figure figure;
    make_figure(&figure, &plots[p], run, rows);
    int status = figure_check(&figure, error);
    if (asprintf(&words->name, "%s%s%s", plots[p].name, run->is_first ? "" : "-", run->is_first ? "" : run->name) < 0)
        words->name = NULL;
    words->caption = strdup(figure.caption);
    words->description = strdup(figure.description ? figure.description : "");
    if (status == 0 && (!words->name || !words->caption || !words->description))
        status = error_set(error, "out of memory");
    if (status == 0) status = draw_figure(&figure, words->name, folder, error);
    figure_release(&figure);
    return status;
}

int gradient_plots_draw(struct gradient_run *run, const char *folder, struct error *error)
{
    struct rows rows;
    char *into = file_join(folder, "plots");
    int status = file_make_folder(into, error);
    if (rows_init(&rows, run) != 0) status = error_set(error, "out of memory");
    for (int p = 0; p < PLOTS && status == 0 && rows.batch_count > 0; p++) status = draw(run, p, &rows, into, error);
    rows_release(&rows);
    free(into);
    return status;
}
