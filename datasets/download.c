/* download.c - see download.h. */
#include "datasets/download.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { NAMES_MAX = 64 };

/* ---- one file ---- */

/* Replaces the row's addresses by the user's own; the caller frees *address. Fails if one file's address is given for
 * several files. */
static int redirect(const struct download *download, struct resource *resource, int alone, char **address,
                    struct error *error)
{
    const char *source = download->source, *file = strchr(resource->name, '/') + 1;
    size_t length = strlen(source);
    *address = NULL;
    if (length == 0) return 0;
    int is_folder = source[length - 1] == '/';
    if (!is_folder && !alone)
        return error_set(error, "--source %s: several files are wanted: give the folder they are in, ending with '/'",
                         source);
    if (asprintf(address, "%s%s", source, is_folder ? file : "") < 0) return error_set(error, "out of memory");
    memset(resource->addresses, 0, sizeof resource->addresses);
    resource->addresses[0] = *address;
    return 0;
}

static int fetch_one(const struct download *download, const struct resource *known, int alone, const char *path,
                     struct error *error)
{
    struct resource resource = *known;
    char *address = NULL;
    int status = redirect(download, &resource, alone, &address, error);
    if (status == 0) status = fetch_file(&resource, path, &download->fetch, &download->watch, error);
    free(address);
    return status;
}

/* ---- a data set ---- */

/* The row of one of the data set's files; for a file that is in no table, a row with its name alone. The row points to
 * `name`, which the caller frees. */
static struct resource find_file(const struct resource_table *table, const struct dataset *dataset, const char *file,
                                 char **name)
{
    *name = file_join(dataset->plugin.name, "%s", file);
    const struct resource *known = resource_find(table, *name);
    return known ? *known : (struct resource){.name = *name};
}

/* 1 if every file of the form is there or, with `fetchable`, can be fetched. */
static int is_usable(const struct download *download, const struct resource_table *table, const struct dataset *dataset,
                     const struct dataset_form *form, int fetchable)
{
    int usable = 1;
    for (int i = 0; form->files[i] && usable; i++) {
        char *name;
        struct resource resource = find_file(table, dataset, form->files[i], &name);
        char *path = file_join(download->folder, "%s", name);
        usable = file_exists(path) || (fetchable && (*download->source || resource.addresses[0]));
        free(path);
        free(name);
    }
    return usable;
}

static const struct dataset_form *choose_form(const struct download *download, const struct resource_table *table,
                                              const struct dataset *dataset, struct error *error)
{
    const struct dataset_form *forms = dataset->forms;
    char names[OPTION_TEXT_SIZE] = "";
    for (int i = 0; forms && forms[i].name; i++) {
        if (strcmp(forms[i].name, download->form) == 0) return &forms[i];
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "", forms[i].name);
    }
    if (*download->form) {
        error_set(error, "--form %s: there is %s", download->form, *names ? names : "none");
        return NULL;
    }
    for (int fetchable = 0; fetchable <= 1; fetchable++)
        for (int i = 0; forms && forms[i].name; i++)
            if (is_usable(download, table, dataset, &forms[i], fetchable)) return &forms[i];
    error_set(error, "no address is known for its files; give them with --archive, or an address with --source");
    return NULL;
}

static int fetch_form(const struct download *download, const struct resource_table *table,
                      const struct dataset *dataset, const struct dataset_form *form, struct option_paths *files,
                      struct error *error)
{
    int status = 0, alone = !form->files[1];
    for (int i = 0; form->files[i] && status == 0; i++) {
        char *name;
        struct resource resource = find_file(table, dataset, form->files[i], &name);
        char *path = file_join(download->folder, "%s", name);
        files->path[files->count++] = path;
        status = fetch_one(download, &resource, alone, path, error);
        free(name);
    }
    return status;
}

int download_dataset(const struct download *download, const struct dataset *dataset, struct option_paths *files,
                     struct error *error)
{
    struct resource_table table;
    *files = (struct option_paths){0};
    if (resource_table_init(&table, download->table, error) != 0) return -1;
    const struct dataset_form *form = choose_form(download, &table, dataset, error);
    int status = form ? fetch_form(download, &table, dataset, form, files, error) : -1;
    resource_table_release(&table);
    return status;
}

/* ---- weights ---- */

static int unknown_weights(const struct resource_table *table, const char *name, struct error *error)
{
    const char *names[NAMES_MAX];
    int count = 0;
    for (int i = 0; i < table->count && count < NAMES_MAX; i++) names[count++] = table->rows[i].name;
    for (const struct resource *row = resource_known; row->name && count < NAMES_MAX; row++) names[count++] = row->name;
    const char *nearest = option_nearest(name, names, count);
    if (nearest) return error_set(error, "no %s is known; there is %s", name, nearest);
    return error_set(error, "no %s is known", name);
}

int download_weights(const struct download *download, const char *name, char **path, struct error *error)
{
    static const char ending[] = ".safetensors";
    struct resource_table table;
    *path = NULL;
    if (resource_table_init(&table, download->table, error) != 0) return -1;
    char *whole;
    if (asprintf(&whole, "%s%s", name, ending) < 0) abort();
    const struct resource *resource = resource_find(&table, whole);
    int status = -1;
    if (resource) {
        *path = file_join(download->folder, "%s", strchr(whole, '/') + 1);
        status = fetch_one(download, resource, 1, *path, error);
    } else {
        unknown_weights(&table, whole, error);
    }
    free(whole);
    resource_table_release(&table);
    return status;
}
