/* version.c - see version.h. The only file that is recompiled with every commit. */
#include "harness/training/version.h"

#include "commit.h"

const char version_release[] = PARTGRAD_RELEASE;
const char version_commit[] = PARTGRAD_COMMIT;
const char version_compiler[] = PARTGRAD_COMPILER;
const char version_flags[] = PARTGRAD_FLAGS;
const char version_libraries[] = PARTGRAD_LIBRARIES;
