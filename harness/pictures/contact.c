/* contact.c - see contact.h. */
#include "harness/pictures/contact.h"

#include <stdlib.h>

#include "base/number.h"
#include "base/random.h"

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Draws `most` (or all, if there are fewer) of the numbers 0 .. count-1, ascending, to `number` (count). Returns how
 * many. */
static int draw(struct random *random, int *number, int count, int most)
{
    int drawn = number_smaller(count, most);
    for (int i = 0; i < count; i++) number[i] = i;
    random_shuffle(random, number, count);
    qsort(number, (size_t)drawn, sizeof *number, compare_ints);
    return drawn;
}

static int find_classes(struct pack_classes *classes, const struct pack *pack, int split, struct error *error)
{
    if (split != CONTACT_ALL) return pack_classes_init(classes, pack, (enum pack_split)split, error);
    uint8_t *same = calloc((size_t)pack->count, 1);
    if (!same) return error_set(error, "out of memory for %d images", pack->count);
    int status = pack_classes_pick(classes, pack, same, 0, error);
    free(same);
    return status;
}

/* `number` has room for all images of the pack. */
static int fill(struct tiles *tiles, const struct pack_classes *classes, const struct contact_request *request,
                int *number, struct error *error)
{
    struct random random = random_stream((uint64_t)request->seed, RANDOM_PICTURES, 0, 0);
    int *chosen = malloc(((size_t)classes->class_count + 1) * sizeof *chosen), columns = 0;
    if (!chosen) return error_set(error, "out of memory for %d classes", classes->class_count);
    int rows = draw(&random, chosen, classes->class_count, request->classes);
    for (int r = 0; r < rows; r++)
        columns = number_larger(columns, classes->start[chosen[r] + 1] - classes->start[chosen[r]]);
    int status = tiles_init(tiles, rows, number_smaller(columns, request->images), error);
    for (int r = 0; r < rows && status == 0; r++) {
        const int *image = classes->image + classes->start[chosen[r]];
        random = random_stream((uint64_t)request->seed, RANDOM_PICTURES, 1, (uint64_t)classes->label[chosen[r]]);
        int drawn = draw(&random, number, classes->start[chosen[r] + 1] - classes->start[chosen[r]], request->images);
        for (int i = 0; i < drawn; i++) tiles_at(tiles, r, i)->image = image[number[i]];
    }
    free(chosen);
    return status;
}

int contact_choose(struct tiles *tiles, const struct pack *pack, const struct contact_request *request,
                   struct error *error)
{
    struct pack_classes classes;
    *tiles = (struct tiles){0};
    if (find_classes(&classes, pack, request->split, error) != 0) return -1;
    int *number = malloc((size_t)pack->count * sizeof *number), status = -1;
    if (!number)
        error_set(error, "out of memory for %d images", pack->count);
    else if (classes.count == 0)
        error_set(error, "the pack has no %s images", pack_split_names[request->split]);
    else
        status = fill(tiles, &classes, request, number, error);
    free(number);
    pack_classes_release(&classes);
    return status;
}
