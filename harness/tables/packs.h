/* packs.h - what the packs hold that a run trained on, and what the official sets hold: packs.csv of a run, so that a
 * reader of the results knows whether they may be set beside published ones. */
#ifndef PARTGRAD_HARNESS_TABLES_PACKS_H
#define PARTGRAD_HARNESS_TABLES_PACKS_H

#include "base/error.h"

enum { PACK_COUNTS = 6, PACK_TEXT_SIZE = 256 };

/* One pack. Counts are of train classes and images, of test ones, and of those of the gallery. */
struct packs_row {
    char name[PACK_TEXT_SIZE];     /* as settings name it */
    char dataset[PACK_TEXT_SIZE];  /* plug-in that made it */
    char checksum[PACK_TEXT_SIZE]; /* of the pack */
    char split[PACK_TEXT_SIZE];    /* of classes: "official", or "own" if the user gave one */
    int count[PACK_COUNTS];
    int official[PACK_COUNTS]; /* of the official sets; all 0: the data set is not published, or there are none */
};

/* Empty when zeroed. */
struct packs {
    int count;
    struct packs_row *row; /* (count) owned */
};
void packs_release(struct packs *);

/* Appends a row. Fails if memory is out. */
int packs_add(struct packs *, const struct packs_row *, struct error *);

enum packs_standing {
    PACKS_OFFICIAL,    /* holds as many classes and images as the official sets */
    PACKS_OTHER,       /* holds others, or fewer */
    PACKS_UNPUBLISHED, /* of a data set that has no official sets */
};
enum packs_standing packs_standing(const struct packs_row *);

/* FOLDER/packs.csv; a run of an earlier version has none. */
int packs_read(struct packs *, const char *folder, struct error *);
int packs_write(const struct packs *, const char *folder, struct error *);

#endif
