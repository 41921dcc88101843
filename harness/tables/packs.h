/* packs.h - what a run's packs hold, beside what the official data sets hold. A run keeps it in packs.csv, so that a
 * reader knows whether results can be compared with published ones. */
#ifndef PARTGRAD_HARNESS_TABLES_PACKS_H
#define PARTGRAD_HARNESS_TABLES_PACKS_H

#include "base/error.h"

enum { PACK_COUNTS = 6, PACK_TEXT_SIZE = 256 };

/* One pack. Counts are of train classes and images, then of test ones, then of the gallery's. */
struct packs_row {
    char name[PACK_TEXT_SIZE];     /* as settings name it */
    char dataset[PACK_TEXT_SIZE];  /* plug-in that made it */
    char checksum[PACK_TEXT_SIZE]; /* of the pack */
    char split[PACK_TEXT_SIZE];    /* of classes: "official", or "own" if the user gave one */
    int count[PACK_COUNTS];
    int official[PACK_COUNTS]; /* of the official set; all 0 if the data set has none */
};

/* Empty when zeroed. */
struct packs {
    int count;
    struct packs_row *row; /* (count) owned */
};
void packs_release(struct packs *);

/* Appends a row. Fails if memory runs out. */
int packs_add(struct packs *, const struct packs_row *, struct error *);

enum packs_standing {
    PACKS_OFFICIAL,    /* has the official split, classes and images */
    PACKS_OTHER,       /* has other numbers, or the user's own split */
    PACKS_UNPUBLISHED, /* of a data set without an official set */
};
/* Which of these a pack is, by its counts and its split. */
enum packs_standing packs_standing(const struct packs_row *);

/* Read and write FOLDER/packs.csv; runs of earlier versions have none. */
int packs_read(struct packs *, const char *folder, struct error *);
int packs_write(const struct packs *, const char *folder, struct error *);

#endif
