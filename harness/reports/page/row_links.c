/* row_links.c - see row_links.h. */
#include "harness/reports/page/row_links.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/relative.h"
#include "base/shell.h"
#include "harness/reports/page/html.h"

static const struct {
    const char *text, *file;
} kinds[ROW_LINKS] = {
    {"curve", "epochs.csv"}, {"log", "log.txt"}, {"settings", "experiment.yaml"}, {"CSV", "result.csv"}};

/* ---- links ---- */

/* Whether the cell's folder belongs to the same training run as the row; assumed if it has no result or no identity. */
static int is_same(const struct results *results, struct results_cell cell, const char *cell_folder)
{
    struct csv_table table = {0};
    struct error ignored;
    const char *identity = results_text(results, cell, "settings");
    char *path = file_join(cell_folder, "result.csv");
    int same = 1;
    if (file_exists(path) && identity[0]) {
        same = csv_read(&table, path, &ignored) == 0 && table.row_count > 0 &&
               strcmp(csv_text(&table, 0, csv_column(&table, "settings")), identity) == 0;
        csv_release(&table);
    }
    free(path);
    return same;
}

/* The address of a file relative to the report's folder; the caller frees. NULL if memory runs out. */
static char *make_address(const char *folder, const char *path)
{
    char *relative = relative_path(folder, path), *address = NULL;
    size_t size;
    FILE *stream = relative ? open_memstream(&address, &size) : NULL;
    if (stream) html_address(stream, relative);
    free(relative);
    if (!stream || fclose(stream) == 0) return address;
    free(address);
    return NULL;
}

int row_links_make(struct row_links *links, const struct results *results, struct results_cell cell, const char *folder,
                   struct error *error)
{
    char *own = file_join(results->runs[cell.run].folder, "cells/%s", results_text(results, cell, "cell"));
    int there = file_exists(own) && is_same(results, cell, own), status = 0;
    for (int k = 0; k < ROW_LINKS; k++) {
        char *path = file_join(own, "%s", kinds[k].file);
        int is_file = there && file_exists(path);
        links->address[k] = is_file ? make_address(folder, path) : NULL;
        links->links[k] = (struct markup_link){kinds[k].text, links->address[k]};
        if (is_file && !links->address[k]) status = error_set(error, "out of memory");
        free(path);
    }
    free(own);
    if (status != 0) row_links_release(links);
    return status;
}

void row_links_release(struct row_links *links)
{
    for (int k = 0; k < ROW_LINKS; k++) free(links->address[k]);
    *links = (struct row_links){0};
}

/* ---- commands ---- */

static int has_failed(const struct results *results, struct results_cell cell)
{
    return strcmp(results_text(results, cell, "status"), "ok") != 0;
}

/* Writes the name as an extended regular expression. */
static void write_pattern(FILE *stream, const char *name)
{
    for (; *name; name++) {
        if (strchr("\\.[]{}()*+?^$|", *name)) fputc('\\', stream);
        fputc(*name, stream);
    }
}

/* A regular expression for the cells' names, "^(a|b)$" or "^a$"; the caller frees. NULL if memory runs out. */
static char *make_pattern(const struct results *results, const struct results_cell *cells, int count)
{
    char *pattern = NULL;
    size_t size;
    FILE *stream = open_memstream(&pattern, &size);
    if (!stream) return NULL;
    fputs(count > 1 ? "^(" : "^", stream);
    for (int c = 0; c < count; c++) {
        if (c > 0) fputc('|', stream);
        write_pattern(stream, results_text(results, cells[c], "cell"));
    }
    fputs(count > 1 ? ")$" : "$", stream);
    if (fclose(stream) == 0) return pattern;
    free(pattern);
    return NULL;
}

/* The experiment file that trains the cells: the run's or, for a tuned cell, its own, since the run's would tune again.
 * The caller frees; NULL if there is none. */
static char *find_experiment(const struct results *results, const struct results_cell *cells, int count)
{
    const char *folder = results->runs[cells[0].run].folder;
    int is_tuned = results_is_tuned(results, cells[0]);
    if (is_tuned && count > 1) return NULL;
    char *path = is_tuned ? file_join(folder, "cells/%s/experiment.yaml", results_text(results, cells[0], "cell"))
                          : file_join(folder, "experiment.yaml");
    if (file_exists(path)) return path;
    free(path);
    return NULL;
}

static void write_command(FILE *stream, const struct results *results, struct results_cell cell, const char *experiment,
                          const char *pattern, const char *out)
{
    double threads = results_number(results, cell, "threads");
    fputs("partgrad run ", stream);
    shell_quote(stream, experiment);
    fputs(" --out ", stream);
    shell_quote(stream, out);
    if (!results_is_tuned(results, cell)) {
        fputs(" --only ", stream);
        shell_quote(stream, pattern);
    }
    if (has_failed(results, cell)) fputs(" --retry-failed", stream);
    if (threads >= 1) fprintf(stream, " --threads %.0f", threads);
}

static char *make_command(const struct results *results, const struct results_cell *cells, int count,
                          const char *experiment)
{
    char *command = NULL, *out = NULL, *pattern = make_pattern(results, cells, count);
    size_t size;
    const char *end = has_failed(results, cells[0]) ? "" : "-again";
    if (asprintf(&out, "%s%s", results->runs[cells[0].run].folder, end) < 0) out = NULL;
    FILE *stream = pattern && out ? open_memstream(&command, &size) : NULL;
    if (stream) write_command(stream, results, cells[0], experiment, pattern, out);
    if (stream && fclose(stream) != 0) {
        free(command);
        command = NULL;
    }
    free(pattern);
    free(out);
    return command;
}

int row_command(char **command, const struct results *results, const struct results_cell *cells, int count,
                struct error *error)
{
    char *experiment = find_experiment(results, cells, count);
    *command = experiment ? make_command(results, cells, count, experiment) : NULL;
    int status = experiment && !*command ? error_set(error, "out of memory") : 0;
    free(experiment);
    return status;
}
