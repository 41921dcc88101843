/* provenance.c - see provenance.h. */
#include "datasets/provenance.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/digest.h"

/* The last part of a path after links are resolved, as a new string that the caller frees. */
static char *own_name(const char *path)
{
    char *real = realpath(path, NULL), *slash = strrchr(real ? real : path, '/');
    char *name = strdup(slash ? slash + 1 : path);
    free(real);
    return name;
}

/* "KIND: NAME, N bytes, sha256 X" for a file, such as an archive; "folder: NAME" for a folder. */
static int describe_input(FILE *text, const char *kind, const char *path, struct error *error)
{
    struct stat status;
    char digest[DIGEST_TEXT_SIZE];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        error_errno(error, "cannot read %s", path);
        if (file >= 0) close(file);
        return -1;
    }
    int is_folder = S_ISDIR(status.st_mode), result = is_folder ? 0 : digest_file(file, DIGEST_SHA256, digest, error);
    close(file);
    if (result != 0) return error_context(error, "%s", path);
    char *name = own_name(path);
    if (is_folder)
        fprintf(text, "folder: %s\n", name);
    else
        fprintf(text, "%s: %s, %lld bytes, sha256 %s\n", kind, name, (long long)status.st_size, digest);
    free(name);
    return 0;
}

static void describe_options(FILE *text, const struct provenance *told)
{
    const struct field *field = told->dataset->plugin.fields;
    for (; field && field->name; field++) {
        char value[OPTION_TEXT_SIZE];
        option_format(field, told->options, value, sizeof value);
        fprintf(text, "%s: %s\n", field->name, value);
    }
}

int provenance_of_inputs(const struct option_paths *archives, const char *split, char **lines, struct error *error)
{
    size_t size;
    FILE *text = open_memstream(lines, &size);
    if (!text) return error_set(error, "out of memory");
    int status = 0;
    for (int i = 0; archives && i < archives->count && status == 0; i++)
        status = describe_input(text, "archive", archives->path[i], error);
    if (status == 0 && split) status = describe_input(text, "split", split, error);
    if (fclose(text) != 0) status = error_set(error, "out of memory");
    if (status == 0) return 0;
    free(*lines);
    *lines = NULL;
    return -1;
}

const struct dataset *provenance_dataset(const char *lines)
{
    static const char key[] = "dataset: ";
    if (strncmp(lines, key, sizeof key - 1) != 0) return NULL;
    const char *name = lines + sizeof key - 1;
    size_t length = strcspn(name, "\n");
    for (int d = 0; dataset_registry[d]; d++)
        if (strlen(dataset_registry[d]->name) == length && memcmp(dataset_registry[d]->name, name, length) == 0)
            return (const struct dataset *)dataset_registry[d];
    return NULL;
}

int provenance_make(const struct provenance *told, char **lines, struct error *error)
{
    size_t size;
    FILE *text = open_memstream(lines, &size);
    if (!text) return error_set(error, "out of memory");
    fprintf(text, "dataset: %s\n%s", told->dataset->plugin.name, told->archives);
    describe_options(text, told);
    fprintf(text, "size: %d\n", told->size);
    if (!told->dataset->draw)
        fprintf(text, "fit: %s\nlisted: %d images\nskipped: %d broken images\n%s",
                told->fit == THUMBNAIL_CROP ? "crop" : "stretch", told->listed, told->broken->skipped_count,
                told->broken->skipped ? told->broken->skipped : "");
    if (told->notes) fputs(told->notes, text);
    if (fclose(text) == 0) return 0;
    free(*lines);
    *lines = NULL;
    return error_set(error, "out of memory");
}
