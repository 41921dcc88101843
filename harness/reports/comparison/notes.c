/* notes.c - see notes.h. */
#include "harness/reports/comparison/notes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 5 /* names given of a list of cells */ };

/* Appends a text and takes ownership of it; fails if it is NULL. */
static int keep(struct notes *notes, char *text)
{
    char **grown = text ? realloc(notes->text, (size_t)(notes->count + 1) * sizeof *grown) : NULL;
    if (grown) notes->text = grown;
    if (!grown) {
        free(text);
        return -1;
    }
    grown[notes->count++] = text;
    return 0;
}

__attribute__((format(printf, 2, 3))) static int add(struct notes *notes, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return keep(notes, length < 0 ? NULL : text);
}

void notes_release(struct notes *notes)
{
    for (int n = 0; n < notes->count; n++) free(notes->text[n]);
    free(notes->text);
    *notes = (struct notes){0};
}

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

/* "a, b, c and 2 more" of the list's cells, or only of those of one run (-1: all). With several runs, the run stands
 * before each name. The caller frees; NULL if memory runs out. */
static char *name_cells(const struct results *results, const struct results_list *list, int run)
{
    char *names = NULL;
    size_t size;
    int named = 0, more = 0;
    FILE *stream = open_memstream(&names, &size);
    if (!stream) return NULL;
    for (int i = 0; i < list->count; i++) {
        struct results_cell cell = list->cells[i];
        if (run >= 0 && cell.run != run) continue;
        if (named == NAMED) {
            more++;
            continue;
        }
        fprintf(stream, "%s%s%s%s", named++ ? ", " : "",
                run < 0 && results->run_count > 1 ? results->runs[cell.run].name : "",
                run < 0 && results->run_count > 1 ? "/" : "", results_text(results, cell, "cell"));
    }
    if (more > 0) fprintf(stream, " and %d more", more);
    if (fclose(stream) == 0) return names;
    free(names);
    return NULL;
}

/* Adds "COUNT cells WHAT: NAMES." for a list, unless it is empty. */
static int add_list(struct notes *notes, const struct results *results, const struct results_list *list,
                    const char *one, const char *many)
{
    if (list->count == 0) return 0;
    char *names = name_cells(results, list, -1);
    int status =
        names ? add(notes, "%d cell%s %s: %s.", list->count, plural(list->count), list->count == 1 ? one : many, names)
              : -1;
    free(names);
    return status;
}

/* ---- results ---- */

static int add_aside(struct notes *notes, const struct results *results, int run)
{
    const struct results_run *of = &results->runs[run];
    if (of->aside == 0) return 0;
    char *names = name_cells(results, &results->aside, run);
    int status = names ? add(notes, "%s: %d cell%s of other settings than experiment.yaml's %s set aside: %s.",
                             of->name, of->aside, plural(of->aside), of->aside == 1 ? "is" : "are", names)
                       : -1;
    free(names);
    return status;
}

/* Adds notes on tuning: trials or final cells left out, the settings chosen, and values chosen at the edge of those
 * tried. */
static int add_tuning(struct notes *notes, const struct results *results, int run)
{
    const struct results_run *of = &results->runs[run];
    struct results_list edge = {0};
    const char *tuned = "";
    int status = 0;
    if (of->other_wave > 0)
        status = add(notes, "%s: %d %s of tuning %s set aside.", of->name, of->other_wave,
                     of->trials ? "final cells" : "trials", of->other_wave == 1 ? "is" : "are");
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        struct results_cell cell = results->ok.cells[i];
        if (cell.run == run && results_text(results, cell, "tuned")[0]) tuned = results_text(results, cell, "tuned");
        if (cell.run == run && results_text(results, cell, "tuned_at_edge")[0]) status = results_list_add(&edge, cell);
    }
    if (status == 0 && tuned[0] && !of->trials)
        status = add(notes, "%s: chosen by trials on validation classes: %s.", of->name, tuned);
    char *names = status == 0 && edge.count > 0 ? name_cells(results, &edge, run) : NULL;
    if (edge.count > 0 && status == 0)
        status = names
                     ? add(notes, "%s: the tuned values of %d cell%s are still at the edge of what was tried (%s): %s.",
                           of->name, edge.count, plural(edge.count),
                           results_text(results, edge.cells[0], "tuned_at_edge"), names)
                     : -1;
    free(names);
    free(edge.cells);
    return status;
}

/* The number of distinct values of the cells in a column, or in two (`other` not NULL); -1 if memory runs out. */
static int count_different(const struct results *results, const char *column, const char *other)
{
    struct index seen = {0};
    int status = 0, count;
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        char *key = NULL;
        struct results_cell cell = results->ok.cells[i];
        const char *second = other ? results_text(results, cell, other) : "";
        if (asprintf(&key, "%s,%s", results_text(results, cell, column), second) < 0) key = NULL;
        if (!key || index_add(&seen, key, (int)seen.count) < 0) status = -1;
        free(key);
    }
    count = (int)seen.count;
    index_release(&seen);
    return status == 0 ? count : -1;
}

/* Says how many folds and seeds there are, since a seed counts once in each fold. */
static int add_folds(struct notes *notes, const struct results *results)
{
    int seeds = count_different(results, "seed", NULL), both = count_different(results, "seed", "validation_fold"),
        folds = count_different(results, "validation_fold", NULL);
    if (seeds < 0 || both < 0 || folds < 0) return -1;
    return both == seeds ? 0
                         : add(notes,
                               "Each fold of a seed counts as a seed, in means and intervals: %d seed%s in %d "
                               "folds of the train classes.",
                               seeds, plural(seeds), folds);
}

int notes_of_results(struct notes *notes, const struct results *results)
{
    int status = add_folds(notes, results);
    for (int r = 0; r < results->run_count && status == 0; r++) {
        const struct results_run *run = &results->runs[r];
        status = add_aside(notes, results, r);
        if (status == 0) status = add_tuning(notes, results, r);
        if (status == 0 && run->repeated > 0)
            status = add(notes, "%s: %d row%s repeat%s a training that is counted already.", run->name, run->repeated,
                         plural(run->repeated), run->repeated == 1 ? "s" : "");
        if (status == 0 && run->unknown > 0)
            status =
                add(notes, "%s: made by an earlier version, which does not say %d settings.", run->name, run->unknown);
    }
    return status;
}

int notes_of_missing(struct notes *notes, const struct results *results)
{
    int status = add_list(notes, results, &results->failed, "failed and is left out", "failed and are left out");
    for (int r = 0; r < results->run_count && status == 0; r++)
        if (results->runs[r].pending > 0)
            status = add(notes, "%s: %d of %d cells are pending.", results->runs[r].name, results->runs[r].pending,
                         results->runs[r].expected);
    return status;
}

/* ---- places ---- */

/* The cells' distinct values in a column, with counts: "a (12 cells), b (3 cells)"; "" if there is only one. The caller
 * frees; NULL if memory runs out. */
static char *count_values(const struct results *results, const char *column)
{
    struct index seen = {0};
    int *counts = calloc((size_t)results->ok.count + 1, sizeof *counts);
    const char **values = calloc((size_t)results->ok.count + 1, sizeof *values);
    char *text = NULL;
    size_t size;
    FILE *stream = counts && values ? open_memstream(&text, &size) : NULL;
    int status = stream ? 0 : -1;
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        const char *value = results_text(results, results->ok.cells[i], column);
        int at = index_add(&seen, value, (int)seen.count);
        if (at < 0) status = -1;
        if (at >= 0 && counts[at]++ == 0) values[at] = value;
    }
    for (size_t v = 0; v < seen.count && status == 0 && seen.count > 1; v++)
        fprintf(stream, "%s%s (%d cell%s)", v ? ", " : "", values[v][0] ? values[v] : "not known", counts[v],
                plural(counts[v]));
    if (stream && fclose(stream) != 0) status = -1;
    index_release(&seen);
    free(counts);
    free(values);
    if (status == 0) return text;
    free(text);
    return NULL;
}

int notes_of_places(struct notes *notes, const struct results *results)
{
    static const struct {
        const char *column, *what;
    } places[] = {{"host", "hosts"},
                  {"cpu", "CPUs"},
                  {"libraries", "sets of libraries"},
                  {"commit", "program versions"},
                  {"threads", "numbers of threads"},
                  {"precision", "precisions"}};
    int status = 0;
    for (size_t p = 0; p < sizeof places / sizeof *places && status == 0; p++) {
        char *values = count_values(results, places[p].column);
        status = values ? 0 : -1;
        if (values && values[0]) status = add(notes, "The cells are of several %s: %s.", places[p].what, values);
        free(values);
    }
    return status;
}

/* ---- times ---- */

int notes_of_times(struct notes *notes, const struct results *results)
{
    int disturbed = 0, unknown = 0, status = 0;
    for (int i = 0; i < results->ok.count; i++) {
        disturbed += results_is_disturbed(results, results->ok.cells[i]);
        unknown += isnan(results_others_share(results, results->ok.cells[i]));
    }
    if (disturbed > 0)
        status = add(
            notes,
            "Other work kept more than %.0f %% of the cores busy during %d cell%s; such times are left out if the same "
            "training ran undisturbed with other seeds.",
            100 * results_disturbed_share, disturbed, plural(disturbed));
    if (status == 0 && unknown > 0 && unknown == results->ok.count)
        status = add(notes, "Whether other work slowed the cells down is not known.");
    else if (status == 0 && unknown > 0)
        status = add(notes, "Whether other work slowed cells down is not known of %d of them.", unknown);
    return status;
}

/* ---- comparisons ---- */

int notes_of_families(struct notes *notes, const struct families *families)
{
    int status = 0, late = 0;
    if (families->differ)
        status = add(notes, "The runs do not declare the same contrasts, so that all comparisons are exploratory.");
    for (int m = 0; m < families->missing_count && status == 0; m++) status = add(notes, "%s", families->missing[m]);
    for (int c = 0; c < families->contrasts.count; c++) late += families->contrasts.contrast[c].is_late;
    if (late > 0 && status == 0)
        status = add(notes, "%d contrast%s declared after the run began and therefore exploratory.", late,
                     late == 1 ? " was" : "s were");
    return status;
}

/* Why rows have no interval for other classes. */
static int add_classes(struct notes *notes, const struct comparison *comparison)
{
    static const struct {
        enum classes_state state;
        const char *why;
    } reasons[] = {
        {CLASSES_ABSENT, "there are no results by class (classes.csv) of their cells"},
        {CLASSES_UNLIKE, "their cells were not tested on the same classes and queries"},
        {CLASSES_WRONG, "classes.csv does not agree with cells.csv; 'partgrad gather' makes both again"},
    };
    int status = 0;
    for (size_t r = 0; r < sizeof reasons / sizeof *reasons && status == 0; r++) {
        int count = 0;
        for (int i = 0; i < comparison->row_count; i++) count += comparison->rows[i].classes == reasons[r].state;
        if (count > 0)
            status = add(notes, "%s: %d of %d rows have no interval for other classes: %s.", comparison->metric, count,
                         comparison->row_count, reasons[r].why);
    }
    return status;
}

/* Removes the last note if an earlier one is the same. */
static void drop_repeated(struct notes *notes)
{
    for (int n = 0; n + 1 < notes->count; n++) {
        if (strcmp(notes->text[n], notes->text[notes->count - 1]) != 0) continue;
        free(notes->text[--notes->count]);
        return;
    }
}

static int add_seeds_without_spread(struct notes *notes, const struct comparison *comparison)
{
    int count = 0, single = 0;
    for (int i = 0; i < comparison->row_count && comparison->contrast != CONTRAST_PLANNED; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        single += row->judged.count == 1;
        count += row->judged.count > 1 && isnan(row->p);
    }
    if (single > 0 && add(notes, "%s: %d of %d rows are of one seed, which has no interval.", comparison->metric,
                          single, comparison->row_count) != 0)
        return -1;
    return count == 0 ? 0
                      : add(notes,
                            "%s: in %d of %d rows all seeds differ by the same, so that there is no spread to "
                            "judge by.",
                            comparison->metric, count, comparison->row_count);
}

static int add_outside(struct notes *notes, const struct comparison *comparison)
{
    int outside = 0;
    for (int i = 0; i < comparison->row_count; i++) outside += comparison->rows[i].outside;
    return outside == 0 ? 0
                        : add(notes, "%d cells have %s that the reference never comes to, and are left out.", outside,
                              comparison->at_equal);
}

int notes_of_comparison(struct notes *notes, const struct comparison *comparison, const struct results *results)
{
    int status = add_list(notes, results, &comparison->unpaired, "has no partner and is left out",
                          "have no partner and are left out");
    drop_repeated(notes);
    if (status == 0)
        status = add_list(notes, results, &comparison->unmeasured, "of a pair did not measure this",
                          "of pairs did not measure this");
    if (status == 0 && comparison->mixed > 0)
        status = add(notes, "%d of %d pairs are of cells that ran on different hosts, CPUs, libraries or versions.",
                     comparison->mixed, comparison->pairs);
    drop_repeated(notes);
    if (status == 0 && comparison->disturbed > 0)
        status = add(notes, "%d of %d pairs have times that other work on the machine spoiled.", comparison->disturbed,
                     comparison->pairs);
    if (status == 0) status = add_outside(notes, comparison);
    if (status == 0) status = add_seeds_without_spread(notes, comparison);
    return status == 0 ? add_classes(notes, comparison) : -1;
}
