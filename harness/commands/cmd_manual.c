/* cmd_manual.c - `partgrad manual`: prints the section on commands of the man page, which `make` puts into
 * docs/partgrad.1.in. */
#include <ctype.h>
#include <stdio.h>

#include "harness/commands/commands.h"

/* Escapes a text for roff; an empty line begins a paragraph. */
static void print_text(const char *text)
{
    for (const char *c = text; *c; c++) {
        if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n')) fputs("\\&", stdout);
        if (*c == '-')
            fputs("\\-", stdout);
        else if (*c == '\\')
            fputs("\\e", stdout);
        else if (*c == '\n' && c[1] == '\n')
            fputs("\n.IP", stdout);
        else
            putchar(*c);
    }
}

static void print_option(const struct field *field)
{
    char spelled[OPTION_SPELLED_SIZE], explained[OPTION_EXPLAINED_SIZE];
    option_spell(field, 1, spelled);
    option_explain(field, 1, explained);
    printf(".TP\n\\fB");
    print_text(spelled);
    printf("\\fR\n");
    print_text(explained);
    printf("\n");
}

static void print_command(const struct command *command)
{
    const struct field *tables[] = {command->fields, command->shared};
    printf(".TP\n\\fB%s\\fR \\fI", command->name);
    print_text(command->arguments);
    printf("\\fR\n%c", toupper((unsigned char)command->summary[0]));
    print_text(command->summary + 1);
    printf(".\n");
    if (command->description) {
        print_text(command->description);
        printf("\n");
    }
    printf(".RS\n");
    for (int t = 0; t < 2; t++)
        for (const struct field *field = tables[t]; field && field->name; field++)
            if (t == 0 || !option_find(command->fields, field->name)) print_option(field);
    printf(".RE\n");
}

static int run(const struct command_line *line, struct error *error)
{
    (void)line, (void)error;
    for (int c = 0; commands[c]; c++)
        if (!commands[c]->hidden) print_command(commands[c]);
    return 0;
}

const struct command cmd_manual = {
    .name = "manual",
    .arguments = "",
    .summary = "print the man page's section on commands",
    .hidden = 1,
    .run = run,
};
