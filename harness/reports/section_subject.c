/* section_subject.c - what was trained: a sentence for each run, and the settings that all cells share. */
#include "harness/reports/report_section.h"

#include <stdlib.h>
#include <string.h>

/* Writes the value of an axis that all cells of the run share, or "several losses". */
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

/* The number of cells of the run in the list. */
static int count_cells(const struct results_list *list, int run)
{
    int count = 0;
    for (int i = 0; i < list->count; i++) count += list->cells[i].run == run;
    return count;
}

/* Writes "demo: multi_similarity on procedural with conv4 in f32; 56 cells, 0 failed." */
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
    if (fclose(stream) == 0) report_paragraph(report, text);
    free(text);
}

/* Whether to name the axis: a known setting that all cells share, not at its default and not named elsewhere. */
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

/* Writes the settings that all cells share. */
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
    if (fclose(stream) == 0 && text[0]) report_paragraph(report, text);
    free(text);
}

int section_subject(const struct report *report, struct error *error)
{
    (void)error;
    report_heading(report, "subject", "What was trained");
    for (int r = 0; r < report->results.run_count; r++) write_subject(report, r);
    write_constants(report);
    report_notes(report, &report->notes);
    return 0;
}
