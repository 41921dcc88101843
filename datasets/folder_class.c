/* folder_class.c - see folder_class.h. */
#include "datasets/folder_class.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "datasets/decode.h"

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int folder_names_init(struct folder_names *names, const char *folder, struct error *error)
{
    names->entries = NULL;
    names->count = scandir(folder, &names->entries, is_visible, compare_names);
    if (names->count >= 0) return 0;
    names->count = 0;
    return error_errno(error, "cannot read folder %s", folder);
}

void folder_names_release(struct folder_names *names)
{
    for (int i = 0; i < names->count; i++) free(names->entries[i]);
    free(names->entries);
}

enum kind { FOLDER, IMAGE, ABSENT, OTHER };

static enum kind find_kind(const char *path)
{
    struct stat status;
    int is_there = stat(path, &status) == 0;
    if (is_there && S_ISDIR(status.st_mode)) return FOLDER;
    if (!decode_is_image_name(path)) return OTHER;
    return is_there && S_ISREG(status.st_mode) ? IMAGE : ABSENT;
}

int folder_holds_classes(const char *path)
{
    struct folder_names names;
    struct error ignored;
    int folders = 0, images = 0;
    if (find_kind(path) != FOLDER || folder_names_init(&names, path, &ignored) != 0) return 0;
    for (int i = 0; i < names.count; i++) {
        char *inner = file_join(path, "%s", names.entries[i]->d_name);
        enum kind kind = find_kind(inner);
        folders += kind == FOLDER;
        images += kind == IMAGE;
        free(inner);
    }
    folder_names_release(&names);
    return folders > 0 && images == 0;
}

/* Names are printed in messages, lists and the pack, which a line feed would break. */
static int check_name(const char *path, struct error *error)
{
    char shown[TALLY_TEXT_SIZE];
    size_t used = 0;
    int is_plain = 1;
    for (const char *at = path; *at && used + 5 < sizeof shown; at++) {
        unsigned char c = (unsigned char)*at;
        int is_control = c < ' ' || c == 0x7f;
        used += (size_t)snprintf(shown + used, sizeof shown - used, is_control ? "\\x%02x" : "%c", c);
        is_plain &= !is_control;
    }
    return is_plain ? 0 : error_set(error, "%s has control characters in its name; rename it", shown);
}

/* Adds one file of a class folder, and the class itself with its first image. */
static int add_file(const char *path, const char *name, int *class, struct catalogue *catalogue,
                    struct folder_notes *notes, struct error *error)
{
    enum kind kind = find_kind(path);
    if (kind != IMAGE) {
        tally_add(kind == FOLDER ? &notes->deep : kind == ABSENT ? &notes->absent : &notes->others, path);
        return 0;
    }
    if (check_name(path, error) != 0) return -1;
    if (*class < 0 && catalogue_add_class(catalogue, name, PACK_TRAIN, class, error) != 0) return -1;
    struct catalogue_image image = {.path = (char *)path, .archive = CATALOGUE_FILE, .class = *class};
    return catalogue_add_image(catalogue, &image, error);
}

static int add_class(const char *folder, const char *name, struct catalogue *catalogue, struct folder_notes *notes,
                     struct error *error)
{
    struct folder_names names;
    if (folder_names_init(&names, folder, error) != 0) return -1;
    int class = -1, status = 0, before = catalogue->count;
    for (int i = 0; i < names.count && status == 0; i++) {
        char *path = file_join(folder, "%s", names.entries[i]->d_name);
        status = add_file(path, name, &class, catalogue, notes, error);
        free(path);
    }
    folder_names_release(&names);
    if (catalogue->count == before) tally_add(&notes->empty, folder);
    if (catalogue->count == before + 1) tally_add(&notes->single, folder);
    return status;
}

int folder_add_classes(const char *folder, struct catalogue *catalogue, struct folder_notes *notes, struct error *error)
{
    struct folder_names names;
    if (folder_names_init(&names, folder, error) != 0) return -1;
    int status = 0;
    for (int i = 0; i < names.count && status == 0; i++) {
        char *path = file_join(folder, "%s", names.entries[i]->d_name);
        enum kind kind = find_kind(path);
        if (kind == FOLDER)
            status = add_class(path, names.entries[i]->d_name, catalogue, notes, error);
        else
            tally_add(kind == IMAGE ? &notes->loose : kind == ABSENT ? &notes->absent : &notes->others, path);
        free(path);
    }
    folder_names_release(&names);
    return status;
}

int folder_notes_add(const struct folder_notes *notes, struct catalogue *catalogue, struct error *error)
{
    const struct {
        const struct tally *tally;
        const char *what;
    } rows[] = {
        {&notes->others, "files skipped, whose names do not end like those of JPEG, PNG or WebP images"},
        {&notes->loose, "images skipped, which are in no class folder"},
        {&notes->deep, "folders skipped, which are inside class folders"},
        {&notes->absent, "images skipped, whose links lead to no file"},
        {&notes->empty, "class folders without images"},
        {&notes->single, "classes of one image, for which no other of its class can be found"},
    };
    char text[TALLY_TEXT_SIZE + 32];
    int status = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == 0; i++)
        if (rows[i].tally->count > 0)
            status = catalogue_note(catalogue, error, "%s (%d): %s", rows[i].what, rows[i].tally->count,
                                    tally_text(rows[i].tally, text));
    return status;
}
