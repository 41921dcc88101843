/* report.c - see report.h. Reads the data, makes everything that sections need, and writes the sections in order. */
#include "harness/reports/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/answer/answer_json.h"
#include "harness/reports/plots/draw.h"
#include "harness/reports/plots/gradient_plots.h"
#include "harness/reports/report_section.h"

static const struct section {
    int (*write)(const struct report *, struct error *);
    int is_of_gradients; /* 1: also written if there are no cells */
} sections[] = {
    {section_answer, 0},   {section_subject, 0},     {section_plots, 0},   {section_numbers, 0},
    {section_declared, 0}, {section_differences, 0}, {section_queries, 0}, {section_cells, 0},
    {section_failures, 0}, {section_gradients, 1},   {section_sources, 1},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* Metrics that are compared with ordinary training. */
static const char *const compared[REPORT_COMPARED] = {"test_recall_at_1", "gap_recall_at_1"};

const char report_comparison_explanation[] =
    "Mean differences over pairs of cells that are the same training but for what is compared, seeds included; shares "
    "in points. The 95 % interval and p are for these classes (Student's t over seeds), the interval under 'other "
    "classes' is for others of the kind (bootstrap over classes and seeds). 'Smallest shown' is the difference that so "
    "many seeds would show with a power of 80 %.";

/* If memory runs out, the table of contents lacks this section. */
void report_heading(const struct report *report, const char *id, const char *text)
{
    const struct report_document *document = &report->document;
    if (document->contents->count > 0) document->markup->section_end(document->stream);
    const char *unique = contents_add(document->contents, id, text);
    document->markup->section_begin(document->stream, unique ? unique : id, text);
}

void report_paragraph(const struct report *report, const char *text)
{
    report->document.markup->paragraph(report->document.stream, text);
}

void report_notes(const struct report *report, const struct notes *notes)
{
    for (int n = 0; n < notes->count; n++) report_paragraph(report, notes->text[n]);
}

/* ---- data ---- */

/* Keeps a figure's caption and description for the page; the caller releases the figure. */
static int keep_words(struct report *report, const struct plot *plot, const struct figure *figure, struct error *error)
{
    struct report_plot *kept = &report->plots[report->plot_count++];
    *kept = (struct report_plot){plot, 1, strdup(figure->caption), strdup(figure->description)};
    return kept->caption && kept->description ? 0 : error_set(error, "out of memory");
}

static int draw_plot(struct report *report, const struct plot *plot, const char *folder, struct error *error)
{
    struct plot_input input = {&report->groups, &report->variation};
    struct figure figure;
    int status = plot_make(&figure, plot, &input, error);
    int is_large = figure.series_count > REPORT_LINES_MAX || figure.panel_count > REPORT_PANELS_MAX;
    if (status == 0 && is_large) {
        report->plots[report->plot_count++] = (struct report_plot){.plot = plot};
    } else if (status == 0 && figure.series_count > 0) {
        status = draw_figure(&figure, plot->name, folder, error);
        if (status == 0) status = keep_words(report, plot, &figure, error);
    }
    figure_release(&figure);
    return status;
}

static int draw_plots(struct report *report, struct error *error)
{
    char *folder = file_join(report->folder, "plots");
    int status = file_make_folder(folder, error);
    for (const struct plot *plot = plots; plot->name && status == 0; plot++)
        status = draw_plot(report, plot, folder, error);
    free(folder);
    return status;
}

static void release_plots(struct report *report)
{
    for (int p = 0; p < report->plot_count; p++) {
        free(report->plots[p].caption);
        free(report->plots[p].description);
    }
}

static void release_comparisons(struct report *report)
{
    while (report->compared > 0) comparison_release(&report->comparisons[--report->compared]);
}

static void make_comparisons(struct report *report)
{
    struct error no_partner;
    for (; report->compared < REPORT_COMPARED; report->compared++) {
        struct comparison_request request = {.factor = "strategy",
                                             .reference = "full",
                                             .metric = compared[report->compared],
                                             .by = "",
                                             .classes = &report->classes};
        if (comparison_make(&report->comparisons[report->compared], &request, &report->variation, &no_partner) != 0) {
            release_comparisons(report);
            return;
        }
    }
}

static int make_answer(struct report *report, struct error *error)
{
    struct answer_source source = {.groups = &report->groups,
                                   .variation = &report->variation,
                                   .classes = &report->classes,
                                   .families = &report->families,
                                   .wanted = report->wanted};
    return answer_make(&report->answer, &source, error);
}

static int make_notes(struct report *report, struct error *error)
{
    int status = notes_of_results(&report->notes, &report->results);
    if (status == 0) status = notes_of_places(&report->places, &report->results);
    if (status == 0) status = notes_of_times(&report->times, &report->results);
    if (status == 0) status = notes_of_families(&report->declared, &report->families);
    for (int c = 0; c < report->families.count && status == 0; c++)
        status = notes_of_comparison(&report->declared, &report->families.comparisons[c], &report->results);
    for (int c = 0; c < report->compared && status == 0; c++)
        status = notes_of_comparison(&report->differences, &report->comparisons[c], &report->results);
    return status == 0 ? 0 : error_set(error, "out of memory");
}

/* ---- the whole ---- */

static int has_cells(const struct report *report)
{
    return report->results.run_count > 0;
}

static int write_sections(const struct report *report, struct error *error)
{
    for (int s = 0; s < SECTIONS; s++)
        if ((has_cells(report) || sections[s].is_of_gradients) && sections[s].write(report, error) != 0) return -1;
    if (report->document.contents->count > 0) report->document.markup->section_end(report->document.stream);
    return 0;
}

/* "demo, cub: how much of a batch must be back-propagated?"; the caller frees. NULL if memory runs out. */
static char *make_title(const struct report *report)
{
    char *title = NULL;
    size_t size;
    FILE *stream = open_memstream(&title, &size);
    if (!stream) return NULL;
    for (int r = 0; r < report->results.run_count; r++)
        fprintf(stream, "%s%s", r > 0 ? ", " : "", report->results.runs[r].name);
    for (int r = 0; r < report->gradients.count && !has_cells(report); r++)
        fprintf(stream, "%s%s", r > 0 ? ", " : "", report->gradients.runs[r].name);
    fputs(": how much of a batch must be back-propagated?", stream);
    if (fclose(stream) == 0) return title;
    free(title);
    return NULL;
}

/* Writes the front, which lists the sections, and then `body` (size bytes), the sections. */
static int write_whole(const struct report *report, FILE *stream, const char *body, size_t size, struct error *error)
{
    const struct markup *markup = report->document.markup;
    char *title = make_title(report);
    if (!title) return error_set(error, "out of memory");
    struct markup_front front = {title, report->refresh, report->document.contents->count,
                                 report->document.contents->headings};
    int status = markup->begin(stream, &front, error);
    free(title);
    if (status != 0) return -1;
    fwrite(body, 1, size, stream);
    return markup->end(stream, error);
}

static int write_document(struct report *report, const struct markup *markup, FILE *stream, struct error *error)
{
    struct contents contents = {0};
    char *body = NULL;
    size_t size;
    FILE *held = open_memstream(&body, &size);
    if (!held) return error_set(error, "out of memory");
    report->document = (struct report_document){
        markup,          held,     report->folder, &report->results, &report->variation, &report->groups,
        &report->curves, &contents};
    int status = write_sections(report, error);
    if (fclose(held) != 0 && status == 0) status = error_set(error, "out of memory");
    if (status == 0) status = write_whole(report, stream, body, size, error);
    contents_release(&contents);
    free(body);
    return status;
}

static int write_file(struct report *report, const struct markup *markup, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(report->folder, "%s", markup->file);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    status = write_document(report, markup, writer.stream, error);
    if (status == 0) return file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return -1;
}

static int look_at_queries(struct report *report, struct error *error)
{
    const struct query_wanted *wanted = &report->queries_wanted;
    if (query_cells_open(&report->queries, &report->results, wanted, report->folder, error) != 0) return -1;
    return query_figures_draw(&report->query_figures, &report->queries, &report->variation, report->folder, error);
}

/* Makes everything that sections on cells need: groups, plots, comparisons, answer, queries, notes. */
static int read_cells(struct report *report, struct error *error)
{
    if (variation_init(&report->variation, &report->results, error) != 0) return -1;
    if (groups_make(&report->groups, &report->results, error) != 0) return -1;
    if (groups_read_epochs(&report->groups, error) != 0 || groups_read_steps(&report->groups, error) != 0) return -1;
    if (draw_plots(report, error) != 0) return -1;
    if (report->results.ok.count <= REPORT_ROWS_MAX && curves_read(&report->curves, &report->results, error) != 0)
        return -1;
    if (classes_read(&report->classes, &report->results, error) != 0) return -1;
    if (families_make(&report->families, &report->variation, &report->classes, error) != 0) return -1;
    make_comparisons(report);
    if (make_answer(report, error) != 0 || look_at_queries(report, error) != 0) return -1;
    if (make_notes(report, error) != 0) return -1;
    return answer_write_json(&report->answer, &report->groups, &report->variation, report->folder, error);
}

/* Writes all documents. `tables` is the language of the one with tables alone; NULL: none. */
static int make_report(struct report *report, const struct markup *tables, struct error *error)
{
    if (has_cells(report) && read_cells(report, error) != 0) return -1;
    for (int r = 0; r < report->gradients.count; r++)
        if (gradient_plots_draw(&report->gradients.runs[r], report->folder, error) != 0) return -1;
    if (write_file(report, &markup_html, error) != 0 || write_file(report, &markup_markdown, error) != 0) return -1;
    return tables ? write_file(report, tables, error) : 0;
}

/* Reads the sources with cells and those with gradients. A source with neither counts as one with cells, so that
 * reading it fails. */
static int read_sources(struct report *report, const struct results_source *sources, int count, struct error *error)
{
    struct results_source *of_cells = calloc((size_t)count, sizeof *of_cells);
    int cells = 0, status = of_cells ? 0 : error_set(error, "out of memory");
    for (int s = 0; s < count && status == 0; s++) {
        char *path = file_join(sources[s].folder, "cells.csv");
        if (file_exists(path) || !gradient_results_exist(sources[s].folder)) of_cells[cells++] = sources[s];
        free(path);
    }
    if (status == 0 && cells > 0) status = results_read(&report->results, of_cells, cells, NULL, error);
    if (status == 0) status = gradient_results_read(&report->gradients, sources, count, error);
    free(of_cells);
    return status;
}

const char *const report_tables_names[] = {"none", "latex", "markdown", NULL};

int report_write(const struct results_source *sources, int count, const struct report_options *options,
                 struct error *error)
{
    static const struct markup *const tables[] = {NULL, &markup_latex_tables, &markup_markdown_tables};
    struct report *report = calloc(1, sizeof *report);
    if (!report) return error_set(error, "out of memory");
    report->folder = options->folder ? options->folder : sources[0].folder;
    report->wanted = options->budgets;
    report->refresh = options->refresh;
    report->queries_wanted = options->queries;
    int status = read_sources(report, sources, count, error);
    if (status == 0) status = make_report(report, tables[options->tables], error);
    release_comparisons(report);
    release_plots(report);
    notes_release(&report->notes);
    notes_release(&report->places);
    notes_release(&report->times);
    notes_release(&report->declared);
    notes_release(&report->differences);
    answer_release(&report->answer);
    query_figures_release(&report->query_figures);
    query_cells_release(&report->queries);
    families_release(&report->families);
    classes_release(&report->classes);
    groups_release(&report->groups);
    curves_release(&report->curves);
    variation_release(&report->variation);
    results_release(&report->results);
    gradient_results_release(&report->gradients);
    free(report);
    return status;
}
