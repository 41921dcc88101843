/* share.c - see share.h. */
#include "base/share.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* From the program's folder: as installed, from build/, from build/sanitize/ and the like, and from two such in one. */
static const struct {
    const char *folder;
    int installed;
} places[] = {{"../share/partgrad", 1}, {"..", 0}, {"../..", 0}, {"../../..", 0}};

char *share_find(const char *part, const char *source)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    const char *beside = dirname(program);
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        char *path = file_join(beside, "%s/%s", places[p].folder, places[p].installed ? part : source);
        if (file_exists(path)) return path;
        free(path);
    }
    return NULL;
}
