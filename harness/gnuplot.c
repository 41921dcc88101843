/* gnuplot.c - see gnuplot.h. */
#include "harness/gnuplot.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

enum { SAID_SIZE = 2048, EXEC_FAILED = 127 };

/* Relative to the program's folder: of a build, of a sanitised build, of an installation. */
static const char *const template_places[] = {"../scripts/plots", "../../scripts/plots", "../share/partgrad/plots"};

int gnuplot_find_templates(char folder[PATH_MAX], struct error *error)
{
    const char *given = getenv("PARTGRAD_PLOTS");
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (given) {
        snprintf(folder, PATH_MAX, "%s", given);
        return 0;
    }
    program[length > 0 ? length : 0] = '\0';
    const char *beside = dirname(program);
    for (size_t p = 0; p < sizeof template_places / sizeof *template_places; p++)
        if (snprintf(folder, PATH_MAX, "%s/%s", beside, template_places[p]) < PATH_MAX && file_exists(folder)) return 0;
    return error_set(error, "cannot find the templates of the plots; set PARTGRAD_PLOTS to scripts/plots");
}

/* In single quotes, in which gnuplot expands nothing and only the quote itself needs care. */
void gnuplot_print_string(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
    fputc('\'', stream);
}

/* In the child, between fork and exec: only calls that are safe there. */
static void become_gnuplot(const char *settings, const char *template, int output)
{
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) _exit(EXEC_FAILED);
    execlp("gnuplot", "gnuplot", "-d", "-e", settings, template, (char *)NULL);
    _exit(EXEC_FAILED);
}

/* Keeps the beginning of what a process says, and reads on to its end. */
static void listen_to(int input, char said[SAID_SIZE])
{
    char rest[SAID_SIZE];
    size_t used = 0;
    for (;;) {
        size_t room = SAID_SIZE - 1 - used;
        ssize_t got = read(input, room ? said + used : rest, room ? room : sizeof rest);
        if (got <= 0) break;
        if (room) used += (size_t)got;
    }
    said[used] = '\0';
}

/* The last line that is not blank: gnuplot echoes the statement first and then says what is wrong with it. */
static const char *last_line(char *text)
{
    for (size_t length = strlen(text); length > 0 && strchr(" \n\r\t", text[length - 1]);) text[--length] = '\0';
    char *newline = strrchr(text, '\n');
    return newline ? newline + 1 : text;
}

int gnuplot_run(const char *settings, const char *template, struct error *error)
{
    int ends[2], status = -1;
    char said[SAID_SIZE];
    if (pipe(ends) != 0) return error_errno(error, "cannot start gnuplot");
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        become_gnuplot(settings, template, ends[1]);
    }
    close(ends[1]);
    if (process > 0) listen_to(ends[0], said);
    close(ends[0]);
    if (process < 0 || waitpid(process, &status, 0) < 0) return error_errno(error, "cannot start gnuplot");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXEC_FAILED)
        return error_set(error, "cannot run gnuplot: is it installed? scripts/setup installs it");
    return error_set(error, "gnuplot failed with %s: %s", template, last_line(said));
}
