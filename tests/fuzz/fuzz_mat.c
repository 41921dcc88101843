/* fuzz_mat.c - MAT files: the variables of Cars196's annotations. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "datasets/mat.h"

static void use(const struct mat *mat, const char *name, enum mat_kind kind)
{
    static const char *const fields[] = {NULL, "relative_im_path", "fname", "class", "test", "bbox_x1"};
    struct mat_array array;
    struct error error;
    char text[MAT_TEXT_SIZE];
    double number;
    if (mat_array_init(&array, mat, name, kind, &error) != 0) return;
    for (int i = 0; i < array.count; i++)
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            if ((kind == MAT_CELLS) != !fields[f]) continue;
            if (mat_text(&array, i, fields[f], text) == 0) fuzz_use(text, strlen(text));
            if (mat_number(&array, i, fields[f], &number) == 0) fuzz_use(&number, sizeof number);
        }
    mat_array_release(&array);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mat mat = {0};
    struct error error;
    if (!mat_is_one(data, size) || mat_init(&mat, data, size, &error) != 0) return 0;
    use(&mat, "annotations", MAT_STRUCTS);
    use(&mat, "class_names", MAT_CELLS);
    mat_release(&mat);
    return 0;
}
