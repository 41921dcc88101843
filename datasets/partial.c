/* partial.c - see partial.h. */
#include "datasets/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Opens and locks the file that has the name now. While we waited, its former holder may have renamed or removed it, so
 * this repeats until the locked file is the one with the name. */
static int open_locked(struct partial *partial, void (*waiting)(void *), void *context, struct error *error)
{
    struct stat opened, named;
    for (int told = 0;;) {
        partial->file = open(partial->name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (partial->file < 0) return error_errno(error, "cannot write %s", partial->name);
        if (flock(partial->file, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK && waiting && !told++) waiting(context);
            if (flock(partial->file, LOCK_EX) != 0) return error_errno(error, "cannot lock %s", partial->name);
        }
        if (fstat(partial->file, &opened) != 0) return error_errno(error, "cannot read %s", partial->name);
        if (stat(partial->name, &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev) break;
        close(partial->file);
    }
    partial->bytes = opened.st_size;
    return 0;
}

/* Two lines: address and validator. Anything else counts as unknown. */
static void read_origin(struct partial *partial)
{
    FILE *file = fopen(partial->origin, "r");
    if (!file) return;
    if (!fgets(partial->address, PARTIAL_TEXT_SIZE, file) || !fgets(partial->validator, PARTIAL_TEXT_SIZE, file))
        partial->address[0] = partial->validator[0] = '\0';
    partial->address[strcspn(partial->address, "\n")] = '\0';
    partial->validator[strcspn(partial->validator, "\n")] = '\0';
    fclose(file);
}

int partial_open(struct partial *partial, const char *path, void (*waiting)(void *), void *context, struct error *error)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char *folder = file_folder(path);
    *partial = (struct partial){.file = -1,
                                .path = file_join(folder, "%s", base),
                                .name = file_join(folder, "%s.part", base),
                                .origin = file_join(folder, "%s.part.origin", base)};
    int status = file_make_folder(folder, error);
    free(folder);
    if (status == 0) status = open_locked(partial, waiting, context, error);
    if (status == 0) {
        file_sweep(partial->origin);
        read_origin(partial);
    } else {
        partial_close(partial);
    }
    return status;
}

int partial_check_room(const struct partial *partial, long long bytes, struct error *error)
{
    char *folder = file_folder(partial->path);
    int status = bytes > 0 ? file_check_space(folder, (uint64_t)bytes, error) : 0;
    free(folder);
    return status;
}

int partial_restart(struct partial *partial, const char *address, const char *validator, struct error *error)
{
    if (ftruncate(partial->file, 0) != 0) return error_errno(error, "cannot write %s", partial->name);
    partial->bytes = 0;
    snprintf(partial->address, sizeof partial->address, "%s", address);
    snprintf(partial->validator, sizeof partial->validator, "%s", validator);
    char lines[2 * PARTIAL_TEXT_SIZE + 2];
    int length = snprintf(lines, sizeof lines, "%s\n%s\n", partial->address, partial->validator);
    return file_write(partial->origin, lines, (size_t)length, error);
}

int partial_append(struct partial *partial, const void *bytes, size_t size, struct error *error)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t put = pwrite(partial->file, at, size, (off_t)partial->bytes);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return error_errno(error, "cannot write %s", partial->name);
        at += put;
        size -= (size_t)put;
        partial->bytes += put;
    }
    return 0;
}

int partial_commit(struct partial *partial, struct error *error)
{
    if (fsync(partial->file) != 0) return error_errno(error, "cannot write %s", partial->name);
    unlink(partial->origin);
    return file_rename(partial->name, partial->path, error);
}

void partial_discard(struct partial *partial)
{
    unlink(partial->origin);
    unlink(partial->name);
}

void partial_close(struct partial *partial)
{
    if (partial->path && partial->file >= 0) close(partial->file);
    free(partial->path);
    free(partial->name);
    free(partial->origin);
    *partial = (struct partial){.file = -1};
}
