/* html.h - writes texts and addresses, escaped for HTML. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_HTML_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_HTML_H

#include <stdio.h>

/* Writes a text, escaped for content and for attributes in double quotes. */
void html_text(FILE *, const char *text);
/* Writes <name>text</name> and a line feed; the text is escaped. */
void html_element(FILE *, const char *name, const char *text);
/* Writes a relative path as an address: percent-encoded (RFC 3986), except slashes. */
void html_address(FILE *, const char *path);

#endif
