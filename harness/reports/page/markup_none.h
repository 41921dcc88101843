/* markup_none.h - functions of a struct markup for parts that a language leaves out. They write nothing and return 0.
 */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_NONE_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_NONE_H

#include "harness/reports/page/markup.h"

int markup_none_begin(FILE *, const struct markup_front *, struct error *);
int markup_none_end(FILE *, struct error *);
void markup_none_section(FILE *, const char *id, const char *title);
void markup_none_text(FILE *, const char *text);
void markup_none_mark(FILE *); /* for parts that begin or end something */
int markup_none_figure(FILE *, const struct markup_figure *, struct error *);

/* Initializers for the members of a struct markup other than those for tables. */
#define MARKUP_NONE_BUT_TABLES                                                                                         \
    .begin = markup_none_begin, .end = markup_none_end, .section_begin = markup_none_section,                          \
    .section_end = markup_none_mark, .subheading = markup_none_text, .paragraph = markup_none_text,                    \
    .list_begin = markup_none_mark, .list_item = markup_none_text, .list_end = markup_none_mark,                       \
    .figure = markup_none_figure, .picture = markup_none_figure, .fold_begin = markup_none_text,                       \
    .fold_end = markup_none_mark, .listing = markup_none_text

#endif
