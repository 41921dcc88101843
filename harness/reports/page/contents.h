/* contents.h - collects the sections of a document while they are written, for the table of contents before them. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_CONTENTS_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_CONTENTS_H

#include "harness/reports/page/markup.h"

struct contents {
    int count;
    struct markup_heading *headings; /* (count) owned */
};

/* Appends a section. Returns its id, owned by the contents: `id`, or `id-2` and so on if an earlier section has that.
 * NULL if memory runs out. */
const char *contents_add(struct contents *, const char *id, const char *text);
void contents_release(struct contents *); /* safe on zeroed contents */

#endif
