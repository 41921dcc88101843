/* html.h - writes texts and addresses as HTML, escaped. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_HTML_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_HTML_H

#include <stdio.h>

/* The text, also of an attribute in double quotes, with its signs escaped. */
void html_text(FILE *, const char *text);
/* <name>text</name> and a new line. */
void html_element(FILE *, const char *name, const char *text);
/* A relative path as an address, its parts percent-encoded (RFC 3986) and the slashes kept. */
void html_address(FILE *, const char *path);

#endif
