/* boundary.c - see boundary.h. */
#include "network/kernels/boundary.h"

#include <stdlib.h>

#include "network/kernels/call.h"

struct boundary {
    struct engine *engine;
    struct call unload, load;
};

int boundary_create(struct boundary **out, struct engine *engine, int samples, struct tensor features,
                    struct error *error)
{
    *out = NULL;
    struct boundary *boundary = calloc(1, sizeof *boundary);
    if (!boundary) return error_set(error, "out of memory");
    boundary->engine = engine;
    onednn_array inner = engine_activation(engine, samples, features);
    onednn_array plain = engine_array(
        engine, 4, (dnnl_dims_t){samples, features.channels, features.size, features.size}, dnnl_f32, dnnl_nchw);
    if (call_create_reorder(&boundary->unload, engine, inner, plain, error) != 0 ||
        call_create_reorder(&boundary->load, engine, plain, inner, error) != 0) {
        boundary_free(boundary);
        return -1;
    }
    *out = boundary;
    return 0;
}

void boundary_free(struct boundary *boundary)
{
    if (!boundary) return;
    call_release(&boundary->unload);
    call_release(&boundary->load);
    free(boundary);
}

size_t boundary_scratch_bytes(const struct boundary *boundary)
{
    return boundary->unload.scratch > boundary->load.scratch ? boundary->unload.scratch : boundary->load.scratch;
}

void boundary_unload_features(const struct boundary *boundary, const void *activation, float *features, void *scratch)
{
    call_run(&boundary->unload, boundary->engine, (const void *[]){activation, features, scratch});
}

void boundary_load_gradient(const struct boundary *boundary, const float *features, void *activation, void *scratch)
{
    call_run(&boundary->load, boundary->engine, (const void *[]){features, activation, scratch});
}
