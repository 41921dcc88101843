/* inputs.h - the files that a training run reads: their checksums, and whether they change during the run. */
#ifndef PARTGRAD_HARNESS_TRAINING_INPUTS_H
#define PARTGRAD_HARNESS_TRAINING_INPUTS_H

#include <sys/types.h>
#include <time.h>

#include "base/error.h"
#include "harness/tables/settings.h"

/* The path DATA/NAME.pack of the settings' data set; the caller frees. */
char *inputs_pack_path(const struct settings *, const char *data_folder);
/* Likewise for the i-th of evaluate_on. */
char *inputs_other_path(const struct settings *, const char *data_folder, int i);

/* Sets the checksums in settings->inputs from the files; with `verify` the pack's data are read and compared with its
 * checksum too. If the settings already have checksums, the files' must be equal. Otherwise, or if a file is missing or
 * damaged, fails with an error that says what to do. */
int inputs_resolve(struct settings *, const char *data_folder, int verify, struct error *);

/* Identifies a file and its version. */
struct input_mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written;
};
struct input_marks {
    struct input_mark pack, weights, reference, others[OPTION_TEXTS_MAX];
};
/* Takes the marks of all files; fails if one is missing. */
int inputs_mark(struct input_marks *, const struct settings *, const char *data_folder, struct error *);
/* Returns 0 if the files still agree with the marks; else -1, and the error names the first that does not. */
int inputs_check(const struct input_marks *, const struct settings *, const char *data_folder, struct error *);

#endif
