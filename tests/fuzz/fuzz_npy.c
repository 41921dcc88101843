/* fuzz_npy.c - NumPy's array files. */
#include "tests/fuzz/fuzz.h"

#include "base/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct npy array;
    struct error error;
    if (npy_open(&array, fuzz_file(data, size), &error) != 0) return 0;
    fuzz_use(array.data, array.shape[0] * array.shape[1] * (array.type == NPY_INT64 ? 8 : 4));
    npy_release(&array);
    return 0;
}
