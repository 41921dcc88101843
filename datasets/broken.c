/* broken.c - see broken.h. */
#include "datasets/broken.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 16 };

static const char start[] = "skipped image: ";

void broken_release(struct broken *broken)
{
    free(broken->images);
    free(broken->skipped);
    *broken = (struct broken){0};
}

int broken_add(struct broken *broken, int position, const char *reason, struct error *error)
{
    if (broken->count == broken->capacity) {
        int capacity = broken->capacity ? 2 * broken->capacity : FIRST_CAPACITY;
        struct broken_image *grown = reallocarray(broken->images, (size_t)capacity, sizeof *grown);
        if (!grown) return error_set(error, "out of memory");
        broken->images = grown;
        broken->capacity = capacity;
    }
    struct broken_image *image = &broken->images[broken->count++];
    image->position = position;
    snprintf(image->line, sizeof image->line, "%s%.*s", start, (int)(sizeof image->line - sizeof start), reason);
    return 0;
}

static int compare_images(const void *a, const void *b)
{
    const struct broken_image *first = a, *second = b;
    return first->position - second->position;
}

/* Appends this pass's lines, in the catalogue's order. */
static int append_lines(struct broken *broken, struct error *error)
{
    size_t length = broken->skipped ? strlen(broken->skipped) : 0;
    char *skipped = realloc(broken->skipped, length + (size_t)broken->count * (BROKEN_LINE_SIZE + 1) + 1);
    if (!skipped) return error_set(error, "out of memory for %d broken images", broken->count);
    broken->skipped = skipped;
    qsort(broken->images, (size_t)broken->count, sizeof *broken->images, compare_images);
    for (int i = 0; i < broken->count; i++) length += (size_t)sprintf(skipped + length, "%s\n", broken->images[i].line);
    return 0;
}

int broken_leave_out(struct broken *broken, struct catalogue *catalogue, struct error *error)
{
    int listed = catalogue->count;
    unsigned char *leave_out = calloc((size_t)listed + 1, 1);
    if (!leave_out) return error_set(error, "out of memory for %d images", listed);
    for (int i = 0; i < broken->count; i++) leave_out[broken->images[i].position] = 1;
    int status = append_lines(broken, error);
    if (status == 0) catalogue_leave_out(catalogue, leave_out);
    free(leave_out);
    broken->skipped_count += broken->count;
    broken->count = 0;
    if (status != 0 || catalogue->count > 0) return status;
    return error_set(error, "all %d images are broken", listed);
}
