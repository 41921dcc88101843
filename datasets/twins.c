/* twins.c - see twins.h. */
#include "datasets/twins.h"

#include <stdio.h>
#include <stdlib.h>

#include "datasets/tally.h"

/* How two identical images are related. */
enum relation { OTHER_SPLIT, OTHER_CLASS, SAME_CLASS, RELATIONS };

static const char *const lines[RELATIONS] = {
    [OTHER_SPLIT] = "same image in classes of two splits (%d): %s",
    [OTHER_CLASS] = "same image in two classes of a split (%d): %s",
    [SAME_CLASS] = "seen twice in a class (%d): %s",
};

static int compare_images(const void *a, const void *b, void *context)
{
    const uint64_t *checksums = context;
    int first = *(const int *)a, second = *(const int *)b;
    if (checksums[first] != checksums[second]) return checksums[first] < checksums[second] ? -1 : 1;
    return (first > second) - (first < second);
}

static void tally_pair(struct tally tallies[RELATIONS], const struct catalogue *catalogue, int a, int b)
{
    const struct catalogue_image *first = &catalogue->images[a], *second = &catalogue->images[b];
    int same_split = catalogue->classes[first->class].split == catalogue->classes[second->class].split;
    enum relation relation = !same_split ? OTHER_SPLIT : first->class == second->class ? SAME_CLASS : OTHER_CLASS;
    char pair[TALLY_TEXT_SIZE];
    snprintf(pair, sizeof pair, "%s = %s", first->path, second->path);
    tally_add(&tallies[relation], pair);
}

/* For each image, the first that is the same, or itself. `order` is scratch; both (count). */
static void find_first(const uint64_t *checksums, int count, int *order, int *first)
{
    for (int i = 0; i < count; i++) order[i] = i;
    qsort_r(order, (size_t)count, sizeof *order, compare_images, (void *)checksums);
    for (int i = 0, start = 0; i < count; i++) {
        if (checksums[order[i]] != checksums[order[start]]) start = i;
        first[order[i]] = order[start];
    }
}

int twins_note(struct catalogue *catalogue, const uint64_t *checksums, struct error *error)
{
    struct tally tallies[RELATIONS] = {0};
    char text[TALLY_TEXT_SIZE + 32];
    size_t count = (size_t)catalogue->count;
    int *order = malloc(2 * count * sizeof *order + 1), status = 0;
    if (!order) return error_set(error, "out of memory for %d images", catalogue->count);
    int *first = order + count;
    find_first(checksums, catalogue->count, order, first);
    for (int i = 0; i < catalogue->count; i++)
        if (first[i] != i) tally_pair(tallies, catalogue, first[i], i);
    for (int r = 0; r < RELATIONS && status == 0; r++)
        if (tallies[r].count > 0)
            status = catalogue_note(catalogue, error, lines[r], tallies[r].count, tally_text(&tallies[r], text));
    free(order);
    return status;
}
