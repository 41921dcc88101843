/* omniglot.c - Omniglot (Lake et al. 2015, "Human-level concept learning through probabilistic program induction"): 20
 * drawings of each of 1,623 characters. The background set's 964 characters train, the evaluation set's 659 test.
 *
 * Its archives have no lists: a character is a folder ALPHABET/CHARACTER, and the order is that of the names. */
#include "datasets/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/extract.h"

enum { IMAGES_MAX = 1 << 16 };

/* The folder that all members of each archive are in. */
static const char *const folders[PACK_SPLITS] = {
    [PACK_TRAIN] = "images_background/",
    [PACK_TEST] = "images_evaluation/",
};

/* Names of an archive's images. */
struct names {
    int count;
    char **name; /* (IMAGES_MAX), of which count are set; owned */
};

static void names_release(struct names *names)
{
    for (int i = 0; i < names->count; i++) free(names->name[i]);
    free(names->name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int is_image(const char *name)
{
    const char *ending = strrchr(name, '.');
    return ending && strcasecmp(ending, ".png") == 0 && strchr(name, '/') != strrchr(name, '/');
}

/* Reads the names of all images, sorted. */
static int names_init(struct names *names, const char *archive, struct error *error)
{
    *names = (struct names){.name = calloc(IMAGES_MAX, sizeof(char *))};
    if (!names->name) return error_set(error, "out of memory");
    struct extract *extract;
    const char *name;
    int status;
    if (extract_open(&extract, archive, error) != 0) return -1;
    while ((status = extract_next(extract, &name, error)) > 0) {
        if (!is_image(name)) continue;
        if (names->count == IMAGES_MAX) {
            status = error_set(error, "%s has more than %d images", archive, IMAGES_MAX);
            break;
        }
        if (!(names->name[names->count] = strdup(name))) {
            status = error_set(error, "out of memory");
            break;
        }
        names->count++;
    }
    extract_close(extract);
    qsort(names->name, (size_t)names->count, sizeof *names->name, compare_names);
    return status;
}

/* 1 where two names are in the same folder. */
static int same_class(const char *a, const char *b)
{
    size_t length = (size_t)(strrchr(a, '/') - a);
    return (size_t)(strrchr(b, '/') - b) == length && strncmp(a, b, length) == 0;
}

static int add_class(const char *name, enum pack_split split, struct catalogue *catalogue, int *class,
                     struct error *error)
{
    const char *start = strchr(name, '/') + 1;
    char *folder = strndup(start, (size_t)(strrchr(name, '/') - start));
    int status =
        folder ? catalogue_add_class(catalogue, folder, split, class, error) : error_set(error, "out of memory");
    free(folder);
    return status;
}

static int add_names(const struct names *names, enum pack_split split, int archive, struct catalogue *catalogue,
                     struct error *error)
{
    int class = -1, status = 0;
    for (int i = 0; i < names->count && status == 0; i++) {
        if (i == 0 || !same_class(names->name[i - 1], names->name[i]))
            status = add_class(names->name[i], split, catalogue, &class, error);
        struct catalogue_image image = {.path = names->name[i], .archive = archive, .class = class};
        if (status == 0) status = catalogue_add_image(catalogue, &image, error);
    }
    return status;
}

/* Which of the two an archive is. */
static int find_split(const struct names *names, const char *path, enum pack_split *split, struct error *error)
{
    for (int s = 0; s < PACK_SPLITS; s++) {
        *split = (enum pack_split)s;
        if (names->count > 0 && strncmp(names->name[0], folders[s], strlen(folders[s])) == 0) return 0;
    }
    return error_set(error, "%s has no images in %s or %s", path, folders[PACK_TRAIN], folders[PACK_TEST]);
}

static int omniglot_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                         struct error *error)
{
    (void)options;
    struct names names[PACK_SPLITS] = {{0}};
    const char *paths[PACK_SPLITS] = {NULL};
    int status = 0;
    for (int i = 0; i < archives->count && status == 0; i++) {
        struct names found;
        enum pack_split split = PACK_TRAIN;
        status = names_init(&found, archives->path[i], error);
        if (status == 0) status = find_split(&found, archives->path[i], &split, error);
        if (status == 0 && paths[split]) status = error_set(error, "%s is given twice", archives->path[i]);
        if (status != 0) {
            names_release(&found);
            break;
        }
        names[split] = found;
        paths[split] = archives->path[i];
    }
    if (status == 0 && (!paths[PACK_TRAIN] || !paths[PACK_TEST]))
        status = error_set(error, "give both of its archives, with --archive images_background.zip "
                                  "--archive images_evaluation.zip");
    for (int split = 0; split < PACK_SPLITS && status == 0; split++) {
        int archive;
        status = catalogue_add_archive(catalogue, paths[split], &archive, error);
        if (status == 0) status = add_names(&names[split], (enum pack_split)split, archive, catalogue, error);
    }
    for (int split = 0; split < PACK_SPLITS; split++) names_release(&names[split]);
    return status;
}

static const struct dataset_form forms[] = {{"archives", {"images_background.zip", "images_evaluation.zip"}}, {0}};

const struct dataset dataset_omniglot = {
    .plugin = {"omniglot", "Omniglot: 1,623 characters of 50 alphabets", NULL, 0},
    .default_size = 105,
    .forms = forms,
    .list = omniglot_list,
};
