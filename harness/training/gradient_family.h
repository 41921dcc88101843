/* gradient_family.h - settings whose whole batch is the same, measured together: they differ by portion and strategy.
 * Each batch is embedded once and each of its samples back-propagated once (gradient_samples.h), however many settings
 * there are; if samples see each other, each selection of each setting is run as a training step. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_FAMILY_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_FAMILY_H

#include "harness/training/gradient_case.h"

/* All borrowed. The files hold whole gradients (gradient_file.h), and are written if they are missing. */
struct gradient_family {
    const struct settings *whole, *large; /* the whole batch of all cases' size, and that of the target `large` */
    const char *own_path;                 /* of the M batches that are measured */
    const char *same_size_path;           /* of R other batches */
    const char *large_path;               /* of R large batches */
    const struct gradient_case *cases;    /* (count) */
    int count;
};

/* Measures the cases, and leaves the file of each. The figures of a case are the same whatever others there are. */
int gradient_family_measure(const struct gradient_family *, const struct gradient_design *, const char *data_folder,
                            struct error *);

#endif
