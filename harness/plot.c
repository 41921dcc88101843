/* plot.c - see plot.h. */
#include "harness/plot.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

enum { SERIES_MAX = 64, LABEL_SIZE = 160 };

const struct plot plots[] = {
    {"recall-portion", "Recall@1 on test classes against the gradient portion. Bars: one standard deviation over seeds, in all plots.",
     METRIC_RECALL, 100, 0, 0},
    {"gap-portion", "Overfitting gap, train less test recall@1, against the gradient portion.", METRIC_GAP, 100, 0, 0},
    {"memory-batch", "Peak memory of activations against the batch size; strategies need the same and share a line.",
     METRIC_MEMORY, 1.0 / (1 << 20), 1, 1},
    {"speed-portion", "Training speed against the gradient portion.", METRIC_SPEED, 1, 0, 1},
    {0},
};

/* One line of a plot, and how it looks. */
struct series {
    const struct aggregate_group *first; /* a group that lies on it */
    char                          label[LABEL_SIZE];
    int                           color, point, dash; /* positions in the template's lists */
};

static int same(const struct aggregate_group *a, const struct aggregate_group *b, enum aggregate_key key)
{
    return strcmp(a->key[key], b->key[key]) == 0;
}

static int is_full(const struct aggregate_group *group)
{
    return group->portion >= 1;
}

/* Whether a group's point lies on the line of `first`. At p = 1 every strategy is the same training, so that point ends the
 * line of each. */
static int on_line(const struct plot *plot, const struct aggregate_group *first, const struct aggregate_group *group)
{
    static const enum aggregate_key always[] = {KEY_DATASET, KEY_MODEL, KEY_LOSS, KEY_SAMPLER, KEY_PER_CLASS,
                                                KEY_PRECISION};
    if (first->run != group->run || !same(first, group, KEY_BACKPROP)) return 0;
    for (size_t k = 0; k < sizeof always / sizeof *always; k++)
        if (!same(first, group, always[k])) return 0;
    if (plot->against_batch) return same(first, group, KEY_PORTION);
    return same(first, group, KEY_BATCH) && (same(first, group, KEY_STRATEGY) || is_full(group));
}

/* Position of a group's value among the distinct values that earlier groups have. */
static int position_of(const struct aggregate *aggregate, const struct aggregate_group *group, enum aggregate_key key)
{
    int position = 0;
    for (const struct aggregate_group *g = aggregate->groups; g < group; g++) {
        int seen = same(g, group, key);
        for (const struct aggregate_group *h = aggregate->groups; h < g && !seen; h++) seen = same(h, g, key);
        if (same(g, group, key)) return position;
        position += !seen;
    }
    return position;
}

/* Adds ", text" for a key whose values differ somewhere. */
static void add_label(const struct aggregate *aggregate, struct series *series, enum aggregate_key key, const char *name)
{
    int several = 0;
    for (int g = 1; g < aggregate->group_count; g++) several |= !same(&aggregate->groups[0], &aggregate->groups[g], key);
    size_t used = strlen(series->label);
    if (several)
        snprintf(series->label + used, LABEL_SIZE - used, "%s%s%s", used ? ", " : "", name, series->first->key[key]);
}

static struct series make_series(const struct plot *plot, const struct aggregate *aggregate,
                                 const struct aggregate_group *first)
{
    struct series series = {.first = first};
    series.color = position_of(aggregate, first, plot->against_batch ? KEY_PORTION : KEY_STRATEGY);
    series.point = plot->against_batch ? first->run : position_of(aggregate, first, KEY_BATCH);
    series.dash = position_of(aggregate, first, KEY_BACKPROP);
    if (aggregate->run_count > 1) snprintf(series.label, LABEL_SIZE, "%s", aggregate->runs[first->run].name);
    add_label(aggregate, &series, KEY_SAMPLER, "");
    add_label(aggregate, &series, KEY_LOSS, "");
    if (plot->against_batch) {
        add_label(aggregate, &series, KEY_PORTION, "p ");
    } else {
        add_label(aggregate, &series, KEY_STRATEGY, "");
        add_label(aggregate, &series, KEY_BATCH, "batch ");
    }
    add_label(aggregate, &series, KEY_PER_CLASS, "samples per class ");
    if (plot->by_backprop) add_label(aggregate, &series, KEY_BACKPROP, "");
    if (!series.label[0]) snprintf(series.label, LABEL_SIZE, "%s", first->key[KEY_STRATEGY]);
    return series;
}

/* A line begins with every group that no line holds yet. The full batch alone makes no line, unless there is nothing else. */
static int list_series(const struct plot *plot, const struct aggregate *aggregate, struct series *series)
{
    int count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int g = 0; g < aggregate->group_count && count < SERIES_MAX; g++) {
            const struct aggregate_group *group = &aggregate->groups[g];
            int held = !plot->by_backprop && !same(group, &aggregate->groups[0], KEY_BACKPROP);
            if (!plot->against_batch && is_full(group) != pass) continue;
            for (int s = 0; s < count && !held; s++) held = on_line(plot, series[s].first, group);
            if (!held) series[count++] = make_series(plot, aggregate, group);
        }
    return count;
}

static int compare_x(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* A block: the label, then x, mean and deviation of each point, ascending. */
static void write_block(FILE *stream, const struct plot *plot, const struct aggregate *aggregate,
                        const struct series *series)
{
    double(*points)[3] = calloc((size_t)aggregate->group_count, sizeof *points);
    int count = 0;
    for (int g = 0; points && g < aggregate->group_count; g++) {
        const struct aggregate_group *group = &aggregate->groups[g];
        const struct aggregate_value *value = &group->value[plot->metric];
        double x = plot->against_batch ? group->batch_size : group->portion;
        if (!on_line(plot, series->first, group) || isnan(value->mean)) continue;
        if (plot->against_batch && count > 0 && points[count - 1][0] == x) continue; /* another strategy's, the same */
        points[count][0] = x;
        points[count][1] = value->mean * plot->scale;
        points[count++][2] = value->deviation * plot->scale;
    }
    if (count > 0) qsort(points, (size_t)count, sizeof *points, compare_x);
    fprintf(stream, "\"%s\"\n", series->label);
    for (int i = 0; i < count; i++) fprintf(stream, "%.9g %.9g %.9g\n", points[i][0], points[i][1], points[i][2]);
    fprintf(stream, "\n\n");
    free(points);
}

static int write_data(const struct plot *plot, const struct aggregate *aggregate, const struct series *series, int count,
                      const char *path, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    for (int s = 0; s < count; s++) write_block(writer.stream, plot, aggregate, &series[s]);
    return file_writer_commit(&writer, error);
}

/* Where the templates are: PARTGRAD_PLOTS, beside the source tree's build folder, or where make install put them. */
static int find_templates(char *folder, size_t size, struct error *error)
{
    static const char *const places[] = {"../scripts/plots", "../../scripts/plots", "../share/partgrad/plots"};
    const char *given = getenv("PARTGRAD_PLOTS");
    char        program[PATH_MAX];
    ssize_t     length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (given) {
        snprintf(folder, size, "%s", given);
        return 0;
    }
    program[length > 0 ? length : 0] = '\0';
    const char *beside = dirname(program);
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        snprintf(folder, size, "%s/%s", beside, places[p]);
        if (file_exists(folder)) return 0;
    }
    return error_set(error, "cannot find the templates of the plots; set PARTGRAD_PLOTS to scripts/plots");
}

/* text as a gnuplot string in single quotes. */
static void print_quoted(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%s = '", name);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', stream);
        fputc(*text, stream);
    }
    fprintf(stream, "'; ");
}

static void print_list(FILE *stream, const char *name, const struct series *series, int count, size_t member)
{
    fprintf(stream, "%s = '", name);
    for (int s = 0; s < count; s++) fprintf(stream, "%d ", *(const int *)((const char *)&series[s] + member) + 1);
    fprintf(stream, "'; ");
}

/* What the template needs to know, as gnuplot assignments; the caller frees. */
static char *template_settings(const char *data, const char *output, const char *terminal, const char *templates,
                               const struct series *series, int count)
{
    char  *text = NULL;
    size_t size;
    FILE  *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    print_quoted(stream, "data", data);
    print_quoted(stream, "target", output);
    print_quoted(stream, "format", terminal);
    print_quoted(stream, "templates", templates);
    fprintf(stream, "lines = %d; ", count);
    print_list(stream, "colors", series, count, offsetof(struct series, color));
    print_list(stream, "points", series, count, offsetof(struct series, point));
    print_list(stream, "dashes", series, count, offsetof(struct series, dash));
    return fclose(stream) == 0 ? text : NULL;
}

static int run_gnuplot(const char *settings, const char *template, struct error *error)
{
    int   pipe_ends[2];
    char  said[512];
    if (pipe(pipe_ends) != 0) return error_errno(error, "cannot start gnuplot");
    pid_t process = fork();
    if (process == 0) {
        dup2(pipe_ends[1], STDERR_FILENO);
        close(pipe_ends[0]);
        execlp("gnuplot", "gnuplot", "-e", settings, template, (char *)NULL);
        _exit(127);
    }
    close(pipe_ends[1]);
    size_t length = 0;
    for (ssize_t got; process > 0 && (got = read(pipe_ends[0], said + length, sizeof said - 1 - length)) > 0;)
        length += (size_t)got;
    said[length] = '\0';
    close(pipe_ends[0]);
    int status = -1;
    if (process < 0 || waitpid(process, &status, 0) < 0) return error_errno(error, "cannot start gnuplot");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(error, "cannot run gnuplot: is it installed? scripts/setup installs it");
    said[strcspn(said, "\n")] = '\0';
    return error_set(error, "gnuplot failed with %s: %s", template, said);
}

/* One image, under a temporary name until it is whole. */
static int draw_image(const struct plot *plot, const char *base, const char *format, const char *templates,
                      const struct series *series, int count, struct error *error)
{
    char data[PATH_MAX], image[PATH_MAX], temporary[PATH_MAX], template[PATH_MAX];
    snprintf(data, sizeof data, "%s.dat", base);
    snprintf(image, sizeof image, "%s.%s", base, format);
    snprintf(temporary, sizeof temporary, "%s.%s.tmp", base, format);
    snprintf(template, sizeof template, "%s/%s.gp", templates, plot->name);
    char *settings = template_settings(data, temporary, format, templates, series, count);
    int   status = settings ? run_gnuplot(settings, template, error) : error_set(error, "out of memory");
    free(settings);
    if (status == 0 && rename(temporary, image) != 0) status = error_errno(error, "cannot write %s", image);
    if (status != 0) unlink(temporary);
    return status;
}

int plot_draw(const struct plot *plot, const struct aggregate *aggregate, const char *folder, struct error *error)
{
    struct series series[SERIES_MAX];
    char          templates[PATH_MAX];
    int           count = list_series(plot, aggregate, series);
    if (find_templates(templates, sizeof templates, error) != 0) return -1;
    char *base = file_join(folder, "plots/%s", plot->name), *data = file_join(folder, "plots/%s.dat", plot->name);
    int   status = strlen(base) < PATH_MAX - 16 ? 0 : error_set(error, "%s: the path is too long", base);
    if (status == 0) status = write_data(plot, aggregate, series, count, data, error);
    if (status == 0) status = draw_image(plot, base, "svg", templates, series, count, error);
    if (status == 0) status = draw_image(plot, base, "png", templates, series, count, error);
    free(data);
    free(base);
    return status;
}
