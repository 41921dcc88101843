/* folder.c - any tree of class folders with JPEG, PNG or WebP files: DIR/CLASS/FILE, of which the first half of the
 * classes (names sorted bytewise) trains; or DIR/train/CLASS/FILE and DIR/test/CLASS/FILE. Hidden names and other files
 * are passed over. */
#include "datasets/dataset.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "datasets/decode.h"

struct folder_options {
    char path[OPTION_TEXT_SIZE];
};

static const struct field fields[] = {
    {"path", "the folder of class folders, or of train and test", OPTION_TEXT, offsetof(struct folder_options, path),
     NULL, 0, 0, NULL},
    {0},
};

/* The names in a folder, hidden ones left out, sorted bytewise. */
struct names {
    int count;
    struct dirent **entries; /* (count) owned */
};

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int names_init(struct names *names, const char *folder, struct error *error)
{
    names->entries = NULL;
    names->count = scandir(folder, &names->entries, is_visible, compare_names);
    if (names->count >= 0) return 0;
    names->count = 0;
    return error_errno(error, "cannot read folder %s", folder);
}

static void names_release(struct names *names)
{
    for (int i = 0; i < names->count; i++) free(names->entries[i]);
    free(names->entries);
}

static int is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int is_image(const char *path)
{
    struct stat status;
    return decode_is_image_name(path) && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Adds the images of one class folder, and the class itself where there are any. */
static int add_class(const char *folder, const char *name, struct catalogue *catalogue, struct error *error)
{
    struct names names;
    if (names_init(&names, folder, error) != 0) return -1;
    int class = -1, status = 0;
    for (int i = 0; i < names.count && status == 0; i++) {
        char *path = file_join(folder, "%s", names.entries[i]->d_name);
        if (is_image(path)) {
            if (class < 0) status = catalogue_add_class(catalogue, name, PACK_TRAIN, &class, error);
            struct catalogue_image image = {.path = path, .archive = CATALOGUE_FILE, .class = class};
            if (status == 0) status = catalogue_add_image(catalogue, &image, error);
        }
        free(path);
    }
    names_release(&names);
    return status;
}

/* Adds every class folder of `folder`. */
static int add_classes(const char *folder, struct catalogue *catalogue, struct error *error)
{
    struct names names;
    if (names_init(&names, folder, error) != 0) return -1;
    int status = 0;
    for (int i = 0; i < names.count && status == 0; i++) {
        char *path = file_join(folder, "%s", names.entries[i]->d_name);
        if (is_folder(path)) status = add_class(path, names.entries[i]->d_name, catalogue, error);
        free(path);
    }
    names_release(&names);
    return status;
}

/* Both lists of classes are sorted: walk them side by side. */
static int check_disjoint(const struct catalogue *catalogue, int train_count, struct error *error)
{
    for (int a = 0, b = train_count; a < train_count && b < catalogue->class_count;) {
        int difference = strcmp(catalogue->classes[a].name, catalogue->classes[b].name);
        if (difference == 0)
            return error_set(error,
                             "class '%s' is in train and in test; test classes must be new ones: give the folder of "
                             "class folders instead",
                             catalogue->classes[a].name);
        if (difference < 0)
            a++;
        else
            b++;
    }
    return 0;
}

/* Lists DIR/train and DIR/test, or DIR itself; *train_count says how many classes train. */
static int add_tree(const char *folder, struct catalogue *catalogue, int *train_count, struct error *error)
{
    char *train = file_join(folder, "train"), *test = file_join(folder, "test");
    int status;
    if (is_folder(train) && is_folder(test)) {
        status = add_classes(train, catalogue, error);
        *train_count = catalogue->class_count;
        if (status == 0) status = add_classes(test, catalogue, error);
        if (status == 0) status = check_disjoint(catalogue, *train_count, error);
    } else {
        status = add_classes(folder, catalogue, error);
        *train_count = (catalogue->class_count + 1) / 2;
    }
    free(train);
    free(test);
    return status;
}

static int folder_list(const void *given, const struct option_paths *archives, struct catalogue *catalogue,
                       struct error *error)
{
    const struct folder_options *options = given;
    if (archives->count > 0) return error_set(error, "takes no --archive; give its folder with --path DIR");
    if (!options->path[0]) return error_set(error, "give its folder with --path DIR");
    int train_count = 0;
    if (add_tree(options->path, catalogue, &train_count, error) != 0) return -1;
    if (catalogue->class_count == 0)
        return error_set(error, "%s has no class folders with JPEG, PNG or WebP files", options->path);
    for (int c = train_count; c < catalogue->class_count; c++) catalogue->classes[c].split = PACK_TEST;
    return 0;
}

const struct dataset dataset_folder = {
    .plugin = {"folder", "any tree of class folders with JPEG, PNG or WebP files", fields,
               sizeof(struct folder_options)},
    .default_size = 256,
    .list = folder_list,
};
