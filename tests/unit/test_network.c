/* test_network.c - gradients against finite differences, the identities of docs/design.md, memory as planned. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "network/network.h"

enum { SIZE = 16, COUNT = 5, DIM = 6 };

static float uniform(struct random *random)
{
    return 2 * random_uniform(random) - 1;
}

/* ---- small models, one for each way that layers join ---- */

static void build_convolution(const void *options, struct graph *graph)
{
    (void)options;
    graph_convolution(graph, &(struct convolution){.name = "conv", .channels = 16, .window = 3});
}

static void build_strided_same(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(
        graph, &(struct convolution){
                   .name = "a", .norm = "b", .channels = 16, .window = 3, .stride = 2, .padding = PADDING_SAME});
    graph_convolution(graph,
                      &(struct convolution){
                          .name = "c", .norm = "d", .input = t, .channels = 24, .window = 1, .padding = PADDING_SAME});
}

static void build_depthwise(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(
        graph, &(struct convolution){.name = "a", .channels = 32, .window = 1, .activation = ACTIVATION_RELU6});
    graph_convolution(graph, &(struct convolution){.name = "b",
                                                   .norm = "c",
                                                   .input = t,
                                                   .channels = 32,
                                                   .window = 3,
                                                   .stride = 2,
                                                   .groups = 32,
                                                   .activation = ACTIVATION_RELU6});
}

/* Two residual sums in a row, one of them followed by an activation, with a tensor that three layers read. */
static void build_residual(const void *options, struct graph *graph)
{
    (void)options;
    int a = graph_convolution(
        graph, &(struct convolution){.name = "a", .channels = 16, .window = 3, .activation = ACTIVATION_RELU});
    int b = graph_convolution(graph, &(struct convolution){.name = "b", .input = a, .channels = 16, .window = 3});
    int c = graph_convolution(
        graph, &(struct convolution){.name = "c", .input = b, .channels = 16, .window = 1, .add = 1, .residual = a});
    int d = graph_convolution(graph, &(struct convolution){.name = "d",
                                                           .input = c,
                                                           .channels = 16,
                                                           .window = 3,
                                                           .add = 1,
                                                           .residual = c,
                                                           .activation = ACTIVATION_RELU});
    graph_convolution(graph, &(struct convolution){.name = "e", .input = d, .channels = 16, .window = 1});
}

static void build_pool_and_norm(const void *options, struct graph *graph)
{
    (void)options;
    int t = graph_convolution(graph, &(struct convolution){.name = "a", .channels = 16, .window = 3});
    t = graph_max_pool(graph, t, 2, 2, PADDING_SAME);
    t = graph_norm(graph, t);
    graph_convolution(graph, &(struct convolution){.name = "b", .input = t, .channels = 16, .window = 3});
}

static const struct model models[] = {
    {.plugin = {"convolution", "", NULL, 0}, .build = build_convolution},
    {.plugin = {"strided_same", "", NULL, 0}, .build = build_strided_same},
    {.plugin = {"depthwise", "", NULL, 0}, .build = build_depthwise},
    {.plugin = {"residual", "", NULL, 0}, .build = build_residual},
    {.plugin = {"pool_and_norm", "", NULL, 0}, .build = build_pool_and_norm},
};

/* ---- helpers ---- */

struct setup {
    struct network *network;
    uint8_t pixels[COUNT * 3 * SIZE * SIZE];
    float slopes[COUNT * DIM]; /* f(z) = sum of slopes times z */
    float embeddings[COUNT * DIM];
};

static struct network_request request_for(const struct model *model)
{
    return (struct network_request){
        .model = model,
        .options = {.embedding_size = DIM, .gem_power = 3},
        .image_size = SIZE,
        .precision = PRECISION_F32,
        .embed_count = COUNT,
        .tape_count = COUNT,
        .micro_batch = 2,
        .seed = 1,
    };
}

/* Statistics and biases that are not trivial; activations are pushed away from their kinks. */
static void stir_parameters(struct network *network, struct random *random)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++) {
        const char *dot = strrchr(parameters[p].name, '.') + 1;
        int variance = strcmp(dot, "running_var") == 0, scale = parameters[p].initial == 1;
        if (parameters[p].rank > 1) continue;
        for (size_t i = 0; i < parameters[p].count; i++)
            parameters[p].value[i] = variance || scale ? 1 + 0.5f * random_uniform(random) : (i % 4 ? 3.0f : -3.0f);
    }
    network_refresh(network);
}

static void setup_init(struct setup *setup, const struct network_request *request)
{
    struct error error;
    struct random random = random_stream(7, RANDOM_TEST, 0, 0);
    cr_assert_eq(network_create(&setup->network, request, &error), 0, "%s", error.message);
    for (size_t i = 0; i < sizeof setup->pixels; i++) setup->pixels[i] = (uint8_t)random_below(&random, 256);
    for (int i = 0; i < COUNT * DIM; i++) setup->slopes[i] = uniform(&random);
    stir_parameters(setup->network, &random);
}

static double value(struct setup *setup)
{
    double sum = 0;
    network_refresh(setup->network);
    network_embed(setup->network, setup->pixels, NULL, COUNT, (struct network_rows){setup->embeddings});
    for (int i = 0; i < COUNT * DIM; i++) sum += (double)setup->embeddings[i] * setup->slopes[i];
    return sum;
}

static void compute_gradients(struct setup *setup)
{
    network_clear_gradients(setup->network);
    network_forward_tape(setup->network, setup->pixels, NULL, COUNT, (struct network_rows){setup->embeddings});
    network_backward(setup->network, COUNT, setup->slopes);
    network_finish_gradients(setup->network);
}

/* Central difference along a random direction of one parameter, the best of three step lengths: short ones drown in f32
 * rounding, long ones in curvature and kinks. */
static double directional_error(struct setup *setup, struct parameter *parameter, struct random *random)
{
    float *kept = malloc(parameter->count * sizeof *kept), *direction = malloc(parameter->count * sizeof *direction);
    double along = 0, least = INFINITY;
    memcpy(kept, parameter->value, parameter->count * sizeof *kept);
    for (size_t i = 0; i < parameter->count; i++) {
        direction[i] = uniform(random) / sqrtf((float)parameter->count);
        along += (double)direction[i] * parameter->gradient[i];
    }
    for (double h = 3e-2; h > 1e-3; h /= 4) {
        double side[2];
        for (int s = 0; s < 2; s++) {
            for (size_t i = 0; i < parameter->count; i++)
                parameter->value[i] = kept[i] + (float)(s ? h : -h) * direction[i];
            side[s] = value(setup);
        }
        double numeric = (side[1] - side[0]) / (2 * h);
        least = fmin(least, fabs(numeric - along) / (fabs(numeric) + fabs(along) + 1e-3));
    }
    memcpy(parameter->value, kept, parameter->count * sizeof *kept);
    free(kept);
    free(direction);
    return least;
}

static void check_gradients(const struct network_request *request, const char *name)
{
    struct setup *setup = calloc(1, sizeof *setup);
    struct random random = random_stream(8, RANDOM_TEST, 0, 0);
    int count;
    setup_init(setup, request);
    compute_gradients(setup);
    struct parameter *parameters = network_parameters(setup->network, &count);
    for (int p = 0; p < count; p++) {
        if (!parameters[p].trained) continue;
        double wrong = directional_error(setup, &parameters[p], &random);
        cr_expect_lt(wrong, 1e-2, "%s: gradient of %s is off by %g", name, parameters[p].name, wrong);
    }
    network_free(setup->network);
    free(setup);
}

/* ---- gradients ---- */

Test(network, gradients_of_every_layer_agree_with_finite_differences)
{
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        struct network_request request = request_for(&models[m]);
        check_gradients(&request, models[m].plugin.name);
    }
}

Test(network, gradients_through_gem_pooling_agree_with_finite_differences)
{
    struct network_request request = request_for(&models[2]);
    request.options.pooling = POOLING_GEM;
    check_gradients(&request, "gem");
}

Test(network, gradients_without_a_head_agree_with_finite_differences)
{
    static const struct model narrow = {.plugin = {"narrow", "", NULL, 0}, .build = build_convolution};
    struct network_request request = request_for(&narrow);
    struct error error;
    struct network *network;
    request.options.embedding_size = 0;
    cr_assert_eq(network_create(&network, &request, &error), 0);
    cr_assert_eq(network_dim(network), 16, "without a head the pooled channels are the embedding");
    network_free(network);
}

/* ---- identities ---- */

static void copy_gradients(struct network *network, float *all)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++) {
        if (!parameters[p].trained) continue;
        memcpy(all, parameters[p].gradient, parameters[p].count * sizeof(float));
        all += parameters[p].count;
    }
}

static size_t count_trained(struct network *network)
{
    int count;
    size_t sum = 0;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++)
        if (parameters[p].trained) sum += parameters[p].count;
    return sum;
}

Test(network, an_embedding_does_not_depend_on_its_neighbors)
{
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        struct network_request request = request_for(&models[m]);
        struct setup *setup = calloc(1, sizeof *setup);
        float alone[DIM];
        setup_init(setup, &request);
        network_embed(setup->network, setup->pixels, NULL, COUNT, (struct network_rows){setup->embeddings});
        for (int i = 0; i < COUNT; i++) {
            network_embed(setup->network, setup->pixels, &i, 1, (struct network_rows){alone});
            cr_expect_arr_eq(alone, setup->embeddings + i * DIM, sizeof alone, "%s, sample %d", models[m].plugin.name,
                             i);
        }
        network_free(setup->network);
        free(setup);
    }
}

Test(network, embeddings_are_the_same_with_and_without_tape)
{
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        struct network_request request = request_for(&models[m]);
        struct setup *setup = calloc(1, sizeof *setup);
        float taped[COUNT * DIM];
        setup_init(setup, &request);
        network_embed(setup->network, setup->pixels, NULL, COUNT, (struct network_rows){setup->embeddings});
        network_forward_tape(setup->network, setup->pixels, NULL, COUNT, (struct network_rows){taped});
        cr_expect_arr_eq(taped, setup->embeddings, sizeof taped, "%s", models[m].plugin.name);
        network_free(setup->network);
        free(setup);
    }
}

/* The gradient of a batch is the sum of its samples' own: the ground of every gradient portion. */
Test(network, the_gradient_is_the_sum_over_samples)
{
    struct network_request request = request_for(&models[3]);
    struct setup *setup = calloc(1, sizeof *setup);
    setup_init(setup, &request);
    size_t count = count_trained(setup->network);
    float *whole = calloc(count, sizeof *whole), *one = calloc(count, sizeof *one), *sum = calloc(count, sizeof *sum);
    compute_gradients(setup);
    copy_gradients(setup->network, whole);
    for (int i = 0; i < COUNT; i++) {
        network_clear_gradients(setup->network);
        network_forward_tape(setup->network, setup->pixels, &i, 1, (struct network_rows){setup->embeddings});
        network_backward(setup->network, 1, setup->slopes + i * DIM);
        network_finish_gradients(setup->network);
        copy_gradients(setup->network, one);
        for (size_t k = 0; k < count; k++) sum[k] += one[k];
    }
    double wrong = 0, norm = 0;
    for (size_t k = 0; k < count; k++) {
        wrong += pow((double)sum[k] - whole[k], 2);
        norm += pow(whole[k], 2);
    }
    cr_expect_gt(norm, 0);
    cr_expect_lt(sqrt(wrong / norm), 1e-5);
    free(whole);
    free(one);
    free(sum);
    network_free(setup->network);
    free(setup);
}

Test(network, no_gradient_comes_from_nothing)
{
    struct network_request request = request_for(&models[0]);
    struct setup *setup = calloc(1, sizeof *setup);
    setup_init(setup, &request);
    compute_gradients(setup);
    network_clear_gradients(setup->network);
    network_finish_gradients(setup->network);
    size_t count = count_trained(setup->network);
    float *all = malloc(count * sizeof *all);
    copy_gradients(setup->network, all);
    for (size_t k = 0; k < count; k++) cr_assert_eq(all[k], 0);
    free(all);
    network_free(setup->network);
    free(setup);
}

/* ---- precision, memory, errors ---- */

Test(network, bf16_embeds_nearly_as_f32_does)
{
    struct network_request request = request_for(&models[3]);
    struct setup *setup = calloc(1, sizeof *setup), *half = calloc(1, sizeof *half);
    struct error error;
    struct network *probe;
    request.precision = PRECISION_BF16;
    if (network_create(&probe, &request, &error) != 0) {
        free(setup);
        free(half);
        cr_skip_test("this CPU has no native bf16");
    }
    network_free(probe);
    setup_init(half, &request);
    request.precision = PRECISION_F32;
    setup_init(setup, &request);
    compute_gradients(setup);
    compute_gradients(half);
    for (int i = 0; i < COUNT * DIM; i++) cr_expect_float_eq(half->embeddings[i], setup->embeddings[i], 2e-2);
    size_t count = count_trained(setup->network);
    float *a = malloc(count * sizeof *a), *b = malloc(count * sizeof *b);
    copy_gradients(setup->network, a);
    copy_gradients(half->network, b);
    double product = 0, left = 0, right = 0;
    for (size_t k = 0; k < count; k++) {
        product += (double)a[k] * b[k];
        left += (double)a[k] * a[k];
        right += (double)b[k] * b[k];
    }
    cr_expect_gt(product / sqrt(left * right), 0.999);
    free(a);
    free(b);
    network_free(setup->network);
    network_free(half->network);
    free(setup);
    free(half);
}

Test(network_slow, memory_is_as_planned)
{
    for (const struct plugin *const *row = model_registry; *row; row++) {
        char options[256] __attribute__((aligned(16)));
        struct network_request request = request_for((const struct model *)*row);
        struct network_plan *planned = calloc(1, sizeof *planned);
        struct network *network;
        struct error error;
        option_defaults((*row)->fields, options);
        request.model_options = options;
        request.image_size = 32;
        cr_assert_eq(network_measure(&request, planned, &error), 0, "%s", error.message);
        cr_assert_eq(network_create(&network, &request, &error), 0, "%s", error.message);
        struct network_memory placed = network_memory(network);
        cr_expect_arr_eq(&planned->memory, &placed, sizeof placed, "%s", (*row)->name);
        network_free(network);
        free(planned);
    }
}

Test(network, the_tape_grows_with_its_samples_and_nothing_else_does)
{
    struct network_plan *few = calloc(1, sizeof *few), *many = calloc(1, sizeof *many);
    struct network_request request = request_for(&models[3]);
    struct error error;
    request.tape_count = 4;
    cr_assert_eq(network_measure(&request, few, &error), 0);
    request.tape_count = 16;
    cr_assert_eq(network_measure(&request, many, &error), 0);
    cr_expect_eq(many->memory.tape, 4 * few->memory.tape);
    cr_expect_eq(many->memory.transient, few->memory.transient);
    cr_expect_eq(many->memory.gradients, few->memory.gradients);
    free(few);
    free(many);
}

Test(network, an_image_too_small_for_the_model_is_refused)
{
    struct network_request request = request_for((const struct model *)model_registry[1]);
    int padding = PADDING_SAME;
    struct network *network;
    struct error error;
    request.model_options = &padding;
    cr_expect_eq(network_create(&network, &request, &error), -1);
    cr_expect(strstr(error.message, "image_size 16") != NULL, "%s", error.message);
    cr_expect_null(network);
}

Test(network, mobilenet_v2_has_the_papers_multiply_adds)
{
    struct graph *graph = calloc(1, sizeof *graph);
    int padding = PADDING_SYMMETRIC;
    graph_init(graph, 224, 0);
    ((const struct model *)model_registry[1])->build(&padding, graph);
    cr_expect_float_eq(graph_multiply_adds(graph), 300e6, 5e6); /* table 4 of the paper: 300 M */
    cr_expect_eq(graph->tensor[graph->tensor_count - 1].channels, 1280);
    cr_expect_eq(graph->tensor[graph->tensor_count - 1].size, 7);
    free(graph);
}
