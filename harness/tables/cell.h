/* cell.h - a cell: one training run of a grid. */
#ifndef PARTGRAD_HARNESS_TABLES_CELL_H
#define PARTGRAD_HARNESS_TABLES_CELL_H

#include "harness/tables/identity.h"

enum { CELL_NAME_SIZE = 384 };

struct cell {
    char name[CELL_NAME_SIZE]; /* letters, digits, '-', '_', '.': its folder's name */
    struct settings settings;
    char identity[IDENTITY_SIZE]; /* hash of the settings, inputs included; "" until these are known */
    int point;                    /* the first of its experiment's points that came to it, from 0 */
};

#endif
