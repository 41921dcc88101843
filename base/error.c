/* error.c - see error.h. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return -1;
}

/* Joins `text`, ": " and `tail` into the message; `tail` may be the message itself. */
static int error_join(struct error *error, const char *text, const char *tail)
{
    char joined[2 * ERROR_SIZE + 2];
    snprintf(joined, sizeof joined, "%s: %s", text, tail);
    snprintf(error->message, sizeof error->message, "%.*s", ERROR_SIZE - 1, joined);
    return -1;
}

int error_context(struct error *error, const char *format, ...)
{
    char context[ERROR_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
    return error_join(error, context, error->message);
}

int error_errno(struct error *error, const char *format, ...)
{
    int number = errno;
    char what[ERROR_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_join(error, what, strerror(number));
}
