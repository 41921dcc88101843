/* report_section.h - the sections of a report and the data that they are written from. To add one, write
 * section_NAME.c, declare its function below and add its row to the table in report.c. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_SECTION_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_SECTION_H

#include "harness/reports/answer/answer.h"
#include "harness/reports/comparison/gradient_results.h"
#include "harness/reports/comparison/notes.h"
#include "harness/reports/query_figures.h"
#include "harness/reports/plots/plots.h"
#include "harness/reports/report_tables.h"

enum { REPORT_PLOTS_MAX = 32, REPORT_COMPARED = 2 };

/* Plots with more lines or panels are not drawn: readers could not distinguish them, and drawing would take minutes. */
enum { REPORT_LINES_MAX = 400, REPORT_PANELS_MAX = 64 };

/* A plot that was drawn to plots/NAME.svg, .png and .csv, or that has too many lines. */
struct report_plot {
    const struct plot *plot;
    int is_drawn;      /* 0: too many lines; the texts are NULL */
    char *caption;     /* what it shows and how to read it; owned */
    char *description; /* its content in words, for readers who cannot see it; owned */
};

/* Everything that is read and computed before the document is written. */
struct report {
    const char *folder;     /* where it is written */
    int refresh;            /* as in report_options */
    struct results results; /* of sources with cells; without runs, only gradients were measured */
    struct gradient_results gradients;
    struct variation variation;
    struct groups groups;
    struct curves curves; /* only if the page has a row for each cell */
    struct classes classes;
    struct families families; /* what the runs declare */
    struct answer_budgets_wanted wanted;
    struct answer answer;
    struct query_wanted queries_wanted;
    struct query_cells queries; /* of the best and the worst cell */
    struct query_figures query_figures;
    int compared;                                   /* REPORT_COMPARED, or 0 if no cell has a partner */
    struct comparison comparisons[REPORT_COMPARED]; /* with ordinary training (`full`) */
    struct notes notes, places, times, declared, differences;
    int plot_count;
    struct report_plot plots[REPORT_PLOTS_MAX]; /* (plot_count) those that have something to show */
    struct report_document document;            /* the document that is being written */
};

/* Each writes its section to the document, or nothing if it would be empty. Returns 0, or -1 with the error set. */
int section_subject(const struct report *, struct error *);
int section_answer(const struct report *, struct error *);
int section_plots(const struct report *, struct error *);
int section_numbers(const struct report *, struct error *);
int section_declared(const struct report *, struct error *);
int section_differences(const struct report *, struct error *);
int section_queries(const struct report *, struct error *);
int section_cells(const struct report *, struct error *);
int section_failures(const struct report *, struct error *);
int section_gradients(const struct report *, struct error *);
int section_sources(const struct report *, struct error *);

/* ---- what sections share ---- */

/* Explains the columns of a table of differences. */
extern const char report_comparison_explanation[];

/* Begins a section; `id` is its name in links. */
void report_heading(const struct report *, const char *id, const char *text);
/* Writes a paragraph of plain text. */
void report_paragraph(const struct report *, const char *text);
/* Writes each note as a paragraph. */
void report_notes(const struct report *, const struct notes *);

#endif
