/* broken.h - images that cannot be decoded and are left out: those that a pass has met, and those of the passes before
 * it. */
#ifndef PARTGRAD_DATASETS_BROKEN_H
#define PARTGRAD_DATASETS_BROKEN_H

#include "datasets/catalogue.h"

enum { BROKEN_LINE_SIZE = 512 };

struct broken_image {
    int position;                /* in the catalogue */
    char line[BROKEN_LINE_SIZE]; /* what is said about it */
};

/* Zeroed is empty. */
struct broken {
    int count, capacity;
    struct broken_image *images; /* (count) of this pass, in any order; owned */
    int skipped_count;           /* left out so far */
    char *skipped;               /* a line for each; NULL for none; owned */
};
void broken_release(struct broken *);

/* Notes an image of this pass, and why it is broken; its line is the last in `images`. Fails when memory is out. */
int broken_add(struct broken *, int position, const char *reason, struct error *);

/* Takes this pass's images out of the catalogue and into the lines of those skipped, in the catalogue's order. Fails
 * if none are left, and when memory is out. */
int broken_leave_out(struct broken *, struct catalogue *, struct error *);

#endif
