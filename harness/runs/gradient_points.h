/* gradient_points.h - the points at which an experiment's gradients are measured (training/gradient_measure.h): its
 * cells, and for each the whole batches of B and of K samples. Each point writes its own file, named after everything
 * that its numbers depend on:
 *
 *   OUT/gradients/HASH.whole  whole gradients, of batches that are measured or of references, which points share
 *   OUT/gradients/HASH.csv    a point's rows; a program with other columns writes another
 *   OUT/gradients.csv         all of them, with the settings
 *   OUT/gradients/experiment.yaml, environment.json  the file as given, with what --set changed; the machine
 *
 * Points with the same whole batch are a family and are measured together. */
#ifndef PARTGRAD_HARNESS_RUNS_GRADIENT_POINTS_H
#define PARTGRAD_HARNESS_RUNS_GRADIENT_POINTS_H

#include "base/index.h"
#include "harness/runs/grid.h"
#include "harness/training/gradient_family.h"

struct gradient_point {
    char name[CELL_NAME_SIZE]; /* of the cell; "whole_B64" of whole batches */
    int is_whole;
    struct settings settings;
    struct settings same_size, large;                    /* of its targets */
    char *path, *own_path, *same_size_path, *large_path; /* owned */
    int family;
};

struct gradient_points {
    const struct gradient_design *design; /* borrowed */
    const char *data_folder;              /* borrowed */
    char *folder;                         /* OUT/gradients; owned */
    char *columns;                        /* the header of a point's file; owned */
    int count, room;
    struct gradient_point *points; /* (count) */
    int family_count;
    struct index paths;
    struct index families; /* by own_path */
    struct index told;     /* messages already printed */
    int told_count;
};

/* Makes the points of the grid's cells, whose inputs must be known, for an existing folder OUT. Whole batches of K that
 * the sampler cannot compose are left out and reported on stderr. The settings point into the experiment. */
int gradient_points_init(struct gradient_points *, const struct grid *, const struct gradient_design *,
                         const char *data_folder, const char *out, struct error *);
void gradient_points_release(struct gradient_points *); /* safe on zeroed points */

/* How many points of a family (-1: of all) have not been measured; *first becomes the first of them, or NULL. */
int gradient_points_missing(const struct gradient_points *, int family, const struct gradient_point **first);
/* Measures what is missing of a family: its targets and the rows of its points. */
int gradient_points_measure(const struct gradient_points *, int family, struct error *);

/* Writes OUT/gradients.csv from the points that are done. */
int gradient_points_gather(const struct gradient_points *, const struct axes *, const char *out, struct error *);

#endif
