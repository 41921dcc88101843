/* source.c - see source.h. */
#include "datasets/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "datasets/extract.h"

/* An image whose member is a link to another one. */
struct link {
    int position; /* in the catalogue */
    char *target; /* the other member; owned */
    int hops;     /* links that led to the target */
};

enum { HOPS_MAX = 8, PASSES_MAX = 64 };

struct source {
    const struct catalogue *catalogue;
    int *order;              /* (count) for catalogue_find; owned */
    unsigned char *given;    /* (count) 1 if the image has come; owned */
    int file;                /* images up to here were looked at for files */
    int archive;             /* the one being read */
    struct extract *extract; /* NULL: not open */

    int link_count;
    struct link *links; /* (link_count) of this archive, followed when the rest has been read; owned */
    int pass;           /* from 1: the archive is read again for the members that links lead to */
    int followed;       /* links, in this pass */
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

static void forget_links(struct source *source)
{
    for (int i = 0; i < source->link_count; i++) free(source->links[i].target);
    free(source->links);
    source->links = NULL;
    source->link_count = 0;
}

void source_free(struct source *source)
{
    if (!source) return;
    forget_links(source);
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

static int note_link(struct source *source, int position, char *target, struct error *error)
{
    struct link *links = reallocarray(source->links, (size_t)source->link_count + 1, sizeof *links);
    if (!links) {
        free(target);
        return error_set(error, "out of memory for the archive's links");
    }
    source->links = links;
    links[source->link_count++] = (struct link){position, target, 0};
    return 0;
}

/* The first image not yet returned that is a link to this member, or NULL. */
static struct link *find_link(const struct source *source, const char *name)
{
    for (int i = 0; i < source->link_count; i++)
        if (!source->given[source->links[i].position] && strcmp(source->links[i].target, name) == 0)
            return &source->links[i];
    return NULL;
}

/* The image that is a link to the current member, or -1. If the member is a link itself, the image then waits for its
 * target. */
static int follow_link(struct source *source, const char *name)
{
    struct link *link = find_link(source, name);
    char *target = link ? extract_link(source->extract) : NULL;
    if (!link) return -1;
    if (!target) return link->position;
    if (link->hops == HOPS_MAX) {
        free(target);
        return -1;
    }
    free(link->target);
    *link = (struct link){link->position, target, link->hops + 1};
    source->followed++;
    return -1;
}

/* The image that the current member is: its position, or -1 with *failed 0 if it is not wanted now. */
static int find_image(struct source *source, const char *name, int *failed, struct error *error)
{
    *failed = 0;
    if (source->pass > 0) return follow_link(source, name);
    int position = catalogue_find(source->catalogue, source->order, source->archive, name);
    if (position < 0) return -1;
    char *target = extract_link(source->extract);
    if (target)
        *failed = note_link(source, position, target, error) != 0;
    else if (source->given[position])
        *failed = error_set(error, "%s: member %s appears twice", source->catalogue->archives[source->archive], name);
    return target || *failed ? -1 : position;
}

/* The next wanted member of the open archive: 1, 0 at its end, -1. */
static int next_member(struct source *source, int *position, unsigned char **bytes, size_t *size, struct error *error)
{
    const char *name;
    int status, failed;
    while ((status = extract_next(source->extract, &name, error)) > 0) {
        *position = find_image(source, name, &failed, error);
        if (failed) return -1;
        if (*position < 0) continue;
        if (extract_read(source->extract, EXTRACT_IMAGE_LIMIT, bytes, size, error) != 0) return -1;
        source->given[*position] = 1;
        source->followed += source->pass > 0;
        return 1;
    }
    return status;
}

/* Goes on to the next archive or, as long as there are unresolved links, back to the start of this one; each pass
 * follows one link to each member. */
static int end_archive(struct source *source, struct error *error)
{
    const struct catalogue *catalogue = source->catalogue;
    extract_close(source->extract);
    source->extract = NULL;
    for (int i = 0; i < source->link_count; i++) {
        const struct link *link = &source->links[i];
        if (source->given[link->position]) continue;
        if (source->pass == PASSES_MAX || (source->pass > 0 && source->followed == 0))
            return error_set(error, "%s: member %s is a link to %s, which is %s", catalogue->archives[source->archive],
                             catalogue->images[link->position].path, link->target,
                             source->followed ? "one of too many to it" : "no file in it");
        source->pass++;
        source->followed = 0;
        return 0;
    }
    forget_links(source);
    source->pass = 0;
    source->archive++;
    return 0;
}

/* Fails on the first image that was never returned. */
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
        if (end_archive(source, error) != 0) return -1;
    }
    return status == 0 ? check_all_given(source, error) : status;
}
