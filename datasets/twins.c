/* twins.c - see twins.h. */
#include "datasets/twins.h"

#include <stdio.h>
#include <stdlib.h>

#include "datasets/tally.h"

/* What two images that are the same have to do with each other. */
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

/* Of images that are all the same, each is compared with the first. */
static void tally_all(struct tally tallies[RELATIONS], const struct catalogue *catalogue, const uint64_t *checksums,
                      const int *order)
{
    for (int i = 1, first = 0; i < catalogue->count; i++)
        if (checksums[order[i]] == checksums[order[first]])
            tally_pair(tallies, catalogue, order[first], order[i]);
        else
            first = i;
}

int twins_note(struct catalogue *catalogue, const uint64_t *checksums, struct error *error)
{
    struct tally tallies[RELATIONS] = {0};
    char text[TALLY_TEXT_SIZE + 32];
    int *order = malloc((size_t)catalogue->count * sizeof *order + 1), status = 0;
    if (!order) return error_set(error, "out of memory for %d images", catalogue->count);
    for (int i = 0; i < catalogue->count; i++) order[i] = i;
    qsort_r(order, (size_t)catalogue->count, sizeof *order, compare_images, (void *)checksums);
    tally_all(tallies, catalogue, checksums, order);
    for (int r = 0; r < RELATIONS && status == 0; r++)
        if (tallies[r].count > 0)
            status = catalogue_note(catalogue, error, lines[r], tallies[r].count, tally_text(&tallies[r], text));
    free(order);
    return status;
}
