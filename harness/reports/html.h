/* html.h - texts, addresses and images as HTML has them. */
#ifndef PARTGRAD_HARNESS_REPORTS_HTML_H
#define PARTGRAD_HARNESS_REPORTS_HTML_H

#include <stdio.h>

/* The text, also of an attribute in double quotes, with its signs escaped. */
void html_text(FILE *, const char *text);
/* <name>text</name> and a new line. */
void html_element(FILE *, const char *name, const char *text);
/* A relative path as an address, its parts percent-encoded (RFC 3986) and the slashes kept. */
void html_address(FILE *, const char *path);
/* An SVG element, from "<svg" to its end, as a part of a page: an image with a text in its place, and with names of its
 * parts that begin with `prefix`, since a page has room for each name once. gnuplot's names for its layers, which
 * viewers would show as hints, are left out. */
void html_svg(FILE *, const char *svg, const char *alt, const char *prefix);

#endif
