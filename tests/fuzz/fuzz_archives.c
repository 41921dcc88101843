/* fuzz_archives.c - archives of every kind: all members, as far as they go. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "datasets/extract.h"

static int climbs(const char *name)
{
    return strncmp(name, "../", 3) == 0 || strstr(name, "/../");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct extract *extract;
    struct error error;
    const char *name;
    unsigned char *bytes;
    if (extract_open(&extract, fuzz_file(data, size), &error) != 0) return 0;
    for (int m = 0; m < 1000 && extract_next(extract, &name, &error) == 1; m++) {
        if (strlen(name) >= EXTRACT_NAME_SIZE || name[0] == '/' || climbs(name)) abort();
        size_t length;
        if (m % 3 == 2) continue; /* passed over */
        if (extract_read(extract, 1 << 20, &bytes, &length, &error) != 0) break;
        fuzz_use(bytes, length + 1);
        free(bytes);
    }
    extract_close(extract);
    return 0;
}
