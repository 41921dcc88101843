/* share.h - files that belong to the program: plot templates and experiments, in the source tree or where `make
 * install` put them. */
#ifndef PARTGRAD_BASE_SHARE_H
#define PARTGRAD_BASE_SHARE_H

/* The path of `part`, such as "experiments/demo.yaml" or "plots": ../share/partgrad/PART from the program's folder, or
 * else `source` (its place in the source tree) from there upwards, as where the program lies in build/. NULL if
 * neither exists. The caller frees. */
char *share_find(const char *part, const char *source);

#endif
