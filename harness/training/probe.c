/* probe.c - see probe.h. */
#include "harness/training/probe.h"

#include <math.h>
#include <string.h>

static size_t count_trained(const struct parameter *parameters, int count)
{
    size_t sum = 0;
    for (int p = 0; p < count; p++) sum += parameters[p].trained ? parameters[p].count : 0;
    return sum;
}

void probe_take(struct probe *probe, const struct parameter *parameters, int count, struct arena *arena)
{
    probe->partial = arena_take(arena, count_trained(parameters, count), sizeof(float));
}

/* Copies the parameters' gradients to one array. */
static void save(float *all, const struct parameter *parameters, int count)
{
    for (int p = 0; p < count; p++) {
        if (!parameters[p].gradient) continue;
        memcpy(all, parameters[p].gradient, parameters[p].count * sizeof(float));
        all += parameters[p].count;
    }
}

static void restore(const float *all, struct parameter *parameters, int count)
{
    for (int p = 0; p < count; p++) {
        if (!parameters[p].gradient) continue;
        memcpy(parameters[p].gradient, all, parameters[p].count * sizeof(float));
        all += parameters[p].count;
    }
}

static void compare(const float *partial, const struct parameter *parameters, int count, struct step_result *result)
{
    double along = 0, partial_square = 0, full_square = 0;
    for (int p = 0; p < count; p++) {
        if (!parameters[p].gradient) continue;
        for (size_t i = 0; i < parameters[p].count; i++) {
            double a = partial[i], b = parameters[p].gradient[i];
            along += a * b;
            partial_square += a * a;
            full_square += b * b;
        }
        partial += parameters[p].count;
    }
    if (partial_square == 0 || full_square == 0) return;
    result->gradient_cosine = (float)(along / sqrt(partial_square * full_square));
    result->gradient_norm_ratio = (float)sqrt(partial_square / full_square);
}

void probe_run(struct probe *probe, struct step *step, const uint8_t *pixels, struct step_result *result)
{
    int count;
    struct parameter *parameters = network_parameters(step->network, &count);
    save(probe->partial, parameters, count);
    network_clear_gradients(step->network);
    step_run_full(step, pixels);
    network_finish_gradients(step->network);
    compare(probe->partial, parameters, count, result);
    restore(probe->partial, parameters, count);
}
