/* cgroup.h - what control groups, of version 1 or 2, let this process use.
 *
 * A limit may stand at the process's group or at any group above it; the smallest counts. Inside a container,
 * /proc/self/cgroup may hold the host's path, which is not there: then the groups above it that are there count, the
 * last of which is the container's own.
 *
 * `root` stands before all paths: "" for this machine; tests give a folder with proc/ and sys/ of their own. */
#ifndef PARTGRAD_BASE_CGROUP_H
#define PARTGRAD_BASE_CGROUP_H

#include <stddef.h>

/* Cores' worth of time; INFINITY without a limit. */
double cgroup_cores(const char *root);
/* Bytes that the group may hold; SIZE_MAX without a limit. */
size_t cgroup_memory_bytes(const char *root);
/* Bytes that the group may still take, counting cached files that the kernel gives up on demand; SIZE_MAX without a
 * limit. */
size_t cgroup_free_bytes(const char *root);

#endif
