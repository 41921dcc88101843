/* process.c - see process.h. The program's input and output are files in memory, so that none of its streams can block
 * it. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { SAID_MAX = 1 << 20, REST_NANOSECONDS = 2 * 1000 * 1000, START_FAILED = 127 };

/* A program under way. */
struct child {
    pid_t process;
    int input, output, errors; /* files in memory */
    int started;               /* pipe: errno if the program could not be started, else closed empty */
    int late;                  /* 1: it was ended for its time */
};

/* In the child, between fork and exec: only calls that are safe there. In a group of its own it is not ended by what is
 * meant for its parent, such as a terminal's Ctrl+C, which the parent may hold back until its work is whole. */
static void become(const struct process *process, const struct child *child, int started, pid_t parent)
{
    sigset_t none;
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(START_FAILED); /* the parent died before the line above */
    if (dup2(child->input, STDIN_FILENO) >= 0 && dup2(child->output, STDOUT_FILENO) >= 0 &&
        dup2(child->errors, STDERR_FILENO) >= 0 && (!process->folder || chdir(process->folder) == 0))
        execvp(process->arguments[0], process->arguments);
    int reason = errno;
    while (write(started, &reason, sizeof reason) < 0 && errno == EINTR) continue;
    _exit(START_FAILED);
}

static int write_input(int file, const char *text)
{
    for (size_t left = text ? strlen(text) : 0; left > 0;) {
        ssize_t written = write(file, text, left);
        if (written < 0 && errno != EINTR) return -1;
        text += written > 0 ? written : 0;
        left -= written > 0 ? (size_t)written : 0;
    }
    return lseek(file, 0, SEEK_SET) == 0 ? 0 : -1;
}

static int start(const struct process *process, struct child *child)
{
    int ends[2];
    pid_t parent = getpid();
    *child = (struct child){-1,
                            memfd_create("input", MFD_CLOEXEC),
                            memfd_create("output", MFD_CLOEXEC),
                            memfd_create("errors", MFD_CLOEXEC),
                            -1,
                            0};
    if (child->input < 0 || child->output < 0 || child->errors < 0) return -1;
    if (write_input(child->input, process->input) != 0 || pipe2(ends, O_CLOEXEC) != 0) return -1;
    child->started = ends[0];
    child->process = fork();
    if (child->process == 0) become(process, child, ends[1], parent);
    close(ends[1]);
    return child->process > 0 ? 0 : -1;
}

/* Waits until it ends or its time is up. */
static int wait_for(const struct process *process, struct child *child)
{
    const struct timespec rest = {.tv_nsec = REST_NANOSECONDS};
    double begun = clock_seconds();
    int status = -1;
    for (pid_t ended = 0; ended == 0 || (ended < 0 && errno == EINTR);) {
        ended = waitpid(child->process, &status, process->seconds > 0 && !child->late ? WNOHANG : 0);
        if (ended != 0) continue;
        child->late = clock_seconds() - begun > process->seconds;
        if (child->late)
            kill(child->process, SIGKILL);
        else
            nanosleep(&rest, NULL);
    }
    return status;
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

static int tell_failure(const struct process *process, const struct child *child, int status, struct error *error)
{
    const char *program = process->arguments[0];
    int reason = 0;
    if (read(child->started, &reason, sizeof reason) == (ssize_t)sizeof reason) {
        if (reason == ENOENT) return error_set(error, "cannot run %s: is it installed?", program);
        return error_set(error, "cannot run %s: %s", program, strerror(reason));
    }
    if (child->late) return error_set(error, "%s did not end within %.3g seconds", program, process->seconds);
    if (WIFSIGNALED(status))
        return error_set(error, "%s was killed by signal %d (%s)", program, WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    char *text = read_text(child->errors);
    const char *line = text ? last_line(text) : "";
    error_set(error, "%s failed with status %d: %s", program, WEXITSTATUS(status), *line ? line : "it gave no reason");
    free(text);
    return -1;
}

static void release(const struct child *child)
{
    const int files[] = {child->input, child->output, child->errors, child->started};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        if (files[f] >= 0) close(files[f]);
}

int process_run(const struct process *process, char **said, struct error *error)
{
    struct child child;
    *said = NULL;
    if (start(process, &child) != 0) {
        error_errno(error, "cannot start %s", process->arguments[0]);
    } else {
        int status = wait_for(process, &child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            tell_failure(process, &child, status, error);
        else if (!(*said = read_text(child.output)))
            error_set(error, "%s: out of memory", process->arguments[0]);
    }
    release(&child);
    return *said ? 0 : -1;
}
