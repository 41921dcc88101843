/* fuzz_checkpoint.c - checkpoints. A checksum that is 0 is set right, so that what stands before it counts. What is not
 * taken must leave everything as it was. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/file.h"
#include "harness/training/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct checkpoint checkpoint;
    char identity[8] = "settings";
    unsigned char state[24], before[24];
    uint64_t checksum;
    unsigned char *copy = malloc(size + 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    if (size >= sizeof checksum) {
        memcpy(&checksum, copy + size - sizeof checksum, sizeof checksum);
        if (checksum == 0) checksum = file_checksum(copy, size - sizeof checksum);
        memcpy(copy + size - sizeof checksum, &checksum, sizeof checksum);
    }
    memset(state, 0x55, sizeof state);
    memcpy(before, state, sizeof state);
    checkpoint.count = 0;
    checkpoint_require(&checkpoint, identity, sizeof identity);
    checkpoint_add(&checkpoint, state, 20);
    checkpoint_add(&checkpoint, NULL, 0);
    checkpoint_add(&checkpoint, state + 20, 4);
    if (!checkpoint_restore(&checkpoint, fuzz_file(copy, size)) && memcmp(state, before, sizeof state) != 0) abort();
    free(copy);
    return 0;
}
