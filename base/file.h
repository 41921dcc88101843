/* file.h - files that are either whole or absent, and sizes that are checked before they are used. */
#ifndef PARTGRAD_BASE_FILE_H
#define PARTGRAD_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* A file being written under a temporary name beside its final one. */
struct file_writer {
    FILE *stream;    /* write here with stdio; NULL when closed */
    char *path;      /* final name; owned */
    char *temporary; /* name until commit; owned */
};

/* Opens PATH.PID.tmp for writing and reading back, and holds it locked (flock) until it is committed or released. */
int file_writer_open(struct file_writer *, const char *path, struct error *);
/* Flushes, fsyncs, renames to the final name and fsyncs the folder. Fails, and leaves no file, if an earlier write
 * failed. */
int file_writer_commit(struct file_writer *, struct error *);
/* Removes the temporary file unless it was committed, and frees. Safe after commit and on a zeroed writer. */
void file_writer_release(struct file_writer *);

/* Renames and fsyncs the folder, so that the new name lasts. Both names are in one folder. */
int file_rename(const char *from, const char *to, struct error *);

/* Fails if the disk that holds `folder` has fewer than `bytes` free. */
int file_check_space(const char *folder, uint64_t bytes, struct error *);

/* Removes temporary files of `path` that killed writers left behind: those that no process holds locked. */
void file_sweep(const char *path);
/* The same for all files directly in a folder. */
void file_sweep_folder(const char *folder);

/* Writes `size` bytes to `path` by temporary name, fsync and rename. */
int file_write(const char *path, const void *bytes, size_t size, struct error *);

/* Reads a whole file of at most `limit` bytes into the heap, with a NUL behind it; the caller frees *bytes. `size` may
 * be NULL. */
int file_read(const char *path, size_t limit, char **bytes, size_t *size, struct error *);

/* A read-only mapping of a whole file. */
struct file_map {
    const unsigned char *bytes; /* (size) */
    size_t size;
};
int file_map_open(struct file_map *, const char *path, struct error *);
void file_map_release(struct file_map *); /* safe on a zeroed map */

/* Makes a folder and its parents if they are missing. */
int file_make_folder(const char *path, struct error *);
/* 1 if something with that name exists, else 0. */
int file_exists(const char *path);
/* "<folder>/<name>" as a new string, `name` being a printf format; the caller frees. Aborts when memory runs out. */
char *file_join(const char *folder, const char *name, ...) __attribute__((format(printf, 2, 3)));

/* The folder that holds `path`, "." for a bare name, as a new string; the caller frees. Aborts when memory runs out. */
char *file_folder(const char *path);

/* *product = a * b. Returns -1 if that overflows. */
int size_multiply(size_t a, size_t b, size_t *product);

/* XXH3, 64 bits (xxHash): detects truncated and damaged files; it is not a signature. */
uint64_t file_checksum(const void *bytes, size_t size);
/* The same over an open file's bytes from `start` to its end, read in pieces, so that nothing large is mapped. */
int file_checksum_from(int file, size_t start, uint64_t *checksum, struct error *);

#endif
