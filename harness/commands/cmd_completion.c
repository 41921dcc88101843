/* cmd_completion.c - `partgrad completion`: prints a script that completes this program's commands and options in a
 * shell, from the same tables that parse them. */
#include <stdio.h>
#include <string.h>

#include "harness/commands/commands.h"

/* How a script is written: a beginning, then each command with its options, then an end. */
struct shell {
    struct plugin plugin; /* its name */
    void (*begin)(void);
    void (*command)(const struct command *);
    void (*option)(const struct command *, const struct field *);
    void (*end_command)(const struct command *);
    void (*end)(void);
};

static const char quote_in_posix[] = "'\\''", quote_in_fish[] = "\\'";

/* For single quotes, in which `quote` stands for one of them; with a backslash before each character of `escaped`. */
static void print_quoted(const char *text, const char *quote, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs(quote, stdout);
        else
            printf(strchr(escaped, *text) ? "\\%c" : "%c", *text);
    }
}

static void print_option_name(const char *name)
{
    for (; *name; name++) putchar(*name == '_' ? '-' : *name);
}

static int takes_value(const struct field *field)
{
    return field->type != OPTION_FLAG && field->type != OPTION_WORDS;
}

static int takes_path(const struct field *field)
{
    return field->type == OPTION_TEXT || field->type == OPTION_PATHS || field->type == OPTION_PAIR;
}

static void print_words(const char *const *words)
{
    for (int w = 0; words[w]; w++) printf("%s%s", w ? " " : "", words[w]);
}

/* Whether the first argument may be completed: for commands that take a plug-in's name there. */
static int has_words(const struct command *command)
{
    return command->registry && !command->plugin_field;
}

static void print_arguments(const struct command *command)
{
    for (int p = 0; has_words(command) && command->registry[p]; p++)
        printf("%s%s", p ? " " : "", command->registry[p]->name);
}

/* ---- bash ---- */

static void bash_begin(void)
{
    printf("_partgrad() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words= files=1\n"
           "    if [ \"$current\" = = ]; then current=\n"
           "    elif [ \"$previous\" = = ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
           "    case $current in -*) files= ;; esac\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then files=; words='--help --version");
    for (int c = 0; commands[c]; c++)
        if (!commands[c]->hidden) printf(" %s", commands[c]->name);
    printf("'\n    else case ${COMP_WORDS[1]}:$previous in\n");
}

static void bash_command(const struct command *command)
{
    (void)command;
}

static void bash_option(const struct command *command, const struct field *field)
{
    if (!takes_value(field)) return;
    printf("    %s:--", command->name);
    print_option_name(field->name);
    if (!field->choices) {
        printf(") ;;\n");
        return;
    }
    printf(") files=; words='");
    print_words(field->choices);
    printf("' ;;\n");
}

static void bash_end_command(const struct command *command)
{
    const struct field *tables[] = {command->fields, command->shared};
    printf("    %s:*) words='--help", command->name);
    for (int t = 0; t < 2; t++)
        for (const struct field *field = tables[t]; field && field->name; field++) {
            printf(" --");
            print_option_name(field->name);
            if (takes_value(field)) putchar('=');
        }
    putchar(' ');
    print_arguments(command);
    printf("' ;;\n");
}

static void bash_end(void)
{
    printf("    esac; fi\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\"\n"
           "        if [ \"$files\" ]; then compgen -f -- \"$current\"; fi)\n"
           "    case ${COMPREPLY[0]} in *=) compopt -o nospace ;; esac\n"
           "}\n"
           "complete -o filenames -F _partgrad partgrad\n");
}

/* ---- zsh ---- */

static void zsh_begin(void)
{
    printf("#compdef partgrad\n_partgrad() {\n    local -a commands=(\n");
    for (int c = 0; commands[c]; c++) {
        if (commands[c]->hidden) continue;
        printf("        '%s:", commands[c]->name);
        print_quoted(commands[c]->summary, quote_in_posix, "");
        printf("'\n");
    }
    printf("    )\n"
           "    if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
           "    shift words; (( CURRENT-- ))\n"
           "    case $words[1] in\n");
}

static void zsh_command(const struct command *command)
{
    printf("    %s) _arguments '--help[print this and exit]'", command->name);
}

static void zsh_option(const struct command *command, const struct field *field)
{
    (void)command;
    printf(" \\\n        '%s--", field->type == OPTION_PATHS ? "*" : "");
    print_option_name(field->name);
    printf("%s[", takes_value(field) ? "=" : "");
    print_quoted(field->help, quote_in_posix, "[]\\");
    printf("]");
    if (field->choices) {
        printf(":%s:(", field->name);
        print_words(field->choices);
        putchar(')');
    } else if (takes_value(field)) {
        printf(":%s:%s", field->name, takes_path(field) ? "_files" : " ");
    }
    putchar('\'');
}

static void zsh_end_command(const struct command *command)
{
    if (has_words(command)) {
        printf(" \\\n        '*:argument:(");
        print_arguments(command);
        printf(")' ;;\n");
    } else {
        printf(" \\\n        '*:argument:_files' ;;\n");
    }
}

static void zsh_end(void)
{
    printf("    esac\n}\n_partgrad \"$@\"\n");
}

/* ---- fish ---- */

static void fish_begin(void)
{
    printf("complete -c partgrad -n __fish_use_subcommand -f -l help -d 'print this and exit'\n"
           "complete -c partgrad -n __fish_use_subcommand -f -l version -d 'print the version'\n");
}

static void fish_begin_line(const struct command *command)
{
    printf("complete -c partgrad -n '__fish_seen_subcommand_from %s'", command->name);
}

static void fish_command(const struct command *command)
{
    printf("complete -c partgrad -n __fish_use_subcommand -f -a %s -d '", command->name);
    print_quoted(command->summary, quote_in_fish, "\\");
    printf("'\n");
}

static void fish_option(const struct command *command, const struct field *field)
{
    fish_begin_line(command);
    printf(" -l ");
    print_option_name(field->name);
    if (field->choices) {
        printf(" -x -a '");
        print_words(field->choices);
        putchar('\'');
    } else if (takes_value(field)) {
        printf(takes_path(field) ? " -r -F" : " -x");
    }
    printf(" -d '");
    print_quoted(field->help, quote_in_fish, "\\");
    printf("'\n");
}

static void fish_end_command(const struct command *command)
{
    if (!has_words(command)) return;
    fish_begin_line(command);
    printf(" -a '");
    print_arguments(command);
    printf("'\n");
}

static void fish_end(void)
{
}

/* To add a shell, add its row here. */
static const struct shell
    bash = {{"bash", "GNU bash", NULL, 0}, bash_begin, bash_command, bash_option, bash_end_command, bash_end},
    zsh = {{"zsh", "Z shell", NULL, 0}, zsh_begin, zsh_command, zsh_option, zsh_end_command, zsh_end},
    fish = {{"fish", "fish", NULL, 0}, fish_begin, fish_command, fish_option, fish_end_command, fish_end};
static const struct plugin *const shells[] = {&bash.plugin, &zsh.plugin, &fish.plugin, NULL};

static int run(const struct command_line *line, struct error *error)
{
    const struct shell *shell = (const struct shell *)line->plugin;
    (void)error;
    shell->begin();
    for (int c = 0; commands[c]; c++) {
        const struct command *command = commands[c];
        if (command->hidden) continue;
        const struct field *tables[] = {command->fields, command->shared};
        shell->command(command);
        for (int t = 0; t < 2; t++)
            for (const struct field *field = tables[t]; field && field->name; field++) shell->option(command, field);
        shell->end_command(command);
    }
    shell->end();
    return 0;
}

const struct command cmd_completion = {
    .name = "completion",
    .arguments = "SHELL",
    .summary = "print a script that completes commands and options in bash, zsh or fish",
    .least = 1,
    .most = 1,
    .registry = shells,
    .plugin_kind = "shell",
    .run = run,
};
