/* test_command.c - command lines: options from several tables, plug-ins with options of their own, --help, wrong usage.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>
#include <string.h>

#include "harness/commands/command.h"

/* ---- a command whose run tells what it was given ---- */

struct shared {
    int width, jobs;
};

struct options {
    char kind[OPTION_TEXT_SIZE], name[OPTION_TEXT_SIZE];
    int jobs, quick;
    double rate;
    struct option_paths inputs;
    struct option_pair ends;
    struct shared shared;
};

static const struct field fields[] = {
    {"kind", "which", OPTION_TEXT, offsetof(struct options, kind), "plain", 0, 0, NULL},
    {"name", "of it", OPTION_TEXT, offsetof(struct options, name), "none", 0, 0, NULL},
    {"jobs", "at once", OPTION_INT, offsetof(struct options, jobs), "1", 1, 8, NULL},
    {"quick", "or slow", OPTION_FLAG, offsetof(struct options, quick), NULL, 0, 0, NULL},
    {"sample_rate", "a share", OPTION_REAL, offsetof(struct options, rate), "0.5", 0, 1, NULL},
    {"input", "files", OPTION_PATHS, offsetof(struct options, inputs), NULL, 0, 0, NULL},
    {"ends", "two", OPTION_PAIR, offsetof(struct options, ends), NULL, 0, 0, NULL},
    {0},
};

static const struct field shared_fields[] = {
    {"width", "of all", OPTION_INT, offsetof(struct shared, width), "128", 0, 0, NULL},
    {"jobs", "hidden by the command's own", OPTION_INT, offsetof(struct shared, jobs), "4", 0, 0, NULL},
    {0},
};

static const struct field fancy_fields[] = {{"depth", "levels", OPTION_INT, 0, "3", 1, 9, NULL}, {0}};
static const struct plugin plain = {"plain", "nothing to set", NULL, 0};
static const struct plugin fancy = {"fancy", "something to set", fancy_fields, sizeof(int)};
static const struct plugin *const kinds[] = {&plain, &fancy, NULL};

/* Writes what arrived into the error, which is where a test can read it, and fails. */
static int tell(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    error_set(error, "%s jobs=%d quick=%d rate=%g width=%d inputs=%d plugin=%s depth=%d", options->name, options->jobs,
              options->quick, options->rate, options->shared.width, options->inputs.count,
              line->plugin ? line->plugin->name : "-", line->plugin == &fancy ? *(const int *)line->plugin_options : 0);
    for (int i = 0; i < line->count; i++) {
        struct error so_far = *error;
        error_set(error, "%.500s %.100s", so_far.message, line->arguments[i]);
    }
    return COMMAND_FAILED;
}

/* The same of a pair, and of what stands around it. */
static int tell_pair(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    error_set(error, "%s-%s", options->ends.path[0] ? options->ends.path[0] : "none",
              options->ends.path[1] ? options->ends.path[1] : "none");
    for (int i = 0; i < line->count; i++) {
        struct error so_far = *error;
        error_set(error, "%.500s %.100s", so_far.message, line->arguments[i]);
    }
    return COMMAND_FAILED;
}

static int succeed(const struct command_line *line, struct error *error)
{
    (void)line, (void)error;
    return 0;
}

static const struct command simple = {
    .name = "simple",
    .arguments = "FILE [FILE]",
    .summary = "do something",
    .fields = fields,
    .options_size = sizeof(struct options),
    .shared = shared_fields,
    .shared_offset = offsetof(struct options, shared),
    .least = 1,
    .most = 2,
    .run = tell,
};

/* The plug-in is the value of --kind. */
static struct command by_option(void)
{
    struct command command = simple;
    command.registry = kinds;
    command.plugin_kind = "kind";
    command.plugin_field = "kind";
    command.least = 0;
    return command;
}

/* The plug-in is the first argument. */
static struct command by_argument(void)
{
    struct command command = by_option();
    command.plugin_field = NULL;
    command.least = 1;
    return command;
}

/* Runs a command on a line of words parted by spaces; returns the status, and the message in error. */
static int run(const struct command *command, const char *words, struct error *error)
{
    char text[512], *argv[32], *rest = text;
    int argc = 0;
    snprintf(text, sizeof text, "%s", words);
    for (char *word; (word = strsep(&rest, " "));) argv[argc++] = word;
    argv[argc] = NULL;
    error_set(error, "no message");
    return command_run(command, argc, argv, error);
}

static void tells(const struct command *command, const char *words, const char *expected)
{
    struct error error;
    cr_assert_eq(run(command, words, &error), COMMAND_FAILED, "%s: %s", words, error.message);
    cr_assert_str_eq(error.message, expected);
}

static void refuses(const struct command *command, const char *words, const char *part)
{
    struct error error;
    cr_assert_eq(run(command, words, &error), COMMAND_USAGE, "%s: %s", words, error.message);
    cr_assert_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_assert_eq(strncmp(error.message, "simple: ", 8), 0, "'%s' does not name the command", error.message);
}

/* ---- options and arguments ---- */

Test(command, gives_defaults_where_nothing_is_said)
{
    tells(&simple, "simple a", "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=- depth=0 a");
}

Test(command, takes_options_and_arguments_in_any_order)
{
    const char *expected = "simple: x jobs=2 quick=1 rate=0.25 width=7 inputs=2 plugin=- depth=0 a b";
    tells(&simple, "simple a b --name x --jobs 2 --quick --sample-rate 0.25 --width 7 --input p --input q", expected);
    tells(&simple, "simple --name=x --jobs=2 a --quick=yes --sample-rate=0.25 b --width=7 --input=p --input=q",
          expected);
    tells(&simple,
          "simple --name y --name x --jobs 8 --jobs 2 --quick --sample-rate .25 --width 7 --input p --input q a b",
          expected);
}

Test(command, takes_underscores_only_in_files)
{
    refuses(&simple, "simple a --sample_rate 1", "did you mean --sample-rate?");
}

Test(command, treats_what_follows_two_dashes_as_arguments)
{
    tells(&simple, "simple -- --name -x",
          "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=- depth=0 --name -x");
}

Test(command, can_set_a_flag_to_no)
{
    tells(&simple, "simple a --quick --quick=no",
          "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=- depth=0 a");
}

Test(command, refuses_unknown_options_and_names_the_nearest)
{
    refuses(&simple, "simple a --nmae x", "unknown option --nmae; did you mean --name?");
    refuses(&simple, "simple a --jbos=3", "unknown option --jbos=3; did you mean --jobs?");
    refuses(&simple, "simple --zzzzzz a", "unknown option --zzzzzz; --help lists them all");
    refuses(&simple, "simple a --hlep", "did you mean --help?");
}

Test(command, refuses_unknown_short_options_by_their_own_name)
{
    refuses(&simple, "simple a -x", "unknown option -x");
    refuses(&simple, "simple -x a", "unknown option -x");
    refuses(&simple, "simple a -xyz", "unknown option -x");
}

Test(command, refuses_missing_and_wrong_values)
{
    refuses(&simple, "simple a --jobs", "option --jobs needs a value");
    refuses(&simple, "simple a --jobs=", "jobs");
    refuses(&simple, "simple a --jobs 9", "1 to 8");
    refuses(&simple, "simple a --jobs many", "'many' is not a whole number");
    refuses(&simple, "simple a --quick=perhaps", "perhaps");
}

Test(command, counts_its_arguments)
{
    refuses(&simple, "simple", "too few arguments; usage: partgrad simple FILE [FILE]");
    refuses(&simple, "simple a b c", "too many arguments; usage: partgrad simple FILE [FILE]");
    struct command any = simple;
    any.most = -1;
    struct error error;
    cr_assert_eq(run(&any, "simple a b c d e f", &error), COMMAND_FAILED);
    cr_assert_not_null(strstr(error.message, "a b c d e f"));
}

Test(command, succeeds_where_its_function_does)
{
    struct command command = simple;
    struct error error;
    command.run = succeed;
    cr_assert_eq(run(&command, "simple a", &error), 0);
    cr_assert_str_eq(error.message, "no message");
}

/* ---- plug-ins ---- */

Test(command, finds_its_plugin_by_an_option)
{
    struct command command = by_option();
    tells(&command, "simple", "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=plain depth=0");
    tells(&command, "simple --kind fancy",
          "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=fancy depth=3");
    tells(&command, "simple --depth 5 --kind=fancy a",
          "simple: none jobs=1 quick=0 rate=0.5 width=128 inputs=0 plugin=fancy depth=5 a");
    refuses(&command, "simple --kind fanzy", "unknown kind 'fanzy'; did you mean 'fancy'?");
}

Test(command, finds_its_plugin_by_the_first_argument)
{
    struct command command = by_argument();
    tells(&command, "simple --depth 5 --jobs 2 fancy more",
          "simple: none jobs=2 quick=0 rate=0.5 width=128 inputs=0 plugin=fancy depth=5 fancy more");
    refuses(&command, "simple fanzy", "unknown kind 'fanzy'; did you mean 'fancy'?");
    refuses(&command, "simple", "too few arguments");
}

Test(command, refuses_the_options_of_another_plugin)
{
    struct command command = by_argument();
    refuses(&command, "simple plain --depth 5", "unknown option");
    refuses(&command, "simple fancy --depth 10", "1 to 9");
}

/* ---- help ---- */

/* What a line prints on stdout; it must succeed. The caller frees. */
static char *print(const struct command *command, const char *words)
{
    struct error error;
    cr_redirect_stdout();
    cr_assert_eq(run(command, words, &error), 0, "%s: %s", words, error.message);
    fflush(stdout);
    FILE *stream = cr_get_redirected_stdout();
    char *text = calloc(1, 1 << 16);
    size_t length = fread(text, 1, (1 << 16) - 1, stream);
    text[length] = '\0';
    return text;
}

static void holds(const char *text, const char *part)
{
    cr_assert_not_null(strstr(text, part), "no '%s' in\n%s", part, text);
}

Test(command, help_shows_usage_options_and_every_plugin)
{
    struct command command = by_argument();
    char *text = print(&command, "simple --help");
    holds(text, "usage: partgrad simple FILE [FILE]");
    holds(text, "do something");
    holds(text, "--sample-rate=X");
    holds(text, "--width=N");
    holds(text, "--help");
    holds(text, "kind fancy: something to set");
    holds(text, "--depth=N");
    free(text);
}

Test(command, help_shows_an_option_once)
{
    char *text = print(&simple, "simple --help");
    char *first = strstr(text, "--jobs");
    cr_assert_not_null(first);
    cr_assert_null(strstr(first + 1, "--jobs"), "%s", text);
    free(text);
}

Test(command, help_comes_before_missing_arguments)
{
    char *text = print(&simple, "simple -h");
    holds(text, "usage: partgrad simple");
    free(text);
}

Test(command, help_of_one_plugin_shows_its_options)
{
    struct command command = by_argument();
    char *text = print(&command, "simple fancy --help");
    holds(text, "--depth=N");
    free(text);
}

Test(command, takes_two_values_for_a_pair_wherever_it_stands)
{
    struct command command = simple;
    struct error error;
    command.run = tell_pair;
    static const char *const lines[] = {"simple a b --ends x y", "simple --ends x y a b", "simple a --ends x y b",
                                        "simple a --ends=x y --jobs 2 b", "simple --quick a --ends x y b"};
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
        cr_expect_eq(run(&command, lines[l], &error), COMMAND_FAILED);
        cr_expect_str_eq(error.message, "simple: x-y a b", "%s: %s", lines[l], error.message);
    }
    cr_expect_eq(run(&command, "simple a", &error), COMMAND_FAILED);
    cr_expect_str_eq(error.message, "simple: none-none a");
    cr_expect_eq(run(&command, "simple a --ends x", &error), COMMAND_USAGE);
    cr_expect(strstr(error.message, "--ends needs two values"), "%s", error.message);
    cr_expect_eq(run(&command, "simple a --ends x y --ends u v", &error), COMMAND_USAGE);
    cr_expect(strstr(error.message, "more than once"), "%s", error.message);
    command = by_argument();
    command.run = tell_pair;
    cr_expect_eq(run(&command, "simple --ends x y fancy b --depth 2", &error), COMMAND_FAILED);
    cr_expect_str_eq(error.message, "simple: x-y fancy b");
}
