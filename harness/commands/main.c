/* main.c - partgrad: the table of commands, and the one place where errors are printed. To add a command, add its file
 * cmd_NAME.c and its line below. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/training/version.h"

extern const struct command cmd_prepare, cmd_info, cmd_run, cmd_status, cmd_gather, cmd_plan, cmd_report, cmd_compare,
    cmd_embed, cmd_evaluate, cmd_bench, cmd_list, cmd_cell, cmd_task, cmd_next;

static const struct command *const commands[] = {
    &cmd_prepare, &cmd_info,     &cmd_run,   &cmd_status, &cmd_gather, &cmd_plan, &cmd_report, &cmd_compare,
    &cmd_embed,   &cmd_evaluate, &cmd_bench, &cmd_list,   &cmd_cell,   &cmd_task, &cmd_next,
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *stream)
{
    fprintf(stream,
            "usage: partgrad COMMAND [ARGUMENT]... [OPTION]...\n\n"
            "How much of a batch must a metric-learning model back-propagate? Trains one embedding model over a\n"
            "grid of batch sizes, gradient portions and strategies, and measures.\n\n");
    for (int i = 0; i < COMMANDS; i++)
        if (!commands[i]->hidden) fprintf(stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(stream, "\n'partgrad COMMAND --help' lists a command's options; 'partgrad --version' the version.\n");
}

static const struct command *find_command(const char *name, struct error *error)
{
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
        names[i] = commands[i]->name;
    }
    const char *nearest = option_nearest(name, names, COMMANDS);
    if (nearest)
        error_set(error, "unknown command '%s'; did you mean '%s'?", name, nearest);
    else
        error_set(error, "unknown command '%s'; 'partgrad --help' lists them", name);
    return NULL;
}

/* `partgrad help COMMAND` is `partgrad COMMAND --help`. */
static int run_help(int argc, char **argv, struct error *error)
{
    if (argc < 3) {
        print_help(stdout);
        return 0;
    }
    const struct command *command = find_command(argv[2], error);
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
        printf("partgrad %s\n", version_commit);
        return 0;
    }
    const struct command *command = find_command(argv[1], error);
    return command ? command_run(command, argc - 1, argv + 1, error) : COMMAND_USAGE;
}

/* Where the caller has closed stdin, stdout or stderr, a file opened later would take its number and what is printed.
 */
static void hold_standard_streams(void)
{
    int file = open("/dev/null", O_RDONLY); /* so that printing still fails */
    while (file >= 0 && file <= STDERR_FILENO) file = open("/dev/null", O_RDONLY);
    if (file >= 0) close(file);
}

/* One line, and nothing that a terminal obeys, whatever names the message holds. */
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
    return -status; /* 1, 2, 3 as command.h numbers them */
}
