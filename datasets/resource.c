/* resource.c - see resource.h. */
#include "datasets/resource.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "datasets/table.h"

enum { TABLE_BYTES_MAX = 1 << 20 };

/* ---- a user's table ---- */

static int read_bytes(struct table *table, long long *bytes, struct error *error)
{
    const char *word;
    char *end;
    if (table_word(table, &word, error) != 0) return -1;
    *bytes = 0;
    if (strcmp(word, "-") == 0) return 0;
    errno = 0;
    *bytes = strtoll(word, &end, 10);
    if (*end || errno || *bytes < 1) return table_error(table, error, "'%s' is no number of bytes", word);
    return 0;
}

static int read_digest(struct table *table, enum digest_kind kind, const char **digest, struct error *error)
{
    if (table_word(table, digest, error) != 0) return -1;
    if (strcmp(*digest, "-") == 0) {
        *digest = NULL;
        return 0;
    }
    int digits = 0;
    while (isxdigit((unsigned char)(*digest)[digits])) digits++;
    if ((*digest)[digits] == '\0' && digits == digest_length(kind)) return 0;
    return table_error(table, error, "'%s' is no %s checksum of %d hexadecimal digits", *digest, digest_name(kind),
                       digest_length(kind));
}

static int read_addresses(struct table *table, struct resource *row, struct error *error)
{
    int count = 0;
    while (table_more(table)) {
        const char *word;
        if (table_word(table, &word, error) != 0) return -1;
        if (strncasecmp(word, "http://", 7) != 0 && strncasecmp(word, "https://", 8) != 0)
            return table_error(table, error, "'%s' is no address of http or https", word);
        if (count == RESOURCE_ADDRESSES_MAX)
            return table_error(table, error, "more than %d addresses", RESOURCE_ADDRESSES_MAX);
        row->addresses[count++] = word;
    }
    return 0;
}

static int read_row(struct table *table, struct resource *row, struct error *error)
{
    if (table_word(table, &row->name, error) != 0) return -1;
    if (!strchr(row->name, '/')) return table_error(table, error, "'%s' is not DATASET/FILE", row->name);
    if (read_bytes(table, &row->bytes, error) != 0) return -1;
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if (read_digest(table, (enum digest_kind)kind, &row->digests[kind], error) != 0) return -1;
    return read_addresses(table, row, error);
}

/* Rows are appended as they are read; a line is at most one row. */
static int read_rows(struct resource_table *resources_read, const char *path, struct error *error)
{
    size_t lines = 1;
    for (const char *at = resources_read->text; *at; at++) lines += *at == '\n';
    resources_read->rows = calloc(lines, sizeof *resources_read->rows);
    if (!resources_read->rows) return error_set(error, "out of memory");
    struct table table = table_open(path, resources_read->text);
    while (table_next(&table)) {
        if (*table.row == '#') continue;
        if (read_row(&table, &resources_read->rows[resources_read->count], error) != 0) return -1;
        resources_read->count++;
    }
    return 0;
}

int resource_table_init(struct resource_table *table, const char *path, struct error *error)
{
    *table = (struct resource_table){0};
    if (!*path) return 0;
    if (file_read(path, TABLE_BYTES_MAX, &table->text, NULL, error) == 0 && read_rows(table, path, error) == 0)
        return 0;
    resource_table_release(table);
    return -1;
}

void resource_table_release(struct resource_table *table)
{
    free(table->rows);
    free(table->text);
    *table = (struct resource_table){0};
}

const struct resource *resource_find(const struct resource_table *table, const char *name)
{
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].name, name) == 0) return &table->rows[i];
    for (const struct resource *row = resource_known; row->name; row++)
        if (strcmp(row->name, name) == 0) return row;
    return NULL;
}

/* ---- a file against its row ---- */

/* Bytes that files of a kind have at some place. If no checksum is known, they at least tell the file from a server's
 * error page. */
static const struct {
    const char *ending, *magic;
    int at;
} kinds[] = {
    {".tar", "ustar", 257}, {".tgz", "\x1f\x8b", 0}, {".zip", "PK", 0}, {".mat", "MATLAB", 0}, {".safetensors", "{", 8},
};

static int check_kind(const struct resource *resource, int file, struct error *error)
{
    const char *ending = strrchr(resource->name, '.');
    for (size_t i = 0; ending && i < sizeof kinds / sizeof *kinds; i++) {
        char found[8] = "";
        if (strcmp(ending, kinds[i].ending) != 0) continue;
        size_t length = strlen(kinds[i].magic);
        if (pread(file, found, length, kinds[i].at) == (ssize_t)length && memcmp(found, kinds[i].magic, length) == 0)
            return 0;
        error_set(error, "what came is no %s file", ending);
        return 1;
    }
    return 0;
}

int resource_check(const struct resource *resource, int file, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0) return error_errno(error, "cannot read");
    if (resource->bytes > 0 && resource->bytes != status.st_size) {
        error_set(error, "%lld bytes expected, %lld found", resource->bytes, (long long)status.st_size);
        return 1;
    }
    for (int kind = DIGEST_KINDS - 1; kind >= 0; kind--) { /* the strongest that is known is enough */
        char found[DIGEST_TEXT_SIZE];
        if (!resource->digests[kind]) continue;
        if (digest_file(file, (enum digest_kind)kind, found, error) != 0) return -1;
        if (strcasecmp(found, resource->digests[kind]) == 0) return 0;
        error_set(error, "%s %s expected, %s found", digest_name((enum digest_kind)kind), resource->digests[kind],
                  found);
        return 1;
    }
    return check_kind(resource, file, error);
}
