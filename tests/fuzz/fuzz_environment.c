/* fuzz_environment.c - environment.json as a later start of a run finds it: what it says of earlier starts goes into
 * the new one. The file itself is taken in, because only the whole of it is public, which looks at the machine too. */
#include "tests/fuzz/fuzz.h"

#include "harness/runs/environment.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    json_t *root = json_pack("{s:{}, s:{}, s:{}, s:i, s:i}", "machine", "program", "inputs", "jobs", 1, "threads", 2);
    if (environment_threads(path) < 0) abort();
    add_earlier(root, path);
    char *text = json_dumps(root, JSON_INDENT(2));
    if (!text || !json_is_array(json_object_get(root, "earlier"))) abort();
    free(text);
    json_decref(root);
    return 0;
}
