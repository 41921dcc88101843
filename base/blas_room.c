/* blas_room.c - see blas_room.h. */
#include "base/blas_room.h"

#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* One buffer with its padding; what other libraries take. */
static const size_t BUFFER_BYTES = (size_t)129 << 20, OTHER_BYTES = (size_t)16 << 20;

/* Marks functions that run before libraries (sanitizers among them) are initialized, so they may call none of them. */
#define EARLY __attribute__((no_sanitize("address", "undefined")))

/* Whether the address space has room for so many bytes; always true without a limit. */
EARLY static int has_room(size_t bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 1;
    void *room = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return 0;
    munmap(room, bytes);
    return 1;
}

int blas_room_check(int threads, struct error *error)
{
    if (has_room((size_t)threads * BUFFER_BYTES)) return 0;
    return error_set(error,
                     "the limit of the address space (ulimit -v) leaves no room for %d threads: raise it, or use fewer "
                     "with --threads",
                     threads);
}

/* The number after "NAME=" in the environment; 0 without it. */
EARLY static size_t read_number(char **environment, const char *name)
{
    size_t number = 0;
    for (; *environment; environment++) {
        const char *at = *environment, *wanted = name;
        while (*wanted && *at == *wanted) at++, wanted++;
        if (*wanted) continue;
        while (*at >= '0' && *at <= '9' && number < 10000) number = 10 * number + (size_t)(*at++ - '0');
    }
    return number;
}

EARLY static void check_loading(int count, char **arguments, char **environment)
{
    static const char message[] = "partgrad: the limit of the address space (ulimit -v) is too low: raise it by 128 "
                                  "MiB a core, or set OMP_NUM_THREADS=1\n";
    cpu_set_t allowed;
    (void)count;
    (void)arguments;
    size_t asked = read_number(environment, "OMP_NUM_THREADS=");
    size_t threads = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (size_t)CPU_COUNT(&allowed) : 1;
    if (asked > 0 && asked < threads) threads = asked;
    if (has_room(threads * BUFFER_BYTES + OTHER_BYTES)) return;
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    _exit(written > 0 ? EXIT_FAILURE : EXIT_FAILURE + 1);
}

/* The dynamic linker calls these before the libraries' own initialization. */
__attribute__((section(".preinit_array"), used)) static void (*const early[])(int, char **, char **) = {check_loading};
