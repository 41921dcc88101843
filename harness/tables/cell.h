/* cell.h - a cell: one training run of a grid. */
#ifndef PARTGRAD_HARNESS_TABLES_CELL_H
#define PARTGRAD_HARNESS_TABLES_CELL_H

#include "harness/tables/identity.h"

enum { CELL_NAME_SIZE = 384, CELL_WAVE_SIZE = 8, CELL_EDGE_SIZE = 256 };

struct cell {
    char name[CELL_NAME_SIZE]; /* its folder's name; letters, digits, '-', '_', '.' */
    struct settings settings;
    int train_images;             /* number that it is trained on; 0: not counted yet */
    char identity[IDENTITY_SIZE]; /* hash of the settings, inputs included; "" until these are known */

    /* What the grid says about it; not part of its identity. */
    char wave[CELL_WAVE_SIZE];    /* "trial", "final" or "both" of a tuned experiment (runs/tuning.h), else "" */
    char tuned[CELL_EDGE_SIZE];   /* of a final cell: columns of the tuned settings, separated by spaces */
    char at_edge[CELL_EDGE_SIZE]; /* of a final cell: tuned settings whose best value is still at an edge of its list */
    char training[IDENTITY_SIZE]; /* hash of the settings that distinguish it from other cells of its grid */
    char asked[IDENTITY_SIZE];    /* hash of the settings as written in the file, with `auto` and `largest` */
};

#endif
