/* catalogue.c - see catalogue.h. */
#include "datasets/catalogue.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

/* Makes room for one more element of `size` bytes. Returns the array, or NULL with the error set. */
static void *grow(void *array, int count, int *capacity, size_t size, struct error *error)
{
    if (count < *capacity) return array;
    size_t more = *capacity ? 2 * (size_t)*capacity : FIRST_CAPACITY;
    void *grown = more > INT_MAX ? NULL : reallocarray(array, more, size);
    if (!grown) {
        error_set(error, "out of memory for a list of %zu images or classes", more);
        return NULL;
    }
    *capacity = (int)more;
    return grown;
}

static char *copy_text(struct catalogue *catalogue, const char *text, struct error *error)
{
    size_t size = strlen(text) + 1;
    if (size > CATALOGUE_TEXT_MAX - catalogue->text_bytes) {
        error_set(error, "the names of images and classes take more than %d bytes", CATALOGUE_TEXT_MAX);
        return NULL;
    }
    char *copy = strdup(text);
    if (copy)
        catalogue->text_bytes += size;
    else
        error_set(error, "out of memory");
    return copy;
}

void catalogue_release(struct catalogue *catalogue)
{
    for (int i = 0; i < catalogue->count; i++) free(catalogue->images[i].path);
    for (int i = 0; i < catalogue->class_count; i++) free(catalogue->classes[i].name);
    for (int i = 0; i < catalogue->archive_count; i++) free(catalogue->archives[i]);
    free(catalogue->images);
    free(catalogue->classes);
    free(catalogue->archives);
    free(catalogue->notes);
    *catalogue = (struct catalogue){0};
}

int catalogue_add_class(struct catalogue *catalogue, const char *name, enum pack_split split, int *position,
                        struct error *error)
{
    struct catalogue_class *classes =
        grow(catalogue->classes, catalogue->class_count, &catalogue->class_capacity, sizeof *classes, error);
    if (!classes) return -1;
    catalogue->classes = classes;
    char *copy = copy_text(catalogue, name, error);
    if (!copy) return -1;
    classes[catalogue->class_count] = (struct catalogue_class){copy, split};
    if (position) *position = catalogue->class_count;
    catalogue->class_count++;
    return 0;
}

int catalogue_add_image(struct catalogue *catalogue, const struct catalogue_image *image, struct error *error)
{
    if (catalogue->count == CATALOGUE_IMAGES_MAX) return error_set(error, "more than %d images", CATALOGUE_IMAGES_MAX);
    struct catalogue_image *images =
        grow(catalogue->images, catalogue->count, &catalogue->capacity, sizeof *images, error);
    if (!images) return -1;
    catalogue->images = images;
    char *path = NULL;
    if (image->path && !(path = copy_text(catalogue, image->path, error))) return -1;
    images[catalogue->count] = *image;
    images[catalogue->count].path = path;
    catalogue->count++;
    return 0;
}

int catalogue_add_archive(struct catalogue *catalogue, const char *path, int *position, struct error *error)
{
    for (int i = 0; i < catalogue->archive_count; i++) {
        if (strcmp(catalogue->archives[i], path) != 0) continue;
        if (position) *position = i;
        return 0;
    }
    char **archives = reallocarray(catalogue->archives, (size_t)catalogue->archive_count + 1, sizeof *archives);
    if (!archives) return error_set(error, "out of memory");
    catalogue->archives = archives;
    archives[catalogue->archive_count] = copy_text(catalogue, path, error);
    if (!archives[catalogue->archive_count]) return -1;
    if (position) *position = catalogue->archive_count;
    catalogue->archive_count++;
    return 0;
}

int catalogue_note(struct catalogue *catalogue, struct error *error, const char *format, ...)
{
    char line[CATALOGUE_NOTE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    char *notes;
    if (asprintf(&notes, "%snote: %s\n", catalogue->notes ? catalogue->notes : "", line) < 0)
        return error_set(error, "out of memory");
    free(catalogue->notes);
    catalogue->notes = notes;
    return 0;
}

void catalogue_leave_out(struct catalogue *catalogue, const unsigned char *leave_out)
{
    int kept = 0;
    for (int i = 0; i < catalogue->count; i++)
        if (leave_out[i])
            free(catalogue->images[i].path);
        else
            catalogue->images[kept++] = catalogue->images[i];
    catalogue->count = kept;
}

static int compare(int archive_a, const char *path_a, int archive_b, const char *path_b)
{
    if (archive_a != archive_b) return archive_a < archive_b ? -1 : 1;
    return strcmp(path_a, path_b);
}

static int compare_images(const void *a, const void *b, void *context)
{
    const struct catalogue_image *images = context;
    const struct catalogue_image *first = &images[*(const int *)a], *second = &images[*(const int *)b];
    return compare(first->archive, first->path, second->archive, second->path);
}

int catalogue_sort(const struct catalogue *catalogue, int **order, struct error *error)
{
    *order = calloc((size_t)catalogue->count + 1, sizeof **order);
    if (!*order) return error_set(error, "out of memory for %d images", catalogue->count);
    for (int i = 0; i < catalogue->count; i++) (*order)[i] = i;
    qsort_r(*order, (size_t)catalogue->count, sizeof **order, compare_images, catalogue->images);
    for (int i = 1; i < catalogue->count; i++) {
        if (compare_images(&(*order)[i - 1], &(*order)[i], catalogue->images) != 0) continue;
        error_set(error, "%s is listed twice", catalogue->images[(*order)[i]].path);
        free(*order);
        *order = NULL;
        return -1;
    }
    return 0;
}

int catalogue_find(const struct catalogue *catalogue, const int *order, int archive, const char *path)
{
    int low = 0, high = catalogue->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const struct catalogue_image *image = &catalogue->images[order[middle]];
        int difference = compare(archive, path, image->archive, image->path);
        if (difference == 0) return order[middle];
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}
