/* contents.h - what a catalogue becomes in a pack: labels, splits and names of those classes that have images. */
#ifndef PARTGRAD_DATASETS_CONTENTS_H
#define PARTGRAD_DATASETS_CONTENTS_H

#include "datasets/catalogue.h"
#include "datasets/pack_writer.h"

struct contents {
    int32_t *labels;    /* (n) */
    uint8_t *splits;    /* (n) */
    const char **names; /* (C) borrowed from the catalogue */
    int class_count;    /* C */
};

/* Fails when memory is out. */
int contents_init(struct contents *, const struct catalogue *, struct error *);
void contents_release(struct contents *); /* safe on a zeroed one */

#endif
