/* weights.h - the parameters of a network as safetensors files. */
#ifndef PARTGRAD_NETWORK_WEIGHTS_H
#define PARTGRAD_NETWORK_WEIGHTS_H

#include "base/error.h"
#include "network/parameter.h"

/* Fills the values of all parameters from a file of F16, BF16, F32 or F64 tensors. Tensors that nothing asks for are
 * ignored. Where all names begin with something more, as in "module.backbone.conv1.weight", they are read without it,
 * and a line on stderr says so. A parameter that is missing keeps its value if it is the head's, and is an error
 * otherwise, as are a tensor of another shape, NaN or infinite values, and variances below 0. On failure some values
 * may have been replaced. */
int weights_load(const char *path, struct parameter_list *, struct error *);

/* Writes all parameters, whole or not at all. */
int weights_save(const char *path, const struct parameter_list *, struct error *);

#endif
