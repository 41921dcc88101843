/* boundary.h - converts the last feature map from the engine's arrangement to plain f32, and its gradient back. */
#ifndef PARTGRAD_NETWORK_KERNELS_BOUNDARY_H
#define PARTGRAD_NETWORK_KERNELS_BOUNDARY_H

#include "network/kernels/engine.h"

struct boundary;
/* For a feature map of `samples` samples. The caller frees *boundary. */
int boundary_create(struct boundary **boundary, struct engine *, int samples, struct tensor features, struct error *);
void boundary_free(struct boundary *); /* NULL-safe */
/* Bytes of `scratch` below. */
size_t boundary_scratch_bytes(const struct boundary *);

/* From an activation to f32 (samples, channels, size, size), and back. */
void boundary_unload_features(const struct boundary *, const void *activation, float *features, void *scratch);
void boundary_load_gradient(const struct boundary *, const float *features, void *activation, void *scratch);

#endif
