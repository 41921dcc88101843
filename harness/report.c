/* report.c - see report.h. */
#include "harness/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/aggregate.h"
#include "harness/plot.h"

enum { TEXT_MAX = 16 << 20 };

static const char style[] =
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "figure{margin:2rem 0}figure svg{width:100%;height:auto;border-radius:6px}figcaption{opacity:.8}"
    "div.table{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}"
    "th,td{padding:.25rem .6rem;border-bottom:1px solid #8884;text-align:right;white-space:nowrap}"
    "th{position:sticky;top:0}td.text,th.text{text-align:left}pre{overflow-x:auto;background:#8882;padding:1rem}";

/* A column of the table of groups: a key as text, or a metric scaled to its unit. */
static const struct report_column {
    const char *title;
    int         is_key;
    int         which; /* enum aggregate_key or enum aggregate_metric */
    double      scale;
    int         digits;
} columns[] = {
    {"strategy", 1, KEY_STRATEGY, 0, 0},       {"sampler", 1, KEY_SAMPLER, 0, 0},
    {"B", 1, KEY_BATCH, 0, 0},                 {"p", 1, KEY_PORTION, 0, 0},
    {"backprop", 1, KEY_BACKPROP, 0, 0},       {"recall@1 %", 0, METRIC_RECALL, 100, 2},
    {"MAP@R %", 0, METRIC_MAP, 100, 2},        {"gap, points", 0, METRIC_GAP, 100, 2},
    {"gradient share %", 0, METRIC_SHARE, 100, 1}, {"activations MiB", 0, METRIC_MEMORY, 1.0 / (1 << 20), 1},
    {"images/s", 0, METRIC_SPEED, 1, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void print_html_text(FILE *stream, const char *text)
{
    for (; *text; text++) switch (*text) {
        case '&': fputs("&amp;", stream); break;
        case '<': fputs("&lt;", stream); break;
        case '>': fputs("&gt;", stream); break;
        case '"': fputs("&quot;", stream); break;
        default: fputc(*text, stream);
        }
}

/* In a table's cell, where a bar ends it and a newline breaks it. */
static void print_markdown_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        if (strchr("|\\`*_<>[]", *text)) fputc('\\', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
}

static void format_value(const struct report_column *column, const struct aggregate_group *group, char *text, size_t size)
{
    const struct aggregate_value *value = &group->value[column->which];
    if (column->is_key)
        snprintf(text, size, "%s", group->key[column->which]);
    else if (isnan(value->mean))
        text[0] = '\0';
    else if (value->count < 2)
        snprintf(text, size, "%.*f", column->digits, value->mean * column->scale);
    else
        snprintf(text, size, "%.*f ± %.*f", column->digits, value->mean * column->scale, column->digits,
                 value->deviation * column->scale);
}

/* How the two kinds of report write a table. */
struct format {
    const char *table, *row, *text_cell, *number_cell, *end_cell, *end_row, *end_table;
    void (*print)(FILE *, const char *);
};

static const struct format html = {"<div class=\"table\"><table>\n", "<tr>", "<td class=\"text\">", "<td>", "</td>", "</tr>\n",
                                   "</table></div>\n", print_html_text};
static const struct format markdown = {"", "|", " ", " ", " |", "\n", "\n", print_markdown_text};

static void print_cell(FILE *stream, const struct format *format, int is_text, const char *text)
{
    fputs(is_text ? format->text_cell : format->number_cell, stream);
    format->print(stream, text);
    fputs(format->end_cell, stream);
}

static void print_header(FILE *stream, const struct format *format, const char *const *titles, int count)
{
    fputs(format->row, stream);
    for (int c = 0; c < count; c++) print_cell(stream, format, 1, titles[c]);
    fputs(format->end_row, stream);
    if (format != &markdown) return;
    fputs("|", stream);
    for (int c = 0; c < count; c++) fputs(" --- |", stream);
    fputs("\n", stream);
}

static void print_groups(FILE *stream, const struct format *format, const struct aggregate *aggregate)
{
    const char *titles[COLUMNS + 2] = {"run", "cells"};
    for (int c = 0; c < COLUMNS; c++) titles[c + 2] = columns[c].title;
    fputs(format->table, stream);
    print_header(stream, format, titles, COLUMNS + 2);
    for (int g = 0; g < aggregate->group_count; g++) {
        const struct aggregate_group *group = &aggregate->groups[g];
        char                          text[128];
        fputs(format->row, stream);
        print_cell(stream, format, 1, aggregate->runs[group->run].name);
        snprintf(text, sizeof text, "%d", group->cells);
        print_cell(stream, format, 0, text);
        for (int c = 0; c < COLUMNS; c++) {
            format_value(&columns[c], group, text, sizeof text);
            print_cell(stream, format, columns[c].is_key, text);
        }
        fputs(format->end_row, stream);
    }
    fputs(format->end_table, stream);
}

static int is_failed(const struct csv_table *table, int row)
{
    return strcmp(csv_text(table, row, csv_column(table, "status")), "ok") != 0;
}

static int count_failed(const struct aggregate *aggregate)
{
    int failed = 0;
    for (int r = 0; r < aggregate->run_count; r++)
        for (int row = 0; row < aggregate->runs[r].table.row_count; row++) failed += is_failed(&aggregate->runs[r].table, row);
    return failed;
}

static int count_cells(const struct aggregate *aggregate)
{
    int cells = 0;
    for (int r = 0; r < aggregate->run_count; r++) cells += aggregate->runs[r].table.row_count;
    return cells;
}

static void print_failures(FILE *stream, const struct format *format, const struct aggregate *aggregate)
{
    static const char *const titles[] = {"run", "cell", "error"};
    fputs(format->table, stream);
    print_header(stream, format, titles, 3);
    for (int r = 0; r < aggregate->run_count; r++) {
        const struct csv_table *table = &aggregate->runs[r].table;
        for (int row = 0; row < table->row_count; row++) {
            if (!is_failed(table, row)) continue;
            fputs(format->row, stream);
            print_cell(stream, format, 1, aggregate->runs[r].name);
            print_cell(stream, format, 1, csv_text(table, row, csv_column(table, "cell")));
            print_cell(stream, format, 1, csv_text(table, row, csv_column(table, "error")));
            fputs(format->end_row, stream);
        }
    }
    fputs(format->end_table, stream);
}

/* What the data is, from the first cell: "multi_similarity on cub with mobilenet_v2". */
static void format_subject(const struct aggregate *aggregate, char *text, size_t size)
{
    const struct aggregate_group *group = aggregate->groups;
    snprintf(text, size, "no cell has ended well");
    if (aggregate->group_count > 0)
        snprintf(text, size, "%s on %s with %s, %s", group->key[KEY_LOSS], group->key[KEY_DATASET],
                 group->key[KEY_MODEL], group->key[KEY_PRECISION]);
}

static const char explanation[] =
    "Values are means over seeds, ± one sample standard deviation. The gap is train less test recall@1; the "
    "gradient share is the part of the batch's summed gradient norms that the selected samples hold.";

/* The SVG element of a plot's file, without its prologue. */
static int print_svg(FILE *stream, const char *folder, const struct plot *plot, struct error *error)
{
    char *path = file_join(folder, "plots/%s.svg", plot->name), *text;
    int   status = file_read(path, TEXT_MAX, &text, NULL, error);
    free(path);
    if (status != 0) return -1;
    const char *svg = strstr(text, "<svg");
    fputs(svg ? svg : "", stream);
    free(text);
    return 0;
}

static void print_environment(FILE *stream, const struct format *format, const char *folder)
{
    struct error ignored;
    char        *path = file_join(folder, "environment.json"), *text;
    if (file_read(path, TEXT_MAX, &text, NULL, &ignored) == 0) {
        fputs(format == &html ? "<h2>Environment</h2>\n<pre>" : "## Environment\n\n```json\n", stream);
        if (format == &html)
            print_html_text(stream, text);
        else
            fputs(text, stream);
        fputs(format == &html ? "</pre>\n" : "\n```\n", stream);
        free(text);
    }
    free(path);
}

static int write_html(FILE *stream, const struct aggregate *aggregate, const char *folder, struct error *error)
{
    char subject[512];
    int  failed = count_failed(aggregate);
    format_subject(aggregate, subject, sizeof subject);
    fprintf(stream,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            "content=\"width=device-width\"><title>partgrad report</title><style>%s</style></head><body>\n<h1>",
            style);
    print_html_text(stream, aggregate->runs[0].name);
    fputs("</h1>\n<p>", stream);
    print_html_text(stream, subject);
    fprintf(stream, ". %d cells, %d failed.</p>\n", count_cells(aggregate), failed);
    for (const struct plot *plot = plots; plot->name; plot++) {
        fputs("<figure>", stream);
        if (print_svg(stream, folder, plot, error) != 0) return -1;
        fprintf(stream, "<figcaption>%s</figcaption></figure>\n", plot->caption);
    }
    fprintf(stream, "<h2>Numbers</h2>\n<p>%s</p>\n", explanation);
    print_groups(stream, &html, aggregate);
    if (failed > 0) {
        fputs("<h2>Failed cells</h2>\n", stream);
        print_failures(stream, &html, aggregate);
    }
    print_environment(stream, &html, folder);
    fputs("</body></html>\n", stream);
    return 0;
}

static int write_markdown(FILE *stream, const struct aggregate *aggregate, const char *folder, struct error *error)
{
    char subject[512];
    int  failed = count_failed(aggregate);
    (void)error;
    format_subject(aggregate, subject, sizeof subject);
    fprintf(stream, "# %s\n\n%s. %d cells, %d failed.\n\n", aggregate->runs[0].name, subject, count_cells(aggregate), failed);
    for (const struct plot *plot = plots; plot->name; plot++)
        fprintf(stream, "![%s](plots/%s.png)\n\n%s\n\n", plot->name, plot->name, plot->caption);
    fprintf(stream, "## Numbers\n\n%s\n\n", explanation);
    print_groups(stream, &markdown, aggregate);
    if (failed > 0) {
        fputs("## Failed cells\n\n", stream);
        print_failures(stream, &markdown, aggregate);
    }
    print_environment(stream, &markdown, folder);
    return 0;
}

static int write_file(const char *folder, const char *name,
                      int (*write)(FILE *, const struct aggregate *, const char *, struct error *),
                      const struct aggregate *aggregate, struct error *error)
{
    struct file_writer writer;
    char              *path = file_join(folder, "%s", name);
    int                status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    status = write(writer.stream, aggregate, folder, error);
    if (status == 0) return file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return -1;
}

int report_write(char *const *folders, int count, struct error *error)
{
    struct aggregate aggregate;
    if (aggregate_read(&aggregate, folders, count, error) != 0) return -1;
    char *images = file_join(folders[0], "plots");
    int   status = file_make_folder(images, error);
    free(images);
    for (const struct plot *plot = plots; plot->name && status == 0; plot++)
        status = plot_draw(plot, &aggregate, folders[0], error);
    if (status == 0) status = write_file(folders[0], "report.html", write_html, &aggregate, error);
    if (status == 0) status = write_file(folders[0], "report.md", write_markdown, &aggregate, error);
    aggregate_release(&aggregate);
    return status;
}
