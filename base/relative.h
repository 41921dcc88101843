/* relative.h - one path written relative to another. */
#ifndef PARTGRAD_BASE_RELATIVE_H
#define PARTGRAD_BASE_RELATIVE_H

/* The path of `path` from within `folder`, "../demo/cells", or "." for the folder itself. Both must exist; links are
 * followed. NULL if one does not exist or memory runs out. The caller frees. */
char *relative_path(const char *folder, const char *path);

#endif
