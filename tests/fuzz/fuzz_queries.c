/* fuzz_queries.c - files of query results. Checksums that are 0 are set right, so that what they cover counts. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "harness/retrieval/query_file.h"

enum { HEAD = 64, DATA_CHECKSUM = 48, HEAD_CHECKSUM = 56 };

static void set_checksum(unsigned char *field, const void *bytes, size_t size)
{
    uint64_t checksum;
    memcpy(&checksum, field, sizeof checksum);
    if (checksum == 0) checksum = file_checksum(bytes, size);
    memcpy(field, &checksum, sizeof checksum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct query_file file;
    struct error error;
    unsigned char *copy = malloc(size + 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    if (size >= HEAD) {
        set_checksum(copy + DATA_CHECKSUM, copy + HEAD, size - HEAD);
        set_checksum(copy + HEAD_CHECKSUM, copy, HEAD_CHECKSUM);
    }
    if (query_file_open(&file, fuzz_file(copy, size), &error) == 0) {
        for (int s = 0; s < file.split_count; s++) {
            fuzz_use(file.split[s].name, strlen(file.split[s].name));
            fuzz_use(file.split[s].records, (size_t)file.split[s].count * sizeof *file.split[s].records);
            if (!query_file_split(&file, file.split[s].name)) abort();
        }
        query_file_release(&file);
    }
    free(copy);
    return 0;
}
