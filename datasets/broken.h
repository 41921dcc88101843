/* broken.h - images that cannot be decoded and are left out: those that a pass has found, and those of earlier
 * passes. */
#ifndef PARTGRAD_DATASETS_BROKEN_H
#define PARTGRAD_DATASETS_BROKEN_H

#include "datasets/catalogue.h"

enum { BROKEN_LINE_SIZE = 512 };

struct broken_image {
    int position;                /* in the catalogue */
    char line[BROKEN_LINE_SIZE]; /* the message about it */
};

/* Zeroed is empty. */
struct broken {
    int count, capacity;
    struct broken_image *images; /* (count) of this pass, in any order; owned */
    int skipped_count;           /* left out so far */
    char *skipped;               /* a line for each; NULL for none; owned */
};
void broken_release(struct broken *);

/* Notes a broken image of this pass and the reason; its line becomes the last of `images`. Fails if memory runs out. */
int broken_add(struct broken *, int position, const char *reason, struct error *);

/* Removes this pass's images from the catalogue and appends their lines to `skipped`, in the catalogue's order. Fails
 * if no images are left, or if memory runs out. */
int broken_leave_out(struct broken *, struct catalogue *, struct error *);

#endif
