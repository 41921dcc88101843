/* gradient_points.h - the points at which an experiment's gradients are measured (training/gradient_measure.h): its
 * cells, and beside each the whole batches of B and of K samples. Each point leaves a file of its own, named after all
 * that its numbers depend on:
 *
 *   OUT/gradients/HASH.whole  whole gradients, which points share
 *   OUT/gradients/HASH.csv    a point's rows
 *   OUT/gradients.csv         all of them, with the settings
 */
#ifndef PARTGRAD_HARNESS_RUNS_GRADIENT_POINTS_H
#define PARTGRAD_HARNESS_RUNS_GRADIENT_POINTS_H

#include "base/index.h"
#include "harness/runs/grid.h"
#include "harness/training/gradient_measure.h"

struct gradient_point {
    char name[CELL_NAME_SIZE]; /* of the cell; "whole_B64" of whole batches */
    int is_whole;
    struct settings settings;
    struct settings same_size, large;         /* of its targets */
    char *path, *same_size_path, *large_path; /* owned */
};

struct gradient_points {
    const struct gradient_design *design; /* borrowed */
    const char *data_folder;              /* borrowed */
    char *folder;                         /* OUT/gradients; owned */
    int count, room;
    struct gradient_point *points; /* (count) */
    struct index paths;
    struct index told; /* what stderr has heard */
    int told_count;
};

/* Of the grid's cells, whose inputs are known, for a folder OUT that is there. Whole batches of K that the sampler
 * cannot compose are left out, and stderr hears of it. The settings point into the experiment. */
int gradient_points_init(struct gradient_points *, const struct grid *, const struct gradient_design *,
                         const char *data_folder, const char *out, struct error *);
void gradient_points_release(struct gradient_points *); /* safe on zeroed points */

/* Whether the point has been measured. */
int gradient_point_is_done(const struct gradient_point *);
/* Measures what of it is missing: its targets, and its own rows. */
int gradient_point_measure(const struct gradient_points *, const struct gradient_point *, struct error *);

/* Writes OUT/gradients.csv of the points that are done. */
int gradient_points_gather(const struct gradient_points *, const struct axes *, const char *out, struct error *);

#endif
