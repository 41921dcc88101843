/* backward.c - the backward pass: from gradients of embeddings to gradients of parameters (network.h). */
#include <string.h>

#include "base/number.h"
#include "network/kernels/elementwise.h"
#include "network/passage.h"

static void zero_gradient(struct parameter *parameter)
{
    if (parameter->gradient) memset(parameter->gradient, 0, parameter->count * sizeof(float));
}

/* The first micro-batch overwrites the layers' gradients; only the head's, which are always added to, must be
 * zeroed. */
void network_clear_gradients(struct network *network)
{
    network->fresh = 1;
    if (network->head_weight < 0) return;
    for (int p = network->head_weight; p < network->parameters.count; p++)
        zero_gradient(&network->parameters.parameter[p]);
}

/* The activation whose slope must be applied to a tensor's gradient with layer l's contribution; none unless it is the
 * last contribution. */
static enum activation finished_activation(const struct network *network, int l, int tensor)
{
    int last = graph_first_reader(&network->graph, tensor) == l;
    return last ? network->graph.tensor[tensor].activation : ACTIVATION_NONE;
}

/* Layer l: from the complete gradient of its output, computes those of its weights and its input. */
static void backward_kernel(struct network *network, const struct passage *passage, int l)
{
    const struct graph *graph = &network->graph;
    const struct layer *layer = &graph->layer[l];
    const struct gradient_plan *plan = &network->gradients;
    struct layer_state *state = &network->layer[l];
    int in_place = network->fresh || kernel_accumulates(network->tape.kernel[l]);
    int leads_on = network_has_gradient(network, layer->input);
    kernel_backward(network->tape.kernel[l],
                    &(struct kernel_backward){
                        .input = passage_tensor(passage, layer->input, 0),
                        .output_gradient = network->workspace.transient + plan->tensor[layer->output],
                        .input_gradient = leads_on ? network->workspace.transient + plan->tensor[layer->input] : NULL,
                        .spare = network->workspace.transient + plan->spare[l],
                        .add = graph_last_reader(graph, layer->input) != l,
                        .activation = finished_activation(network, l, layer->input),
                        .gradient = in_place ? state->gradient : network->step_gradient,
                        .bias_gradient = in_place ? state->bias_gradient : network->step_bias,
                        .accumulate = in_place && !network->fresh,
                        .weights = &state->weights,
                        .auxiliary = passage_auxiliary(passage, l, 0),
                        .scratch = network->workspace.scratch,
                    });
    if (in_place || !state->gradient) return;
    elementwise_add(state->gradient, network->step_gradient, state->gradient_count);
    elementwise_add(state->bias_gradient, network->step_bias, state->bias_gradient_count);
}

/* Passes the gradient of layer l's sum on to its residual unchanged; nothing to do if the two share an array. */
static void backward_residual(struct network *network, const struct passage *passage, int l)
{
    const struct graph *graph = &network->graph;
    const struct layer *layer = &graph->layer[l];
    const struct gradient_plan *plan = &network->gradients;
    int shared = graph_reuses_residual(graph, l);
    engine_combine_gradient(
        network->engine, network->workspace.transient + plan->tensor[layer->residual],
        shared ? NULL : network->workspace.transient + plan->tensor[layer->output],
        passage_tensor(passage, layer->residual, 0), finished_activation(network, l, layer->residual),
        engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[layer->residual]));
}

static void backward_layer(struct network *network, const struct passage *passage, int l)
{
    int residual = network->graph.layer[l].residual;
    backward_kernel(network, passage, l);
    if (residual >= 0 && network_has_gradient(network, residual)) backward_residual(network, passage, l);
}

/* Runs the head of one micro-batch backward, to the gradient of the last feature map. */
static void backward_head(struct network *network, const struct passage *passage, int count, const float *gradients)
{
    const struct stage *stage = passage->stage;
    int last = network->graph.tensor_count - 1;
    size_t row = (size_t)network->head.dim;
    const char *map = passage_tensor(passage, last, 0);
    memset(network->row_gradients, 0, (size_t)stage->samples * row * sizeof(float));
    memcpy(network->row_gradients, gradients, (size_t)count * row * sizeof(float));
    struct head head = passage_unload_features(passage);
    head_backward(&head, network->workspace.features, passage->head, network->row_gradients, network->pooled_gradients,
                  network->feature_gradients);
    if (!network_has_gradient(network, last) || network->head_only) return;
    char *map_gradient = network->workspace.transient + network->gradients.tensor[last];
    boundary_load_gradient(stage->boundary, network->feature_gradients, map_gradient, network->workspace.scratch);
    engine_combine_gradient(network->engine, map_gradient, NULL, map, network->graph.tensor[last].activation,
                            engine_activation_bytes(network->engine, stage->samples, network->graph.tensor[last]));
}

void network_backward(struct network *network, int count, const float *gradients)
{
    int samples = network->tape.samples;
    for (int at = 0, slot = 0; at < count; at += samples, slot++) {
        struct passage passage = passage_of_slot(network, slot);
        backward_head(network, &passage, number_smaller(samples, count - at),
                      gradients + (size_t)at * (size_t)network->head.dim);
        if (network->head_only) continue;
        for (int l = network->graph.layer_count - 1; l >= network->first_trained; l--)
            backward_layer(network, &passage, l);
        network->fresh = 0;
    }
}

void network_finish_gradients(struct network *network)
{
    struct parameter *parameters = network->parameters.parameter;
    for (int p = 0; p < network->parameters.count && network->fresh; p++) /* no gradient arrived */
        if (!parameters[p].is_head) zero_gradient(&parameters[p]);
    for (int l = network->first_trained; l < network->graph.layer_count && !network->fresh; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        kernel_unload_gradient(network->tape.kernel[l], state->gradient, parameters[state->parameters.weight].gradient,
                               network->workspace.scratch);
        parameter_unfold_gradient(&network->parameters, &state->parameters, state->bias_gradient);
    }
}
