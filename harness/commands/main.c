/* main.c - partgrad: finds the command (commands.h), and is the one place where errors are printed. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/commands.h"
#include "harness/training/version.h"

static void print_help(FILE *stream)
{
    fprintf(stream,
            "usage: partgrad COMMAND [ARGUMENT]... [OPTION]...\n\n"
            "Measures how much of a batch a metric-learning model must back-propagate: trains an embedding model\n"
            "over a grid of batch sizes, gradient portions and strategies.\n\n");
    for (int i = 0; commands[i]; i++)
        if (!commands[i]->hidden) fprintf(stream, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(stream, "\n'partgrad COMMAND --help' lists a command's options; 'partgrad --version' the version.\n");
}

/* `partgrad help COMMAND` is `partgrad COMMAND --help`. */
static int run_help(int argc, char **argv, struct error *error)
{
    if (argc < 3) {
        print_help(stdout);
        return 0;
    }
    const struct command *command = commands_find(argv[2], error);
    if (!command) return COMMAND_USAGE;
    command_help(command, NULL, stdout);
    return 0;
}

static int dispatch(int argc, char **argv, struct error *error)
{
    if (argc < 2) {
        print_help(stderr);
        error_set(error, "no command given");
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return run_help(argc, argv, error);
    if (strcmp(argv[1], "--version") == 0) {
        printf("partgrad %s\ncommit %s\ncompiler %s\nlibraries %s\n", version_release, version_commit, version_compiler,
               version_libraries);
        return 0;
    }
    const struct command *command = commands_find(argv[1], error);
    return command ? command_run(command, argc - 1, argv + 1, error) : COMMAND_USAGE;
}

/* If the caller has closed stdin, stdout or stderr, a file opened later would get its number and receive printed
 * output. */
static void hold_standard_streams(void)
{
    int file = open("/dev/null", O_RDONLY); /* read-only, so that printing still fails */
    while (file >= 0 && file <= STDERR_FILENO) file = open("/dev/null", O_RDONLY);
    if (file >= 0) close(file);
}

/* Prints one line without control characters, whatever names the message contains. */
static void print_error(const char *message)
{
    fputs("partgrad: ", stderr);
    for (; *message; message++) fputc(iscntrl((unsigned char)*message) ? '?' : *message, stderr);
    fputc('\n', stderr);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    struct error error = {"unknown error"};
    int status = dispatch(argc, argv, &error);
    if ((ferror(stdout) || fflush(stdout) != 0) && status == 0)
        status = error_errno(&error, "cannot write to standard output");
    if (status == 0) return EXIT_SUCCESS;
    print_error(error.message);
    return -status; /* 1, 2, 3 as in command.h */
}
