/* grid.h - the cells of an experiment: every combination of its axes, for each of its cases. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_H
#define PARTGRAD_HARNESS_RUNS_GRID_H

#include "base/index.h"
#include "harness/runs/points.h"
#include "harness/tables/cell.h"
#include "harness/training/fit.h"

enum { GRID_CELLS_MAX = 10000, GRID_REASONS_MAX = 16 };

/* Points that cannot be trained, with the reason. */
struct left_out {
    int count;
    char reason[ERROR_SIZE];
    char first[CELL_NAME_SIZE]; /* one of them */
};

/* The result for a point that asks for the largest batch or limits its memory (grid_fit.h). */
struct found_batch {
    char asked[IDENTITY_SIZE];    /* as of struct cell */
    char training[IDENTITY_SIZE]; /* likewise: which cell it is; "" if none */
    size_t memory;                /* this and the next two as in struct settings */
    int memory_of, at_most;
    int threads;
    struct fit fit;
};

struct grid {
    int count;
    struct cell *cells;     /* (count), in the order of the file's lists, the seed changing fastest; owned */
    int room;               /* allocated cells */
    int quiet;              /* 1: pruning prints nothing */
    int settled;            /* number of cells that are pruned and identified; those after them are new */
    struct index names;     /* of the cells */
    struct index trainings; /* by struct cell's training */
    struct index gone;      /* trainings that the data cannot support */
    int left_out_count;
    struct left_out left_out[GRID_REASONS_MAX];
    int batch_count;
    struct found_batch *batches; /* (batch_count); owned */
    struct index batches_asked;  /* by their `asked` */
};

/* Makes the cells of an experiment. They are resolved (harness/training/resolve.h), except those whose batch is still
 * to be found (settings_is_open). Points that are the same training are one cell, named after the first. Points that
 * cannot be trained are left out; fails if none is left. The cells point into the experiment, which must outlive them.
 * For a tuned experiment these are the trials (tuning.h) of the values that its file lists. */
int grid_init(struct grid *, const struct experiment *, struct error *);
void grid_release(struct grid *); /* safe on a zeroed grid */

/* Called for each point, added or already there, with its training's hash; "" if it cannot be trained. Returns 0 or
 * -1. */
typedef int grid_listener(void *context, const struct point *, const char *training, struct error *);
/* Adds a variant's new points as cells of that wave ("": none). Cells that exist already belong to both waves from now
 * on. Invalidates pointers to cells. `listener` may be NULL. */
int grid_add(struct grid *, const struct experiment *, const struct variant *, const char *wave, grid_listener *,
             void *context, struct error *);

/* Records the batch that was found for a point; such points that are added later get that batch. */
int grid_note_batch(struct grid *, const struct found_batch *, struct error *);
/* Gives cells that are not settled their recorded batches, and names them after these. A cell that becomes the same
 * training as an existing one is merged with it. */
int grid_take_batches(struct grid *, const struct experiment *, struct error *);

/* The cell of that training, or NULL. */
struct cell *grid_find_training(const struct grid *, const char *training);
/* Keeps the cells with a 1 in kept (count). If `forever`, the others cannot be added again. */
int grid_keep(struct grid *, const char *kept, int forever, struct error *);

/* Counts a point that cannot be trained, with the reason. */
void grid_leave_out(struct grid *, const char *name, const char *reason);
/* Sets the error for a grid of which nothing is left; returns -1. */
int grid_refuse(const struct grid *, struct error *);
/* Reports on stderr what was left out, and why, since the last report. */
void grid_tell_left_out(struct grid *);

/* The cell of that name, or NULL. */
const struct cell *grid_find(const struct grid *, const char *name);
/* Rebuilds the index after names were changed. */
int grid_index_names(struct grid *, struct error *);

#endif
