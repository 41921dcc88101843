/* extract.c - see extract.h. */
#include "datasets/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/gunzip.h"

enum { BLOCK_BYTES = 1 << 18 };

struct extract {
    struct gunzip *gunzip; /* NULL: libarchive reads the file itself */
    struct archive *archive;
    struct archive_entry *entry;
    const char *path; /* of the archive, for errors; owned */
    const char *name; /* of the member, inside `entry` */
};

static const char *reason(const struct extract *extract)
{
    const char *reason = archive_error_string(extract->archive);
    return reason ? reason : "not a readable archive";
}

static int fail(const struct extract *extract, struct error *error)
{
    return error_set(error, "%s: %s", extract->path, reason(extract));
}

/* Only what libarchive decodes itself: other filters would start programs. gzip comes undone. */
static struct archive *new_reader(void)
{
    struct archive *archive = archive_read_new();
    if (!archive) return NULL;
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    return archive;
}

static la_ssize_t read_piece(struct archive *archive, void *context, const void **piece)
{
    struct extract *extract = context;
    struct error error;
    long size = gunzip_next(extract->gunzip, piece, &error);
    if (size < 0) archive_set_error(archive, EIO, "%s", error.message);
    return size;
}

/* Opens the file in the way that suits it: zip files want to be sought in. */
static int open_file(struct extract *extract, struct error *error)
{
    int status = gunzip_open(&extract->gunzip, extract->path, error);
    if (status < 0) return error_context(error, "%s", extract->path);
    status = status == GUNZIP_OTHER ? archive_read_open_filename(extract->archive, extract->path, BLOCK_BYTES)
                                    : archive_read_open(extract->archive, extract, NULL, read_piece, NULL);
    return status == ARCHIVE_OK ? 0 : fail(extract, error);
}

int extract_open(struct extract **extract, const char *path, struct error *error)
{
    *extract = calloc(1, sizeof **extract);
    if (!*extract) return error_set(error, "out of memory");
    (*extract)->archive = new_reader();
    (*extract)->path = strdup(path);
    int status =
        (*extract)->archive && (*extract)->path ? open_file(*extract, error) : error_set(error, "out of memory");
    if (status == 0) return 0;
    extract_close(*extract);
    *extract = NULL;
    return -1;
}

void extract_close(struct extract *extract)
{
    if (!extract) return;
    archive_read_free(extract->archive);
    gunzip_close(extract->gunzip);
    free((char *)extract->path);
    free(extract);
}

/* 1 where the name is relative and has no ".." among its parts. */
static int stays_inside(const char *name)
{
    if (*name == '/' || *name == '\0') return 0;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0')) return 0;
    }
    return 1;
}

static const char *member_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    while (name && name[0] == '.' && name[1] == '/') name += 2;
    return name;
}

/* A gzip file's checksum stands behind what the archive's format reads: 0, or -1 where it is wrong. */
static int read_to_end(struct extract *extract, struct error *error)
{
    const void *piece;
    long size = extract->gunzip ? 1 : 0;
    while (size > 0) size = gunzip_next(extract->gunzip, &piece, error);
    return size == 0 ? 0 : error_context(error, "%s", extract->path);
}

int extract_next(struct extract *extract, const char **name, struct error *error)
{
    for (;;) {
        int status = archive_read_next_header(extract->archive, &extract->entry);
        if (status == ARCHIVE_EOF) return read_to_end(extract, error);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return fail(extract, error);
        if (archive_entry_filetype(extract->entry) == AE_IFDIR) continue;
        extract->name = member_name(extract->entry);
        if (!extract->name) return error_set(error, "%s: a member has no readable name", extract->path);
        if (!stays_inside(extract->name))
            return error_set(error, "%s: member '%s' leaves the archive's folder; this archive is not to be trusted",
                             extract->path, extract->name);
        if (strlen(extract->name) >= EXTRACT_NAME_SIZE)
            return error_set(error, "%s: a member's name has more than %d bytes", extract->path, EXTRACT_NAME_SIZE - 1);
        if (archive_entry_filetype(extract->entry) != AE_IFREG || archive_entry_hardlink(extract->entry))
            return error_set(error,
                             "%s: member %s is a link or a device, not a file; this archive is not to be trusted",
                             extract->path, extract->name);
        *name = extract->name;
        return 1;
    }
}

/* Reads on into bytes (capacity) until the member's end; *size says how much there was. */
static int read_on(struct extract *extract, unsigned char **bytes, size_t capacity, size_t limit, size_t *size,
                   struct error *error)
{
    for (;;) {
        la_ssize_t got = archive_read_data(extract->archive, *bytes + *size, capacity - *size);
        if (got < 0) return error_set(error, "%s: member %s: %s", extract->path, extract->name, reason(extract));
        if (got == 0) return 0;
        *size += (size_t)got;
        if (*size > limit)
            return error_set(error, "%s: member %s is longer than the %zu bytes allowed", extract->path, extract->name,
                             limit);
        if (*size < capacity) continue;
        unsigned char *more = realloc(*bytes, capacity *= 2);
        if (!more) return error_set(error, "out of memory for member %s", extract->name);
        *bytes = more;
    }
}

int extract_read(struct extract *extract, size_t limit, unsigned char **bytes, size_t *size, struct error *error)
{
    *bytes = NULL;
    *size = 0;
    la_int64_t told = archive_entry_size_is_set(extract->entry) ? archive_entry_size(extract->entry) : 0;
    if (told < 0 || (uint64_t)told > limit)
        return error_set(error, "%s: member %s has %lld bytes; at most %zu are allowed", extract->path, extract->name,
                         (long long)told, limit);
    size_t capacity = (size_t)told + BLOCK_BYTES / 64;
    *bytes = malloc(capacity);
    if (!*bytes) return error_set(error, "out of memory for member %s", extract->name);
    if (read_on(extract, bytes, capacity, limit, size, error) != 0) {
        free(*bytes);
        *bytes = NULL;
        return -1;
    }
    (*bytes)[*size] = '\0'; /* read_on leaves room for one more */
    return 0;
}

void members_release(struct member *members, int count)
{
    for (int i = 0; i < count; i++) free(members[i].bytes);
    memset(members, 0, (size_t)count * sizeof *members);
}

/* Reads the current member where it is one of those wanted; *found counts them. */
static int take_member(struct extract *extract, const char *const *names, int count, struct member *members, int *found,
                       struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(extract->name, names[i]) != 0) continue;
        if (members[i].bytes) return error_set(error, "%s: member %s appears twice", extract->path, names[i]);
        unsigned char *bytes;
        if (extract_read(extract, EXTRACT_TEXT_LIMIT, &bytes, &members[i].size, error) != 0) return -1;
        members[i].bytes = (char *)bytes;
        ++*found;
    }
    return 0;
}

int extract_members(const char *path, const char *const *names, int count, struct member *members, struct error *error)
{
    memset(members, 0, (size_t)count * sizeof *members);
    struct extract *extract;
    if (extract_open(&extract, path, error) != 0) return -1;
    int found = 0, status = 1;
    const char *name;
    while (found < count && status > 0) {
        status = extract_next(extract, &name, error);
        if (status > 0 && take_member(extract, names, count, members, &found, error) != 0) status = -1;
    }
    for (int i = 0; i < count && status == 0; i++)
        if (!members[i].bytes) status = error_set(error, "%s has no member %s", path, names[i]);
    extract_close(extract);
    if (status >= 0) return 0;
    members_release(members, count);
    return -1;
}

int extract_texts(const char *path, const char *const *names, int count, struct member *texts, struct error *error)
{
    if (extract_members(path, names, count, texts, error) != 0) return -1;
    int status = 0;
    for (int i = 0; i < count && status == 0; i++)
        if (strlen(texts[i].bytes) != texts[i].size)
            status = error_set(error, "%s: member %s is no text", path, names[i]);
    if (status != 0) members_release(texts, count);
    return status;
}
