/* weights.h - parameters as safetensors files: an 8-byte length, a JSON header, and the arrays
 * (https://huggingface.co/docs/safetensors). */
#ifndef PARTGRAD_NETWORK_WEIGHTS_H
#define PARTGRAD_NETWORK_WEIGHTS_H

#include "base/error.h"
#include "network/parameter.h"

/* Fills the values of all parameters from a file of F32 tensors. Tensors that
 * nothing asks for are ignored; a parameter that is missing keeps its value if it is the head's, and is an error
 * otherwise, as is a tensor of another shape or type. On failure some values may have been replaced. */
int weights_load(const char *path, struct parameter_list *, struct error *);

/* Writes all parameters, whole or not at all. */
int weights_save(const char *path, const struct parameter_list *, struct error *);

#endif
