/* folder.c - any tree of class folders with image files: DIR/CLASS/FILE, of which the first half of the classes (names
 * sorted bytewise) trains; or folders train, test and perhaps val in DIR, in upper or lower case, with class folders in
 * them. Hidden names are skipped; notes report everything else that is skipped. */
#include "datasets/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "datasets/folder_class.h"

struct folder_options {
    char path[OPTION_TEXT_SIZE];
};

static const struct field fields[] = {
    {"path", "the folder of class folders, or of train and test and perhaps val", OPTION_TEXT,
     offsetof(struct folder_options, path), NULL, 0, 0, NULL},
    {0},
};

/* Names of the folders of splits. */
static const struct {
    const char *name;
    enum pack_split split;
} split_folders[] = {
    {"train", PACK_TRAIN}, {"training", PACK_TRAIN}, {"test", PACK_TEST},        {"testing", PACK_TEST},
    {"val", PACK_VALID},   {"valid", PACK_VALID},    {"validation", PACK_VALID},
};

/* The split that a name stands for, or PACK_SPLITS. */
static enum pack_split find_split(const char *name)
{
    for (size_t i = 0; i < sizeof split_folders / sizeof *split_folders; i++)
        if (strcasecmp(name, split_folders[i].name) == 0) return split_folders[i].split;
    return PACK_SPLITS;
}

/* ---- which folders there are ---- */

/* Finds the folders of splits, which hold folders but no images: paths that the caller frees, NULL if there is none.
 * Others are tallied. */
static int find_roots(const char *folder, char *roots[PACK_SPLITS], struct tally *others, struct error *error)
{
    struct folder_names names;
    int status = folder_names_init(&names, folder, error);
    for (int i = 0; i < names.count && status == 0; i++) {
        const char *name = names.entries[i]->d_name;
        enum pack_split split = find_split(name);
        char *path = file_join(folder, "%s", name);
        if (split == PACK_SPLITS || !folder_holds_classes(path)) {
            tally_add(others, name);
            free(path);
        } else if (roots[split]) {
            status = error_set(error, "%s and %s are the same split; keep one of them", roots[split], path);
            free(path);
        } else {
            roots[split] = path;
        }
    }
    folder_names_release(&names);
    return status;
}

/* Reports what was found instead of class folders. */
static int tell_none(const char *root, const struct folder_notes *notes, struct error *error)
{
    const struct {
        const struct tally *tally;
        const char *what;
    } rows[] = {{&notes->deep, ", but deeper folders; give the one right above the class folders: "},
                {&notes->loose, ", but images outside of any: "},
                {&notes->others, ", but other files: "}};
    char text[TALLY_TEXT_SIZE + 32] = "";
    const char *what = "";
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !*what; i++)
        if (rows[i].tally->count > 0) {
            what = rows[i].what;
            tally_text(rows[i].tally, text);
        }
    return error_set(error, "%s has no class folders with JPEG, PNG or WebP files%s%s", root, what, text);
}

/* Lists the class folders of one split. */
static int add_split(const char *root, enum pack_split split, struct catalogue *catalogue, struct folder_notes *notes,
                     struct error *error)
{
    int first = catalogue->class_count;
    if (folder_add_classes(root, catalogue, notes, error) != 0) return -1;
    if (catalogue->class_count == first) return tell_none(root, notes, error);
    for (int c = first; c < catalogue->class_count; c++) catalogue->classes[c].split = split;
    return 0;
}

/* ---- what may not be ---- */

static int compare_classes(const void *a, const void *b)
{
    const struct catalogue_class *const *first = a, *const *second = b;
    return strcmp((*first)->name, (*second)->name);
}

/* Fails on a class that is in two splits. */
static int check_disjoint(const struct catalogue *catalogue, struct error *error)
{
    int count = catalogue->class_count, status = 0;
    const struct catalogue_class **sorted = malloc((size_t)count * sizeof *sorted + 1);
    if (!sorted) return error_set(error, "out of memory for %d classes", count);
    for (int c = 0; c < count; c++) sorted[c] = &catalogue->classes[c];
    qsort(sorted, (size_t)count, sizeof *sorted, compare_classes);
    for (int c = 1; c < count && status == 0; c++)
        if (strcmp(sorted[c - 1]->name, sorted[c]->name) == 0)
            status =
                error_set(error,
                          "class '%s' is in %s and in %s; test and validation classes must be new ones: give a "
                          "folder of all class folders instead",
                          sorted[c]->name, pack_split_names[sorted[c - 1]->split], pack_split_names[sorted[c]->split]);
    free(sorted);
    return status;
}

/* Without this, a folder that lacks train or test would be read as one with classes `train` and `val`. */
static int check_roots(const char *folder, char *const roots[PACK_SPLITS], struct error *error)
{
    for (int split = PACK_TRAIN; split <= PACK_TEST; split++)
        if (!roots[split])
            return error_set(error,
                             "%s has %s, but no folder %s with class folders: both are needed, with different classes; "
                             "or give a folder of all class folders",
                             folder,
                             roots[PACK_TRAIN]  ? roots[PACK_TRAIN]
                             : roots[PACK_TEST] ? roots[PACK_TEST]
                                                : roots[PACK_VALID],
                             pack_split_names[split]);
    return 0;
}

/* ---- all of it ---- */

static int add_splits(const char *folder, char *const roots[PACK_SPLITS], const struct tally *others,
                      struct catalogue *catalogue, struct folder_notes *notes, struct error *error)
{
    char text[TALLY_TEXT_SIZE + 32];
    int status = check_roots(folder, roots, error);
    for (int split = 0; split < PACK_SPLITS && status == 0; split++)
        if (roots[split]) status = add_split(roots[split], (enum pack_split)split, catalogue, notes, error);
    if (status == 0) status = check_disjoint(catalogue, error);
    if (status == 0 && others->count > 0)
        status = catalogue_note(catalogue, error, "%d names beside the folders of splits are skipped: %s",
                                others->count, tally_text(others, text));
    return status;
}

static int add_halves(const char *folder, struct catalogue *catalogue, struct folder_notes *notes, struct error *error)
{
    if (add_split(folder, PACK_TRAIN, catalogue, notes, error) != 0) return -1;
    for (int c = (catalogue->class_count + 1) / 2; c < catalogue->class_count; c++)
        catalogue->classes[c].split = PACK_TEST;
    return 0;
}

static int folder_list(const void *given, const struct option_paths *archives, struct catalogue *catalogue,
                       struct error *error)
{
    const struct folder_options *options = given;
    if (archives->count > 0) return error_set(error, "takes no --archive; give its folder with --path DIR");
    if (!options->path[0]) return error_set(error, "give its folder with --path DIR");
    char *roots[PACK_SPLITS] = {NULL};
    struct tally others = {0};
    struct folder_notes notes = {0};
    int status = find_roots(options->path, roots, &others, error), has_roots = 0;
    for (int split = 0; split < PACK_SPLITS; split++) has_roots |= roots[split] != NULL;
    if (status == 0)
        status = has_roots ? add_splits(options->path, roots, &others, catalogue, &notes, error)
                           : add_halves(options->path, catalogue, &notes, error);
    if (status == 0) status = folder_notes_add(&notes, catalogue, error);
    for (int split = 0; split < PACK_SPLITS; split++) free(roots[split]);
    return status;
}

const struct dataset dataset_folder = {
    .plugin = {"folder", "any tree of class folders with JPEG, PNG or WebP files", fields,
               sizeof(struct folder_options)},
    .default_size = 256,
    .list = folder_list,
};
