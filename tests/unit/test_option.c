/* test_option.c - tables of fields, what their parsers take and refuse, and plug-ins found by name. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "base/plugin.h"

static const char *const colors[] = {"red", "dark_green", "blue", NULL};

struct sample {
    int count, free_count, flag, color;
    double rate, plain;
    int worded;
    size_t size;
    char text[OPTION_TEXT_SIZE], empty[OPTION_TEXT_SIZE];
    struct option_paths paths;
};

static const struct field fields[] = {
    {"count", "a bounded number", OPTION_INT, offsetof(struct sample, count), "7", 1, 100, NULL},
    {"free_count", "any number", OPTION_INT, offsetof(struct sample, free_count), NULL, 0, 0, NULL},
    {"flag", "yes or no", OPTION_FLAG, offsetof(struct sample, flag), "yes", 0, 0, NULL},
    {"color", "one of three", OPTION_CHOICE, offsetof(struct sample, color), "blue", 0, 0, colors},
    {"learning_rate", "a share", OPTION_REAL, offsetof(struct sample, rate), "2.5e-1", 0, 1, NULL},
    {"plain", "any real", OPTION_REAL, offsetof(struct sample, plain), NULL, 0, 0, NULL},
    {"text", "words", OPTION_TEXT, offsetof(struct sample, text), "some words", 0, 0, NULL},
    {"empty", "words", OPTION_TEXT, offsetof(struct sample, empty), NULL, 0, 0, NULL},
    {"worded", "a number or a word", OPTION_INT, offsetof(struct sample, worded), "2", 2, 9, .word = "largest"},
    {"size", "bytes", OPTION_SIZE, offsetof(struct sample, size), "0"},
    {"paths", "files", OPTION_PATHS, offsetof(struct sample, paths), NULL, 0, 0, NULL},
    {0},
};

/* Parses `text` into the field; returns the status, and the message in error. */
static int parse(struct sample *sample, const char *name, const char *text, struct error *error)
{
    const struct field *field = option_find(fields, name);
    cr_assert_not_null(field, "%s", name);
    return option_parse(field, sample, text, error);
}

/* The text is refused, the value left alone, and the message holds `part`. */
static void refuses(const char *name, const char *text, const char *part)
{
    struct sample sample, before;
    struct error error = {"no message"};
    memset(&sample, 0x5a, sizeof sample);
    option_defaults(fields, &sample);
    memcpy(&before, &sample, sizeof sample);
    cr_assert_eq(parse(&sample, name, text, &error), -1, "%s takes '%s'", name, text);
    cr_assert_not_null(strstr(error.message, name), "'%s' does not name %s", error.message, name);
    cr_assert_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_assert_eq(memcmp(&sample, &before, sizeof sample), 0, "%s is changed by '%s'", name, text);
}

Test(option, sets_every_member_to_its_fallback)
{
    struct sample sample;
    memset(&sample, 0xff, sizeof sample); /* a member that keeps a byte of this is seen */
    option_defaults(fields, &sample);
    cr_assert_eq(sample.count, 7);
    cr_assert_eq(sample.free_count, 0);
    cr_assert_eq(sample.flag, 1);
    cr_assert_eq(sample.color, 2);
    cr_assert_eq(sample.rate, 0.25);
    cr_assert_eq(sample.plain, 0.0);
    cr_assert_str_eq(sample.text, "some words");
    cr_assert_str_eq(sample.empty, "");
    cr_assert_eq(sample.paths.count, 0);
}

Test(option, takes_no_table_for_no_options)
{
    option_defaults(NULL, NULL);
    option_print(NULL, 1, stderr);
    cr_assert_null(option_find(NULL, "count"));
}

Test(option, finds_names_with_dashes_and_underscores)
{
    cr_assert_eq(option_find(fields, "learning_rate"), &fields[4]);
    cr_assert_eq(option_find(fields, "learning-rate"), &fields[4]);
    cr_assert_null(option_find(fields, "learning"));
    cr_assert_null(option_find(fields, "learning_rates"));
    cr_assert_null(option_find(fields, ""));
}

Test(option, parses_what_is_within_range)
{
    struct sample sample;
    struct error error;
    option_defaults(fields, &sample);
    cr_assert_eq(parse(&sample, "count", "1", &error), 0);
    cr_assert_eq(sample.count, 1);
    cr_assert_eq(parse(&sample, "count", "100", &error), 0);
    cr_assert_eq(sample.count, 100);
    cr_assert_eq(parse(&sample, "free_count", "-2147483648", &error), 0);
    cr_assert_eq(sample.free_count, -2147483647 - 1);
    cr_assert_eq(parse(&sample, "learning_rate", "3.0e-5", &error), 0);
    cr_assert_eq(sample.rate, 3.0e-5);
    cr_assert_eq(parse(&sample, "plain", "-1e300", &error), 0);
    cr_assert_eq(sample.plain, -1e300);
    cr_assert_eq(parse(&sample, "text", "", &error), 0);
    cr_assert_str_eq(sample.text, "");
}

Test(option, refuses_numbers_that_are_none_or_out_of_range)
{
    static const char *const no_integers[] = {"", "x", "3x", "1.5", "1e3", "0x10", "--1"};
    static const char *const no_reals[] = {"", "x", "0.5%", "nan", "inf", "1e999", "1,5"};
    for (size_t i = 0; i < sizeof no_integers / sizeof *no_integers; i++)
        refuses("count", no_integers[i], no_integers[i]);
    for (size_t i = 0; i < sizeof no_reals / sizeof *no_reals; i++) refuses("learning_rate", no_reals[i], no_reals[i]);
    refuses("count", "0", "1 to 100");
    refuses("count", "101", "1 to 100");
    refuses("count", "4294967297", "out of range"); /* 1, if cut to 32 bits */
    refuses("free_count", "99999999999999999999", "out of range");
    refuses("free_count", "2147483648", "out of range");
    refuses("free_count", "-2147483649", "out of range");
    refuses("learning_rate", "1.0001", "0 to 1");
    refuses("learning_rate", "-0.1", "0 to 1");
}

Test(option, knows_auto_only_where_it_is_the_default)
{
    const struct field field = {"rate", "a share", OPTION_REAL, 0, "auto", 0, 1, NULL};
    const struct field table[] = {field, {0}};
    struct error error;
    double rate = 0;
    char text[32];
    option_defaults(table, &rate);
    cr_assert(isnan(rate));
    option_format(&field, &rate, text, sizeof text);
    cr_assert_str_eq(text, "auto");
    cr_assert_eq(option_parse(&field, &rate, "0.5", &error), 0);
    cr_assert_eq(rate, 0.5);
    cr_assert_eq(option_parse(&field, &rate, text, &error), 0);
    cr_assert(isnan(rate));
    cr_assert_eq(option_parse(&field, &rate, "nan", &error), -1);
    refuses("plain", "auto", "not a number");
    refuses("learning_rate", "auto", "not a number");
}

Test(option, reads_every_spelling_of_yes_and_no)
{
    static const char *const yes[] = {"true", "yes", "on", "1", "TRUE", "Yes"};
    static const char *const no[] = {"false", "no", "off", "0", "False", "OFF"};
    struct sample sample;
    struct error error;
    for (int i = 0; i < 6; i++) {
        sample.flag = -1;
        cr_assert_eq(parse(&sample, "flag", yes[i], &error), 0);
        cr_assert_eq(sample.flag, 1, "%s", yes[i]);
        cr_assert_eq(parse(&sample, "flag", no[i], &error), 0);
        cr_assert_eq(sample.flag, 0, "%s", no[i]);
    }
    refuses("flag", "maybe", "maybe");
    refuses("flag", "", "neither");
}

Test(option, refuses_texts_that_do_not_fit)
{
    struct sample sample;
    struct error error;
    char text[OPTION_TEXT_SIZE + 1];
    memset(text, 'a', sizeof text);
    text[OPTION_TEXT_SIZE - 1] = '\0';
    cr_assert_eq(parse(&sample, "text", text, &error), 0);
    cr_assert_str_eq(sample.text, text);
    text[OPTION_TEXT_SIZE - 1] = 'a';
    text[OPTION_TEXT_SIZE] = '\0';
    refuses("text", text, "511");
}

Test(option, takes_choices_with_dashes_and_lists_them_otherwise)
{
    struct sample sample;
    struct error error;
    cr_assert_eq(parse(&sample, "color", "dark-green", &error), 0);
    cr_assert_eq(sample.color, 1);
    refuses("color", "green", "red, dark_green, blue");
    refuses("color", "", "red, dark_green, blue");
}

Test(option, appends_paths_until_there_are_too_many)
{
    struct sample sample;
    struct error error;
    option_defaults(fields, &sample);
    for (int i = 0; i < OPTION_PATHS_MAX; i++) cr_assert_eq(parse(&sample, "paths", "p", &error), 0);
    cr_assert_eq(sample.paths.count, OPTION_PATHS_MAX);
    cr_assert_str_eq(sample.paths.path[OPTION_PATHS_MAX - 1], "p");
    cr_assert_eq(parse(&sample, "paths", "one more", &error), -1);
    cr_assert_eq(sample.paths.count, OPTION_PATHS_MAX);
}

Test(option, formats_what_it_reads_back)
{
    static const char *const texts[][2] = {{"count", "42"},          {"flag", "false"},   {"color", "dark_green"},
                                           {"learning_rate", "0.1"}, {"plain", "-3e-05"}, {"text", "a b"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sample sample;
        struct error error;
        char text[OPTION_TEXT_SIZE];
        option_defaults(fields, &sample);
        cr_assert_eq(parse(&sample, texts[i][0], texts[i][1], &error), 0);
        option_format(option_find(fields, texts[i][0]), &sample, text, sizeof text);
        cr_assert_str_eq(text, texts[i][1]);
    }
}

Test(option, suggests_the_nearest_name_and_nothing_far)
{
    static const char *const names[] = {"strategy", "sampler", "seed", "batch_size"};
    cr_assert_str_eq(option_nearest("stratgy", names, 4), "strategy");
    cr_assert_str_eq(option_nearest("sede", names, 4), "seed");
    cr_assert_str_eq(option_nearest("batchsize", names, 4), "batch_size");
    cr_assert_str_eq(option_nearest("samplers", names, 4), "sampler");
    cr_assert_null(option_nearest("portion", names, 4));
    cr_assert_null(option_nearest("", names, 4));
    cr_assert_null(option_nearest("seed", names, 0));
    cr_assert_null(option_nearest("seedseedseedseed", names, 4));
}

Test(option, suggests_nothing_for_names_longer_than_any)
{
    char longest[400];
    const char *names[] = {longest, "seed"};
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    cr_assert_null(option_nearest(longest, names, 2));
    cr_assert_str_eq(option_nearest("sed", names, 2), "seed");
}

Test(option, prints_name_values_help_range_and_default)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    option_print(fields, 1, stream);
    option_print(fields, 0, stream);
    fclose(stream);
    static const char *const parts[] = {"--count=N",    "1 to 100",
                                        "(7)",          "--learning-rate=X",
                                        "(2.5e-1)",     "--text=TEXT",
                                        "--flag ",      "--color=red|dark_green|blue",
                                        "count: N",     "learning_rate: X",
                                        "a share",      "--paths=PATH",
                                        "(some words)", "color: red|dark_green|blue"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_assert_not_null(strstr(text, parts[i]), "no '%s' in\n%s", parts[i], text);
    free(text);
}

Test(option, is_told_to_have_its_default)
{
    struct sample sample;
    struct error error;
    option_defaults(fields, &sample);
    for (const struct field *field = fields; field->type != OPTION_PATHS; field++)
        cr_expect(option_is_default(field, &sample), "%s", field->name);
    cr_assert_eq(parse(&sample, "learning_rate", "0.25", &error), 0);
    cr_expect(option_is_default(option_find(fields, "learning_rate"), &sample));
    cr_assert_eq(parse(&sample, "learning_rate", "0.5", &error), 0);
    cr_expect_not(option_is_default(option_find(fields, "learning_rate"), &sample));
    cr_assert_eq(parse(&sample, "empty", "x", &error), 0);
    cr_expect_not(option_is_default(option_find(fields, "empty"), &sample));
}

/* ---- plug-ins ---- */

static const struct plugin apple = {"apple", "a fruit", NULL, 0}, pear = {"pear_tree", "a tree", fields, sizeof(int)};
static const struct plugin *const registry[] = {&apple, &pear, NULL};

Test(plugin, is_found_by_its_name)
{
    struct error error;
    cr_assert_eq(plugin_find(registry, "plant", "apple", &error), &apple);
    cr_assert_eq(plugin_find(registry, "plant", "pear_tree", &error), &pear);
}

Test(plugin, that_is_unknown_is_told_with_the_nearest)
{
    struct error error;
    cr_assert_null(plugin_find(registry, "plant", "aple", &error));
    cr_assert_str_eq(error.message, "unknown plant 'aple'; did you mean 'apple'?");
    cr_assert_null(plugin_find(registry, "plant", "oak", &error));
    cr_assert_not_null(strstr(error.message, "unknown plant 'oak'"));
    cr_assert_null(plugin_find(registry, "plant", "", &error));
    cr_assert_null(strstr(error.message, "did you mean"));
}

/* ---- sizes, and words for 0 ---- */

Test(option, sizes_have_units_of_1024_and_of_1000)
{
    static const struct {
        const char *text;
        size_t bytes;
        const char *again;
    } sizes[] = {{"300MiB", (size_t)300 << 20, "300MiB"},
                 {"1.5GiB", (size_t)3 << 29, "1536MiB"},
                 {"2 gib", (size_t)2 << 30, "2GiB"},
                 {"1TiB", (size_t)1 << 40, "1TiB"},
                 {"1kB", 1000, "1000B"},
                 {"200MB", 200000000, "200000000B"},
                 {"1024B", 1024, "1KiB"},
                 {"0", 0, "0"}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct sample sample;
        struct error error;
        char text[OPTION_SIZE_TEXT];
        option_defaults(fields, &sample);
        cr_expect_eq(sample.size, 0);
        cr_assert_eq(parse(&sample, "size", sizes[s].text, &error), 0, "%s", error.message);
        cr_expect_eq(sample.size, sizes[s].bytes, "%s: %zu", sizes[s].text, sample.size);
        option_format(option_find(fields, "size"), &sample, text, sizeof text);
        cr_expect_str_eq(text, sizes[s].again);
        cr_assert_eq(parse(&sample, "size", text, &error), 0, "%s", error.message);
        cr_expect_eq(sample.size, sizes[s].bytes, "%s is read as %zu", text, sample.size);
    }
}

Test(option, sizes_without_a_unit_are_refused)
{
    static const char *const texts[] = {"300", "", "MiB", "-1MiB", "1e99MiB", "infMiB", "nan", "3 MiBs", "1 2MiB"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) refuses("size", texts[t], "size");
    refuses("size", "300", "300MiB");
}

Test(option, a_word_may_stand_for_a_number_below_the_least)
{
    struct sample sample;
    struct error error;
    char text[OPTION_SIZE_TEXT];
    const struct field *field = option_find(fields, "worded");
    option_defaults(fields, &sample);
    cr_assert_eq(parse(&sample, "worded", "largest", &error), 0, "%s", error.message);
    cr_expect_eq(sample.worded, 0);
    option_format(field, &sample, text, sizeof text);
    cr_expect_str_eq(text, "largest");
    refuses("worded", "0", "out of range");
    refuses("worded", "larges", "whole number");
}

/* ---- lists ---- */

struct lists {
    struct option_ints numbers;
    char names[OPTION_TEXT_SIZE];
};

static const struct field list_fields[] = {
    {"numbers", "how many", OPTION_INTS, offsetof(struct lists, numbers), "1, 2", 1, 1000, NULL},
    {"names", "of what", OPTION_TEXTS, offsetof(struct lists, names), NULL, 0, 0, NULL},
    {0},
};

static void reads_list(const struct field *field, const char *text, const char *wanted)
{
    struct lists lists;
    struct error error = {""};
    char written[OPTION_TEXT_SIZE];
    option_defaults(list_fields, &lists);
    cr_assert_eq(option_parse(field, &lists, text, &error), 0, "%s", error.message);
    option_format(field, &lists, written, sizeof written);
    cr_assert_str_eq(written, wanted);
}

static void refuses_list(const struct field *field, const char *text, const char *part)
{
    struct lists lists, before;
    struct error error = {"no message"};
    option_defaults(list_fields, &lists);
    before = lists;
    cr_assert_eq(option_parse(field, &lists, text, &error), -1, "%s", text);
    cr_assert_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_assert_eq(memcmp(&lists, &before, sizeof lists), 0);
}

Test(option, reads_lists_and_writes_them_in_one_way)
{
    struct lists lists;
    struct error error;
    char item[OPTION_TEXT_SIZE];
    option_defaults(list_fields, &lists);
    cr_assert_eq(lists.numbers.count, 2);
    cr_assert_eq(lists.numbers.value[1], 2);
    cr_assert_eq(option_texts_count(lists.names), 0);
    reads_list(&list_fields[0], "1,10 ,  100", "1; 10; 100");
    reads_list(&list_fields[0], "", "");
    reads_list(&list_fields[1], " cars196,a b", "cars196; a b");
    cr_assert_eq(option_parse(&list_fields[1], &lists, "cars196, a b", &error), 0);
    cr_assert_eq(option_texts_count(lists.names), 2);
    option_texts_item(lists.names, 1, item);
    cr_assert_str_eq(item, "a b");
    option_texts_item(lists.names, 2, item);
    cr_assert_str_eq(item, "");
}

Test(option, refuses_lists_with_a_bad_item)
{
    refuses_list(&list_fields[0], "1, x", "'x' is not a whole number");
    refuses_list(&list_fields[0], "0", "1 to 1000");
    refuses_list(&list_fields[0], "1, 2, 1", "twice");
    refuses_list(&list_fields[0], "1,,2", "not a whole number");
    refuses_list(&list_fields[1], "a, b, a", "twice");
    refuses_list(&list_fields[1], "a, , b", "empty");
    refuses_list(&list_fields[1], "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "at most 16");
}
