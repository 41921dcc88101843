/* version.h - which version of partgrad this is, and what it was built with. */
#ifndef PARTGRAD_HARNESS_TRAINING_VERSION_H
#define PARTGRAD_HARNESS_TRAINING_VERSION_H

extern const char version_release[];   /* of the file VERSION: "1.2.3" (semver.org) */
extern const char version_commit[];    /* ends with "-dirty" if files had been changed since */
extern const char version_compiler[];  /* and its version */
extern const char version_flags[];     /* that it compiled with */
extern const char version_libraries[]; /* "NAME-VERSION NAME-VERSION ..." of those found by pkg-config */

#endif
