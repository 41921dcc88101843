/* scratch.h - files that tests write again and again: without file_write's wait for the disk, which is all the time they take. */
#ifndef PARTGRAD_TESTS_SUPPORT_SCRATCH_H
#define PARTGRAD_TESTS_SUPPORT_SCRATCH_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

/* The file holds these `size` bytes and no others. It is not cut to nothing first: ext4 would wait for the disk too. */
static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT, 0644);
    cr_assert_geq(file, 0, "%s", path);
    cr_assert_eq(pwrite(file, bytes, size, 0), (ssize_t)size);
    cr_assert_eq(ftruncate(file, (off_t)size), 0);
    close(file);
}

#endif
