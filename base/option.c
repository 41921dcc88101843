/* option.c - see option.h. */
#include "base/option.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *member(const struct field *field, void *options)
{
    return (char *)options + field->offset;
}

int option_same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b)) return 0;
    return *a == *b;
}

const struct field *option_find(const struct field *fields, const char *name)
{
    for (; fields && fields->name; fields++)
        if (option_same_name(fields->name, name)) return fields;
    return NULL;
}

static int bounded(const struct field *field)
{
    return field->minimum < field->maximum;
}

static int check_range(const struct field *field, double value, const char *text, struct error *error)
{
    if (!bounded(field) || (value >= field->minimum && value <= field->maximum)) return 0;
    return error_set(error, "%s: %s is out of range: give %.10g to %.10g", field->name, text, field->minimum,
                     field->maximum);
}

static int parse_int(const struct field *field, void *target, const char *text, struct error *error)
{
    char *end;
    errno = 0;
    if (field->word && strcmp(text, field->word) == 0) {
        *(int *)target = 0;
        return 0;
    }
    long value = strtol(text, &end, 10);
    if (end == text || *end) return error_set(error, "%s: '%s' is not a whole number", field->name, text);
    if (errno || value < INT_MIN || value > INT_MAX)
        return error_set(error, "%s: %s is out of range", field->name, text);
    if (check_range(field, (double)value, text, error) != 0) return -1;
    *(int *)target = (int)value;
    return 0;
}

static const struct unit {
    const char *name;
    double bytes;
} units[] = {{"TiB", 0x1p40}, {"GiB", 0x1p30}, {"MiB", 0x1p20}, {"KiB", 0x1p10}, {"TB", 1e12},
             {"GB", 1e9},     {"MB", 1e6},     {"kB", 1e3},     {"B", 1}};

static int parse_size(const struct field *field, void *target, const char *text, struct error *error)
{
    static const double most = 0x1p60;
    char *end;
    double value = strtod(text, &end);
    int digits = end != text && isfinite(value) && value >= 0;
    while (isspace((unsigned char)*end)) end++;
    for (size_t u = 0; digits && u < sizeof units / sizeof *units; u++) {
        if (strcasecmp(end, units[u].name) != 0) continue;
        if (value * units[u].bytes > most) return error_set(error, "%s: %s is out of range", field->name, text);
        *(size_t *)target = (size_t)(value * units[u].bytes);
        return 0;
    }
    if (!digits || *end || value != 0)
        return error_set(error, "%s: '%s' is not a number of bytes with its unit, such as 300MiB or 1.5GiB",
                         field->name, text);
    *(size_t *)target = 0;
    return 0;
}

static int parse_real(const struct field *field, void *target, const char *text, struct error *error)
{
    char *end;
    if (strcmp(text, "auto") == 0 && field->fallback && strcmp(field->fallback, text) == 0) {
        *(double *)target = NAN;
        return 0;
    }
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value)) return error_set(error, "%s: '%s' is not a number", field->name, text);
    if (check_range(field, value, text, error) != 0) return -1;
    *(double *)target = value;
    return 0;
}

static int parse_flag(const struct field *field, void *target, const char *text, struct error *error)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (int i = 0; i < (int)(sizeof words / sizeof *words); i++)
        if (strcasecmp(text, words[i]) == 0) {
            *(int *)target = i % 2;
            return 0;
        }
    return error_set(error, "%s: '%s' is neither true nor false", field->name, text);
}

static int parse_text(const struct field *field, void *target, const char *text, struct error *error)
{
    size_t length = strlen(text);
    if (length >= OPTION_TEXT_SIZE)
        return error_set(error, "%s: longer than %d characters", field->name, OPTION_TEXT_SIZE - 1);
    memcpy(target, text, length + 1);
    return 0;
}

static int parse_choice(const struct field *field, void *target, const char *text, struct error *error)
{
    int count = 0;
    char all[ERROR_SIZE / 2] = "";
    for (; field->choices[count]; count++) {
        if (option_same_name(field->choices[count], text)) {
            *(int *)target = count;
            return 0;
        }
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", count ? ", " : "", field->choices[count]);
    }
    return error_set(error, "%s: '%s' is not one of %s", field->name, text, all);
}

static int parse_paths(const struct field *field, void *target, const char *text, struct error *error)
{
    struct option_paths *paths = target;
    if (paths->count == OPTION_PATHS_MAX)
        return error_set(error, "%s: given more than %d times", field->name, OPTION_PATHS_MAX);
    paths->path[paths->count++] = text;
    return 0;
}

/* Called once for each of the two values. */
static int parse_pair(const struct field *field, void *target, const char *text, struct error *error)
{
    struct option_pair *pair = target;
    if (pair->path[1]) return error_set(error, "%s: given more than once", field->name);
    pair->path[pair->path[0] != NULL] = text;
    return 0;
}

static int parse_words(const struct field *field, void *target, const char *text, struct error *error)
{
    struct option_words *words = target;
    words->given = 1;
    return parse_text(field, words->text, text, error);
}

static int too_many(const struct field *field, int most, struct error *error)
{
    return error_set(error, "%s: a list of at most %d items is wanted", field->name, most);
}

static int is_twice(const struct field *field, const char *item, struct error *error)
{
    return error_set(error, "%s: '%s' is in the list twice", field->name, item);
}

static int parse_ints(const struct field *field, void *target, const char *text, struct error *error)
{
    struct option_ints ints = {0};
    char item[OPTION_TEXT_SIZE];
    while (option_list_next(&text, item)) {
        int *value = &ints.value[ints.count];
        if (ints.count == OPTION_INTS_MAX) return too_many(field, OPTION_INTS_MAX, error);
        if (parse_int(field, value, item, error) != 0) return -1;
        for (int i = 0; i < ints.count; i++)
            if (ints.value[i] == *value) return is_twice(field, item, error);
        ints.count++;
    }
    *(struct option_ints *)target = ints;
    return 0;
}

static int parse_texts(const struct field *field, void *target, const char *text, struct error *error)
{
    char texts[OPTION_TEXT_SIZE] = "", item[OPTION_TEXT_SIZE];
    size_t used = 0;
    for (int count = 0; option_list_next(&text, item); count++) {
        if (count == OPTION_TEXTS_MAX) return too_many(field, OPTION_TEXTS_MAX, error);
        if (!item[0]) return error_set(error, "%s: an item of the list is empty", field->name);
        if (option_texts_has(texts, item)) return is_twice(field, item, error);
        used += (size_t)snprintf(texts + used, sizeof texts - used, "%s%s", count ? "; " : "", item);
        if (used >= sizeof texts)
            return error_set(error, "%s: longer than %d characters", field->name, OPTION_TEXT_SIZE - 1);
    }
    memcpy(target, texts, OPTION_TEXT_SIZE);
    return 0;
}

int option_is_list(const struct field *field)
{
    return field->type == OPTION_INTS || field->type == OPTION_TEXTS;
}

int option_parse(const struct field *field, void *options, const char *text, struct error *error)
{
    static int (*const parsers[])(const struct field *, void *, const char *, struct error *) = {
        [OPTION_INT] = parse_int,     [OPTION_REAL] = parse_real,     [OPTION_FLAG] = parse_flag,
        [OPTION_TEXT] = parse_text,   [OPTION_CHOICE] = parse_choice, [OPTION_PATHS] = parse_paths,
        [OPTION_WORDS] = parse_words, [OPTION_PAIR] = parse_pair,     [OPTION_SIZE] = parse_size,
        [OPTION_INTS] = parse_ints,   [OPTION_TEXTS] = parse_texts,
    };
    return parsers[field->type](field, member(field, options), text, error);
}

static void set_fallback(const struct field *field, void *options)
{
    static const size_t bytes[] = {
        [OPTION_INT] = sizeof(int),
        [OPTION_REAL] = sizeof(double),
        [OPTION_FLAG] = sizeof(int),
        [OPTION_TEXT] = OPTION_TEXT_SIZE,
        [OPTION_CHOICE] = sizeof(int),
        [OPTION_PATHS] = sizeof(struct option_paths),
        [OPTION_PAIR] = sizeof(struct option_pair),
        [OPTION_WORDS] = sizeof(struct option_words),
        [OPTION_SIZE] = sizeof(size_t),
        [OPTION_INTS] = sizeof(struct option_ints),
        [OPTION_TEXTS] = OPTION_TEXT_SIZE,
    };
    struct error error;
    memset(member(field, options), 0, bytes[field->type]);
    if (field->fallback && option_parse(field, options, field->fallback, &error) != 0) {
        fprintf(stderr, "broken option table: %s\n", error.message);
        abort();
    }
}

void option_defaults(const struct field *fields, void *options)
{
    for (; fields && fields->name; fields++) set_fallback(fields, options);
}

void option_format_size(size_t bytes, char text[OPTION_SIZE_TEXT])
{
    snprintf(text, OPTION_SIZE_TEXT, "%zuB", bytes);
    for (size_t u = 0; u < 4; u++) {
        size_t unit = (size_t)units[u].bytes;
        if (bytes % unit != 0) continue;
        snprintf(text, OPTION_SIZE_TEXT, "%zu%s", bytes / unit, units[u].name);
        break;
    }
    if (bytes == 0) snprintf(text, OPTION_SIZE_TEXT, "0");
}

void option_format(const struct field *field, const void *options, char *text, size_t size)
{
    const void *value = (const char *)options + field->offset;
    char bytes[OPTION_SIZE_TEXT];
    switch (field->type) {
    case OPTION_INT:
        if (field->word && *(const int *)value == 0)
            snprintf(text, size, "%s", field->word);
        else
            snprintf(text, size, "%d", *(const int *)value);
        break;
    case OPTION_REAL:
        if (isnan(*(const double *)value))
            snprintf(text, size, "auto");
        else
            snprintf(text, size, "%.9g", *(const double *)value);
        break;
    case OPTION_FLAG:
        snprintf(text, size, "%s", *(const int *)value ? "true" : "false");
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS:
        snprintf(text, size, "%s", (const char *)value);
        break;
    case OPTION_CHOICE:
        snprintf(text, size, "%s", field->choices[*(const int *)value]);
        break;
    case OPTION_PATHS:
        snprintf(text, size, "%d paths", ((const struct option_paths *)value)->count);
        break;
    case OPTION_PAIR:
        snprintf(text, size, "%d values", ((const struct option_pair *)value)->path[1] ? 2 : 0);
        break;
    case OPTION_WORDS:
        snprintf(text, size, "%s", ((const struct option_words *)value)->text);
        break;
    case OPTION_SIZE:
        option_format_size(*(const size_t *)value, bytes);
        snprintf(text, size, "%s", bytes);
        break;
    case OPTION_INTS:
        option_ints_format(value, text, size);
        break;
    }
}

int option_is_default(const struct field *field, const void *options)
{
    char value[OPTION_TEXT_SIZE + 64], fallback[OPTION_TEXT_SIZE + 64];
    union {
        struct option_words words; /* the largest that a field has */
        double real;
        size_t size;
    } member;
    struct field alone[] = {*field, {0}};
    alone[0].offset = 0;
    option_defaults(alone, &member);
    option_format(alone, &member, fallback, sizeof fallback);
    option_format(field, options, value, sizeof value);
    return strcmp(value, fallback) == 0;
}

void option_describe(const struct field *field, char text[OPTION_VALUES_SIZE])
{
    const size_t size = OPTION_VALUES_SIZE;
    static const char *const kinds[] = {
        [OPTION_INT] = "N",         [OPTION_REAL] = "X",           [OPTION_FLAG] = "",
        [OPTION_TEXT] = "TEXT",     [OPTION_CHOICE] = "",          [OPTION_PATHS] = "PATH",
        [OPTION_WORDS] = "TEXT",    [OPTION_PAIR] = "PATH PATH",   [OPTION_SIZE] = "SIZE",
        [OPTION_INTS] = "[N, ...]", [OPTION_TEXTS] = "[TEXT, ...]"};
    snprintf(text, size, "%s%s%s", field->values ? field->values : kinds[field->type], field->word ? "|" : "",
             field->word ? field->word : "");
    if (field->type == OPTION_CHOICE)
        for (int i = 0; field->choices[i]; i++) {
            size_t used = strlen(text);
            snprintf(text + used, size - used, "%s%s", i ? "|" : "", field->choices[i]);
        }
}

void option_spell(const struct field *field, int dashes, char text[OPTION_SPELLED_SIZE])
{
    char values[OPTION_VALUES_SIZE], name[OPTION_NAME_SIZE];
    int optional = field->type == OPTION_WORDS;
    snprintf(name, sizeof name, "%s", field->name);
    for (char *c = name; dashes && *c; c++)
        if (*c == '_') *c = '-';
    option_describe(field, values);
    snprintf(text, OPTION_SPELLED_SIZE, "%s%s%s%s%s%s", dashes ? "--" : "", name, optional ? "[" : "",
             values[0] ? (dashes ? "=" : ": ") : "", values, optional ? "]" : "");
}

void option_explain(const struct field *field, int dashes, char text[OPTION_EXPLAINED_SIZE])
{
    int is_off = dashes && field->type == OPTION_FLAG; /* where an option that is not given is false anyway */
    int used = snprintf(text, OPTION_EXPLAINED_SIZE, "%s", field->help);
    if (bounded(field) && used < OPTION_EXPLAINED_SIZE)
        used += snprintf(text + used, (size_t)(OPTION_EXPLAINED_SIZE - used), ", %.10g to %.10g", field->minimum,
                         field->maximum);
    if (field->fallback && field->fallback[0] && !is_off && used < OPTION_EXPLAINED_SIZE)
        snprintf(text + used, (size_t)(OPTION_EXPLAINED_SIZE - used), " (%s)", field->fallback);
}

void option_print(const struct field *fields, int dashes, FILE *stream)
{
    char spelled[OPTION_SPELLED_SIZE], explained[OPTION_EXPLAINED_SIZE];
    for (; fields && fields->name; fields++) {
        option_spell(fields, dashes, spelled);
        option_explain(fields, dashes, explained);
        fprintf(stream, "  %-30s %s\n", spelled, explained);
    }
}
