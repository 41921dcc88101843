/* test_weights.c - safetensors files, written and read, whole and damaged. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "network/network.h"
#include "network/weights.h"

static struct network *create(uint64_t seed, const char *weights, struct error *error)
{
    struct network *network;
    int channels = 16;
    struct network_request request = {
        .model = (const struct model *)model_registry[0],
        .model_options = &channels,
        .options = {.embedding_size = 4, .gem_power = 3},
        .image_size = 16,
        .precision = PRECISION_F32,
        .embed_count = 1,
        .micro_batch = 1,
        .seed = seed,
    };
    if (weights) snprintf(request.options.weights, sizeof request.options.weights, "%s", weights);
    return network_create(&network, &request, error) == 0 ? network : NULL;
}

static char *save_one(const char *folder, struct network *network)
{
    struct error error;
    char *path = file_join(folder, "w.safetensors");
    cr_assert_eq(network_save(network, path, &error), 0, "%s", error.message);
    return path;
}

Test(weights, come_back_as_they_were)
{
    char *folder = fixture_folder();
    struct error error;
    struct network *first = create(1, NULL, &error);
    char *path = save_one(folder, first);
    struct network *second = create(2, path, &error);
    int count;
    cr_assert_not_null(second, "%s", error.message);
    struct parameter *a = network_parameters(first, &count), *b = network_parameters(second, &count);
    for (int p = 0; p < count; p++)
        cr_expect_arr_eq(a[p].value, b[p].value, a[p].count * sizeof(float), "%s", a[p].name);
    network_free(first);
    network_free(second);
    free(path);
    fixture_remove(folder);
}

/* Replaces `from` in the file by `to`, of the same length. */
static void patch(const char *path, const char *from, const char *to)
{
    struct error error;
    char *bytes;
    size_t size;
    cr_assert_eq(file_read(path, 1 << 30, &bytes, &size, &error), 0);
    char *at = memmem(bytes, size, from, strlen(from));
    cr_assert_not_null(at, "%s", from);
    memcpy(at, to, strlen(to));
    cr_assert_eq(file_write(path, bytes, size, &error), 0);
    free(bytes);
}

static void expect_refusal(const char *from, const char *to, const char *part)
{
    char *folder = fixture_folder();
    struct error error;
    struct network *network = create(1, NULL, &error);
    char *path = save_one(folder, network);
    patch(path, from, to);
    cr_expect_null(create(1, path, &error));
    cr_expect(strstr(error.message, part) != NULL, "%s", error.message);
    network_free(network);
    free(path);
    fixture_remove(folder);
}

Test(weights, a_missing_tensor_is_named)
{
    expect_refusal("blocks.1.conv.weight", "blocks.1.conv.wEight",
                   "tensor blocks.1.conv.weight [16, 16, 3, 3] is missing");
}

Test(weights, another_shape_is_named_with_both_shapes)
{
    expect_refusal("[16,3,3,3]", "[16,3,9,1]",
                   "blocks.0.conv.weight has shape [16, 3, 9, 1], but the model needs [16, 3, 3, 3]");
}

Test(weights, another_type_is_refused)
{
    expect_refusal("\"F32\"", "\"F64\"", "only F32");
}

Test(weights, offsets_outside_the_file_are_refused)
{
    expect_refusal("\"data_offsets\":[0,", "\"data_offsets\":[9,", "lies outside");
}

Test(weights, a_missing_head_stays_random)
{
    char *folder = fixture_folder();
    struct error error;
    struct network *first = create(1, NULL, &error);
    char *path = save_one(folder, first);
    patch(path, "head.weight", "HEAD.weight");
    struct network *second = create(1, path, &error);
    cr_expect_not_null(second, "%s", error.message);
    network_free(first);
    network_free(second);
    free(path);
    fixture_remove(folder);
}

Test(weights, damaged_files_are_refused_in_one_line)
{
    static const struct {
        const char *bytes;
        size_t size;
    } broken[] = {{"", 0},
                  {"abc", 3},
                  {"\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10},
                  {"\x02\0\0\0\0\0\0\0[]", 10},
                  {"\x02\0\0\0\0\0\0\0{x", 10}};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    struct error error;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        cr_assert_eq(file_write(path, broken[i].bytes, broken[i].size, &error), 0);
        cr_expect_null(create(1, path, &error), "file %zu", i);
        cr_expect(strstr(error.message, path) && !strchr(error.message, '\n'), "%s", error.message);
    }
    cr_expect_null(create(1, "/nowhere/w", &error));
    free(path);
    fixture_remove(folder);
}

static struct network *create_mobilenet(uint64_t seed, const char *weights, struct error *error)
{
    struct network *network;
    int padding = 0;
    struct network_request request = {
        .model = (const struct model *)plugin_find(model_registry, "model", "mobilenet_v2", error),
        .model_options = &padding,
        .image_size = 32,
        .precision = PRECISION_F32,
        .embed_count = 1,
        .micro_batch = 1,
        .seed = seed,
    };
    snprintf(request.options.weights, sizeof request.options.weights, "%s", weights);
    return network_create(&network, &request, error) == 0 ? network : NULL;
}

Test(weights, timms_names_are_understood)
{
    static const char *const some[] = {
        "conv_stem.weight",           "bn1.running_mean",          "blocks.0.0.conv_dw.weight",
        "blocks.0.0.bn2.bias",        "blocks.1.0.conv_pw.weight", "blocks.3.2.bn3.running_var",
        "blocks.6.0.conv_pwl.weight", "conv_head.weight",          "bn2.weight"};
    char *folder = fixture_folder(), *path = file_join(folder, "timm.safetensors");
    struct error error;
    struct network *first = create_mobilenet(1, "", &error);
    struct parameter_list *list = calloc(1, sizeof *list);
    struct parameter *parameters = network_parameters(first, &list->count);
    size_t found = 0;
    for (int p = 0; p < list->count; p++) {
        list->parameter[p] = parameters[p];
        snprintf(list->parameter[p].name, sizeof list->parameter[p].name, "%s", parameters[p].alias);
        for (size_t i = 0; i < sizeof some / sizeof *some; i++) found += strcmp(some[i], parameters[p].alias) == 0;
    }
    cr_expect_eq(found, sizeof some / sizeof *some);
    cr_assert_eq(weights_save(path, list, &error), 0, "%s", error.message);
    struct network *second = create_mobilenet(2, path, &error);
    cr_assert_not_null(second, "%s", error.message);
    int count;
    struct parameter *loaded = network_parameters(second, &count);
    for (int p = 0; p < count; p++)
        cr_expect_arr_eq(loaded[p].value, parameters[p].value, parameters[p].count * sizeof(float), "%s",
                         parameters[p].name);
    network_free(first);
    network_free(second);
    free(list);
    free(path);
    fixture_remove(folder);
}
