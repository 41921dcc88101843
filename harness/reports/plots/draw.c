/* draw.c - see draw.h. gnuplot runs in the folder of the images, so its script never contains the folder's name. */
#include "harness/reports/plots/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/reports/plots/figure_csv.h"
#include "harness/reports/plots/gnuplot.h"
#include "harness/reports/plots/script.h"
#include "harness/reports/plots/svg.h"

/* HOVERS_MAX: with more points, values are not shown under the pointer, so that pages stay small. */
enum { HOVERS_MAX = 1500, SVG_MAX = 64 << 20 };

static const char template_name[] = "figure";

/* What the images of one figure have in common. */
struct drawing {
    struct figure *figure;
    struct layout layout;
    const char *name, *folder, *templates;
    double seconds; /* time limit of gnuplot for one image */
};

/* ---- files ---- */

/* gnuplot's time limit: a minute, since the machine may be busy, and half a minute for each 100,000 points. */
static double allowed_seconds(const struct figure *figure)
{
    double points = 0;
    for (int s = 0; s < figure->series_count; s++) points += figure->series[s].point_count;
    return 60 + 30 * points / 1e5;
}

static int check_image(const char *path, struct error *error)
{
    struct stat file;
    if (stat(path, &file) == 0 && file.st_size > 0) return 0;
    return error_set(error, "gnuplot ended without an error, but wrote no image");
}

/* What shows under the pointer: "random, seed 2: p 0.5, recall@1 62.1 % (61.7 to 62.5), disturbed"; kept by the figure.
 */
static const char *hover(struct figure *figure, const struct figure_series *series, const struct figure_point *point)
{
    const char *what = point->of[0] && strcmp(point->of, "mean") != 0 ? figure_text(figure, ", %s", point->of) : "";
    const char *text = figure_text(figure, "%s%s%s%s:", series->label, what, point->detail ? ", " : "",
                                   point->detail ? point->detail : "");
    const struct figure_axis *axes[] = {&figure->x, &figure->y};
    const double at[] = {point->x, point->y};
    for (int a = 0; a < 2; a++)
        if (axes[a]->column)
            text = figure_text(figure, "%s %s %s%s", text, axes[a]->words, figure_value(figure, axes[a], at[a]),
                               a == 0 && axes[1]->column ? "," : "");
    const struct figure_axis *barred = axes[!series->bars_on_x];
    if (isfinite(point->low))
        text = figure_text(figure, "%s (%s to %s)", text, figure_value(figure, barred, point->low),
                           figure_value(figure, barred, point->high));
    return point->note ? figure_text(figure, "%s, %s", text, point->note) : text;
}

/* Adapts gnuplot's image (svg.h), in its temporary file. */
static int finish_svg(const struct drawing *drawing, struct file_writer *writer, struct error *error)
{
    struct figure *figure = drawing->figure;
    int count = 0, all = 0;
    char *text;
    for (int s = 0; s < figure->series_count; s++) all += figure->series[s].point_count;
    const char **hovers = calloc((size_t)all + 1, sizeof *hovers);
    if (!hovers) return error_set(error, "out of memory");
    for (int s = 0; s < figure->series_count && all <= HOVERS_MAX; s++)
        for (int p = 0; p < figure->series[s].point_count; p++)
            hovers[count++] = hover(figure, &figure->series[s], &figure->series[s].points[p]);
    int status = figure_check(figure, error);
    if (status == 0) status = file_read(writer->temporary, SVG_MAX, &text, NULL, error);
    if (status == 0) {
        struct svg_words words = {drawing->name, figure->description, hovers, count};
        rewind(writer->stream);
        if (ftruncate(fileno(writer->stream), 0) != 0) status = error_errno(error, "cannot write");
        svg_finish(writer->stream, text, &words);
        free(text);
    }
    free(hovers);
    return status;
}

/* Draws one image. gnuplot writes a temporary file, which is renamed once it is complete. */
static int draw_image(const struct drawing *drawing, const char *format, struct error *error)
{
    struct file_writer writer = {0};
    char *path = file_join(drawing->folder, "%s.%s", drawing->name, format), *settings = NULL;
    int status = file_writer_open(&writer, path, error);
    if (status == 0) {
        settings = script_make(drawing->figure, &drawing->layout, format, strrchr(writer.temporary, '/') + 1);
        status = settings ? gnuplot_run(drawing->templates, template_name, drawing->folder, settings, drawing->seconds,
                                        error)
                          : error_set(error, "out of memory");
    }
    if (status == 0) status = check_image(writer.temporary, error);
    if (status == 0 && strcmp(format, "svg") == 0) status = finish_svg(drawing, &writer, error);
    if (status != 0) error_context(error, "cannot draw %s", path);
    if (status == 0)
        status = file_writer_commit(&writer, error);
    else
        file_writer_release(&writer);
    free(settings);
    free(path);
    return status;
}

static int write_data(const struct drawing *drawing, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(drawing->folder, "%s.csv", drawing->name);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    figure_write_csv(writer.stream, drawing->figure);
    return file_writer_commit(&writer, error);
}

int draw_figure(struct figure *figure, const char *name, const char *folder, struct error *error)
{
    char templates[PATH_MAX];
    struct drawing drawing = {.figure = figure, .name = name, .folder = folder, .templates = templates};
    figure_describe(figure);
    if (figure_check(figure, error) != 0 || gnuplot_find_templates(templates, error) != 0) return -1;
    if (layout_make(&drawing.layout, figure, error) != 0) return -1;
    drawing.seconds = allowed_seconds(figure);
    int status = write_data(&drawing, error);
    if (status == 0) status = draw_image(&drawing, "svg", error);
    if (status == 0) status = draw_image(&drawing, "png", error);
    layout_release(&drawing.layout);
    return status;
}
