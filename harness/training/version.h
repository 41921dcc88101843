/* version.h - the version of partgrad and how it was built. */
#ifndef PARTGRAD_HARNESS_TRAINING_VERSION_H
#define PARTGRAD_HARNESS_TRAINING_VERSION_H

extern const char version_release[];   /* of the file VERSION: "1.2.3" (semver.org) */
extern const char version_commit[];    /* ends with "-dirty" if files were changed since that commit */
extern const char version_compiler[];  /* and its version */
extern const char version_flags[];     /* of the compiler */
extern const char version_libraries[]; /* those found by pkg-config: "NAME-VERSION NAME-VERSION ..." */

#endif
