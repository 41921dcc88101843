/* tiles.h - which images a picture shows, in rows and columns, and what each is there: what sheet.h draws and legends
 * name. */
#ifndef PARTGRAD_HARNESS_PICTURES_TILES_H
#define PARTGRAD_HARNESS_PICTURES_TILES_H

#include "base/error.h"

enum tile_mark {
    TILE_PLAIN,
    TILE_QUERY, /* what the others of its row are the nearest to */
    TILE_RIGHT, /* of the query's class */
    TILE_WRONG,
};

struct tile {
    int image; /* position in the pack; -1: the place stays empty */
    enum tile_mark mark;
};

struct tiles {
    int rows, columns;
    struct tile *tile; /* (rows, columns); owned */
};

/* All places are empty. */
int tiles_init(struct tiles *, int rows, int columns, struct error *);
void tiles_release(struct tiles *); /* safe on zeroed tiles */

struct tile *tiles_at(const struct tiles *, int row, int column);

#endif
