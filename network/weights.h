/* weights.h - reads and writes a network's parameters as safetensors files. */
#ifndef PARTGRAD_NETWORK_WEIGHTS_H
#define PARTGRAD_NETWORK_WEIGHTS_H

#include "base/error.h"
#include "network/network_request.h"
#include "network/parameter.h"

/* A text that a file carries beside its tensors. */
struct weights_note {
    const char *key, *text;
};

/* Sets all parameters from a file of F16, BF16, F32 or F64 tensors. Tensors that the model does not have are ignored.
 * If all names have a common prefix, as in "module.backbone.conv1.weight", they are read without it, and a line on
 * stderr says so. A missing parameter keeps its value if it belongs to the head; otherwise it is an error, as are
 * tensors of another shape, NaN or infinite values, and variances below 0. A file with notes was written by this
 * program and is complete: its head and the model's must match, unless the head is to be new. On failure some values
 * may have been replaced. */
int weights_load(const char *path, struct parameter_list *, enum weights_head, struct error *);

/* Writes the parameters (count) and the notes (up to a NULL key; NULL: none). On failure leaves no file. */
int weights_save(const char *path, const struct parameter *, int count, const struct weights_note *, struct error *);

#endif
