/* engine_parts.h - the inside of an engine, for the kernels: oneDNN's handles, and descriptors of arrays. */
#ifndef PARTGRAD_NETWORK_KERNELS_ENGINE_PARTS_H
#define PARTGRAD_NETWORK_KERNELS_ENGINE_PARTS_H

#include "network/kernels/layer.h"
#include "network/kernels/onednn.h"

struct engine {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_data_type_t type;    /* of activations and weights */
    dnnl_format_tag_t layout; /* of activations */
    dnnl_format_tag_t pixels; /* of the image */
    int convolution;          /* enum engine_convolution */
    struct array *arrays;     /* all descriptors, as a list */
};

/* The descriptor of such arrays, made once; it lives as long as the engine. */
onednn_array engine_array(struct engine *, int rank, const dnnl_dims_t shape, dnnl_data_type_t, dnnl_format_tag_t);
/* An activation, (samples, channels, size, size) in the engine's arrangement. */
onednn_array engine_activation(struct engine *, int samples, struct tensor);
/* The engine's own copy of an arrangement that a primitive chose. */
onednn_array engine_keep(struct engine *, onednn_array chosen);

#endif
