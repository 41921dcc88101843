/* commands.h - the table of commands. To add one, see command.h. */
#ifndef PARTGRAD_HARNESS_COMMANDS_COMMANDS_H
#define PARTGRAD_HARNESS_COMMANDS_COMMANDS_H

#include "harness/commands/command.h"

extern const struct command *const commands[]; /* NULL-terminated; the hidden ones last */

/* The command of that name, or NULL with the error naming the nearest. */
const struct command *commands_find(const char *name, struct error *);

#endif
