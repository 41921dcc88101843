/* source.c - see source.h. */
#include "datasets/source.h"

#include <stdlib.h>

#include "base/file.h"
#include "datasets/extract.h"

struct source {
    const struct catalogue *catalogue;
    int *order;              /* (count) for catalogue_find; owned */
    unsigned char *given;    /* (count) 1 where the image has come; owned */
    int file;                /* images up to here were looked at for files */
    int archive;             /* the one being read */
    struct extract *extract; /* NULL: not open */
};

int source_create(struct source **source, const struct catalogue *catalogue, struct error *error)
{
    *source = calloc(1, sizeof **source);
    if (!*source) return error_set(error, "out of memory");
    (*source)->catalogue = catalogue;
    (*source)->given = calloc((size_t)catalogue->count + 1, 1);
    if (!(*source)->given)
        error_set(error, "out of memory for %d images", catalogue->count);
    else if (catalogue_sort(catalogue, &(*source)->order, error) == 0)
        return 0;
    source_free(*source);
    *source = NULL;
    return -1;
}

void source_free(struct source *source)
{
    if (!source) return;
    extract_close(source->extract);
    free(source->order);
    free(source->given);
    free(source);
}

/* The next image that is a file: 1, 0 for none left, -1. */
static int next_file(struct source *source, int *position, unsigned char **bytes, size_t *size, struct error *error)
{
    const struct catalogue *catalogue = source->catalogue;
    while (source->file < catalogue->count && catalogue->images[source->file].archive != CATALOGUE_FILE) source->file++;
    if (source->file == catalogue->count) return 0;
    *position = source->file++;
    if (file_read(catalogue->images[*position].path, EXTRACT_IMAGE_LIMIT, (char **)bytes, size, error) != 0) return -1;
    source->given[*position] = 1;
    return 1;
}

/* The next wanted member of the open archive: 1, 0 at its end, -1. */
static int next_member(struct source *source, int *position, unsigned char **bytes, size_t *size, struct error *error)
{
    const char *name;
    int status;
    while ((status = extract_next(source->extract, &name, error)) > 0) {
        *position = catalogue_find(source->catalogue, source->order, source->archive, name);
        if (*position < 0) continue;
        if (source->given[*position])
            return error_set(error, "%s: member %s appears twice", source->catalogue->archives[source->archive], name);
        if (extract_read(source->extract, EXTRACT_IMAGE_LIMIT, bytes, size, error) != 0) return -1;
        source->given[*position] = 1;
        return 1;
    }
    return status;
}

/* Fails on the first image that never came. */
static int check_all_given(const struct source *source, struct error *error)
{
    const struct catalogue *catalogue = source->catalogue;
    for (int i = 0; i < catalogue->count; i++)
        if (!source->given[i])
            return error_set(error, "%s has no member %s", catalogue->archives[catalogue->images[i].archive],
                             catalogue->images[i].path);
    return 0;
}

int source_next(struct source *source, int *position, unsigned char **bytes, size_t *size, struct error *error)
{
    const struct catalogue *catalogue = source->catalogue;
    *bytes = NULL;
    int status = next_file(source, position, bytes, size, error);
    while (status == 0 && source->archive < catalogue->archive_count) {
        if (!source->extract && extract_open(&source->extract, catalogue->archives[source->archive], error) != 0)
            return -1;
        status = next_member(source, position, bytes, size, error);
        if (status != 0) return status;
        extract_close(source->extract);
        source->extract = NULL;
        source->archive++;
    }
    return status == 0 ? check_all_given(source, error) : status;
}
