/* svg.h - adapts gnuplot's SVG to a page: colors for light and dark pages, values under the pointer, a description for
 * readers who cannot see the image, and ids that are unique on the page. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SVG_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SVG_H

#include <stdio.h>

struct svg_words {
    const char *name; /* of the image, unique on its page: "recall-portion" */
    const char *description;
    const char *const *hovers; /* (hover_count) texts; gnuplot's hypertext of a point is a position in them */
    int hover_count;
};

/* Writes gnuplot's image `text`, adapted, to the stream. */
void svg_finish(FILE *, const char *text, const struct svg_words *);

#endif
