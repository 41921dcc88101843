/* command.h - what a subcommand is, and what all share: options by table, --help, errors, exit codes (0 done, 1 failed,
 * 2 wrong usage; 3, only of `cell`: it could not write its result).
 *
 * To add a command, write cmd_NAME.c, which exports a `struct command` cmd_NAME, and add NAME to the list in
 * commands.c. */
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
    const char *const *given; /* (given_count) names of the options on the command line: "image-size" */
};

/* COMMAND_UNWRITTEN: the surroundings of `cell` prevented a result, and it left no row. */
enum { COMMAND_FAILED = -1, COMMAND_USAGE = -2, COMMAND_UNWRITTEN = -3 };

struct command {
    const char *name;           /* "prepare" */
    const char *arguments;      /* "DATASET", as shown by --help; "" for none */
    const char *summary;        /* one line, begins with a verb, lower case, no full stop */
    const char *description;    /* what else --help and the man page say: paragraphs, divided by empty lines; or NULL */
    const struct field *fields; /* options; NULL for none */
    size_t options_size;
    const struct field *shared; /* options from another module's table, at an offset in the same struct; or NULL */
    size_t shared_offset;
    int least, most; /* positional arguments; most < 0: any number */
    /* Some commands take the options of a plug-in too, which the option `plugin_field` names or, if that is NULL, the
     * first positional argument. For others registry is NULL. */
    const struct plugin *const *registry;
    const char *plugin_kind; /* "data set", for errors and help */
    const char *plugin_field;
    const char *besides; /* beginning of first arguments that do not name a plug-in; or NULL */
    int hidden;          /* 1: not in the list of commands */
    /* Returns 0 or one of the above with the error set. */
    int (*run)(const struct command_line *, struct error *);
};

/* Parses argv (argc), where argv[0] is the command's name, and runs the command. Returns 0 or one of the codes above
 * with the error set. --help prints the help instead. */
int command_run(const struct command *, int argc, char **argv, struct error *);

/* Prints usage, summary, description, and all options with their ranges and defaults, those of `plugin` or, if it is
 * NULL, of all plug-ins included. */
void command_help(const struct command *, const struct plugin *plugin, FILE *);

#endif
