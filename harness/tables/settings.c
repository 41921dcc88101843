/* settings.c - see settings.h: the tables of keys that experiment files are read by, and writing by the same tables. */
#include "harness/tables/settings.h"

#include <stdio.h>

const char *const settings_backprop_names[] = {"auto", "direct", "two_pass", NULL};
const char *const settings_gradient_scale_names[] = {"none", "inverse_portion", NULL};
static const char *const own_batch_names[] = {"trained", "detached", NULL};

const struct field settings_fields[] = {
    {"dataset", "name of a prepared data set", OPTION_TEXT, offsetof(struct settings, dataset), NULL, 0, 0, NULL},
    {"image_size", "pixels that enter the network, each side", OPTION_INT, offsetof(struct settings, image_size), "224",
     8, 4096, NULL},
    {"epochs", "passes over as many images as train", OPTION_INT, offsetof(struct settings, epochs), "10", 0, 100000,
     NULL},
    {"steps_per_epoch", "steps of an epoch; 0: as many batches as the training images fill", OPTION_INT,
     offsetof(struct settings, steps_per_epoch), "0", 0, 1000000, NULL},
    {"evaluate_every", "epochs between evaluations", OPTION_INT, offsetof(struct settings, evaluate_every), "1", 1,
     100000, NULL},
    {"checkpoint_every", "epochs between checkpoints, from which a cell that was cut off goes on; 0: none", OPTION_INT,
     offsetof(struct settings, checkpoint_every), "1", 0, 100000, NULL},
    {"evaluate_start", "whether the network is evaluated before training too", OPTION_FLAG,
     offsetof(struct settings, evaluate_start), "true", 0, 0, NULL},
    {"micro_batch", "samples per kernel call at most", OPTION_INT, offsetof(struct settings, micro_batch), "8", 1, 4096,
     NULL},
    {"precision", "bf16 where the CPU has it, or f32", OPTION_CHOICE, offsetof(struct settings, precision), "auto", 0,
     0, network_precision_names},
    {"crop_area", "least share of an image that a random crop takes", OPTION_REAL, offsetof(struct settings, crop_area),
     "0.15625", 0.0001, 1, NULL},
    {"flip", "whether half the training images are mirrored", OPTION_FLAG, offsetof(struct settings, flip), "true", 0,
     0, NULL},
    {"test_crop", "share of an image's sides that evaluation sees, from its middle", OPTION_REAL,
     offsetof(struct settings, test_crop), "0.875", 0.1, 1, NULL},
    {0},
};

/* Axes of numbers and words: each value is parsed into the settings' member, and taken from there. */
const struct field axis_fields[] = {
    {"samples_per_class", "samples of each class in a batch", OPTION_INT, offsetof(struct settings, samples_per_class),
     "4", 1, 1000000, NULL},
    {"batch_size", "B, samples that the loss sees", OPTION_INT, offsetof(struct settings, batch_size), "64", 2, 1000000,
     NULL},
    {"portion", "p, share of the batch that is back-propagated", OPTION_REAL, offsetof(struct settings, portion), "1",
     1e-6, 1, NULL},
    {"backprop", "direct where the strategy allows it, or two_pass", OPTION_CHOICE, offsetof(struct settings, backprop),
     "auto", 0, 0, settings_backprop_names},
    {"gradient_scale", "what the selection's gradient is multiplied by: 1, or B / K", OPTION_CHOICE,
     offsetof(struct settings, gradient_scale), "none", 0, 0, settings_gradient_scale_names},
    {"accumulate", "batches to an update, which takes the mean of their gradients", OPTION_INT,
     offsetof(struct settings, accumulate), "1", 1, 100000, NULL},
    {"seed", "of weights, batches, crops and selections", OPTION_INT, offsetof(struct settings, seed), "0", 0,
     2147483647, NULL},
    {0},
};

const struct field bank_fields[] = {
    {"size", "embeddings of earlier batches that a batch is compared with, may be a list; 0: none", OPTION_INT,
     offsetof(struct settings, bank_size), "0", 0, 10000000, NULL},
    {"start_epoch", "first epoch whose embeddings enter the memory bank", OPTION_INT,
     offsetof(struct settings, bank_start_epoch), "1", 1, 100000, NULL},
    {"own_batch", "what a batch's samples are compared with of their own batch: itself, or copies without gradient",
     OPTION_CHOICE, offsetof(struct settings, own_batch), "trained", 0, 0, own_batch_names},
    {0},
};

const struct field diagnostics_fields[] = {
    {"every", "steps between probes of the full gradient; 0: none", OPTION_INT, offsetof(struct diagnostics, every),
     "0", 0, 1000000, NULL},
    {"steps", "whether steps.csv gets a row for every step", OPTION_FLAG, offsetof(struct diagnostics, steps), "false",
     0, 0, NULL},
    {0},
};

const struct field block_fields[] = {
    {"model", "a name of 'list models', or {name: NAME, ...} with its options and 'list model-options'", OPTION_TEXT, 0,
     NULL, 0, 0, NULL},
    {"loss", "likewise of 'list losses'; may be a list", OPTION_TEXT, 0, "multi_similarity", 0, 0, NULL},
    {"sampler", "likewise of 'list samplers'; may be a list", OPTION_TEXT, 0, "balanced", 0, 0, NULL},
    {"strategy", "likewise of 'list strategies'; may be a list", OPTION_TEXT, 0, "full", 0, 0, NULL},
    {"optimizer", "a name, or {name: NAME, ...} with 'list optimizer-options'", OPTION_TEXT, 0, "adamw", 0, 0, NULL},
    {"memory_bank", "a size, or {size: N, ...} with 'list memory-bank-options'", OPTION_TEXT, 0, "0", 0, 0, NULL},
    {"diagnostics", "{...} with 'list diagnostics-options'", OPTION_TEXT, 0, NULL, 0, 0, NULL},
    {0},
};

/* ---- writing ---- */

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
