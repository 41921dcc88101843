/* lock.c - see lock.h: flock, which network file systems pass on to the server. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"

enum { REST_NANOSECONDS = 50 * 1000 * 1000 };

static int try_once(const char *path, struct error *error)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return error_errno(error, "cannot open %s", path);
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return file;
    int taken = errno == EWOULDBLOCK;
    error_errno(error, "cannot lock %s", path);
    close(file);
    return taken ? LOCK_TAKEN : LOCK_FAILED;
}

int lock_take(const char *path, double patience, struct error *error)
{
    const struct timespec rest = {.tv_nsec = REST_NANOSECONDS};
    double started = clock_seconds();
    int file = try_once(path, error);
    while (file == LOCK_TAKEN && clock_seconds() - started < patience) {
        if (interrupt_pending()) return LOCK_INTERRUPTED;
        nanosleep(&rest, NULL);
        file = try_once(path, error);
    }
    return file;
}

int lock_is_taken(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    int taken = file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (file >= 0) close(file);
    return taken;
}
