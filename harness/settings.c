/* settings.c - see settings.h: the same tables that the experiment reader reads by. */
#include "harness/settings.h"

#include <stdio.h>
#include <string.h>

#include "harness/experiment.h"

enum { VALUE_SIZE = OPTION_TEXT_SIZE + 64 };

/* In double quotes, where YAML takes every character but these as it stands. */
static void write_text(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c == 0x7f)
            fprintf(stream, "\\x%02x", c);
        else
            fprintf(stream, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    fputc('"', stream);
}

static void write_value(FILE *stream, const struct field *field, const void *options)
{
    char value[VALUE_SIZE];
    option_format(field, options, value, sizeof value);
    fprintf(stream, "%s: ", field->name);
    if (field->type == OPTION_TEXT)
        write_text(stream, value);
    else
        fputs(value, stream);
}

static void write_lines(FILE *stream, const struct field *fields, const void *options)
{
    for (; fields->name; fields++) {
        write_value(stream, fields, options);
        fputc('\n', stream);
    }
}

/* ", a: 1, b: 2", or without the first comma. */
static void write_members(FILE *stream, int first, const struct field *fields, const void *options)
{
    for (; fields && fields->name; fields++, first = 0) {
        if (!first) fputs(", ", stream);
        write_value(stream, fields, options);
    }
}

static void write_choice(FILE *stream, const char *key, const struct choice *choice, const struct field *shared,
                         const void *shared_options)
{
    fprintf(stream, "%s: {name: %s", key, choice->plugin->name);
    write_members(stream, 0, choice->plugin->fields, choice->options);
    write_members(stream, 0, shared, shared_options);
    fputs("}\n", stream);
}

static void write_block(FILE *stream, const char *key, const struct field *fields, const void *options)
{
    fprintf(stream, "%s: {", key);
    write_members(stream, 1, fields, options);
    fputs("}\n", stream);
}

void settings_write(FILE *stream, const struct settings *settings)
{
    write_choice(stream, "model", &settings->model, network_fields, &settings->network);
    write_choice(stream, "loss", &settings->loss, NULL, NULL);
    write_choice(stream, "sampler", &settings->sampler, NULL, NULL);
    write_choice(stream, "strategy", &settings->strategy, NULL, NULL);
    write_block(stream, "optimizer", optimizer_fields, &settings->optimizer);
    write_block(stream, "memory_bank", bank_fields, settings);
    write_block(stream, "diagnostics", diagnostics_fields, &settings->diagnostics);
    write_lines(stream, settings_fields, settings);
    write_lines(stream, axis_fields, settings);
}

char *settings_text(const struct settings *settings)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    settings_write(stream, settings);
    return fclose(stream) == 0 ? text : NULL;
}
