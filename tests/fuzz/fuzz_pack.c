/* fuzz_pack.c - packs. A checksum of the header that is 0 is set right, so that what stands behind is reached. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "datasets/pack.h"
#include "datasets/pack_format.h"

static void use(const struct pack *pack)
{
    for (int c = 0; c < pack->class_count; c++) fuzz_use(pack_class_name(pack, c), strlen(pack_class_name(pack, c)));
    for (int i = 0; i < pack->count; i++)
        fuzz_use(pack_image(pack, i), (size_t)PACK_CHANNELS * (size_t)pack->size * (size_t)pack->size);
    fuzz_use(pack->provenance, strlen(pack->provenance));
    for (int split = 0; split < PACK_SPLITS; split++) {
        struct error error;
        struct pack_classes classes;
        if (pack_classes_init(&classes, pack, (enum pack_split)split, &error) != 0) continue;
        for (int i = 0; i < classes.count; i++) fuzz_use(&pack->labels[classes.image[i]], sizeof *pack->labels);
        pack_classes_release(&classes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pack pack;
    struct pack_header header;
    struct error error;
    const char *path = fuzz_file(data, size);
    if (size >= sizeof header) {
        memcpy(&header, data, sizeof header);
        if (header.header_checksum == 0) header.header_checksum = pack_header_checksum(&header);
        FILE *file = fopen(path, "r+");
        if (!file || fwrite(&header, sizeof header, 1, file) != 1 || fclose(file) != 0) abort();
    }
    for (int verify = 0; verify < 2; verify++) {
        if (pack_open(&pack, path, verify, &error) != 0) continue;
        use(&pack);
        pack_release(&pack);
    }
    return 0;
}
