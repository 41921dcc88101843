/* report.c - see report.h: what a report says and in which order; harness/reports/markup.h has the languages. */
#include "harness/reports/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/draw.h"
#include "harness/reports/notes.h"
#include "harness/reports/report_tables.h"

enum { LISTING_MAX = 1 << 20, PLOTS_MAX = 16 };

/* Compared with ordinary training. */
static const char *const compared[] = {"test_recall_at_1", "gap_recall_at_1"};
enum { COMPARED = sizeof compared / sizeof *compared };

struct report {
    const char *folder; /* where it is written */
    struct results results;
    struct variation variation;
    struct groups groups;
    struct classes classes;
    struct families families; /* what the runs declare */
    int compared;             /* COMPARED, or 0 if no cell has a partner */
    struct comparison comparisons[COMPARED];
    struct notes notes, places, times, declared, differences;
    int has_whole[PLOTS_MAX]; /* of each plot: whether its lines have a point at p = 1 */
    struct report_document document;
};

static const char explanation[] =
    "Means over seeds ± one sample standard deviation, of metrics on test classes after the last epoch. The gap is "
    "recall@1 on train classes less recall@1 on test classes. The gradient share is the part of the batch's summed "
    "embedding-gradient norms that the selected samples hold.";
static const char comparison_explanation[] =
    "Mean differences over pairs of cells that are the same training but for what is compared, seeds included; shares "
    "in points. The 95 % interval and p are for these classes (Student's t over seeds), the interval under 'other "
    "classes' is for others of the kind (bootstrap over classes and seeds). 'Smallest shown' is the difference that so "
    "many seeds would show with a power of 80 %.";
static const char declared_explanation[] =
    "Declared before the run. Holm's p is corrected for all comparisons of the family, shown or not; a difference is "
    "shown where it is below 0.05.";
static const char exploratory_explanation[] =
    "Exploratory, as these were not declared before the run: by chance alone, about one in twenty p of comparisons "
    "without an effect is below 0.05.";
static const char whole_caption[] = " At p = 1 every strategy is ordinary training, so there the lines meet.";
static const char mark_explanation[] = "* Some or all of these cells were disturbed by other work.";

static void heading(const struct report *report, const char *text)
{
    report->document.markup->heading(report->document.stream, text);
}

static void paragraph(const struct report *report, const char *text)
{
    report->document.markup->paragraph(report->document.stream, text);
}

static void write_notes(const struct report *report, const struct notes *notes)
{
    for (int n = 0; n < notes->count; n++) paragraph(report, notes->text[n]);
}

/* ---- what was trained ---- */

/* What all cells of the run have in an axis, or "several losses"; into `text`. */
static void describe(const struct report *report, int run, const char *column, const char *several,
                     char text[VARIATION_TEXT_SIZE])
{
    const struct results *results = &report->results;
    int axis = axes_find(&results->axes, column), found = 0;
    char other[VARIATION_TEXT_SIZE];
    snprintf(text, VARIATION_TEXT_SIZE, "%s", axis_unknown);
    for (int i = 0; i < results->ok.count && axis >= 0; i++) {
        if (results->ok.cells[i].run != run) continue;
        variation_value(&report->variation, results->ok.cells[i], axis, found++ ? other : text);
        if (found > 1 && strcmp(text, other) != 0) {
            snprintf(text, VARIATION_TEXT_SIZE, "several %s", several);
            return;
        }
    }
}

/* How many cells of the list are of the run. */
static int count_cells(const struct results_list *list, int run)
{
    int count = 0;
    for (int i = 0; i < list->count; i++) count += list->cells[i].run == run;
    return count;
}

/* "demo: multi_similarity on procedural with conv4 in f32; 56 cells, 0 failed." */
static void write_subject(const struct report *report, int r)
{
    const struct results_run *run = &report->results.runs[r];
    char loss[VARIATION_TEXT_SIZE], dataset[VARIATION_TEXT_SIZE], model[VARIATION_TEXT_SIZE],
        precision[VARIATION_TEXT_SIZE], *text = NULL;
    size_t size;
    int well = count_cells(&report->results.ok, r);
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return;
    describe(report, r, "loss", "losses", loss);
    describe(report, r, "dataset", "data sets", dataset);
    describe(report, r, "model", "models", model);
    describe(report, r, "precision", "precisions", precision);
    fprintf(stream, "%s: ", run->name);
    if (well > 0)
        fprintf(stream, "%s on %s with %s in %s", loss, dataset, model, precision);
    else
        fputs(run->table.row_count == 0 ? "no cell has ended"
              : run->repeated > 0       ? "all its cells are counted already"
              : run->other_wave > 0     ? "no final cell has ended"
                                        : "no cell has ended well",
              stream);
    fprintf(stream, "; %d cells, %d failed", well + run->failed, run->failed);
    if (run->pending > 0) fprintf(stream, "; %d of %d cells pending", run->pending, run->expected);
    fputs(".", stream);
    if (fclose(stream) == 0) paragraph(report, text);
    free(text);
}

/* Whether the axis is worth a word if all cells agree in it: a setting that is known, not at its default and not in the
 * subject. */
static int is_notable(const struct report *report, int a)
{
    static const char *const elsewhere[] = {"dataset", "precision"};
    const struct axis *axis = &report->results.axes.axis[a];
    const char *value = results_value(&report->results, report->results.ok.cells[0], a);
    int is_checksum = strstr(axis->column, "checksum") != NULL;
    if (report->variation.varies[a] || !axis->field || axis_is_repetition(axis) || !value[0] || is_checksum) return 0;
    for (size_t e = 0; e < sizeof elsewhere / sizeof *elsewhere; e++)
        if (strcmp(axis->column, elsewhere[e]) == 0) return 0;
    const char *usual = axis->field->fallback ? axis->field->fallback : "";
    return strcmp(value, axis_unknown) != 0 && !variation_same(value, usual);
}

/* What all cells have in common, said once. */
static void write_constants(const struct report *report)
{
    char label[VARIATION_TEXT_SIZE], *text = NULL;
    const char *separator = "The same in all cells: ";
    size_t size;
    FILE *stream = report->results.ok.count > 0 ? open_memstream(&text, &size) : NULL;
    if (!stream) return;
    for (int a = 0; a < report->results.axes.count; a++) {
        if (!is_notable(report, a)) continue;
        const struct axis *axis = &report->results.axes.axis[a];
        variation_value(&report->variation, report->results.ok.cells[0], a, label);
        fprintf(stream, "%s%s %s%s%s", separator, axis->label, label, axis->unit[0] ? " " : "", axis->unit);
        separator = ", ";
    }
    if (separator[0] == ',') fputs(".", stream);
    if (fclose(stream) == 0 && text[0]) paragraph(report, text);
    free(text);
}

/* ---- plots ---- */

static int write_plots(const struct report *report, struct error *error)
{
    int status = 0;
    for (const struct plot *plot = plots; plot->name && status == 0; plot++) {
        char *caption = NULL;
        size_t size;
        if (!series_apply(plot, &report->groups)) continue;
        FILE *stream = open_memstream(&caption, &size);
        if (!stream) return error_set(error, "out of memory");
        fputs(plot->caption, stream);
        if (report->has_whole[plot - plots]) fputs(whole_caption, stream);
        for (int n = 0; n < report->times.count && groups_is_time(plot_metric(plot)); n++)
            fprintf(stream, " %s", report->times.text[n]);
        status = fclose(stream) == 0 ? report->document.markup->figure(report->document.stream, report->folder,
                                                                       plot->name, caption, error)
                                     : error_set(error, "out of memory");
        free(caption);
    }
    return status;
}

static int draw_plots(struct report *report, struct error *error)
{
    char *folder = file_join(report->folder, "plots");
    int status = file_make_folder(folder, error);
    free(folder);
    for (const struct plot *plot = plots; plot->name && status == 0; plot++) {
        struct series_list list;
        if (!series_apply(plot, &report->groups)) continue;
        status = series_list_init(&list, plot, &report->groups, &report->variation, error);
        if (status != 0) break;
        report->has_whole[plot - plots] = list.has_whole && !plot->by_backprop;
        status = draw_plot(plot, &list, &report->variation, report->folder, error);
        series_list_release(&list);
    }
    return status;
}

/* ---- tables ---- */

static void write_groups(const struct report *report)
{
    int disturbed = 0;
    for (int g = 0; g < report->groups.count; g++) disturbed += report->groups.group[g].disturbed;
    heading(report, "Numbers");
    paragraph(report, explanation);
    report_tables_groups(&report->document);
    if (disturbed > 0) paragraph(report, mark_explanation);
    write_notes(report, &report->times);
    write_notes(report, &report->places);
}

static void release_comparisons(struct report *report)
{
    while (report->compared > 0) comparison_release(&report->comparisons[--report->compared]);
}

static void make_comparisons(struct report *report)
{
    struct error no_partner;
    for (; report->compared < COMPARED; report->compared++) {
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

/* A table for each declared comparison. */
static int write_declared(const struct report *report, struct error *error)
{
    const struct comparison *declared = report->families.comparisons, *shown[1];
    int status = 0;
    if (report->families.contrasts.count == 0) return 0;
    heading(report, "What was declared");
    paragraph(report, declared_explanation);
    paragraph(report, comparison_explanation);
    for (int c = 0; c < report->families.count && status == 0; c++) {
        char *text = NULL;
        shown[0] = &declared[c];
        if (asprintf(&text, "%s against %s%s:", declared[c].factor, declared[c].reference,
                     declared[c].is_late ? ", declared after the run began" : "") < 0)
            return error_set(error, "out of memory");
        paragraph(report, text);
        free(text);
        status = report_tables_differences(&report->document, shown, 1, error);
    }
    write_notes(report, &report->declared);
    return status;
}

/* What is declared is not shown again. */
static int write_comparisons(const struct report *report, struct error *error)
{
    const struct comparison *shown[COMPARED];
    int count = 0;
    for (int c = 0; c < report->compared; c++)
        if (!families_find(&report->families, &report->comparisons[c])) shown[count++] = &report->comparisons[c];
    if (count == 0) return 0;
    heading(report, "Against ordinary training");
    paragraph(report, comparison_explanation);
    paragraph(report, exploratory_explanation);
    if (report_tables_differences(&report->document, shown, count, error) != 0) return -1;
    write_notes(report, &report->differences);
    return 0;
}

static void write_failures(const struct report *report)
{
    static const struct markup_column heads[] = {{"run", 0}, {"cell", 0}, {"error", 0}};
    const struct results *results = &report->results;
    const struct report_document *document = &report->document;
    if (results->failed.count == 0) return;
    heading(report, "Failed cells");
    document->markup->table_begin(document->stream, heads, 3);
    for (int i = 0; i < results->failed.count; i++) {
        struct results_cell cell = results->failed.cells[i];
        const char *texts[] = {results->runs[cell.run].name, results_text(results, cell, "cell"),
                               results_text(results, cell, "error")};
        document->markup->table_row(document->stream, heads, texts, 3);
    }
    document->markup->table_end(document->stream);
}

/* ---- where the numbers come from ---- */

/* One file of a run as it is; nothing if it is not there. */
static void write_listing(const struct report *report, int run, const char *name)
{
    struct error ignored;
    char *text, *title = NULL, *path = file_join(report->results.runs[run].folder, "%s", name);
    if (file_exists(path) && file_read(path, LISTING_MAX, &text, NULL, &ignored) == 0) {
        if (asprintf(&title, "%s: %s", report->results.runs[run].name, name) >= 0) heading(report, title);
        report->document.markup->listing(report->document.stream, text);
        free(title);
        free(text);
    }
    free(path);
}

/* ---- the whole ---- */

static int write_document(const struct report *report, struct error *error)
{
    const struct results *results = &report->results;
    report->document.markup->begin(report->document.stream, "How much of a batch must be back-propagated?");
    for (int r = 0; r < results->run_count; r++) write_subject(report, r);
    write_constants(report);
    write_notes(report, &report->notes);
    if (write_plots(report, error) != 0) return -1;
    write_groups(report);
    if (write_declared(report, error) != 0 || write_comparisons(report, error) != 0) return -1;
    write_failures(report);
    for (int r = 0; r < results->run_count; r++) {
        write_listing(report, r, "experiment.yaml");
        write_listing(report, r, "environment.json");
    }
    report->document.markup->end(report->document.stream);
    return 0;
}

static int write_file(struct report *report, const struct markup *markup, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(report->folder, "report.%s", markup->suffix);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    report->document =
        (struct report_document){markup, writer.stream, &report->results, &report->variation, &report->groups};
    status = write_document(report, error);
    if (status == 0) return file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return -1;
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

static int make_report(struct report *report, struct error *error)
{
    if (variation_init(&report->variation, &report->results, error) != 0) return -1;
    if (groups_make(&report->groups, &report->results, error) != 0) return -1;
    if (groups_read_epochs(&report->groups, error) != 0 || draw_plots(report, error) != 0) return -1;
    if (classes_read(&report->classes, &report->results, error) != 0) return -1;
    if (families_make(&report->families, &report->variation, &report->classes, error) != 0) return -1;
    make_comparisons(report);
    if (make_notes(report, error) != 0) return -1;
    if (write_file(report, &markup_html, error) != 0) return -1;
    return write_file(report, &markup_markdown, error);
}

int report_write(const struct results_source *sources, int count, struct error *error)
{
    struct report *report = calloc(1, sizeof *report);
    if (!report) return error_set(error, "out of memory");
    report->folder = sources[0].folder;
    int status = results_read(&report->results, sources, count, NULL, error);
    if (status == 0) status = make_report(report, error);
    release_comparisons(report);
    notes_release(&report->notes);
    notes_release(&report->places);
    notes_release(&report->times);
    notes_release(&report->declared);
    notes_release(&report->differences);
    families_release(&report->families);
    classes_release(&report->classes);
    groups_release(&report->groups);
    variation_release(&report->variation);
    results_release(&report->results);
    free(report);
    return status;
}
