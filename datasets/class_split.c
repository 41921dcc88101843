/* class_split.c - see class_split.h. */
#include "datasets/class_split.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/index.h"
#include "base/option.h"
#include "datasets/extract.h"
#include "datasets/table.h"

enum { LEFT_OUT = PACK_GALLERY /* not the split of a class */, NOT_SAID = PACK_SPLITS };

static const char *const words[] = {
    [PACK_TRAIN] = "train", [PACK_TEST] = "test", [PACK_VALID] = "valid", [LEFT_OUT] = "none", NULL};

struct reading {
    struct catalogue *catalogue;
    struct index by_name; /* of the classes */
    unsigned char *said;  /* (classes) a position in `words`, or NOT_SAID */
};

static int index_classes(struct reading *reading, struct error *error)
{
    struct catalogue *catalogue = reading->catalogue;
    for (int c = 0; c < catalogue->class_count; c++) {
        reading->said[c] = NOT_SAID;
        int found = index_add(&reading->by_name, catalogue->classes[c].name, c);
        if (found < 0) return error_set(error, "out of memory");
        if (found != c)
            return error_set(error, "two classes are named %s, so names cannot split them", catalogue->classes[c].name);
    }
    return 0;
}

static int unknown_class(const struct reading *reading, const struct table *table, const char *name,
                         struct error *error)
{
    const struct catalogue *catalogue = reading->catalogue;
    const char **names = calloc((size_t)catalogue->class_count + 1, sizeof *names), *nearest = NULL;
    for (int c = 0; names && c < catalogue->class_count; c++) names[c] = catalogue->classes[c].name;
    if (names) nearest = option_nearest(name, names, catalogue->class_count);
    free(names);
    if (nearest) return table_error(table, error, "there is no class '%s'; did you mean '%s'?", name, nearest);
    return table_error(table, error, "there is no class '%s'", name);
}

static int read_line(struct reading *reading, struct table *table, struct error *error)
{
    const char *word, *name;
    int split = 0;
    if (table_word(table, &word, error) != 0) return -1;
    while (words[split] && strcmp(words[split], word) != 0) split++;
    if (!words[split])
        return table_error(table, error, "'%s' is not train, test, valid or none; a class's name comes behind it",
                           word);
    if (table_rest(table, &name, error) != 0) return -1;
    int class = index_find(&reading->by_name, name);
    if (class < 0) return unknown_class(reading, table, name, error);
    if (reading->said[class] != NOT_SAID) return table_error(table, error, "class '%s' is listed twice", name);
    reading->said[class] = (unsigned char)split;
    if (split != LEFT_OUT) reading->catalogue->classes[class].split = (enum pack_split)split;
    return 0;
}

static int read_lines(struct reading *reading, struct table *table, struct error *error)
{
    while (table_next(table))
        if (table->row[0] != '#' && read_line(reading, table, error) != 0) return -1;
    return 0;
}

/* Classes without images need not be named. */
static int check_all_said(const struct reading *reading, const char *name, struct error *error)
{
    const struct catalogue *catalogue = reading->catalogue;
    for (int i = 0; i < catalogue->count; i++) {
        int class = catalogue->images[i].class;
        if (reading->said[class] == NOT_SAID)
            return error_set(error, "%s does not say where class '%s' belongs; 'none %s' leaves it out", name,
                             catalogue->classes[class].name, catalogue->classes[class].name);
    }
    return 0;
}

static int leave_out(const struct reading *reading, const char *name, struct error *error)
{
    struct catalogue *catalogue = reading->catalogue;
    int classes = 0, images = catalogue->count;
    unsigned char *marks = calloc((size_t)catalogue->count + 1, 1);
    if (!marks) return error_set(error, "out of memory");
    for (int i = 0; i < catalogue->count; i++) marks[i] = reading->said[catalogue->images[i].class] == LEFT_OUT;
    catalogue_leave_out(catalogue, marks);
    free(marks);
    for (int c = 0; c < catalogue->class_count; c++) classes += reading->said[c] == LEFT_OUT;
    if (classes == 0) return 0;
    return catalogue_note(catalogue, error, "%s leaves out %d classes with %d images", name, classes,
                          images - catalogue->count);
}

int class_split_apply(struct catalogue *catalogue, const char *path, struct error *error)
{
    char *text;
    size_t size;
    if (file_read(path, EXTRACT_TEXT_LIMIT, &text, &size, error) != 0) return -1;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct reading reading = {.catalogue = catalogue, .said = malloc((size_t)catalogue->class_count + 1)};
    struct table table = table_open(name, text);
    int status = reading.said ? 0 : error_set(error, "out of memory");
    if (status == 0 && strlen(text) != size) status = error_set(error, "%s is no text", name);
    if (status == 0) status = index_classes(&reading, error);
    if (status == 0) status = read_lines(&reading, &table, error);
    if (status == 0) status = check_all_said(&reading, name, error);
    if (status == 0) status = leave_out(&reading, name, error);
    index_release(&reading.by_name);
    free(reading.said);
    free(text);
    return status;
}
