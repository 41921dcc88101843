/* markup.h - one document in several languages: HTML in one file that loads nothing, with relative links, and Markdown
 * with links to images; its tables alone in LaTeX and Markdown. A document is written from its beginning to its end;
 * all parts go to the same stream. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_H

#include <stdio.h>

#include "base/error.h"

/* A section's title, and its id, which a link names. */
struct markup_heading {
    char *id, *text;
};

/* What comes before the first section. */
struct markup_front {
    const char *title; /* names the run */
    int refresh;       /* seconds after which a browser loads it again; 0: never */
    int count;
    const struct markup_heading *headings; /* (count) of the sections, in their order */
};

/* An image of the report and its words. FOLDER/NAME.csv, where it is there, has the numbers behind it. */
struct markup_figure {
    const char *folder;  /* of the report: the image is FOLDER/NAME.svg and FOLDER/NAME.png */
    const char *name;    /* "plots/recall-portion" */
    const char *caption; /* stands under it */
    const char *alt;     /* what it shows, for readers who cannot see it; NULL: the caption says it */
};

struct markup_column {
    const char *title;
    int number; /* 1: aligned to the right, sorts by value */
    int names;  /* 1: names the row */
};

struct markup_table {
    const char *id;      /* for links; NULL: none */
    const char *caption; /* what it is, short; NULL: the text before it says so */
    const struct markup_column *columns;
    int count;
    int is_explorable; /* 1: rows may be grouped, colored and put side by side, and may have links and a command */
    const char *links_title; /* of an explorable one: what stands over its links */
};

struct markup_link {
    const char *text;
    const char *address; /* NULL: what it would lead to is not there */
};

/* What a row of an explorable table has in addition to its cells. */
struct markup_row {
    const char *id; /* for links; NULL: none */
    const struct markup_link *links;
    int link_count;
    const char *command; /* repeats the run that the row is of; NULL: none */
    const char *curve;   /* how they came about, which the page draws: curve_text of curves.h; NULL: none */
};

/* Texts are plain and come out as they are, whatever signs they hold. */
struct markup {
    const char *file; /* "report.html" */
    int is_page;      /* 1: has room for a row of each cell, which sort and filter */
    int (*begin)(FILE *, const struct markup_front *, struct error *);
    int (*end)(FILE *, struct error *);
    /* Sections follow one another; `id` is unique in the document. */
    void (*section_begin)(FILE *, const char *id, const char *title);
    void (*section_end)(FILE *);
    void (*subheading)(FILE *, const char *text);
    void (*paragraph)(FILE *, const char *text);
    /* Items come between begin and end. */
    void (*list_begin)(FILE *);
    void (*list_item)(FILE *, const char *text);
    void (*list_end)(FILE *);
    /* The figure's SVG in a page, a link to its PNG elsewhere. Fails where it cannot be read. */
    int (*figure)(FILE *, const struct markup_figure *, struct error *);
    /* The same of an image that is a PNG alone: a photograph. */
    int (*picture)(FILE *, const struct markup_figure *, struct error *);
    /* Rows come between begin and end; cells: (table->count); the row's other parts may be NULL. */
    void (*table_begin)(FILE *, const struct markup_table *);
    void (*table_row)(FILE *, const struct markup_table *, const char *const *cells, const struct markup_row *);
    void (*table_end)(FILE *, const struct markup_table *);
    /* Details that most readers do not need come between fold_begin and fold_end; a click opens them. */
    void (*fold_begin)(FILE *, const char *title);
    void (*fold_end)(FILE *);
    void (*listing)(FILE *, const char *text); /* lines as they are, in a fixed pitch */
};

extern const struct markup markup_html, markup_markdown;
/* A document's tables alone: LaTeX with booktabs, Markdown. */
extern const struct markup markup_latex_tables, markup_markdown_tables;

#endif
