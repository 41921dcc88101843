/* cars196_parts.c - see cars196_parts.h. */
#include "datasets/cars196_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "datasets/decode.h"
#include "datasets/extract.h"
#include "datasets/mat.h"

const char *const cars196_part_names[CARS196_PARTS] = {
    [CARS196_IMAGES] = "car_ims",
    [CARS196_ANNOTATIONS] = "cars_annos.mat",
    [CARS196_TRAIN] = "cars_train",
    [CARS196_TEST] = "cars_test",
    [CARS196_TRAIN_LABELS] = "cars_train_annos.mat",
    [CARS196_TEST_LABELS] = "cars_test_annos_withlabels.mat",
    [CARS196_META] = "cars_meta.mat",
    [CARS196_SHARDS] = "shards",
};

static const enum cars196_part folders[] = {CARS196_IMAGES, CARS196_TRAIN, CARS196_TEST};
enum { FOLDERS = sizeof folders / sizeof *folders, NONE = -1 };

void cars196_parts_release(struct cars196_parts *parts)
{
    for (int i = 0; i < CARS196_PARTS; i++) {
        free(parts->found[i].root);
        free(parts->found[i].bytes);
    }
    *parts = (struct cars196_parts){0};
}

static int is_images(int part)
{
    return part == CARS196_IMAGES || part == CARS196_TRAIN || part == CARS196_TEST;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- images ---- */

/* Which of the sets of images a member belongs to, by the name of its folder; or NONE. */
static int find_images(const char *member)
{
    const char *end = strrchr(member, '/'), *start = end;
    if (!end || !decode_is_image_name(member)) return NONE;
    while (start > member && start[-1] != '/') start--;
    for (int i = 0; i < FOLDERS; i++) {
        const char *name = cars196_part_names[folders[i]];
        if ((size_t)(end - start) == strlen(name) && memcmp(start, name, strlen(name)) == 0) return (int)folders[i];
    }
    return NONE;
}

/* The same by the name of the user's file, for images that are in no such folder. */
static int guess_images(const char *path)
{
    for (int i = 0; i < FOLDERS; i++) {
        const char *name = cars196_part_names[folders[i]];
        if (strncmp(base_name(path), name, strlen(name)) == 0) return (int)folders[i];
    }
    return NONE;
}

static int note_images(struct cars196_found *found, const char *path, const char *member, struct error *error)
{
    if (found->path && strcmp(found->path, path) != 0)
        return error_set(error, "%s and %s are the same part of it", found->path, path);
    if (found->path) return 0;
    found->path = path;
    found->root = strndup(member, (size_t)(base_name(member) - member));
    return found->root ? 0 : error_set(error, "out of memory");
}

/* ---- MAT files ---- */

/* What a MAT file in an archive is, by its name: Kaggle's may be "cars_test_annos_withlabels (1).mat". */
static int find_labels(const char *member)
{
    const char *name = base_name(member), *ending = strrchr(name, '.');
    if (!ending || strcmp(ending, ".mat") != 0) return NONE;
    for (int i = 0; i < CARS196_PARTS; i++) {
        const char *known = cars196_part_names[i], *end = strrchr(known, '.');
        if (end && strncmp(name, known, (size_t)(end - known)) == 0) return i;
    }
    return NONE;
}

/* A MAT file that the user named is taken in place of one in an archive. */
static void note_labels(struct cars196_found *found, const char *path, char *bytes, size_t size)
{
    free(found->bytes);
    *found = (struct cars196_found){.path = path, .bytes = bytes, .size = size};
}

static int has_array(const struct mat *mat, const char *name, enum mat_kind kind)
{
    struct mat_array array;
    struct error none;
    int status = mat_array_init(&array, mat, name, kind, &none);
    mat_array_release(&array);
    return status == 0;
}

/* Annotations with class names belong to the whole set; those of the halves have none. */
static int find_mat(struct cars196_parts *parts, const char *path, struct error *error)
{
    struct mat mat = {0};
    char *bytes;
    size_t size;
    if (file_read(path, MAT_BYTES_MAX, &bytes, &size, error) != 0) return -1;
    if (mat_init(&mat, bytes, size, error) != 0) {
        free(bytes);
        return error_context(error, "%s", path);
    }
    enum cars196_part part = strstr(base_name(path), "train") ? CARS196_TRAIN_LABELS : CARS196_TEST_LABELS;
    if (has_array(&mat, "class_names", MAT_CELLS))
        part = has_array(&mat, "annotations", MAT_STRUCTS) ? CARS196_ANNOTATIONS : CARS196_META;
    mat_release(&mat);
    note_labels(&parts->found[part], path, bytes, size);
    return 0;
}

static int is_mat(const char *path)
{
    char bytes[MAT_TEXT_SIZE];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) fclose(file);
    return mat_is_one(bytes, size);
}

/* ---- archives ---- */

static int is_class(const char *member)
{
    const char *ending = strrchr(member, '.');
    return ending && strcmp(ending, ".cls") == 0;
}

/* What has been seen of one archive. */
struct contents {
    const char *path;
    int known;     /* members that are parts */
    int has_class; /* 1: a member of a shard */
    char *stray;   /* the first image in no known folder; owned */
};

/* Notes what the current member is. */
static int take_member(struct cars196_parts *parts, struct contents *contents, struct extract *extract,
                       const char *member, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    int part = find_images(member);
    contents->has_class |= is_class(member);
    if (part == NONE && !contents->stray && decode_is_image_name(member)) contents->stray = strdup(member);
    if (part == NONE) part = find_labels(member);
    if (part == NONE) return 0;
    contents->known++;
    if (is_images(part)) return note_images(&parts->found[part], contents->path, member, error);
    if (parts->found[part].path) return 0;
    if (extract_read(extract, MAT_BYTES_MAX, &bytes, &size, error) != 0) return -1;
    note_labels(&parts->found[part], contents->path, (char *)bytes, size);
    return 0;
}

/* Says what an archive without a known part is: a shard, or images without their folder. */
static int take_rest(struct cars196_parts *parts, const struct contents *contents, struct error *error)
{
    int part = guess_images(contents->path);
    if (contents->stray && !contents->has_class && part != NONE)
        return note_images(&parts->found[part], contents->path, contents->stray, error);
    parts->shards[parts->shard_count++] = contents->path;
    parts->found[CARS196_SHARDS].path = contents->path;
    return 0;
}

static int find_members(struct cars196_parts *parts, const char *path, int whole, struct error *error)
{
    struct contents contents = {.path = path};
    struct extract *extract;
    const char *member;
    int status;
    if (extract_open(&extract, path, error) != 0) return -1;
    while ((status = extract_next(extract, &member, error)) > 0) {
        status = take_member(parts, &contents, extract, member, error);
        int is_told = contents.known > 0 &&
                      decode_is_image_name(member); /* it is known that there are images, and in which folder */
        if (status != 0 || contents.has_class || (is_told && !whole)) break;
    }
    extract_close(extract);
    if (status == 0 && contents.known == 0) status = take_rest(parts, &contents, error);
    free(contents.stray);
    return status;
}

int cars196_parts_find(struct cars196_parts *parts, const struct option_paths *paths, int whole, struct error *error)
{
    *parts = (struct cars196_parts){0};
    int status = 0;
    for (int i = 0; i < paths->count && status == 0; i++)
        if (!is_mat(paths->path[i])) status = find_members(parts, paths->path[i], whole, error);
    for (int i = 0; i < paths->count && status == 0; i++)
        if (is_mat(paths->path[i])) status = find_mat(parts, paths->path[i], error);
    return status;
}
