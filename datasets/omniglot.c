/* omniglot.c - Omniglot (Lake et al. 2015, "Human-level concept learning through probabilistic program induction"): 20
 * drawings of each of 1,623 characters. The background set's 964 characters train, the evaluation set's 659 test.
 *
 * Its archives have no lists: a character is a folder ALPHABET/CHARACTER, and the order is that of the names. The
 * folder above them tells which set an image belongs to, or the archive's name if there is no such folder. */
#include "datasets/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/extract.h"
#include "datasets/tally.h"

enum { IMAGES_MAX = 1 << 16, SETS = 2, NONE = -1 };

/* The folder of each split's images. */
static const char *const folders[SETS] = {[PACK_TRAIN] = "images_background", [PACK_TEST] = "images_evaluation"};

/* An image of one of the sets. */
struct drawing {
    char *name;   /* member of the archive; owned */
    size_t start; /* where ALPHABET/CHARACTER/FILE begins in it */
    int archive;  /* in the catalogue */
};

struct set {
    int count;
    struct drawing *drawings; /* (IMAGES_MAX), of which count are set; owned */
};

static void sets_release(struct set sets[SETS])
{
    for (int s = 0; s < SETS; s++) {
        for (int i = 0; i < sets[s].count; i++) free(sets[s].drawings[i].name);
        free(sets[s].drawings);
    }
}

static int sets_init(struct set sets[SETS], struct error *error)
{
    for (int s = 0; s < SETS; s++) sets[s] = (struct set){.drawings = calloc(IMAGES_MAX, sizeof(struct drawing))};
    return sets[0].drawings && sets[1].drawings ? 0 : error_set(error, "out of memory");
}

/* ---- which image belongs where ---- */

/* Where the path ALPHABET/CHARACTER/FILE begins; NULL if there are fewer folders. */
static const char *find_start(const char *name)
{
    const char *at = name + strlen(name);
    int slashes = 0;
    while (at > name && slashes < 3) slashes += *--at == '/';
    if (slashes == 3) return at + 1;
    return slashes == 2 ? name : NULL;
}

/* Whether the folder right above `start` has this name. */
static int is_below(const char *name, const char *start, const char *folder)
{
    size_t length = strlen(folder);
    if ((size_t)(start - name) < length + 1 || memcmp(start - 1 - length, folder, length) != 0) return 0;
    return start - 1 - length == name || start[-2 - (ptrdiff_t)length] == '/';
}

static int find_set(const char *archive, const char *name, const char *start)
{
    const char *slash = strrchr(archive, '/'), *base = slash ? slash + 1 : archive;
    for (int s = 0; s < SETS; s++)
        if (is_below(name, start, folders[s])) return s;
    for (int s = 0; s < SETS; s++) {
        size_t length = strlen(folders[s]);
        if (strncmp(base, folders[s], length) == 0 && base[length] != '_') return s; /* not images_background_small1 */
    }
    return NONE;
}

static int is_image(const char *name)
{
    const char *ending = strrchr(name, '.');
    return ending && strcasecmp(ending, ".png") == 0;
}

/* Adds an image to its set; one that belongs to none is tallied. Returns 1 if it was added, 0, or -1. */
static int add_drawing(struct set sets[SETS], const char *path, int archive, const char *name, struct tally *others,
                       struct error *error)
{
    const char *start = is_image(name) ? find_start(name) : NULL;
    int s = start ? find_set(path, name, start) : NONE;
    if (s == NONE && is_image(name)) tally_add(others, name);
    if (s == NONE) return 0;
    if (sets[s].count == IMAGES_MAX) return error_set(error, "%s has more than %d images", path, IMAGES_MAX);
    struct drawing *drawing = &sets[s].drawings[sets[s].count];
    *drawing = (struct drawing){strdup(name), (size_t)(start - name), archive};
    if (!drawing->name) return error_set(error, "out of memory");
    sets[s].count++;
    return 1;
}

static int read_archive(struct set sets[SETS], const char *path, struct catalogue *catalogue, struct error *error)
{
    struct extract *extract;
    const char *name;
    int archive, status, added = 0;
    struct tally others = {0};
    char text[TALLY_TEXT_SIZE + 32];
    if (catalogue_add_archive(catalogue, path, &archive, error) != 0 || extract_open(&extract, path, error) != 0)
        return -1;
    while ((status = extract_next(extract, &name, error)) > 0) {
        int one = add_drawing(sets, path, archive, name, &others, error);
        if (one < 0) status = -1;
        if (one < 0) break;
        added += one;
    }
    extract_close(extract);
    if (status == 0 && added > 0 && others.count > 0)
        status = catalogue_note(catalogue, error, "images skipped, which are in neither set (%d): %s", others.count,
                                tally_text(&others, text));
    if (status != 0 || added > 0) return status;
    return error_set(error, "%s has no images in %s/ or %s/", path, folders[PACK_TRAIN], folders[PACK_TEST]);
}

/* ---- classes ---- */

static int compare_drawings(const void *a, const void *b)
{
    const struct drawing *first = a, *second = b;
    return strcmp(first->name + first->start, second->name + second->start);
}

/* The bytes of ALPHABET/CHARACTER. */
static size_t class_bytes(const struct drawing *drawing)
{
    return (size_t)(strrchr(drawing->name, '/') - drawing->name) - drawing->start;
}

static int same_class(const struct drawing *a, const struct drawing *b)
{
    return class_bytes(a) == class_bytes(b) && memcmp(a->name + a->start, b->name + b->start, class_bytes(a)) == 0;
}

static int add_class(const struct drawing *drawing, enum pack_split split, struct catalogue *catalogue, int *class,
                     struct error *error)
{
    char *folder = strndup(drawing->name + drawing->start, class_bytes(drawing));
    int status =
        folder ? catalogue_add_class(catalogue, folder, split, class, error) : error_set(error, "out of memory");
    free(folder);
    return status;
}

/* Adds a set in the order of its names. The same name twice is a second copy of the set. */
static int add_set(struct set *set, enum pack_split split, struct catalogue *catalogue, struct error *error)
{
    struct drawing *drawings = set->drawings;
    int class = -1, status = 0;
    qsort(drawings, (size_t)set->count, sizeof *drawings, compare_drawings);
    for (int i = 0; i < set->count && status == 0; i++) {
        if (i > 0 && compare_drawings(&drawings[i - 1], &drawings[i]) == 0)
            return error_set(error, "%s and %s are the same drawing: the set is given twice", drawings[i - 1].name,
                             drawings[i].name);
        if (i == 0 || !same_class(&drawings[i - 1], &drawings[i]))
            status = add_class(&drawings[i], split, catalogue, &class, error);
        struct catalogue_image image = {.path = drawings[i].name, .archive = drawings[i].archive, .class = class};
        if (status == 0) status = catalogue_add_image(catalogue, &image, error);
    }
    return status;
}

static int omniglot_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                         struct error *error)
{
    (void)options;
    struct set sets[SETS];
    int status = sets_init(sets, error);
    for (int i = 0; i < archives->count && status == 0; i++)
        status = read_archive(sets, archives->path[i], catalogue, error);
    if (status == 0 && (sets[PACK_TRAIN].count == 0 || sets[PACK_TEST].count == 0))
        status = error_set(error, "give both of its archives, with --archive images_background.zip "
                                  "--archive images_evaluation.zip");
    for (int s = 0; s < SETS && status == 0; s++) status = add_set(&sets[s], (enum pack_split)s, catalogue, error);
    sets_release(sets);
    return status;
}

static const struct dataset_form forms[] = {{"archives", {"images_background.zip", "images_evaluation.zip"}}, {0}};

const struct dataset dataset_omniglot = {
    .plugin = {"omniglot", "Omniglot: 1,623 characters of 50 alphabets", NULL, 0},
    .default_size = 105,
    .license = "MIT",
    .official = {[PACK_TRAIN] = {964, 19280}, [PACK_TEST] = {659, 13180}},
    .forms = forms,
    .list = omniglot_list,
};
