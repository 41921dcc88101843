/* share.h - finds files that belong to the program (plot templates, experiments), in the source tree or as
 * installed. */
#ifndef PARTGRAD_BASE_SHARE_H
#define PARTGRAD_BASE_SHARE_H

/* The path of `part`, such as "experiments/demo.yaml" or "plots": ../share/partgrad/PART from the program's folder, or
 * else `source` (its place in the source tree) below the program's folder or one of its parents, for a program in
 * build/. NULL if neither exists. The caller frees. */
char *share_find(const char *part, const char *source);

#endif
