/* draw.c - see draw.h. Numbers go to gnuplot in a data file, a block for each line; how to draw them goes as
 * assignments, which scripts/plots/lines.gp lists. gnuplot runs in the folder of the plots, so that it never meets the
 * folder's name. */
#include "harness/reports/draw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "harness/reports/gnuplot.h"

/* All that the images of one plot have in common. */
struct drawing {
    const struct plot *plot;
    const struct variation *variation;
    const struct series_list *list;
    const char *folder, *templates; /* of the plots, of the templates */
    double seconds;                 /* that gnuplot may take for one image */
};

/* A label on one line, or a comment would end in its midst. */
static void print_comment(FILE *stream, const struct series *series)
{
    fprintf(stream, "# batch %.9g: ", series->first->batch_size);
    for (const char *c = series->label; *c; c++) fputc(*c == '\n' || *c == '\r' ? ' ' : *c, stream);
    fputs("\n# x mean deviation\n", stream);
}

static int write_data(const struct series_list *list, const char *path, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    for (int s = 0; s < list->count; s++) {
        const struct series *series = &list->series[s];
        print_comment(writer.stream, series);
        for (int i = 0; i < series->point_count; i++)
            fprintf(writer.stream, "%.9g %.9g %.9g\n", series->points[i].x, series->points[i].mean,
                    series->points[i].deviation);
        fputs(series->point_count ? "\n\n" : "NaN NaN NaN\n\n\n", writer.stream);
    }
    return file_writer_commit(&writer, error);
}

/* ---- what a template is told ---- */

static void print_text(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%s = ", name);
    gnuplot_print_string(stream, text);
    fputs("; ", stream);
}

/* An array with one of each line's positions. */
static void print_positions(FILE *stream, const char *name, const struct series_list *list, size_t member)
{
    fprintf(stream, "array %s[%d] = [", name, list->count);
    for (int s = 0; s < list->count; s++)
        fprintf(stream, "%s%d", s ? "," : "", *(const int *)((const char *)&list->series[s] + member));
    fputs("]; ", stream);
}

static void print_labels(FILE *stream, const struct series_list *list)
{
    fprintf(stream, "array label[%d] = [", list->count);
    for (int s = 0; s < list->count; s++) {
        if (s > 0) fputc(',', stream);
        gnuplot_print_string(stream, list->series[s].label);
    }
    fputs("]; ", stream);
}

static void print_panels(FILE *stream, const struct plot *plot, const struct series_list *list)
{
    fprintf(stream, "panels = %d; array panel_title[%d] = [", list->panel_count, list->panel_count);
    for (int p = 0; p < list->panel_count; p++) {
        char title[64] = "";
        for (int s = 0; s < list->count && plot->axis != PLOT_BATCH && !title[0]; s++)
            if (list->series[s].panel == p)
                snprintf(title, sizeof title, "batch size %.9g", list->series[s].first->batch_size);
        if (p > 0) fputc(',', stream);
        gnuplot_print_string(stream, title);
    }
    fputs("]; ", stream);
}

/* What was trained, as far as it is the same for all groups: "mobilenet_v2, cub, multi_similarity". */
static void print_subject(FILE *stream, const struct variation *variation)
{
    static const char *const names[] = {"model", "dataset", "loss"};
    const struct results *results = variation->results;
    char subject[3 * VARIATION_TEXT_SIZE] = "", value[VARIATION_TEXT_SIZE];
    size_t used = 0;
    for (size_t n = 0; n < sizeof names / sizeof *names && results->ok.count > 0; n++) {
        int axis = axes_find(&results->axes, names[n]);
        if (axis < 0 || variation->varies[axis]) continue;
        variation_value(variation, results->ok.cells[0], axis, value);
        used += (size_t)snprintf(subject + used, sizeof subject - used, "%s%s", used ? ", " : "", value);
    }
    print_text(stream, "subject", subject);
}

static void print_axes(FILE *stream, const struct series_list *list)
{
    int any = list->tick_count > 0;
    fprintf(stream, "array tick[%d] = [%s", any ? list->tick_count : 1, any ? "" : "1");
    for (int t = 0; t < list->tick_count; t++) fprintf(stream, "%s%.9g", t ? "," : "", list->ticks[t]);
    fprintf(stream, "]; y_low = %.9g; y_high = %.9g", any ? list->y_low : 0, any ? list->y_high : 1);
}

/* gnuplot assignments on one line; the caller frees. NULL where memory is out. */
static char *make_settings(const struct drawing *drawing, const char *format, const char *target)
{
    const struct series_list *list = drawing->list;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    fprintf(stream, "data = '%s.dat'; ", drawing->plot->name);
    print_text(stream, "target", target);
    print_text(stream, "format", format);
    print_subject(stream, drawing->variation);
    fprintf(stream, "lines = %d; ", list->count);
    print_positions(stream, "panel", list, offsetof(struct series, panel));
    print_positions(stream, "color", list, offsetof(struct series, color));
    print_positions(stream, "shape", list, offsetof(struct series, shape));
    print_positions(stream, "dash", list, offsetof(struct series, dash));
    print_positions(stream, "in_key", list, offsetof(struct series, in_key));
    print_labels(stream, list);
    print_panels(stream, drawing->plot, list);
    print_axes(stream, list);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

/* ---- files ---- */

/* Half a minute, and as much again for each hundred thousand points. */
static double allowed_seconds(const struct series_list *list)
{
    double points = 0;
    for (int s = 0; s < list->count; s++) points += list->series[s].point_count;
    return 30 * (1 + points / 1e5);
}

static int check_image(const char *path, struct error *error)
{
    struct stat file;
    if (stat(path, &file) == 0 && file.st_size > 0) return 0;
    return error_set(error, "gnuplot ended without an error, but wrote no image");
}

/* One image from the data that is there; gnuplot fills the temporary file, and only a whole one gets its name. */
static int draw_image(const struct drawing *drawing, const char *format, struct error *error)
{
    struct file_writer writer = {0};
    const char *name = drawing->plot->name;
    char *path = file_join(drawing->folder, "%s.%s", name, format), *settings = NULL;
    int status = file_writer_open(&writer, path, error);
    if (status == 0) {
        settings = make_settings(drawing, format, strrchr(writer.temporary, '/') + 1);
        status = settings ? gnuplot_run(drawing->templates, name, drawing->folder, settings, drawing->seconds, error)
                          : error_set(error, "out of memory");
    }
    if (status == 0) status = check_image(writer.temporary, error);
    if (status != 0) error_context(error, "cannot draw %s", path);
    if (status == 0)
        status = file_writer_commit(&writer, error);
    else
        file_writer_release(&writer);
    free(settings);
    free(path);
    return status;
}

int draw_plot(const struct plot *plot, const struct series_list *list, const struct variation *variation,
              const char *folder, struct error *error)
{
    char templates[PATH_MAX];
    if (gnuplot_find_templates(templates, error) != 0) return -1;
    char *plots_folder = file_join(folder, "plots"), *data = file_join(plots_folder, "%s.dat", plot->name);
    struct drawing drawing = {plot, variation, list, plots_folder, templates, allowed_seconds(list)};
    int status = write_data(list, data, error);
    if (status == 0) status = draw_image(&drawing, "svg", error);
    if (status == 0) status = draw_image(&drawing, "png", error);
    free(data);
    free(plots_folder);
    return status;
}
