/* cgroup.h - what control groups, of version 1 or 2, let this process use.
 *
 * A limit may be set on the process's group or on any group above it; the smallest counts. Inside a container,
 * /proc/self/cgroup may name the host's path, which does not exist there. Then those parents of it that do exist count;
 * the last of them is the container's own group.
 *
 * `root` is put in front of all paths: "" for this machine; tests pass a folder with their own proc/ and sys/. */
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
