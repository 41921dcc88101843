/* tiles.h - the images of a picture, in rows and columns, with their meaning; sheet.h draws them, and legends describe
 * them. */
#ifndef PARTGRAD_HARNESS_PICTURES_TILES_H
#define PARTGRAD_HARNESS_PICTURES_TILES_H

#include "base/error.h"

enum tile_mark {
    TILE_PLAIN,
    TILE_QUERY, /* the query whose nearest images follow in its row */
    TILE_RIGHT, /* of the query's class */
    TILE_WRONG,
};

struct tile {
    int image; /* position in the pack; -1: left empty */
    enum tile_mark mark;
};

struct tiles {
    int rows, columns;
    struct tile *tile; /* (rows, columns); owned */
};

/* Makes a grid of empty places. */
int tiles_init(struct tiles *, int rows, int columns, struct error *);
void tiles_release(struct tiles *); /* safe on zeroed tiles */

struct tile *tiles_at(const struct tiles *, int row, int column);

#endif
