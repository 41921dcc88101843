/* file.c - see file.h. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xxhash.h>
#ifdef __x86_64__
#include <xxh_x86dispatch.h> /* the CPU's widest vectors, the same checksums */
#endif

/* Formats into a new string or aborts: names are short, and nothing useful can be done without them. */
static char *format_name(const char *format, va_list arguments)
{
    char *text;
    if (vasprintf(&text, format, arguments) < 0) abort();
    return text;
}

static char *name(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_name(format, arguments);
    va_end(arguments);
    return text;
}

char *file_join(const char *folder, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *last = format_name(format, arguments);
    va_end(arguments);
    char *path = name("%s/%s", folder, last);
    free(last);
    return path;
}

int file_writer_open(struct file_writer *writer, const char *path, struct error *error)
{
    *writer = (struct file_writer){.path = name("%s", path), .temporary = name("%s.%ld.tmp", path, (long)getpid())};
    struct stat status;
    do { /* try again if file_sweep removed it before it was locked */
        if (writer->stream) fclose(writer->stream);
        writer->stream = fopen(writer->temporary, "w+b");
    } while (writer->stream && flock(fileno(writer->stream), LOCK_EX) == 0 &&
             fstat(fileno(writer->stream), &status) == 0 && status.st_nlink == 0);
    if (writer->stream) return 0;
    error_errno(error, "cannot write %s", writer->temporary);
    file_writer_release(writer);
    return -1;
}

/* 1 for BASE.NUMBER.tmp; with NULL for any base. */
static int is_temporary(const char *entry, const char *base)
{
    const char *number = base ? entry + strlen(base) : entry;
    if (base && strncmp(entry, base, strlen(base)) != 0) return 0;
    while (!base && *number && strcmp(number + 1 + strspn(number + 1, "0123456789"), ".tmp") != 0) number++;
    size_t digits = *number == '.' ? strspn(number + 1, "0123456789") : 0;
    return digits > 0 && strcmp(number + 1 + digits, ".tmp") == 0;
}

static void sweep(const char *folder, const char *base)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        if (!is_temporary(entry->d_name, base)) continue;
        char *found = file_join(folder, "%s", entry->d_name);
        int file = open(found, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) unlink(found);
        if (file >= 0) close(file);
        free(found);
    }
    if (entries) closedir(entries);
}

void file_sweep(const char *path)
{
    char *folder = file_folder(path);
    const char *slash = strrchr(path, '/');
    sweep(folder, slash ? slash + 1 : path);
    free(folder);
}

void file_sweep_folder(const char *folder)
{
    sweep(folder, NULL);
}

char *file_folder(const char *path)
{
    char *copy = name("%s", path);
    char *folder = name("%s", dirname(copy)); /* dirname cuts what it is given */
    free(copy);
    return folder;
}

/* A rename is durable only once the folder that holds the name is on disk. */
static int sync_folder(const char *path)
{
    char *holder = file_folder(path);
    int folder = open(holder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(holder);
    if (folder < 0) return -1;
    int status = fsync(folder);
    close(folder);
    return status;
}

int file_rename(const char *from, const char *to, struct error *error)
{
    if (rename(from, to) == 0 && sync_folder(to) == 0) return 0;
    return error_errno(error, "cannot write %s", to);
}

int file_check_space(const char *folder, uint64_t bytes, struct error *error)
{
    enum { MEGABYTE = 1000000 };
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0) return error_errno(error, "cannot look into %s", folder);
    uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (bytes <= room) return 0;
    return error_set(error, "%s: %.1f MB are needed, the disk has room for %.1f MB", folder, (double)bytes / MEGABYTE,
                     (double)room / MEGABYTE);
}

int file_writer_commit(struct file_writer *writer, struct error *error)
{
    FILE *stream = writer->stream;
    int status = fflush(stream) == 0 && !ferror(stream) && fsync(fileno(stream)) == 0 ? 0 : -1;
    int number = errno;
    if (fclose(stream) != 0 && status == 0) {
        status = -1;
        number = errno;
    }
    writer->stream = NULL;
    errno = number;
    if (status != 0)
        error_errno(error, "cannot write %s", writer->path);
    else
        status = file_rename(writer->temporary, writer->path, error);
    if (status != 0) unlink(writer->temporary);
    free(writer->path);
    free(writer->temporary);
    *writer = (struct file_writer){0};
    return status;
}

void file_writer_release(struct file_writer *writer)
{
    if (writer->stream) fclose(writer->stream);
    if (writer->temporary) unlink(writer->temporary);
    free(writer->path);
    free(writer->temporary);
    *writer = (struct file_writer){0};
}

int file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    fwrite(bytes, 1, size, writer.stream); /* commit sees the stream's error flag */
    return file_writer_commit(&writer, error);
}

int file_read(const char *path, size_t limit, char **bytes, size_t *size, struct error *error)
{
    *bytes = NULL;
    struct stat status;
    FILE *stream = fopen(path, "rb");
    if (!stream || fstat(fileno(stream), &status) != 0) {
        error_errno(error, "cannot read %s", path);
        goto done;
    }
    if (!S_ISREG(status.st_mode) || (size_t)status.st_size > limit) {
        error_set(error, "cannot read %s: not a regular file of at most %zu bytes", path, limit);
        goto done;
    }
    size_t length = (size_t)status.st_size;
    *bytes = malloc(length + 1);
    if (!*bytes || fread(*bytes, 1, length, stream) != length) {
        error_set(error, "cannot read %s: it got shorter meanwhile, or memory runs out", path);
        free(*bytes);
        *bytes = NULL;
        goto done;
    }
    (*bytes)[length] = '\0';
    if (size) *size = length;
done:
    if (stream) fclose(stream);
    return *bytes ? 0 : -1;
}

int file_map_open(struct file_map *map, const char *path, struct error *error)
{
    *map = (struct file_map){0};
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        error_errno(error, "cannot open %s", path);
    } else if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        error_set(error, "cannot open %s: it is empty or not a regular file", path);
    } else {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
        if (bytes == MAP_FAILED)
            error_errno(error, "cannot map %s", path);
        else
            *map = (struct file_map){bytes, (size_t)status.st_size};
    }
    if (file >= 0) close(file);
    return map->bytes ? 0 : -1;
}

void file_map_release(struct file_map *map)
{
    if (map->bytes) munmap((void *)map->bytes, map->size);
    *map = (struct file_map){0};
}

int file_make_folder(const char *path, struct error *error)
{
    char *part = name("%s", path);
    int status = 0;
    for (char *at = part + 1; status == 0; at++) {
        if (*at != '/' && *at != '\0') continue;
        char end = *at;
        *at = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) status = error_errno(error, "cannot make folder %s", part);
        *at = end;
        if (end == '\0') break;
    }
    free(part);
    struct stat found;
    if (status == 0 && (stat(path, &found) != 0 || !S_ISDIR(found.st_mode)))
        status = error_set(error, "cannot make folder %s: a file of that name is in the way", path);
    return status;
}

int file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int size_multiply(size_t a, size_t b, size_t *product)
{
    return __builtin_mul_overflow(a, b, product) ? -1 : 0;
}

uint64_t file_checksum(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

int file_checksum_from(int file, size_t start, uint64_t *checksum, struct error *error)
{
    enum { PIECE_BYTES = 1 << 20 };
    XXH3_state_t *state = XXH3_createState();
    unsigned char *piece = malloc(PIECE_BYTES);
    ssize_t got = -1;
    if (!state || !piece) {
        error_set(error, "out of memory for a checksum");
        goto done;
    }
    XXH3_64bits_reset(state);
    while ((got = pread(file, piece, PIECE_BYTES, (off_t)start)) > 0) {
        XXH3_64bits_update(state, piece, (size_t)got);
        start += (size_t)got;
    }
    if (got < 0) error_errno(error, "cannot read back for a checksum");
    *checksum = XXH3_64bits_digest(state);
done:
    XXH3_freeState(state);
    free(piece);
    return got == 0 ? 0 : -1;
}
