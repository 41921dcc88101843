/* test_weights.c - safetensors files, written and read, whole and damaged. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "network/network.h"
#include "network/safetensors.h"
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
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    char *path = file_join(folder, "w.safetensors");
    cr_assert_eq(weights_save(path, parameters, count, NULL, &error), 0, "%s", error.message);
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

/* The parameters of a network as a list of their own, whose names can be changed; the caller frees. */
static struct parameter_list *list_parameters(struct network *network)
{
    struct parameter_list *list = calloc(1, sizeof *list);
    struct parameter *parameters = network_parameters(network, &list->count);
    memcpy(list->parameter, parameters, (size_t)list->count * sizeof *parameters);
    return list;
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
    expect_refusal("\"F32\"", "\"I32\"", "of type I32, but only F16, BF16, F32 and F64");
}

Test(weights, data_of_another_size_are_refused)
{
    expect_refusal("\"F32\"", "\"F64\"", "which is not what its shape says");
}

Test(weights, offsets_that_do_not_fit_are_refused)
{
    expect_refusal("\"data_offsets\":[0,", "\"data_offsets\":[9,", "which is not what its shape says");
}

Test(weights, a_file_that_is_cut_short_is_refused)
{
    char *folder = fixture_folder(), *bytes;
    struct error error;
    size_t size;
    struct network *network = create(1, NULL, &error);
    char *path = save_one(folder, network);
    cr_assert_eq(file_read(path, 1 << 30, &bytes, &size, &error), 0);
    cr_assert_eq(file_write(path, bytes, size - 4, &error), 0);
    cr_expect_null(create(1, path, &error));
    cr_expect(strstr(error.message, "lies outside the file, which is cut short"), "%s", error.message);
    network_free(network);
    free(bytes);
    free(path);
    fixture_remove(folder);
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

/* `list` with `prefix` before its names and `kept` of its tensors, as a file. */
static void save_prefixed(const char *path, const struct parameter_list *list, const char *prefix, int kept)
{
    struct error error;
    struct parameter_list *other = malloc(sizeof *other);
    *other = *list;
    if (kept < other->count) other->count = kept;
    for (int p = 0; p < other->count; p++)
        snprintf(other->parameter[p].name, sizeof other->parameter[p].name, "%s%.80s", prefix, list->parameter[p].name);
    cr_assert_eq(weights_save(path, other->parameter, other->count, NULL, &error), 0, "%s", error.message);
    free(other);
}

static void expect_same(struct network *a, struct network *b)
{
    int count;
    struct parameter *x = network_parameters(a, &count), *y = network_parameters(b, &count);
    for (int p = 0; p < count; p++)
        cr_expect_arr_eq(x[p].value, y[p].value, x[p].count * sizeof(float), "%s", x[p].name);
}

Test(weights, a_common_prefix_is_read_past)
{
    static const char *const prefixes[] = {"module.",  "model.",         "backbone.",
                                           "encoder.", "module.module.", "_orig_mod.module.encoder.0."};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    struct error error;
    struct network *first = create(1, NULL, &error);
    struct parameter_list *list = list_parameters(first);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        save_prefixed(path, list, prefixes[i], list->count);
        struct network *second = create(2, path, &error);
        cr_assert_not_null(second, "%s", error.message);
        expect_same(first, second);
        network_free(second);
    }
    save_prefixed(path, list, "module.", 1);
    cr_expect_null(create(2, path, &error));
    cr_expect(strstr(error.message, "tensor module.blocks.0.conv.bias [16] is missing"), "%s", error.message);
    network_free(first);
    free(list);
    free(path);
    fixture_remove(folder);
}

Test(weights, two_models_in_a_file_are_refused_by_name)
{
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    struct error error;
    struct network *network = create(1, NULL, &error);
    struct parameter_list *list = list_parameters(network), *two = malloc(sizeof *two);
    *two = *list;
    two->count = 2 * list->count;
    for (int p = 0; p < two->count; p++) {
        two->parameter[p] = list->parameter[p % list->count];
        snprintf(two->parameter[p].name, sizeof two->parameter[p].name, "%s.%.80s", p < list->count ? "query" : "key",
                 list->parameter[p % list->count].name);
    }
    cr_assert_eq(weights_save(path, two->parameter, two->count, NULL, &error), 0);
    cr_expect_null(create(2, path, &error));
    cr_expect(strstr(error.message, "query.*") && strstr(error.message, "key.*"), "%s", error.message);
    network_free(network);
    free(list);
    free(two);
    free(path);
    fixture_remove(folder);
}

/* The values of tensor head.weight. */
static const float *head_of(struct network *network)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++)
        if (strcmp(parameters[p].name, "head.weight") == 0) return parameters[p].value;
    return NULL;
}

/* A file with notes is complete, so that what it lacks or has too much is no accident. */
Test(weights, with_notes_have_the_models_head_or_are_refused)
{
    const struct weights_note notes[] = {{"epoch", "3"}, {0}};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    struct error error;
    struct network *first = create(1, NULL, &error), *other = create(2, NULL, &error);
    struct parameter_list *list = list_parameters(first), *read = list_parameters(other);
    cr_assert_eq(weights_save(path, list->parameter, list->count, notes, &error), 0);
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_NEW, &error), 0, "%s", error.message);
    cr_expect_neq(memcmp(head_of(first), head_of(other), 16 * sizeof(float)), 0);
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_KEPT, &error), 0, "%s", error.message);
    cr_expect_eq(memcmp(head_of(first), head_of(other), 16 * sizeof(float)), 0);
    read->count -= 2; /* the head comes last */
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_KEPT, &error), -1);
    cr_expect(strstr(error.message, "have a head, but the model has none"), "%s", error.message);
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_NEW, &error), 0, "%s", error.message);
    cr_assert_eq(weights_save(path, list->parameter, list->count - 2, notes, &error), 0);
    read->count += 2;
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_KEPT, &error), -1);
    cr_expect(strstr(error.message, "have no head, but the model has one"), "%s", error.message);
    cr_expect_eq(weights_load(path, read, WEIGHTS_HEAD_NEW, &error), 0, "%s", error.message);
    network_free(first);
    network_free(other);
    free(list);
    free(read);
    free(path);
    fixture_remove(folder);
}

/* A file of one tensor "t" of that type. */
static void write_tensor(const char *path, const char *type, int count, const void *data, size_t size)
{
    char bytes[512] = {0};
    struct error error;
    int length = snprintf(bytes + 8, sizeof bytes - 8,
                          "{\"t\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%zu]}}", type, count, size);
    bytes[0] = (char)length;
    memcpy(bytes + 8 + length, data, size);
    cr_assert_eq(file_write(path, bytes, 8 + (size_t)length + size, &error), 0);
}

Test(weights, of_other_widths_become_float32)
{
    static const uint16_t halves[] = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x83ff}, brains[] = {0x3f80, 0xc000, 0x4780, 1};
    static const float as_halves[] = {1, -2, 65504, 0x1p-24f, -0x1.ff8p-15f}, as_brains[] = {1, -2, 65536, 0x1p-133f};
    static const double doubles[] = {1, -2.5, 1e-3};
    static const float as_doubles[] = {1, -2.5f, 1e-3f};
    static const struct {
        const char *type;
        const void *data;
        size_t size;
        int count;
        const float *expected;
    } cases[] = {{"F16", halves, sizeof halves, 5, as_halves},
                 {"BF16", brains, sizeof brains, 4, as_brains},
                 {"F64", doubles, sizeof doubles, 3, as_doubles},
                 {"F32", as_halves, sizeof as_halves, 5, as_halves}};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct safetensors file;
        struct error error;
        float values[8];
        write_tensor(path, cases[c].type, cases[c].count, cases[c].data, cases[c].size);
        cr_assert_eq(safetensors_open(&file, path, &error), 0, "%s", error.message);
        cr_assert_eq(safetensors_read(&file, "t", values, (size_t)cases[c].count, &error), 0, "%s", error.message);
        for (int i = 0; i < cases[c].count; i++)
            cr_expect_eq(values[i], cases[c].expected[i], "%s: %g", cases[c].type, (double)values[i]);
        safetensors_release(&file);
    }
    free(path);
    fixture_remove(folder);
}

Test(weights, that_are_not_finite_and_variances_below_zero_are_named)
{
    float value = 1;
    struct parameter_list *list = calloc(1, sizeof *list);
    list->count = 1;
    list->parameter[0] = (struct parameter){.name = "t", .rank = 1, .shape = {1}, .count = 1, .value = &value};
    static const struct {
        double value;
        int nonnegative;
        const char *part;
    } cases[] = {{NAN, 0, "tensor t holds NaN, at element 0"},
                 {-INFINITY, 1, "tensor t holds infinity"},
                 {1e300, 0, "tensor t holds infinity"},
                 {-0.5, 1, "tensor t holds -0.5, at element 0, but a variance is never negative"},
                 {-0.5, 0, NULL},
                 {0, 1, NULL}};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct error error = {""};
        list->parameter[0].nonnegative = cases[c].nonnegative;
        write_tensor(path, "F64", 1, &cases[c].value, sizeof cases[c].value);
        cr_expect_eq(weights_load(path, list, WEIGHTS_HEAD_KEPT, &error), cases[c].part ? -1 : 0);
        if (cases[c].part) cr_expect(strstr(error.message, cases[c].part), "%s", error.message);
    }
    free(list);
    free(path);
    fixture_remove(folder);
}

Test(weights, other_files_are_called_by_their_names)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } others[] = {{"PK\3\4\0\0\0\0\0\0", 10, "torch.load('"},
                  {"PK\3\4\0\0\0\0 and what follows", 20, ".pth"},
                  {"\x80\2\x8a\nl\xfc\x9c"
                   "F\xf9",
                   9, "pickle"},
                  {"\x89HDF\r\n\x1a\n\0\0", 10, "HDF5"},
                  {"version https://git-lfs.github.com/spec/v1\n", 43, "git lfs pull"},
                  {"<!DOCTYPE html>", 15, "web page"},
                  {"{\"metadata\": {}, \"weight_map\": {}}", 35, "several files"}};
    char *folder = fixture_folder(), *path = file_join(folder, "w");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct safetensors file;
        struct error error;
        cr_assert_eq(file_write(path, others[i].bytes, others[i].size, &error), 0);
        cr_expect_eq(safetensors_open(&file, path, &error), -1);
        cr_expect(strstr(error.message, path) && strstr(error.message, others[i].part), "%s", error.message);
        cr_expect(!strchr(error.message, '\n'), "%s", error.message);
    }
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
    cr_assert_eq(weights_save(path, list->parameter, list->count, NULL, &error), 0, "%s", error.message);
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
