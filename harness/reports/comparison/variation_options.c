/* variation_options.c - see variation.h: the part that finds which options of plug-ins vary. */
#include "harness/reports/comparison/variation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the option's name at the start of the text; 0 if no option begins there. */
static size_t option_name_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return text[length] == '=' ? length : 0;
}

/* Reads the option at *at and moves *at past it; returns 0 at the end. A space ends a value only if another option
 * follows. */
static int next_option(const char **at, struct plugin_option *option)
{
    size_t length = option_name_length(*at);
    if (length == 0) return 0;
    const char *value = *at + length + 1, *end = value;
    while (*end && !(*end == ' ' && option_name_length(end + 1) > 0)) end++;
    *option = (struct plugin_option){*at, value, (int)length, (int)(end - value)};
    *at = *end ? end + 1 : end;
    return 1;
}

/* "axis,plug-in,option" as a new string; NULL if memory runs out. */
static char *option_key(int axis, const char *plugin, const struct plugin_option *option)
{
    char *key = NULL;
    return asprintf(&key, "%d,%s,%.*s", axis, plugin, option->name_length, option->name) < 0 ? NULL : key;
}

/* Records an option of one text. Returns its position, -1 if memory runs out. */
static int note_option(struct variation *variation, int axis, const char *plugin, const struct plugin_option *option)
{
    int next = (int)variation->names.count;
    char *key = option_key(axis, plugin, option), *value = strndup(option->value, (size_t)option->value_length);
    struct variation_option *grown = realloc(variation->option, (size_t)(next + 1) * sizeof *grown);
    if (grown) variation->option = grown;
    int at = key && value && grown ? index_add(&variation->names, key, next) : -1;
    free(key);
    if (at == next) {
        variation->option[at] = (struct variation_option){.axis = axis, .plugin = at, .value = value, .texts = 1};
        return at;
    }
    if (at >= 0) variation->option[at].texts++;
    if (at >= 0 && strcmp(variation->option[at].value, value) != 0) variation->option[at].varies = 1;
    free(value);
    return at;
}

static int note_text(struct variation *variation, int axis, const char *plugin, const char *text)
{
    struct plugin_option option, itself = {.name = "", .value = ""};
    int whole = note_option(variation, axis, plugin, &itself), at = whole;
    while (at >= 0 && next_option(&text, &option)) {
        at = note_option(variation, axis, plugin, &option);
        if (at >= 0) variation->option[at].plugin = whole;
    }
    return at < 0 ? -1 : 0;
}

/* Each distinct text counts once. Unknown texts are skipped, since they do not show that an option is missing. */
int variation_options_find(struct variation *variation, int axis)
{
    const struct results *results = variation->results;
    struct index seen = {0};
    int status = 0;
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        const char *plugin = results_value(results, results->ok.cells[i], axis);
        const char *text = results_value(results, results->ok.cells[i], variation->options[axis]);
        char *both = NULL;
        if (strcmp(text, axis_unknown) == 0) continue;
        if (asprintf(&both, "%s{%s}", plugin, text) < 0) both = NULL;
        int next = (int)seen.count, held = both ? index_add(&seen, both, next) : -1;
        free(both);
        if (held < 0 || (held == next && note_text(variation, axis, plugin, text) != 0)) status = -1;
    }
    for (int o = 0; o < (int)variation->names.count; o++) {
        struct variation_option *option = &variation->option[o];
        if (option->texts < variation->option[option->plugin].texts) option->varies = 1;
    }
    index_release(&seen);
    return status;
}

int variation_options_vary(const struct variation *variation, int axis)
{
    for (size_t o = 0; o < variation->names.count; o++)
        if (variation->option[o].axis == axis && variation->option[o].varies) return 1;
    return 0;
}

int variation_options_next(const struct variation *variation, int axis, const char *plugin, const char **at,
                           struct plugin_option *option)
{
    while (next_option(at, option)) {
        char *key = option_key(axis, plugin, option);
        int held = key ? index_find(&variation->names, key) : -1;
        free(key);
        if (held >= 0 && variation->option[held].varies) return 1;
    }
    return 0;
}
