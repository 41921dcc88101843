/* fuzz_webdataset.c - shards of a web data set. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "datasets/webdataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct catalogue catalogue = {0};
    struct error error;
    for (int c = 0; c < 3; c++)
        if (catalogue_add_class(&catalogue, "class", c < 2 ? PACK_TRAIN : PACK_TEST, NULL, &error) != 0) abort();
    if (webdataset_list(fuzz_file(data, size), &catalogue, &error) == 0)
        for (int i = 0; i < catalogue.count; i++) {
            if (catalogue.images[i].class < 0 || catalogue.images[i].class > 2) abort();
            fuzz_use(catalogue.images[i].path, strlen(catalogue.images[i].path));
        }
    catalogue_release(&catalogue);
    return 0;
}
