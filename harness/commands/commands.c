/* commands.c - see commands.h. */
#include "harness/commands/commands.h"

#include <string.h>

extern const struct command cmd_prepare, cmd_info, cmd_look, cmd_run, cmd_status, cmd_gather, cmd_plan, cmd_report,
    cmd_compare, cmd_gradients, cmd_embed, cmd_evaluate, cmd_bench, cmd_list, cmd_completion, cmd_cell, cmd_task,
    cmd_next;

const struct command *const commands[] = {
    &cmd_prepare,    &cmd_info,    &cmd_look,      &cmd_run,   &cmd_status,   &cmd_gather, &cmd_plan,
    &cmd_report,     &cmd_compare, &cmd_gradients, &cmd_embed, &cmd_evaluate, &cmd_bench,  &cmd_list,
    &cmd_completion, &cmd_cell,    &cmd_task,      &cmd_next,  NULL,
};

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
