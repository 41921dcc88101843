/* walk.c - see walk.h. */
#include "datasets/walk.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

struct walk {
    char *folder; /* without links, "." and ".."; owned */
    size_t above; /* bytes before the folder's own name */
    FTS *tree;
    FTSENT *entry; /* the file that walk_next went to */
};

static int compare_names(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

int walk_open(struct walk **walk, const char *folder, struct error *error)
{
    *walk = calloc(1, sizeof **walk);
    if (!*walk) return error_set(error, "out of memory");
    (*walk)->folder = realpath(folder, NULL);
    if ((*walk)->folder) {
        (*walk)->above = (size_t)(strrchr((*walk)->folder, '/') + 1 - (*walk)->folder);
        (*walk)->tree = fts_open((char *[]){(*walk)->folder, NULL}, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
    }
    if ((*walk)->tree) return 0;
    walk_close(*walk);
    *walk = NULL;
    return error_errno(error, "cannot read folder %s", folder);
}

void walk_close(struct walk *walk)
{
    if (!walk) return;
    if (walk->tree) fts_close(walk->tree);
    free(walk->folder);
    free(walk);
}

int walk_next(struct walk *walk, const char **name, struct error *error)
{
    errno = 0;
    while ((walk->entry = fts_read(walk->tree))) {
        FTSENT *entry = walk->entry;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
            errno = entry->fts_errno;
            return error_errno(error, "cannot read folder %s", entry->fts_path);
        }
        *name = entry->fts_path + walk->above;
        if (entry->fts_info == FTS_F) return 1;
        errno = 0;
    }
    return errno == 0 ? 0 : error_errno(error, "cannot read folder %s", walk->folder);
}

int walk_read(struct walk *walk, size_t limit, unsigned char **bytes, size_t *size, struct error *error)
{
    return file_read(walk->entry->fts_accpath, limit, (char **)bytes, size, error);
}
