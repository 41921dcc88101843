/* weights.h - the parameters of a network as safetensors files. */
#ifndef PARTGRAD_NETWORK_WEIGHTS_H
#define PARTGRAD_NETWORK_WEIGHTS_H

#include "base/error.h"
#include "network/network_request.h"
#include "network/parameter.h"

/* A text that a file carries beside its tensors. */
struct weights_note {
    const char *key, *text;
};

/* Fills the values of all parameters from a file of F16, BF16, F32 or F64 tensors. Tensors that nothing asks for are
 * ignored. If all names begin with something more, as in "module.backbone.conv1.weight", they are read without it,
 * and a line on stderr says so. A parameter that is missing keeps its value if it is the head's, and is an error
 * otherwise, as are a tensor of another shape, NaN or infinite values, and variances below 0.
 * A file with notes is of this program and is complete: the head must be there too and have a place, unless it is to
 * be a new one. On failure some values may have been replaced. */
int weights_load(const char *path, struct parameter_list *, enum weights_head, struct error *);

/* Writes the parameters (count) and the notes (up to a NULL key; NULL: none), whole or not at all. */
int weights_save(const char *path, const struct parameter *, int count, const struct weights_note *, struct error *);

#endif
