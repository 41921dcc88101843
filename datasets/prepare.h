/* prepare.h - makes the pack of a data set: list, read, make thumbnails or draw, write. */
#ifndef PARTGRAD_DATASETS_PREPARE_H
#define PARTGRAD_DATASETS_PREPARE_H

#include "datasets/dataset.h"
#include "datasets/thumbnail.h"

struct prepare_request {
    const struct dataset *dataset;
    const void *options;                 /* the data set's */
    const struct option_paths *archives; /* as given by the user, or downloaded */
    int size;                            /* pixels a side */
    enum thumbnail_fit fit;
    const char *split; /* file of the user's own class split (datasets/class_split.h); NULL: the official one */
    int skip_broken;   /* 1: images that cannot be decoded are left out and reported */
    const char *path;  /* of the pack */
};

/* Callbacks for progress and messages; members may be NULL. They are called from any thread, one at a time. */
struct prepare_watch {
    void *context;
    void (*progress)(void *context, int done, int total); /* images; ends with done = total */
    void (*news)(void *context, const char *line);
};

/* Makes the pack on all threads. Memory is bounded by the number of threads, whatever the set's size. The error names
 * the member or line at fault, and no file is left then. A pack of the same name is replaced only when the new one is
 * complete. */
int prepare_pack(const struct prepare_request *, const struct prepare_watch *, struct error *);

#endif
