/* fuzz_safetensors.c - weights files, read into a convolution, a norm under an alias and a head. */
#include "tests/fuzz/fuzz.h"

#include "network/weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct parameter_list list;
    static float values[4][54];
    const struct parameter parameters[] = {
        {.name = "conv1.weight", .rank = 4, .shape = {2, 3, 3, 3}, .count = 54, .trained = 1},
        {.name = "bn1.running_var", .alias = "norm.var", .rank = 1, .shape = {2}, .count = 2},
        {.name = "head.weight", .rank = 2, .shape = {4, 2}, .count = 8, .trained = 1},
        {.name = "head.bias", .rank = 1, .shape = {4}, .count = 4, .trained = 1},
    };
    struct error error;
    for (list.count = 0; list.count < 4; list.count++) {
        list.parameter[list.count] = parameters[list.count];
        list.parameter[list.count].value = values[list.count];
    }
    weights_load(fuzz_file(data, size), &list, WEIGHTS_HEAD_KEPT, &error);
    return 0;
}
