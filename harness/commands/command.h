/* command.h - what a subcommand is, and what all of them need: options by table, --help, errors, exit codes (0 done, 1
 * failed, 2 wrong usage; 3 of `cell`: it could not write what it found).
 *
 * To add a command: one file cmd_NAME.c that exports a `struct command`, one line in commands.c. */
#ifndef PARTGRAD_HARNESS_COMMANDS_COMMAND_H
#define PARTGRAD_HARNESS_COMMANDS_COMMAND_H

#include <stddef.h>

#include "base/plugin.h"

/* A parsed command line. */
struct command_line {
    const void *options;         /* the command's own, by its table */
    const struct plugin *plugin; /* the plug-in named, if the command takes one */
    const void *plugin_options;  /* and its options */
    int count;                   /* positional arguments */
    char **arguments;            /* (count) */
    int given_count;
    const char *const *given; /* (given_count) options that stand on the command line, "image-size" */
};

/* The last: `cell` was kept from a result by what its surroundings did, and left no row. */
enum { COMMAND_FAILED = -1, COMMAND_USAGE = -2, COMMAND_UNWRITTEN = -3 };

struct command {
    const char *name;           /* "prepare" */
    const char *arguments;      /* "DATASET", as --help shows them; "" for none */
    const char *summary;        /* one line, lower case, no full stop */
    const struct field *fields; /* options; NULL for none */
    size_t options_size;
    const struct field *shared; /* options whose table is another module's, at an offset in the same struct; or NULL */
    size_t shared_offset;
    int least, most; /* positional arguments; most < 0: any number */
    /* Some commands take the options of a plug-in too: the one named by the option `plugin_field`, or by the first
     * positional argument if that is NULL. registry is NULL for all others. */
    const struct plugin *const *registry;
    const char *plugin_kind; /* "data set", for errors and help */
    const char *plugin_field;
    const char *besides; /* how first arguments begin that name no plug-in all the same; or NULL */
    int hidden;          /* 1: not in the list of commands */
    /* Returns 0 or one of the above with the error set. */
    int (*run)(const struct command_line *, struct error *);
};

/* Parses argv (argc), argv[0] being the command's name, and runs the command. Returns 0 or one of the
 * above with the error set. --help prints the help instead. */
int command_run(const struct command *, int argc, char **argv, struct error *);

/* Usage, summary, and all options with their ranges and defaults. `plugin` may be NULL. */
void command_help(const struct command *, const struct plugin *plugin, FILE *);

#endif
