/* test_models.c - whole models against PyTorch: embeddings and the gradient of every parameter
 * (tests/fixtures/models.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/network.h"

enum { SIZE = 32, COUNT = 2, DIM = 8 };

/* What the fixture's formulas say; p is the parameter's position. */
static double formula(const struct parameter *parameter, int p, size_t i)
{
    const char *kind = strrchr(parameter->name, '.') + 1;
    if (parameter->rank > 1)
        return sin(0.7 * (double)i + p) * sqrt(3.0 / (double)(parameter->count / (size_t)parameter->shape[0]));
    if (strcmp(kind, "running_var") == 0) return 1 + 0.3 * pow(sin((double)i + p), 2);
    if (strcmp(kind, "running_mean") == 0) return 0.1 * cos((double)i);
    if (strcmp(kind, "weight") == 0) return 1 + 0.2 * sin(1.3 * (double)i + p);
    return 0.1 * sin(2.1 * (double)i + p);
}

struct computed {
    struct network *network;
    float embeddings[COUNT * DIM];
};

static int compute(struct computed *computed, const char *name, int precision)
{
    struct error error;
    char options[256] __attribute__((aligned(16)));
    uint8_t pixels[COUNT * 3 * SIZE * SIZE];
    float slopes[COUNT * DIM];
    int count;
    const struct plugin *plugin = plugin_find(model_registry, "model", name, &error);
    struct network_request request = {
        .model = (const struct model *)plugin,
        .model_options = options,
        .options = {.embedding_size = DIM, .gem_power = 3},
        .image_size = SIZE,
        .precision = precision,
        .embed_count = COUNT,
        .tape_count = COUNT,
        .micro_batch = COUNT,
    };
    option_defaults(plugin->fields, options);
    if (option_find(plugin->fields, "padding"))
        option_parse(option_find(plugin->fields, "padding"), options, "same", &error);
    if (network_create(&computed->network, &request, &error) != 0) return -1;
    struct parameter *parameters = network_parameters(computed->network, &count);
    for (int p = 0; p < count; p++)
        for (size_t i = 0; i < parameters[p].count; i++) parameters[p].value[i] = (float)formula(&parameters[p], p, i);
    network_refresh(computed->network);
    for (int i = 0; i < (int)sizeof pixels; i++) pixels[i] = (uint8_t)((i * 7919 + i / 97 * 31) % 256);
    for (int i = 0; i < COUNT * DIM; i++) slopes[i] = (float)sin(i + 0.5);
    network_clear_gradients(computed->network);
    network_forward_tape(computed->network, pixels, NULL, COUNT, computed->embeddings);
    network_backward(computed->network, COUNT, slopes);
    network_finish_gradients(computed->network);
    return 0;
}

static void check_embedding(const struct computed *computed, const char *rest, double tolerance)
{
    int sample, used;
    cr_assert_eq(sscanf(rest, "%d%n", &sample, &used), 1);
    for (int k = 0; k < DIM; k++) {
        double expected = strtod(rest + used, (char **)&rest);
        used = 0;
        cr_expect_float_eq(computed->embeddings[sample * DIM + k], expected, tolerance, "z[%d][%d] is %g, not %g",
                           sample, k, computed->embeddings[sample * DIM + k], expected);
    }
}

static void check_gradient(const struct computed *computed, const char *rest, double tolerance)
{
    char name[PARAMETER_NAME_SIZE];
    double norm, projection, square = 0, along = 0;
    int count;
    cr_assert_eq(sscanf(rest, "%95s %lf %lf", name, &norm, &projection), 3);
    struct parameter *parameters = network_parameters(computed->network, &count);
    for (int p = 0; p < count; p++) {
        if (strcmp(parameters[p].name, name) != 0) continue;
        for (size_t i = 0; i < parameters[p].count; i++) {
            square += pow(parameters[p].gradient[i], 2);
            along += parameters[p].gradient[i] * cos((double)i);
        }
        cr_expect_float_eq(sqrt(square), norm, tolerance * norm, "|d %s| is %g, not %g", name, sqrt(square), norm);
        /* a projection of norm 1 moves by at most the distance between the gradients; cos has norm sqrt(n / 2) */
        double room = tolerance * norm * sqrt((double)parameters[p].count);
        cr_expect_float_eq(along, projection, room, "projection of %s is %g, not %g", name, along, projection);
        return;
    }
    cr_assert_fail("no parameter %s", name);
}

static void check(const char *model, int precision, double embedding_tolerance, double gradient_tolerance)
{
    struct computed computed;
    char line[512], name[64], kind[32];
    int used, checked = 0;
    if (compute(&computed, model, precision) != 0) cr_skip_test("this CPU has no native bf16");
    FILE *stream = fopen("tests/fixtures/models.txt", "r");
    cr_assert_not_null(stream);
    while (fgets(line, sizeof line, stream)) {
        cr_assert_eq(sscanf(line, "%63s %31s%n", name, kind, &used), 2);
        if (strcmp(name, model) != 0) continue;
        if (strcmp(kind, "embedding") == 0)
            check_embedding(&computed, line + used, embedding_tolerance);
        else if (isfinite(gradient_tolerance))
            check_gradient(&computed, line + used, gradient_tolerance);
        checked++;
    }
    fclose(stream);
    cr_expect_gt(checked, COUNT);
    network_free(computed.network);
}

Test(models, conv4_is_pytorchs_in_f32)
{
    check("conv4", PRECISION_F32, 1e-5, 1e-4);
}

Test(models, mobilenet_v2_is_pytorchs_in_f32)
{
    check("mobilenet_v2", PRECISION_F32, 1e-4, 1e-3);
}

/* Embeddings alone: the formulas' regular weights nearly tie in max pooling, where rounding picks other winners. */
Test(models, conv4_is_nearly_pytorchs_in_bf16)
{
    check("conv4", PRECISION_BF16, 2e-2, INFINITY);
}
