/* fuzz.h - what fuzz targets share. Each is one file, fuzz_NAME.c, which gives one reader an input of libFuzzer's and
 * uses all that comes out of it, so that AddressSanitizer sees every byte that is promised and not there. */
#ifndef PARTGRAD_TESTS_FUZZ_FUZZ_H
#define PARTGRAD_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a file, in memory; the path is valid until the next call. */
static inline const char *fuzz_file(const void *data, size_t size)
{
    static int file = -1;
    static char path[64];
    if (file < 0) file = memfd_create("fuzz", 0);
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

/* Reads every byte, and tells the compiler that this matters. */
static inline void fuzz_use(const void *bytes, size_t size)
{
    unsigned char all = 0;
    for (size_t i = 0; i < size; i++) all ^= ((const unsigned char *)bytes)[i];
    __asm__ volatile("" : : "r"(all));
}

#endif
