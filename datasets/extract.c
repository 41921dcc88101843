/* extract.c - see extract.h. */
#include "datasets/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "datasets/gunzip.h"
#include "datasets/walk.h"

enum { BLOCK_BYTES = 1 << 18 };

struct extract {
    struct walk *walk;     /* NULL: not a folder */
    struct gunzip *gunzip; /* NULL: libarchive reads the file itself */
    struct archive *archive;
    locale_t utf8; /* 0: the system has none */
    struct archive_entry *entry;
    const char *path; /* of the archive, for errors; owned */
    const char *name; /* of the member, inside `entry` */
    long number;      /* of the member, from 1, without folders */
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

/* Only formats that libarchive decodes itself, as other filters would start programs. gzip is already inflated. */
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

/* Opens the file in the way that suits it: reading a zip file needs seeking. */
static int open_file(struct extract *extract, struct error *error)
{
    int status = gunzip_open(&extract->gunzip, extract->path, error);
    if (status < 0) return error_context(error, "%s", extract->path);
    status = status == GUNZIP_OTHER ? archive_read_open_filename(extract->archive, extract->path, BLOCK_BYTES)
                                    : archive_read_open(extract->archive, extract, NULL, read_piece, NULL);
    return status == ARCHIVE_OK ? 0 : fail(extract, error);
}

static int is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int extract_open(struct extract **extract, const char *path, struct error *error)
{
    int status;
    *extract = calloc(1, sizeof **extract);
    if (!*extract) return error_set(error, "out of memory");
    (*extract)->archive = new_reader();
    (*extract)->path = strdup(path);
    (*extract)->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!(*extract)->archive || !(*extract)->path)
        status = error_set(error, "out of memory");
    else if (is_folder(path))
        status = walk_open(&(*extract)->walk, path, error);
    else
        status = open_file(*extract, error);
    if (status == 0) return 0;
    extract_close(*extract);
    *extract = NULL;
    return -1;
}

void extract_close(struct extract *extract)
{
    if (!extract) return;
    walk_close(extract->walk);
    archive_read_free(extract->archive);
    gunzip_close(extract->gunzip);
    if (extract->utf8) freelocale(extract->utf8);
    free((char *)extract->path);
    free(extract);
}

/* 1 if the name is relative and has no ".." among its parts. */
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
    while (name && name[0] == '.' && name[1] == '/') name += 1 + strspn(name + 1, "/");
    return name;
}

/* Zip and pax files mark names as UTF-8. libarchive converts them to the thread's locale, and drops those that the C
 * locale cannot hold. */
static int read_header(struct extract *extract)
{
    locale_t before = extract->utf8 ? uselocale(extract->utf8) : (locale_t)0;
    int status = archive_read_next_header(extract->archive, &extract->entry);
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) extract->name = member_name(extract->entry);
    if (extract->utf8) uselocale(before);
    return status;
}

/* 1 for the files that macOS puts beside each file: its attributes, under the file's own name and ending. */
static int is_companion(const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    if (strncmp(base, "._", 2) == 0 || strncmp(name, "__MACOSX/", 9) == 0) return 1;
    return strstr(name, "/__MACOSX/") != NULL;
}

/* Reads to the end, as a gzip file's checksum follows the archive's last byte: 0, or -1 if it is wrong. */
static int read_to_end(struct extract *extract, struct error *error)
{
    const void *piece;
    long size = extract->gunzip ? 1 : 0;
    while (size > 0) size = gunzip_next(extract->gunzip, &piece, error);
    return size == 0 ? 0 : error_context(error, "%s", extract->path);
}

/* The next member of an archive file that is not a folder: 1, 0 at its end, -1. */
static int next_entry(struct extract *extract, struct error *error)
{
    extract->number++;
    do {
        int status = read_header(extract);
        if (status == ARCHIVE_EOF) return read_to_end(extract, error);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return fail(extract, error);
    } while (archive_entry_filetype(extract->entry) == AE_IFDIR);
    if (extract->name) return 1;
    return error_set(error, "%s: the name of file %ld in it is damaged or in no known encoding; pack it anew with tar",
                     extract->path, extract->number);
}

int extract_next(struct extract *extract, const char **name, struct error *error)
{
    int status;
    do {
        status = extract->walk ? walk_next(extract->walk, &extract->name, error) : next_entry(extract, error);
        if (status <= 0) return status;
        if (!stays_inside(extract->name))
            return error_set(error, "%s: member '%s' leaves the archive's folder; this archive is not to be trusted",
                             extract->path, extract->name);
        if (strlen(extract->name) >= EXTRACT_NAME_SIZE)
            return error_set(error, "%s: a member's name has more than %d bytes", extract->path, EXTRACT_NAME_SIZE - 1);
    } while (is_companion(extract->name));
    *name = extract->name;
    return 1;
}

/* Where a symbolic link of this member leads to: its folder's name and `target`, without "." and "..". Changes and
 * frees `path`; NULL if it leaves the archive. */
static char *resolve(char *path)
{
    char *clean = calloc(strlen(path) + 2, 1), *left = path, *part;
    while (clean && (part = strsep(&left, "/"))) {
        char *slash = strrchr(clean, '/');
        if (strcmp(part, "..") == 0 && !*clean) {
            free(clean);
            clean = NULL;
        } else if (strcmp(part, "..") == 0) {
            *(slash ? slash : clean) = '\0';
        } else if (*part && strcmp(part, ".") != 0) {
            if (*clean) strcat(clean, "/");
            strcat(clean, part);
        }
    }
    free(path);
    return clean;
}

char *extract_link(const struct extract *extract)
{
    if (extract->walk) return NULL; /* links were followed */
    const char *target = archive_entry_hardlink(extract->entry);
    char *folder, *path;
    if (target) return resolve(strdup(target));
    if (archive_entry_filetype(extract->entry) != AE_IFLNK) return NULL;
    target = archive_entry_symlink(extract->entry);
    if (!target || *target == '/') return NULL;
    folder = file_folder(extract->name);
    path = file_join(folder, "%s", target);
    free(folder);
    return resolve(path);
}

/* Reads the rest of the member into bytes (capacity), which grows; *size becomes its length. */
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
    if (extract->walk) return walk_read(extract->walk, limit, bytes, size, error);
    if (archive_entry_filetype(extract->entry) != AE_IFREG || archive_entry_hardlink(extract->entry))
        return error_set(error,
                         "%s: member %s is a link that leads out of it, or a device; pack it anew with "
                         "tar --dereference, or give the unpacked folder",
                         extract->path, extract->name);
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
