/* commands.c - see commands.h. */
#include "harness/commands/commands.h"

#include <string.h>

/* The commands, the hidden ones last. */
#define FOR_ALL_COMMANDS(ROW)                                                                                          \
    ROW(prepare)                                                                                                       \
    ROW(info)                                                                                                          \
    ROW(look)                                                                                                          \
    ROW(run)                                                                                                           \
    ROW(status)                                                                                                        \
    ROW(gather)                                                                                                        \
    ROW(plan)                                                                                                          \
    ROW(report)                                                                                                        \
    ROW(compare)                                                                                                       \
    ROW(gradients)                                                                                                     \
    ROW(embed)                                                                                                         \
    ROW(evaluate)                                                                                                      \
    ROW(bench)                                                                                                         \
    ROW(list)                                                                                                          \
    ROW(completion)                                                                                                    \
    ROW(manual)                                                                                                        \
    ROW(cell)                                                                                                          \
    ROW(task)                                                                                                          \
    ROW(next)

#define DECLARE(name) extern const struct command cmd_##name;
FOR_ALL_COMMANDS(DECLARE)

#define POINT(name) &cmd_##name,
const struct command *const commands[] = {FOR_ALL_COMMANDS(POINT) NULL};

enum { COMMANDS = sizeof commands / sizeof *commands - 1 };

const struct command *commands_find(const char *name, struct error *error)
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
