/* contrasts.h - the comparisons that an experiment declares: the `contrasts` of its file. Its run keeps them in
 * contrasts.csv, so that a reader of the results knows what was asked before they were seen. */
#ifndef PARTGRAD_HARNESS_TABLES_CONTRASTS_H
#define PARTGRAD_HARNESS_TABLES_CONTRASTS_H

#include "base/error.h"

enum { CONTRAST_TEXTS = 5 };

/* Compares the levels of a factor with one of them, in one metric. */
struct contrast {
    /* The texts below in the order of contrast_columns; owned. */
    union {
        char *text[CONTRAST_TEXTS];
        struct {
            char *family; /* contrasts of one family are corrected together */
            char *metric, *factor, *reference;
            char *by; /* columns whose values are kept apart; "": all that vary */
        };
    };
    int is_late; /* 1: declared, or changed, after the run began */
};
extern const char *const contrast_columns[CONTRAST_TEXTS];
/* The factor of whole settings, which takes the place of an axis. */
extern const char contrasts_group[]; /* "group" */

/* Empty when zeroed. */
struct contrasts {
    int count;
    struct contrast *contrast; /* (count) owned */
};
void contrasts_release(struct contrasts *);

/* Appends a copy of a contrast, whose texts may be NULL for "". Fails if memory runs out. */
int contrasts_add(struct contrasts *, const struct contrast *, struct error *);
/* The position of the contrast with the same texts, -1 if there is none. */
int contrasts_find(const struct contrasts *, const struct contrast *);
/* Whether both declare the same contrasts, in any order. */
int contrasts_same(const struct contrasts *, const struct contrasts *);

/* Read and write FOLDER/contrasts.csv; a folder without one declares nothing. */
int contrasts_read(struct contrasts *, const char *folder, struct error *);
int contrasts_write(const struct contrasts *, const char *folder, struct error *);

#endif
