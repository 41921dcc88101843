/* inshop.c - In-shop Clothes Retrieval, of DeepFashion (Liu et al. 2016, "DeepFashion: powering robust clothes
 * recognition and retrieval with rich annotations"): 52,712 images of 7,982 items, split as list_eval_partition.txt
 * says. Images of test items are either queries or in the gallery that queries are ranked against. */
#include "datasets/dataset.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/index.h"
#include "datasets/extract.h"
#include "datasets/table.h"
#include "datasets/texts.h"

static const char list_name[] = "list_eval_partition.txt";

/* ---- the list, which is beside the images or in their archive ---- */

/* Whether a file is the list, which begins with a line that holds only a number. */
static int is_list(const char *path)
{
    char head[64];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(head, 1, sizeof head, file) : 0, at = 0, digits;
    if (file) fclose(file);
    if (size > 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) at = 3;
    while (at < size && strchr("\r\n \t", head[at]) && head[at]) at++;
    for (digits = 0; at < size && isdigit((unsigned char)head[at]); at++) digits++;
    return digits > 0 && at < size && head[at] && strchr("\r\n \t", head[at]);
}

/* Sets *text to the list and *images to the archive of the images, which may be the same; the caller frees *text. */
static int read_list_text(const struct option_paths *archives, char **text, const char **images, struct error *error)
{
    struct texts texts;
    size_t size;
    const char *names[] = {list_name};
    if (archives->count < 1 || archives->count > 2)
        return error_set(error, "give its images and its list: --archive img.zip --archive %s, or the folder of both",
                         list_name);
    for (int i = 0; i < archives->count; i++) {
        if (!is_list(archives->path[i])) continue;
        if (archives->count == 1) return error_set(error, "give its images too, with --archive img.zip");
        *images = archives->path[1 - i];
        if (file_read(archives->path[i], EXTRACT_TEXT_LIMIT, text, &size, error) != 0) return -1;
        if (strlen(*text) == size) return 0;
        free(*text);
        return error_set(error, "%s is no text", archives->path[i]);
    }
    if (archives->count == 2)
        return error_set(error, "neither of its files is the list: give --archive %s beside the images", list_name);
    *images = archives->path[0];
    if (texts_read(&texts, *images, names, 1, error) != 0) return -1;
    *text = texts.text[0];
    texts.text[0] = NULL;
    texts_release(&texts);
    return 0;
}

/* ---- what it says ---- */

struct reading {
    struct table table;
    struct catalogue *catalogue;
    struct index items;  /* to classes */
    struct index images; /* that are listed, by their paths in the list */
};

static const struct {
    const char *name;
    enum pack_split split;
    int gallery;
} statuses[] = {{"train", PACK_TRAIN, 0}, {"query", PACK_TEST, 0}, {"gallery", PACK_TEST, 1}};

static int find_status(struct reading *reading, const char *word, struct error *error)
{
    int count = sizeof statuses / sizeof *statuses;
    for (int s = 0; s < count; s++)
        if (strcmp(statuses[s].name, word) == 0) return s;
    return table_error(&reading->table, error, "'%s' is not train, query or gallery", word);
}

static int find_item(struct reading *reading, const char *item, enum pack_split split, int *class, struct error *error)
{
    struct catalogue *catalogue = reading->catalogue;
    *class = index_find(&reading->items, item);
    if (*class < 0) {
        if (catalogue_add_class(catalogue, item, split, class, error) != 0) return -1;
        return index_add(&reading->items, item, *class) < 0 ? error_set(error, "out of memory") : 0;
    }
    if (catalogue->classes[*class].split == split) return 0;
    return table_error(&reading->table, error, "item %s is both trained on and tested", item);
}

/* Adds the line's image, for now under its path in the list. */
static int read_line(struct reading *reading, struct error *error)
{
    struct table *table = &reading->table;
    const char *path, *item, *word;
    int class, count = reading->catalogue->count;
    if (table_word(table, &path, error) != 0 || table_word(table, &item, error) != 0 ||
        table_word(table, &word, error) != 0 || table_end(table, error) != 0)
        return -1;
    int status = find_status(reading, word, error);
    if (status < 0 || find_item(reading, item, statuses[status].split, &class, error) != 0) return -1;
    int found = index_add(&reading->images, path, count);
    if (found < 0) return error_set(error, "out of memory");
    if (found != count) return table_error(table, error, "image %s is listed twice", path);
    struct catalogue_image image = {.path = (char *)path, .class = class, .gallery = statuses[status].gallery};
    return catalogue_add_image(reading->catalogue, &image, error);
}

/* The list has the number of images, the columns' names, and a line for each image. */
static int read_list(struct reading *reading, struct error *error)
{
    struct table *table = &reading->table;
    const char *word;
    int count, status = 0;
    if (!table_next(table)) return table_error(table, error, "it is empty");
    if (table_id(table, CATALOGUE_IMAGES_MAX, &count, error) != 0 || table_end(table, error) != 0) return -1;
    if (!table_next(table) || table_word(table, &word, error) != 0 || strcmp(word, "image_name") != 0)
        return table_error(table, error, "the columns' names, beginning with image_name, are missing");
    while (status == 0 && table_next(table)) status = read_line(reading, error);
    if (status == 0 && reading->catalogue->count != count)
        return table_error(table, error, "it lists %d images, but its first line says %d", reading->catalogue->count,
                           count);
    return status;
}

/* ---- where the images are ---- */

/* The length of what precedes a listed path in a member's name; -1 if the member is not a listed image. */
static int find_root(const struct reading *reading, const char *member)
{
    for (const char *at = member; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
        if (index_find(&reading->images, at) >= 0) return (int)(at - member);
    return -1;
}

/* The folder that the listed paths begin in, with "/" behind it or ""; the caller frees. */
static int read_root(const struct reading *reading, const char *archive, char **root, struct error *error)
{
    struct extract *extract;
    const char *member;
    int status = 0, length = -1;
    if (extract_open(&extract, archive, error) != 0) return -1;
    while (length < 0 && (status = extract_next(extract, &member, error)) > 0) {
        length = find_root(reading, member);
        if (length >= 0 && !(*root = strndup(member, (size_t)length))) status = error_set(error, "out of memory");
        if (status < 0) break;
    }
    extract_close(extract);
    if (status < 0) return -1;
    return length >= 0 ? 0 : error_set(error, "%s has none of the images of %s", archive, list_name);
}

static int set_paths(struct catalogue *catalogue, const char *root, struct error *error)
{
    for (int i = 0; root[0] && i < catalogue->count; i++) {
        char *path = NULL, *listed = catalogue->images[i].path;
        if (asprintf(&path, "%s%s", root, listed) < 0) return error_set(error, "out of memory");
        catalogue->images[i].path = path;
        free(listed);
    }
    return 0;
}

static int inshop_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                       struct error *error)
{
    (void)options;
    char *text = NULL, *root = NULL;
    const char *images = NULL;
    struct reading reading = {.catalogue = catalogue};
    int status = read_list_text(archives, &text, &images, error);
    if (status != 0) return -1;
    reading.table = table_open(list_name, text);
    status = read_list(&reading, error);
    if (status == 0) status = read_root(&reading, images, &root, error);
    if (status == 0) status = set_paths(catalogue, root, error);
    if (status == 0) status = catalogue_add_archive(catalogue, images, NULL, error);
    index_release(&reading.items);
    index_release(&reading.images);
    free(root);
    free(text);
    return status;
}

static const struct dataset_form forms[] = {{"archive", {"img.zip", "list_eval_partition.txt"}}, {0}};

const struct dataset dataset_inshop = {
    .plugin = {"inshop", "In-shop Clothes Retrieval: 7,982 items of clothing, tested by queries and a gallery", NULL,
               0},
    .default_size = 256,
    .official = {[PACK_TRAIN] = {3997, 25882}, [PACK_TEST] = {3985, 14218}, [PACK_GALLERY] = {3985, 12612}},
    .forms = forms,
    .list = inshop_list,
};
