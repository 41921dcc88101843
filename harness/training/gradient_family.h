/* gradient_family.h - measures settings together that share their whole batch and differ only in portion and strategy.
 * Each batch is embedded once and each of its samples back-propagated once (gradient_samples.h), however many settings
 * there are. If samples see each other, each selection of each setting is run as a training step instead. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_FAMILY_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_FAMILY_H

#include "harness/training/gradient_case.h"

/* All borrowed. The files hold whole gradients (gradient_file.h), and are written if they are missing. */
struct gradient_family {
    const struct settings *whole, *large; /* the whole batch of the cases' size, and the target `large` */
    const char *own_path;                 /* of the M measured batches */
    const char *same_size_path;           /* of R other batches */
    const char *large_path;               /* of R large batches */
    const struct gradient_case *cases;    /* (count) */
    int count;
};

/* Measures the cases and writes the file of each. A case's results do not depend on the other cases. */
int gradient_family_measure(const struct gradient_family *, const struct gradient_design *, const char *data_folder,
                            struct error *);

#endif
