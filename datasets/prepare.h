/* prepare.h - the road from a data set to its pack: list, read, decode or draw, cut and scale, write. */
#ifndef PARTGRAD_DATASETS_PREPARE_H
#define PARTGRAD_DATASETS_PREPARE_H

#include "datasets/dataset.h"

enum prepare_fit {
    PREPARE_CROP,    /* the shorter side to the pack's size, and the middle of the longer one */
    PREPARE_STRETCH, /* both sides to the pack's size */
};

struct prepare_request {
    const struct dataset *dataset;
    const void *options;                 /* the data set's */
    const struct option_paths *archives; /* as given by the user */
    int size;                            /* pixels a side */
    enum prepare_fit fit;
    const char *path; /* of the pack */
};

/* Called now and then with the images done, always once with done = total. */
typedef void prepare_progress(void *context, int done, int total);

/* Makes the pack on all threads, with memory bounded by a batch of images. The error names the member or line at fault;
 * nothing is left behind then. Replaces a pack of the same name only when the new one is whole. */
int prepare_pack(const struct prepare_request *, prepare_progress *, void *context, struct error *);

#endif
