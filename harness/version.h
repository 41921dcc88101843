/* version.h - which version of partgrad this is. */
#ifndef PARTGRAD_HARNESS_VERSION_H
#define PARTGRAD_HARNESS_VERSION_H

/* The commit it was built from, "-dirty" behind it where files were changed; "unknown" outside a repository. */
extern const char version_commit[];

#endif
