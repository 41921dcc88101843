/* svg.h - adapts gnuplot's SVG to a page: colors that follow the reader's light or dark page, values that show under
 * the pointer, a description for those who cannot see it, and names that do not clash with other images of the page. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SVG_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SVG_H

#include <stdio.h>

struct svg_words {
    const char *name; /* of the image, unique on its page: "recall-portion" */
    const char *description;
    const char *const *hovers; /* (hover_count) shown over the point whose hypertext in gnuplot is its position */
    int hover_count;
};

/* Writes gnuplot's image `text`, changed, to the stream. */
void svg_finish(FILE *, const char *text, const struct svg_words *);

#endif
