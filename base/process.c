/* process.c - see process.h. A program writes into memory, so that neither of its outputs can block it. */
#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_MAX = 1 << 20, NOT_FOUND = 127 };

/* In the child, between fork and exec: only calls that are safe there. */
static void become(char *const *arguments, int output, int errors)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0) _exit(NOT_FOUND);
    execvp(arguments[0], arguments);
    _exit(NOT_FOUND);
}

/* A whole file as text, or NULL. */
static char *read_text(int file)
{
    char *text = malloc(SAID_MAX + 1);
    ssize_t length = text ? pread(file, text, SAID_MAX, 0) : -1;
    if (length >= 0) {
        text[length] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

/* The last line that is not blank. */
static const char *last_line(char *text)
{
    for (size_t length = strlen(text); length > 0 && strchr(" \n\r\t", text[length - 1]);) text[--length] = '\0';
    char *newline = strrchr(text, '\n');
    return newline ? newline + 1 : text;
}

static int tell_failure(const char *program, int status, int errors, struct error *error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
        return error_set(error, "cannot run %s: is it installed?", program);
    char *text = read_text(errors);
    error_set(error, "%s failed: %s", program, text ? last_line(text) : "");
    free(text);
    return -1;
}

int process_run(char *const *arguments, char **said, struct error *error)
{
    int output = memfd_create("output", MFD_CLOEXEC), errors = memfd_create("errors", MFD_CLOEXEC), status = -1;
    *said = NULL;
    pid_t process = output < 0 || errors < 0 ? -1 : fork();
    if (process == 0) become(arguments, output, errors);
    while (process > 0 && waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
    if (process < 0)
        error_errno(error, "cannot start %s", arguments[0]);
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        tell_failure(arguments[0], status, errors, error);
    else if (!(*said = read_text(output)))
        error_set(error, "%s: out of memory", arguments[0]);
    if (output >= 0) close(output);
    if (errors >= 0) close(errors);
    return *said ? 0 : -1;
}
