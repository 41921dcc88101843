/* contents.c - see contents.h. */
#include "harness/reports/page/contents.h"

#include <stdlib.h>
#include <string.h>

static int has_id(const struct contents *contents, const char *id)
{
    for (int h = 0; h < contents->count; h++)
        if (strcmp(contents->headings[h].id, id) == 0) return 1;
    return 0;
}

/* The id, made unique; the caller frees. NULL if memory runs out. */
static char *make_id(const struct contents *contents, const char *id)
{
    char *unique = strdup(id);
    for (int n = 2; unique && has_id(contents, unique); n++) {
        free(unique);
        if (asprintf(&unique, "%s-%d", id, n) < 0) unique = NULL;
    }
    return unique;
}

const char *contents_add(struct contents *contents, const char *id, const char *text)
{
    struct markup_heading heading = {make_id(contents, id), strdup(text)};
    struct markup_heading *grown =
        realloc(contents->headings, ((size_t)contents->count + 1) * sizeof *contents->headings);
    if (grown) contents->headings = grown;
    if (!grown || !heading.id || !heading.text) {
        free(heading.id);
        free(heading.text);
        return NULL;
    }
    grown[contents->count++] = heading;
    return heading.id;
}

void contents_release(struct contents *contents)
{
    for (int h = 0; h < contents->count; h++) {
        free(contents->headings[h].id);
        free(contents->headings[h].text);
    }
    free(contents->headings);
    *contents = (struct contents){0};
}
