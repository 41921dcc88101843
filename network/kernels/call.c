/* call.c - see call.h. */
#include "network/kernels/call.h"

#include <stdlib.h>

static dnnl_status_t bind(struct call *call, const struct engine *engine, onednn_array array, int id)
{
    dnnl_exec_arg_t *argument = &call->argument[call->count];
    argument->arg = id;
    dnnl_status_t status = dnnl_memory_create(&argument->memory, array, engine->engine, DNNL_MEMORY_NONE);
    if (status == dnnl_success) call->count++;
    return status;
}

int call_create(struct call *call, const struct engine *engine, dnnl_primitive_desc_t descriptor, const int *ids,
                int count, struct error *error)
{
    dnnl_status_t status = dnnl_primitive_create(&call->primitive, descriptor);
    for (int i = 0; i < count && status == dnnl_success; i++)
        status = bind(call, engine, dnnl_primitive_desc_query_md(descriptor, dnnl_query_exec_arg_md, ids[i]), ids[i]);
    onednn_array scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    call->scratch = dnnl_memory_desc_get_size(scratch);
    if (status == dnnl_success) status = bind(call, engine, scratch, DNNL_ARG_SCRATCHPAD);
    return status == dnnl_success ? 0 : onednn_failed(error, status, "a primitive");
}

int call_create_reorder(struct call *call, const struct engine *engine, onednn_array from, onednn_array to,
                        struct error *error)
{
    dnnl_primitive_desc_t descriptor;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status =
        dnnl_reorder_primitive_desc_create(&descriptor, from, engine->engine, to, engine->engine, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a reorder");
    int created = call_create(call, engine, descriptor, (int[]){DNNL_ARG_FROM, DNNL_ARG_TO}, 2, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

void call_release(struct call *call)
{
    for (int i = 0; i < call->count; i++) dnnl_memory_destroy(call->argument[i].memory);
    if (call->primitive) dnnl_primitive_destroy(call->primitive);
    *call = (struct call){0};
}

void call_run(const struct call *call, const struct engine *engine, const void *const *pointers)
{
    for (int i = 0; i < call->count; i++) dnnl_memory_set_data_handle(call->argument[i].memory, (void *)pointers[i]);
    dnnl_status_t status = dnnl_primitive_execute(call->primitive, engine->stream, call->count, call->argument);
    if (status == dnnl_success) status = dnnl_stream_wait(engine->stream);
    if (status != dnnl_success) abort(); /* everything was planned, so this is a bug, here or in oneDNN */
}

dnnl_primitive_attr_t call_attribute_create(const struct layer *layer)
{
    dnnl_primitive_attr_t attribute;
    dnnl_post_ops_t operations;
    if (dnnl_primitive_attr_create(&attribute) != dnnl_success) abort();
    dnnl_primitive_attr_set_scratchpad_mode(attribute, dnnl_scratchpad_mode_user);
    if (!layer) return attribute;
    if (dnnl_post_ops_create(&operations) != dnnl_success) abort();
    if (layer->residual >= 0) onednn_append_sum(operations);
    if (layer->activation == ACTIVATION_RELU) onednn_append_activation(operations, dnnl_eltwise_relu, 0, 0);
    if (layer->activation == ACTIVATION_RELU6) onednn_append_activation(operations, dnnl_eltwise_clip, 0, 6);
    dnnl_primitive_attr_set_post_ops(attribute, operations);
    dnnl_post_ops_destroy(operations);
    return attribute;
}
