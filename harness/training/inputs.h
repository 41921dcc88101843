/* inputs.h - the files that a training run reads: what is in them, and whether they stay what they were. */
#ifndef PARTGRAD_HARNESS_TRAINING_INPUTS_H
#define PARTGRAD_HARNESS_TRAINING_INPUTS_H

#include <sys/types.h>
#include <time.h>

#include "base/error.h"
#include "harness/tables/settings.h"

/* DATA/NAME.pack of the data set that is trained on; the caller frees. */
char *inputs_pack_path(const struct settings *, const char *data_folder);
/* Likewise of the i-th of evaluate_on. */
char *inputs_other_path(const struct settings *, const char *data_folder, int i);

/* Sets the checksums in settings->inputs from the files; with `verify` the pack's data are read and compared with its
 * checksum too. Checksums that the settings have already must be the files': else, and if a file is missing or
 * broken, an error that says what to do. */
int inputs_resolve(struct settings *, const char *data_folder, int verify, struct error *);

/* Which file of that name it is, and when it was written last. */
struct input_mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written;
};
struct input_marks {
    struct input_mark pack, weights, reference, others[OPTION_TEXTS_MAX];
};
/* Fails if a file is not there. */
int inputs_mark(struct input_marks *, const struct settings *, const char *data_folder, struct error *);
/* 0 while the files are those of the marks; -1, and an error that names the first other one. */
int inputs_check(const struct input_marks *, const struct settings *, const char *data_folder, struct error *);

#endif
