/* coverage.h - included first into every file of a build that counts lines: a process that leaves by _exit writes down
 * what it has counted, as one that leaves by exit does. */
#ifndef PARTGRAD_TESTS_SUPPORT_COVERAGE_H
#define PARTGRAD_TESTS_SUPPORT_COVERAGE_H

#include <unistd.h>

void __gcov_dump(void);

static inline __attribute__((noreturn)) void coverage_exit(int status)
{
    __gcov_dump();
    _exit(status);
}

#define _exit coverage_exit

#endif
