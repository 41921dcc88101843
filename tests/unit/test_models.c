/* test_models.c - layers and whole models against PyTorch: embeddings and the gradient of every parameter
 * (tests/fixtures/models.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/network.h"

enum { SIZE = 64, COUNT = 4, DIM = 8 };

static void build_convolution(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(
        graph,
        &(struct convolution){.name = "a", .channels = 32, .window = 7, .stride = 2, .activation = ACTIVATION_RELU});
    graph_convolution(graph, &(struct convolution){.name = "b", .input = t, .channels = 48, .window = 1});
}

static void build_depthwise(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(
        graph,
        &(struct convolution){.name = "a", .channels = 32, .window = 3, .stride = 2, .activation = ACTIVATION_RELU6});
    graph_convolution(
        graph, &(struct convolution){.name = "b", .input = t, .channels = 32, .window = 3, .stride = 2, .groups = 32});
}

static void build_pooling(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(graph, &(struct convolution){.name = "a", .channels = 32, .window = 3});
    t = graph_max_pool(graph, t, 3, 2, PADDING_SYMMETRIC);
    graph_convolution(graph, &(struct convolution){.name = "b", .input = t, .channels = 32, .window = 3});
}

static const struct model layers[] = {
    {.plugin = {.name = "convolution"}, .build = build_convolution},
    {.plugin = {.name = "depthwise"}, .build = build_depthwise},
    {.plugin = {.name = "pooling"}, .build = build_pooling},
};

/* The fixture's formulas. A number in -1 .. 1 without pattern; */
static double unit(size_t i, unsigned seed)
{
    uint32_t x = (uint32_t)(i * 2654435761u + seed * 40503u + 12345u);
    for (int round = 0; round < 2; round++) x = (x ^ x >> 16) * 0x45D9F3Bu;
    return (x ^ x >> 16) / 2147483648.0 - 1;
}

/* what parameter p starts as. */
static double formula(const struct parameter *parameter, int p, size_t i)
{
    const char *kind = strrchr(parameter->name, '.') + 1;
    double u = unit(i, (unsigned)p);
    if (parameter->rank > 1) return u * sqrt(6.0 / (double)(parameter->count / (size_t)parameter->shape[0]));
    if (strcmp(kind, "running_var") == 0) return 1 + 0.3 * u * u;
    if (strcmp(kind, "weight") == 0) return 0.8 + 0.2 * u;
    return 0.1 * u;
}

struct computed {
    struct network *network;
    float embeddings[COUNT * DIM];
};

static const struct model *find_model(const char *name)
{
    struct error error;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (strcmp(layers[i].plugin.name, name) == 0) return &layers[i];
    return (const struct model *)plugin_find(model_registry, "model", name, &error);
}

/* NAME, or NAME-batch for batch norm by the batch's statistics. */
static int create(struct network **network, const char *name, int precision)
{
    struct error error;
    char options[256] __attribute__((aligned(16))), base[64];
    snprintf(base, sizeof base, "%s", name);
    int batch = strchr(base, '-') != NULL;
    base[strcspn(base, "-")] = '\0';
    const struct model *model = find_model(base);
    struct network_request request = {
        .model = model,
        .model_options = options,
        .options = {.embedding_size = DIM, .gem_power = 3, .batch_norm = batch},
        .image_size = SIZE,
        .precision = precision,
        .embed_count = COUNT,
        .tape_count = COUNT,
        .micro_batch = COUNT,
    };
    if (model->plugin.fields) option_defaults(model->plugin.fields, options);
    if (model->plugin.fields && option_find(model->plugin.fields, "padding"))
        option_parse(option_find(model->plugin.fields, "padding"), options, "same", &error);
    return network_create(network, &request, &error);
}

static int compute(struct computed *computed, const char *name, int precision)
{
    static uint8_t pixels[COUNT * 3 * SIZE * SIZE];
    float slopes[COUNT * DIM];
    int count;
    if (create(&computed->network, name, precision) != 0) return -1;
    struct parameter *parameters = network_parameters(computed->network, &count);
    for (int p = 0; p < count; p++)
        for (size_t i = 0; i < parameters[p].count; i++) parameters[p].value[i] = (float)formula(&parameters[p], p, i);
    network_refresh(computed->network);
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)((unit(i, 7) + 1) * 128);
    for (size_t i = 0; i < COUNT * DIM; i++) slopes[i] = (float)unit(i, 9);
    network_clear_gradients(computed->network);
    network_forward_tape(computed->network, pixels, NULL, COUNT, (struct network_rows){computed->embeddings});
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

/* An array's norm and its projection on numbers without pattern: as computed, and PyTorch's. */
struct comparison {
    char name[PARAMETER_NAME_SIZE];
    double norm, projection, expected_norm, expected_projection;
    double room; /* norm of what is projected on */
};

/* The gradient of a parameter, or its value where that moves by itself. */
static struct comparison compare(const struct computed *computed, const char *kind, const char *rest)
{
    struct comparison c = {.norm = 0};
    int count;
    cr_assert_eq(sscanf(rest, "%95s %lf %lf", c.name, &c.expected_norm, &c.expected_projection), 3);
    struct parameter *parameters = network_parameters(computed->network, &count);
    for (int p = 0; p < count; p++) {
        if (strcmp(parameters[p].name, c.name) != 0) continue;
        const float *values = strcmp(kind, "running") == 0 ? parameters[p].value : parameters[p].gradient;
        for (size_t i = 0; i < parameters[p].count; i++) {
            c.norm += pow(values[i], 2);
            c.projection += values[i] * unit(i, 3);
            c.room += pow(unit(i, 3), 2);
        }
        c.norm = sqrt(c.norm);
        c.room = sqrt(c.room);
        return c;
    }
    cr_assert_fail("no parameter %s", c.name);
    return c;
}

static void check_array(const struct comparison *c, double tolerance)
{
    cr_expect_float_eq(c->norm, c->expected_norm, tolerance * c->expected_norm, "|d %s| is %g, not %g", c->name,
                       c->norm, c->expected_norm);
    /* a projection moves by at most the distance between the arrays times the norm of what they are projected on */
    cr_expect_float_eq(c->projection, c->expected_projection, tolerance * c->expected_norm * c->room,
                       "projection of %s is %g, not %g", c->name, c->projection, c->expected_projection);
}

/* Squares over all arrays of a network: of norms, of their errors, and of the arrays' errors, each of which is expected
 * to be thrice that of a projection on numbers in -1 .. 1. */
struct whole {
    double norms, norm_errors, errors;
};

static void add_array(struct whole *whole, const struct comparison *c)
{
    whole->norms += pow(c->expected_norm, 2);
    whole->norm_errors += pow(c->norm - c->expected_norm, 2);
    whole->errors += 3 * pow(c->projection - c->expected_projection, 2);
}

enum { NO_TOLERANCE = 0 };

/* Tolerances: of embeddings; of each gradient; of the whole gradient's norms, a fifth of what its elements may be off.
 */
static void check(const char *model, int precision, double embedding_tolerance, double gradient_tolerance,
                  double whole_tolerance)
{
    struct computed computed;
    struct whole whole = {0};
    char line[512], name[64], kind[32];
    int used, checked = 0;
    if (compute(&computed, model, precision) != 0) cr_skip_test("this CPU has no native bf16");
    FILE *stream = fopen("tests/fixtures/models.txt", "r");
    cr_assert_not_null(stream);
    while (fgets(line, sizeof line, stream)) {
        cr_assert_eq(sscanf(line, "%63s %31s%n", name, kind, &used), 2);
        if (strcmp(name, model) != 0) continue;
        checked++;
        if (strcmp(kind, "embedding") == 0) {
            check_embedding(&computed, line + used, embedding_tolerance);
            continue;
        }
        struct comparison comparison = compare(&computed, kind, line + used);
        add_array(&whole, &comparison);
        if (gradient_tolerance != NO_TOLERANCE) check_array(&comparison, gradient_tolerance);
    }
    fclose(stream);
    cr_expect_gt(checked, COUNT);
    cr_expect_lt(sqrt(whole.norm_errors / whole.norms), whole_tolerance);
    cr_expect_lt(sqrt(whole.errors / whole.norms), 5 * whole_tolerance);
    network_free(computed.network);
}

static void check_f32(const char *model)
{
    check(model, PRECISION_F32, 1e-5, 1e-4, 1e-4);
}

Test(models, convolutions_are_pytorchs)
{
    check_f32("convolution");
}

Test(models, depthwise_convolutions_are_pytorchs)
{
    check_f32("depthwise");
}

Test(models, pooling_is_pytorchs)
{
    check_f32("pooling");
}

Test(models, conv4_is_pytorchs)
{
    check_f32("conv4");
}

Test(models, mobilenet_v2_is_pytorchs)
{
    check_f32("mobilenet_v2");
}

Test(models_slow, resnet18_is_pytorchs)
{
    check_f32("resnet18");
}

Test(models_slow, batch_norm_by_the_batchs_statistics_is_pytorchs)
{
    check_f32("resnet18-batch");
}

Test(models, convolutions_are_nearly_pytorchs_in_bf16)
{
    check("convolution", PRECISION_BF16, 2e-2, 2e-2, 2e-2);
}

Test(models, depthwise_convolutions_are_nearly_pytorchs_in_bf16)
{
    check("depthwise", PRECISION_BF16, 2e-2, 2e-2, 2e-2);
}

Test(models, pooling_is_nearly_pytorchs_in_bf16)
{
    check("pooling", PRECISION_BF16, 2e-2, 2e-2, 2e-2);
}

/* Fifty layers of random weights add their roundings up: embeddings and the gradient as a whole stay near, single
 * parameters' gradients less so. */
Test(models, mobilenet_v2_is_nearly_pytorchs_in_bf16)
{
    check("mobilenet_v2", PRECISION_BF16, 2e-2, NO_TOLERANCE, 2e-2);
}

Test(models, resnet18_is_nearly_pytorchs_in_bf16)
{
    check("resnet18", PRECISION_BF16, 2e-2, NO_TOLERANCE, 2e-2);
}

/* The same where tiles (AMX) are not to be had, whatever this CPU has: tests run in processes of their own. */
static void check_without_tiles(const char *model, double gradient_tolerance)
{
    setenv("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16", 1);
    check(model, PRECISION_BF16, 2e-2, gradient_tolerance, 2e-2);
}

Test(models, convolutions_are_nearly_pytorchs_without_tiles)
{
    check_without_tiles("convolution", 2e-2);
}

Test(models, depthwise_convolutions_are_nearly_pytorchs_without_tiles)
{
    check_without_tiles("depthwise", 2e-2);
}

Test(models, pooling_is_nearly_pytorchs_without_tiles)
{
    check_without_tiles("pooling", 2e-2);
}

Test(models, mobilenet_v2_is_nearly_pytorchs_without_tiles)
{
    check_without_tiles("mobilenet_v2", NO_TOLERANCE);
}

Test(models, resnet18_is_nearly_pytorchs_without_tiles)
{
    check_without_tiles("resnet18", NO_TOLERANCE);
}
