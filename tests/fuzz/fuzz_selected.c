/* fuzz_selected.c - files of selected images. Checksums that are 0 are set right, so that what they cover counts. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "harness/tables/selected_file.h"

enum { HEAD = 64, DATA_CHECKSUM = 48, HEAD_CHECKSUM = 56 };

static void set_checksum(unsigned char *field, const void *bytes, size_t size)
{
    uint64_t checksum;
    memcpy(&checksum, field, sizeof checksum);
    if (checksum == 0) checksum = file_checksum(bytes, size);
    memcpy(field, &checksum, sizeof checksum);
}

/* Every step, into no more room than the file asks for. */
static void use_steps(struct selected_file *file)
{
    size_t room = (size_t)file->source.most;
    int *images = malloc(room < file->map.size ? room * sizeof *images + 1 : file->map.size * sizeof *images);
    int64_t steps = 0;
    if (!images) abort();
    for (int count; (count = selected_file_next(file, images)) >= 0; steps++)
        fuzz_use(images, (size_t)count * sizeof *images);
    if (steps != file->source.steps) abort();
    free(images);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct selected_file file;
    struct error error;
    unsigned char *copy = malloc(size + 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    if (size >= HEAD) {
        set_checksum(copy + DATA_CHECKSUM, copy + HEAD, size - HEAD);
        set_checksum(copy + HEAD_CHECKSUM, copy, HEAD_CHECKSUM);
    }
    if (selected_file_open(&file, fuzz_file(copy, size), &error) == 0) {
        use_steps(&file);
        selected_file_release(&file);
    }
    free(copy);
    return 0;
}
