/* error.h - one error, reported once: what failed, where, and what to do about it.
 *
 * A function that can fail returns 0 or -1 and takes a `struct error *` last. The callee sets the message; each caller
 * on the way up may put its own context in front; main prints the whole line once. */
#ifndef PARTGRAD_BASE_ERROR_H
#define PARTGRAD_BASE_ERROR_H

enum { ERROR_SIZE = 1024 };

struct error {
    char message[ERROR_SIZE]; /* NUL-terminated, without program name or newline; cut if too long */
};

/* Replaces the message. Always returns -1, so that a failing function can `return error_set(...)`. */
int error_set(struct error *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " in front of the message. Always returns -1. */
int error_context(struct error *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Replaces the message by "<format>: <strerror(errno)>". Always returns -1. */
int error_errno(struct error *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
