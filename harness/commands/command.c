/* command.c - see command.h. The only file that includes getopt. */
#include "harness/commands/command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 96, NAME_SIZE = 64 };

/* Rows of several tables in getopt's form, and where their values go. */
struct parser {
    struct option option[OPTIONS_MAX]; /* (count), then zeros */
    char name[OPTIONS_MAX][NAME_SIZE];
    const struct field *field[OPTIONS_MAX];
    void *target[OPTIONS_MAX]; /* the options struct that the field belongs to; NULL: not stored */
    int count;
};

static int known(const struct parser *parser, const char *name)
{
    for (int i = 0; i < parser->count; i++)
        if (strcmp(parser->name[i], name) == 0) return 1;
    return 0;
}

static void parser_add(struct parser *parser, const struct field *fields, void *target)
{
    for (; fields && fields->name && parser->count < OPTIONS_MAX - 2; fields++) {
        char *name = parser->name[parser->count];
        snprintf(name, NAME_SIZE, "%s", fields->name);
        for (char *c = name; *c; c++)
            if (*c == '_') *c = '-';
        if (known(parser, name)) continue;
        int alone = fields->type == OPTION_FLAG || fields->type == OPTION_WORDS; /* allows no value */
        int argument = alone ? optional_argument : required_argument;
        parser->option[parser->count] = (struct option){name, argument, NULL, parser->count + 1};
        parser->field[parser->count] = fields;
        parser->target[parser->count++] = target;
    }
}

static void parser_add_help(struct parser *parser)
{
    static const struct field help[] = {{"help", "print this and exit", OPTION_FLAG, 0, NULL, 0, 0, NULL}, {0}};
    parser_add(parser, help, NULL);
}

static int usage_error(const struct parser *parser, int argc, char **argv, int code, struct error *error)
{
    const char *given = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    const char letter[] = {'-', (char)optopt, '\0'}; /* -xy stays the current argument until y is read */
    if (code == '?' && optopt) given = letter;
    if (code == ':') {
        error_set(error, "option %s needs a value", given);
        return COMMAND_USAGE;
    }
    char bare[NAME_SIZE];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(given + strspn(given, "-"), "="), given + strspn(given, "-"));
    const char *names[OPTIONS_MAX];
    for (int i = 0; i < parser->count;
         i++) /* --help, the last row, goes first: of several equally near names it is the likeliest */
        names[i] = parser->name[(i + parser->count - 1) % parser->count];
    const char *nearest = option_nearest(bare, names, parser->count);
    if (nearest)
        error_set(error, "unknown option %s; did you mean --%s?", given, nearest);
    else
        error_set(error, "unknown option %s; --help lists them all", given);
    return COMMAND_USAGE;
}

/* The result of one walk over the command line. */
struct walk {
    const char *plugin_name; /* value of the option that names the plug-in */
    int help;
    int given_count;
    const char *given[OPTIONS_MAX]; /* names of the options, each once */
};

static void note_given(struct walk *found, const char *name)
{
    for (int i = 0; i < found->given_count; i++)
        if (strcmp(found->given[i], name) == 0) return;
    found->given[found->given_count++] = name;
}

static int refuse_half(const char *name, struct error *error)
{
    error_set(error, "option --%s needs two values", name);
    return COMMAND_USAGE;
}

/* Walks once; stores values if the parser has targets. Positional arguments end up after optind. */
static int walk(const struct parser *parser, int argc, char **argv, const char *plugin_field, struct walk *found,
                struct error *error)
{
    opterr = 0;
    optind = 0; /* glibc: start from the beginning */
    for (int code; (code = getopt_long(argc, argv, ":h", parser->option, NULL)) != -1;) {
        if (code == 'h') code = parser->count; /* the last row is --help */
        if (code < 1 || code > parser->count) return usage_error(parser, argc, argv, code, error);
        const struct field *field = parser->field[code - 1];
        if (code == parser->count) found->help = 1;
        note_given(found, parser->name[code - 1]);
        if (plugin_field && strcmp(field->name, plugin_field) == 0) found->plugin_name = optarg;
        const char *text = optarg ? optarg : field->type == OPTION_FLAG ? "true" : "";
        void *target = parser->target[code - 1];
        if (target && option_parse(field, target, text, error) != 0) return COMMAND_USAGE;
        if (field->type != OPTION_PAIR) continue;
        if (optind >= argc) return refuse_half(parser->name[code - 1], error);
        text = argv[optind++]; /* which getopt then takes as part of the option */
        if (target && option_parse(field, target, text, error) != 0) return COMMAND_USAGE;
    }
    return 0;
}

/* The first walk only finds out which plug-in is named; it accepts every plug-in's options. */
static int find_plugin(const struct command *command, int argc, char **argv, const struct plugin **plugin,
                       struct walk *found, struct error *error)
{
    struct parser parser = {0};
    parser_add(&parser, command->fields, NULL);
    parser_add(&parser, command->shared, NULL);
    for (int i = 0; command->registry && command->registry[i]; i++)
        parser_add(&parser, command->registry[i]->fields, NULL);
    parser_add_help(&parser);
    int status = walk(&parser, argc, argv, command->plugin_field, found, error);
    if (status != 0 || !command->registry) return status;
    const char *name = found->plugin_name;
    if (!command->plugin_field) name = optind < argc ? argv[optind] : NULL;
    const struct field *naming = command->plugin_field ? option_find(command->fields, command->plugin_field) : NULL;
    if (!name && naming && !found->help) name = naming->fallback;
    if (name && command->besides && strncmp(name, command->besides, strlen(command->besides)) == 0) return 0;
    if (!name) return 0; /* later reported as a missing argument; --help shows all plug-ins */
    *plugin = plugin_find(command->registry, command->plugin_kind, name, error);
    return *plugin ? 0 : COMMAND_USAGE;
}

static int check_count(const struct command *command, int count, struct error *error)
{
    if (count >= command->least && (command->most < 0 || count <= command->most)) return 0;
    error_set(error, "%s; usage: partgrad %s %s", count < command->least ? "too few arguments" : "too many arguments",
              command->name, command->arguments);
    return COMMAND_USAGE;
}

static int parse_and_run(const struct command *command, const struct plugin *plugin, void *options,
                         void *plugin_options, int argc, char **argv, struct error *error)
{
    struct parser parser = {0};
    struct walk found = {0};
    option_defaults(command->fields, options);
    option_defaults(command->shared, (char *)options + command->shared_offset);
    if (plugin) option_defaults(plugin->fields, plugin_options);
    parser_add(&parser, command->fields, options);
    parser_add(&parser, command->shared, (char *)options + command->shared_offset);
    if (plugin) parser_add(&parser, plugin->fields, plugin_options);
    parser_add_help(&parser);
    int status = walk(&parser, argc, argv, NULL, &found, error);
    if (status != 0) return status;
    struct command_line line = {options,           plugin,     plugin_options, argc - optind, argv + optind,
                                found.given_count, found.given};
    status = check_count(command, line.count, error);
    return status != 0 ? status : command->run(&line, error);
}

int command_run(const struct command *command, int argc, char **argv, struct error *error)
{
    const struct plugin *plugin = NULL;
    struct walk found = {0};
    int status = find_plugin(command, argc, argv, &plugin, &found, error);
    if (found.help) {
        command_help(command, plugin, stdout);
        return 0;
    }
    if (status == 0) {
        void *options = calloc(1, command->options_size + 1);
        void *plugin_options = calloc(1, (plugin ? plugin->options_size : 0) + 1);
        status = options && plugin_options ? parse_and_run(command, plugin, options, plugin_options, argc, argv, error)
                                           : error_set(error, "out of memory");
        free(options);
        free(plugin_options);
    }
    if (status != 0) error_context(error, "%s", command->name);
    return status;
}

/* Prints paragraphs in lines of at most 100 characters. */
static void print_wrapped(const char *text, FILE *stream)
{
    enum { WIDTH = 100 };
    int column = 0;
    while (*text) {
        int length = (int)strcspn(text, " \n");
        if (column > 0 && column + 1 + length > WIDTH) {
            fputc('\n', stream);
            column = 0;
        }
        column += fprintf(stream, "%s%.*s", column > 0 ? " " : "", length, text);
        text += length;
        for (; *text == ' ' || *text == '\n'; text++) {
            if (*text == ' ') continue;
            fputc('\n', stream);
            column = 0;
        }
    }
    fputs("\n\n", stream);
}

void command_help(const struct command *command, const struct plugin *plugin, FILE *stream)
{
    fprintf(stream, "usage: partgrad %s %s%s[OPTION]...\n\n%s\n\n", command->name, command->arguments,
            command->arguments[0] ? " " : "", command->summary);
    if (command->description) print_wrapped(command->description, stream);
    fputs("options, with ranges and, in parentheses, defaults:\n", stream);
    option_print(command->fields, 1, stream);
    for (const struct field *field = command->shared; field && field->name; field++)
        if (!option_find(command->fields, field->name)) option_print((const struct field[]){*field, {0}}, 1, stream);
    fprintf(stream, "  %-30s %s\n", "--help", "print this and exit");
    if (!command->registry) return;
    for (int i = 0; command->registry[i]; i++) {
        const struct plugin *each = command->registry[i];
        if ((plugin && each != plugin) || !each->fields) continue;
        fprintf(stream, "\n%s %s: %s\n", command->plugin_kind, each->name, each->summary);
        option_print(each->fields, 1, stream);
    }
}
