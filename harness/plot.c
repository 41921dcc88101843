/* plot.c - see plot.h. Numbers go to gnuplot in a data file, a block for each line; how to draw them goes as
 * assignments, which scripts/plots/lines.gp lists. */
#include "harness/plot.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/series.h"

enum { SAID_SIZE = 2048, EXEC_FAILED = 127 };

const struct plot plots[] = {
    {"recall-portion",
     "Recall@1 on classes that were not trained on. In all plots, points are means and bars one standard deviation "
     "over "
     "seeds; at p = 1 every strategy is ordinary training, so there the lines meet.",
     METRIC_RECALL, 100, 0, 0},
    {"gap-portion", "Overfitting gap: recall@1 on train classes less recall@1 on test classes.", METRIC_GAP, 100, 0, 0},
    {"memory-batch",
     "Peak memory of activations. It depends on the portion and on the way of back-propagating, and is the same for "
     "all "
     "strategies.",
     METRIC_MEMORY, 1.0 / (1 << 20), 1, 1},
    {"speed-portion", "Images that training takes in per second; those that are not selected count too.", METRIC_SPEED,
     1, 0, 1},
    {0},
};

static int write_data(const struct series_list *list, const char *path, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    for (int s = 0; s < list->count; s++) {
        const struct series *series = &list->series[s];
        fprintf(writer.stream, "# batch %s: %s\n# x mean deviation\n", series->first->key[KEY_BATCH], series->label);
        for (int i = 0; i < series->point_count; i++)
            fprintf(writer.stream, "%.9g %.9g %.9g\n", series->points[i].x, series->points[i].mean,
                    series->points[i].deviation);
        fputs(series->point_count ? "\n\n" : "NaN NaN NaN\n\n\n", writer.stream);
    }
    return file_writer_commit(&writer, error);
}

/* ---- what a template is told ---- */

/* text as a gnuplot string in single quotes, in which only these need care. */
static void print_quoted(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
    fputc('\'', stream);
}

static void print_text(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%s = ", name);
    print_quoted(stream, text);
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
        print_quoted(stream, list->series[s].label);
    }
    fputs("]; ", stream);
}

static void print_panels(FILE *stream, const struct plot *plot, const struct series_list *list)
{
    fprintf(stream, "panels = %d; array panel_title[%d] = [", list->panel_count, list->panel_count);
    for (int p = 0; p < list->panel_count; p++) {
        char title[64] = "";
        for (int s = 0; s < list->count && !plot->against_batch && !title[0]; s++)
            if (list->series[s].panel == p)
                snprintf(title, sizeof title, "batch size %s", list->series[s].first->key[KEY_BATCH]);
        if (p > 0) fputc(',', stream);
        print_quoted(stream, title);
    }
    fputs("]; ", stream);
}

static void print_ranges(FILE *stream, const struct series_list *list)
{
    int any = list->x_low <= list->x_high;
    fprintf(stream, "x_low = %.9g; x_high = %.9g; y_low = %.9g; y_high = %.9g", any ? list->x_low : 1,
            any ? list->x_high : 1, any ? list->y_low : 0, any ? list->y_high : 1);
}

/* One image to be drawn. */
struct image {
    const char *data, *target, *format, *templates;
};

/* gnuplot assignments on one line; the caller frees. NULL where memory is out. */
static char *make_settings(const struct plot *plot, const struct series_list *list, const struct image *image)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    print_text(stream, "data", image->data);
    print_text(stream, "target", image->target);
    print_text(stream, "format", image->format);
    print_text(stream, "templates", image->templates);
    fprintf(stream, "lines = %d; ", list->count);
    print_positions(stream, "panel", list, offsetof(struct series, panel));
    print_positions(stream, "color", list, offsetof(struct series, color));
    print_positions(stream, "shape", list, offsetof(struct series, shape));
    print_positions(stream, "dash", list, offsetof(struct series, dash));
    print_positions(stream, "in_key", list, offsetof(struct series, in_key));
    print_labels(stream, list);
    print_panels(stream, plot, list);
    print_ranges(stream, list);
    return fclose(stream) == 0 ? text : NULL;
}

/* ---- gnuplot ---- */

/* Where the templates are: PARTGRAD_PLOTS, beside the source tree's build folder, or where make install put them. */
static int find_templates(char folder[PATH_MAX], struct error *error)
{
    static const char *const places[] = {"../scripts/plots", "../../scripts/plots", "../share/partgrad/plots"};
    const char *given = getenv("PARTGRAD_PLOTS");
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (given) {
        snprintf(folder, PATH_MAX, "%s", given);
        return 0;
    }
    program[length > 0 ? length : 0] = '\0';
    const char *beside = dirname(program);
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        if (snprintf(folder, PATH_MAX, "%s/%s", beside, places[p]) < PATH_MAX && file_exists(folder)) return 0;
    return error_set(error, "cannot find the templates of the plots; set PARTGRAD_PLOTS to scripts/plots");
}

/* In the child, between fork and exec: only calls that are safe there. */
static void become_gnuplot(const char *settings, const char *template, int output)
{
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) _exit(EXEC_FAILED);
    execlp("gnuplot", "gnuplot", "-e", settings, template, (char *)NULL);
    _exit(EXEC_FAILED);
}

/* Keeps the beginning of what a process says, and reads on to its end. */
static void listen_to(int input, char said[SAID_SIZE])
{
    char rest[SAID_SIZE];
    size_t used = 0;
    for (;;) {
        size_t room = SAID_SIZE - 1 - used;
        ssize_t got = read(input, room ? said + used : rest, room ? room : sizeof rest);
        if (got <= 0) break;
        if (room) used += (size_t)got;
    }
    said[used] = '\0';
}

/* The last line that is not blank: gnuplot echoes the statement first and then says what is wrong with it. */
static const char *last_line(char *text)
{
    for (size_t length = strlen(text); length > 0 && strchr(" \n\r\t", text[length - 1]);) text[--length] = '\0';
    char *newline = strrchr(text, '\n');
    return newline ? newline + 1 : text;
}

static int run_gnuplot(const char *settings, const char *template, struct error *error)
{
    int ends[2], status = -1;
    char said[SAID_SIZE];
    if (pipe(ends) != 0) return error_errno(error, "cannot start gnuplot");
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        become_gnuplot(settings, template, ends[1]);
    }
    close(ends[1]);
    if (process > 0) listen_to(ends[0], said);
    close(ends[0]);
    if (process < 0 || waitpid(process, &status, 0) < 0) return error_errno(error, "cannot start gnuplot");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXEC_FAILED)
        return error_set(error, "cannot run gnuplot: is it installed? scripts/setup installs it");
    return error_set(error, "gnuplot failed with %s: %s", template, last_line(said));
}

/* ---- files ---- */

/* One image from the data that is there, under a temporary name until it is whole. */
static int draw_image(const struct plot *plot, const struct series_list *list, const char *folder, const char *format,
                      const char *templates, struct error *error)
{
    char *data = file_join(folder, "plots/%s.dat", plot->name);
    char *whole = file_join(folder, "plots/%s.%s", plot->name, format);
    char *temporary = file_join(folder, "plots/%s.%s.tmp", plot->name, format);
    char *template = file_join(templates, "%s.gp", plot->name);
    struct image image = {.data = data, .target = temporary, .format = format, .templates = templates};
    char *settings = make_settings(plot, list, &image);
    int status = settings ? run_gnuplot(settings, template, error) : error_set(error, "out of memory");
    if (status == 0 && rename(temporary, whole) != 0) status = error_errno(error, "cannot write %s", whole);
    if (status != 0) unlink(temporary);
    free(settings);
    free(template);
    free(temporary);
    free(whole);
    free(data);
    return status;
}

int plot_draw(const struct plot *plot, const struct aggregate *aggregate, const char *folder, struct error *error)
{
    struct series_list list;
    char templates[PATH_MAX];
    if (find_templates(templates, error) != 0 || series_list_init(&list, plot, aggregate, error) != 0) return -1;
    char *data = file_join(folder, "plots/%s.dat", plot->name);
    int status = write_data(&list, data, error);
    if (status == 0) status = draw_image(plot, &list, folder, "svg", templates, error);
    if (status == 0) status = draw_image(plot, &list, folder, "png", templates, error);
    free(data);
    series_list_release(&list);
    return status;
}
