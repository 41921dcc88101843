/* tiles.c - see tiles.h. */
#include "harness/pictures/tiles.h"

#include <stdlib.h>

int tiles_init(struct tiles *tiles, int rows, int columns, struct error *error)
{
    size_t count = (size_t)rows * (size_t)columns;
    *tiles = (struct tiles){rows, columns, malloc((count + 1) * sizeof *tiles->tile)};
    if (!tiles->tile) return error_set(error, "out of memory for %d x %d images", rows, columns);
    for (size_t i = 0; i < count; i++) tiles->tile[i] = (struct tile){-1, TILE_PLAIN};
    return 0;
}

void tiles_release(struct tiles *tiles)
{
    free(tiles->tile);
    *tiles = (struct tiles){0};
}

struct tile *tiles_at(const struct tiles *tiles, int row, int column)
{
    return &tiles->tile[(size_t)row * (size_t)tiles->columns + (size_t)column];
}
