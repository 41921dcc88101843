/* relative.c - see relative.h. */
#include "base/relative.h"

#include <stdio.h>
#include <stdlib.h>

/* Length of the longest folder that both paths, which do not end with a slash, have in common. */
static size_t common_length(const char *a, const char *b)
{
    size_t common = 0;
    for (size_t i = 0;; i++) {
        int ends_a = a[i] == '/' || !a[i], ends_b = b[i] == '/' || !b[i];
        if (ends_a && ends_b) common = i;
        if (a[i] != b[i] || !a[i]) return common;
    }
}

/* Both are absolute. */
static void write_steps(FILE *stream, const char *folder, const char *path)
{
    size_t common = common_length(folder, path);
    const char *separator = "";
    for (const char *c = folder + common; *c; c++) {
        if (*c != '/' || !c[1]) continue;
        fprintf(stream, "%s..", separator);
        separator = "/";
    }
    for (path += common; *path == '/';) path++;
    if (*path)
        fprintf(stream, "%s%s", separator, path);
    else if (!*separator)
        fputc('.', stream);
}

char *relative_path(const char *folder, const char *path)
{
    char *from = realpath(folder, NULL), *to = realpath(path, NULL), *text = NULL;
    size_t size;
    FILE *stream = from && to ? open_memstream(&text, &size) : NULL;
    if (stream) write_steps(stream, from, to);
    free(from);
    free(to);
    if (!stream || fclose(stream) == 0) return text;
    free(text);
    return NULL;
}
