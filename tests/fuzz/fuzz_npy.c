/* fuzz_npy.c - NumPy's array files. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "base/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct npy array;
    struct error error;
    if (npy_open(&array, fuzz_file(data, size), &error) != 0) return 0;
    size_t count = array.shape[0] * array.shape[1];
    const float *values;
    int *ids = malloc(count * sizeof *ids + 1);
    fuzz_use(array.data, count * array.element_bytes);
    if (npy_floats(&array, &values, &error) == 0) fuzz_use(values, count * sizeof *values);
    if (ids && npy_labels(&array, ids, &error) == 0) fuzz_use(ids, count * sizeof *ids);
    free(ids);
    npy_release(&array);
    return 0;
}
