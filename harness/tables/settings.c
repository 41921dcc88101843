/* settings.c - see settings.h: the tables of keys of experiment files, and writing settings by these tables. */
#include "harness/tables/settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const settings_backprop_names[] = {"auto", "direct", "two_pass", NULL};
const char *const settings_gradient_scale_names[] = {"none", "inverse_portion", NULL};
const char *const settings_equal_names[] = {"epochs", "updates", "gradients", "compute", "time", NULL};
static const char *const equal_to_backprop_names[] = {"direct", "two_pass", NULL};
static const char *const own_batch_names[] = {"trained", "detached", NULL};
const char *const settings_memory_of_names[] = {"tensors", "activations", NULL};
static const char *const save_names[] = {"last", "none", "best", NULL};
static const char *const judge_names[] = {"last", "best", NULL};
static const char *const evaluate_test_names[] = {"auto", "end", "always", NULL};
static const char *const evaluate_train_names[] = {"always", "end", NULL};
const char *const settings_crop_offset_names[] = {"floor", "round", NULL};

#define AT(member) offsetof(struct settings, member)

static const struct field data_fields[] = {
    {"dataset", "name of a prepared data set", OPTION_TEXT, AT(dataset), .label = "data set"},
    {"label_noise", "share of the training images that get the label of another class for training; drawn by the seed",
     OPTION_REAL, AT(label_noise), "0", 0, 0.999, .tag = "noise", .label = "label noise", .later = 1},
    {0},
};

static const struct field batch_fields[] = {
    {"samples_per_class", "samples of each class in a batch", OPTION_INT, AT(samples_per_class), "4", 1, 1000000,
     .tag = "m", .label = "samples per class"},
    {"batch_size",
     "B, samples that the loss sees; largest: as many as `memory` and the train classes allow, or {largest, at_most: "
     "N}",
     OPTION_INT, AT(batch_size), "64", 2, 1000000, .tag = "b", .label = "batch size", .word = "largest",
     .at_most = "batch_at_most"},
    {"memory", "most planned bytes that a point may take, such as 300MiB; 0: no limit", OPTION_SIZE, AT(memory), "0",
     .request = 1, .later = 1},
    {"memory_of", "what `memory` counts: all arrays of a training step, or the activations", OPTION_CHOICE,
     AT(memory_of), "tensors", .choices = settings_memory_of_names, .request = 1, .later = 1},
    {"batch_at_most", "largest batch size that a point may have; 0: no limit", OPTION_INT, AT(batch_at_most), "0", 0,
     1000000, .request = 1, .later = 1},
    {"portion", "p, share of the batch that is back-propagated", OPTION_REAL, AT(portion), "1", 1e-6, 1, .tag = "p",
     .label = "p"},
    {"backprop", "direct if the strategy allows it, or two_pass", OPTION_CHOICE, AT(backprop), "auto",
     .choices = settings_backprop_names, .tag = ""},
    {"gradient_scale", "what the selection's gradient is multiplied by: 1, or B / K", OPTION_CHOICE, AT(gradient_scale),
     "none", .choices = settings_gradient_scale_names, .tag = "", .label = "gradient scale"},
    {"accumulate", "batches per update, which takes the mean of their gradients", OPTION_INT, AT(accumulate), "1", 1,
     100000, .tag = "a"},
    {"seed", "seed of weights, batches, crops and selections", OPTION_INT, AT(seed), "0", 0, 2147483647, .tag = "s"},
    {0},
};

static const struct field bank_fields[] = {
    {"size", "embeddings of earlier batches that a batch is compared with; 0: none", OPTION_INT, AT(bank_size), "0", 0,
     10000000, .tag = "bank", .label = "memory bank"},
    {"start_epoch", "first epoch whose embeddings enter the memory bank", OPTION_INT, AT(bank_start_epoch), "1", 1,
     100000, .label = "memory bank from epoch"},
    {"own_batch", "whether samples are compared with their own batch, or with copies of it that get no gradient",
     OPTION_CHOICE, AT(own_batch), "trained", .choices = own_batch_names, .label = "own batch"},
    {0},
};

static const struct field training_fields[] = {
    {"image_size", "side of the network's input, in pixels", OPTION_INT, AT(image_size), "224", 8, 4096, .tag = "px",
     .label = "image size", .unit = "px"},
    {"epochs", "passes over the number of training images", OPTION_INT, AT(epochs), "10", 0, 100000, .tag = "e"},
    {"steps_per_epoch", "steps of an epoch; 0: as many batches as the training images fill", OPTION_INT,
     AT(steps_per_epoch), "0", 0, 1000000, .label = "steps per epoch"},
    {"equal", "the quantity of which a cell gets as much as the training run of `equal_to` has in its epochs",
     OPTION_CHOICE, AT(equal), "epochs", .choices = settings_equal_names, .tag = "equal_", .label = "equal",
     .later = 1},
    {"steps", "steps of the whole training run, cutting the last epoch short; 0: by `equal`, which a run fills in",
     OPTION_INT, AT(steps), "0", 0, 2147483647, .tag = "n", .later = 1},
    {"evaluate_every", "epochs between evaluations", OPTION_INT, AT(evaluate_every), "1", 1, 100000},
    {"checkpoint_every", "epochs between checkpoints, from which an interrupted cell resumes; 0: none", OPTION_INT,
     AT(checkpoint_every), "1", 0, 100000},
    {"evaluate_start", "whether the network is evaluated before training too", OPTION_FLAG, AT(evaluate_start), "true"},
    {"recall_at", "more K of recall@K, for rows of evaluations.csv before and after training", OPTION_INTS,
     AT(recall_at), "", 1, 1 << 20, .later = 1, .label = "K of recall"},
    {"evaluate_on", "other data sets whose test classes are evaluated before training and after it", OPTION_TEXTS,
     AT(evaluate_on), "", .later = 1, .label = "evaluated on"},
    {"save", "weights that each cell keeps: those after its last epoch, none, or of the epoch it is judged by",
     OPTION_CHOICE, AT(save), "last", .choices = save_names, .later = 1, .label = "weights kept"},
    {"evaluate_test", "when test classes are measured; auto: at the end if there are validation classes, else always",
     OPTION_CHOICE, AT(evaluate_test), "auto", .choices = evaluate_test_names, .label = "test classes measured",
     .later = 1},
    {"judge", "epoch that the results are of: the last, or the one with the best MAP@R of validation classes",
     OPTION_CHOICE, AT(judge), "last", .choices = judge_names, .tag = "judge", .label = "judged epoch", .later = 1},
    {"patience", "epochs without a new best MAP@R of validation classes after which training stops; 0: never",
     OPTION_INT, AT(patience), "0", 0, 100000, .tag = "patience", .later = 1},
    {"micro_batch", "most samples per kernel call; largest: the largest that allows the largest batch", OPTION_INT,
     AT(micro_batch), "8", 1, 4096, .label = "micro-batch", .word = "largest"},
    {"precision", "bf16 if the CPU supports it, or f32", OPTION_CHOICE, AT(precision), "auto",
     .choices = network_precision_names, .tag = ""},
    {"crop_area", "least share of an image that a random crop takes", OPTION_REAL, AT(crop_area), "0.15625", 0.0001, 1,
     .label = "crop area"},
    {"flip", "whether half the training images are mirrored", OPTION_FLAG, AT(flip), "true"},
    {"color_jitter", "brightness, contrast and saturation of training images are multiplied by 1 - X to 1 + X",
     OPTION_REAL, AT(color_jitter), "0", 0, 1, .tag = "jitter", .label = "color jitter", .later = 1},
    {"test_crop", "share of an image's sides that evaluation sees, a center crop", OPTION_REAL, AT(test_crop), "0.875",
     0.1, 1, .label = "test crop"},
    {"test_crop_offset", "first pixel of a center crop that falls between two pixels; round is as in torchvision",
     OPTION_CHOICE, AT(test_crop_offset), "floor", .choices = settings_crop_offset_names, .label = "test crop offset"},
    {0},
};

static const struct field equal_to_fields[] = {
    {"portion", "p of the training run whose budget counts", OPTION_REAL, AT(equal_to.portion), "1", 1e-6, 1,
     .tag = "to", .label = "budget of p", .later = 1},
    {"batch_size", "its B; 0: the cell's own", OPTION_INT, AT(equal_to.batch_size), "0", 0, 1000000, .tag = "tob",
     .label = "budget of batch size", .later = 1},
    {"backprop", "how it back-propagates", OPTION_CHOICE, AT(equal_to.two_pass), "direct",
     .choices = equal_to_backprop_names, .tag = "to_", .label = "budget of backprop", .later = 1},
    {0},
};

static const struct field portion_schedule_fields[] = {
    {"start", "share of all steps before which the whole batch is back-propagated", OPTION_REAL,
     AT(portion_schedule.start), "0", 0, 1, .tag = "whole_to", .label = "whole before", .later = 1},
    {"end", "share of all steps from which on it is again", OPTION_REAL, AT(portion_schedule.end), "1", 0, 1,
     .tag = "whole_from", .label = "whole from", .later = 1},
    {"whole_every", "between them, the whole batch every n-th step; 0: never", OPTION_INT,
     AT(portion_schedule.whole_every), "0", 0, 1000000, .label = "whole every", .later = 1},
    {0},
};

static const struct field evaluate_train_fields[] = {
    {"when", "when train classes are measured: with each evaluation, or at the end", OPTION_CHOICE,
     AT(evaluate_train.when), "always", .choices = evaluate_train_names, .label = "train classes measured", .later = 1},
    {"share", "share of the train classes that is measured, the same ones each time", OPTION_REAL,
     AT(evaluate_train.share), "1", 1e-6, 1, .label = "share of train classes measured", .later = 1},
    {0},
};

static const struct field validation_fields[] = {
    {"share", "share of the train classes that is kept out of training to choose by; 0: none", OPTION_REAL,
     AT(validation.share), "0", 0, 0.999, .tag = "v", .label = "validation share", .later = 1},
    {"classes", "number of train classes, instead of a share; 0: none", OPTION_INT, AT(validation.classes), "0", 0,
     10000000, .tag = "vc", .label = "validation classes", .later = 1},
    {"fold", "which block of that many classes, in their order; 0 is the first, `all` is every block of a share",
     OPTION_INT, AT(validation.fold), "0", 0, 10000000, .tag = "f", .label = "fold", .later = 1},
    {"seen", "share of each other train class's images that are kept out of training and measured; 0: none",
     OPTION_REAL, AT(validation.seen), "0", 0, 0.999, .tag = "seen", .label = "seen share", .later = 1},
    {0},
};

static const struct field diagnostics_fields[] = {
    {"every", "steps between probes of the full gradient; 0: none", OPTION_INT, AT(diagnostics.every), "0", 0, 1000000},
    {"steps", "whether steps.csv gets a row for every step", OPTION_FLAG, AT(diagnostics.steps), "false"},
    {0},
};

/* A run fills them in; an experiment that sets them requires these values. */
static const struct field input_fields[] = {
    {"pack_checksum",
     "checksum of the pack; a run fills it in, and refuses a pack with another checksum than the experiment sets",
     OPTION_TEXT, AT(inputs.pack), .label = "pack"},
    {"weights_checksum", "likewise of the weights file", OPTION_TEXT, AT(inputs.weights)},
    {"reference_checksum", "likewise of the weights of a strategy's reference network", OPTION_TEXT,
     AT(inputs.reference), "", .later = 1},
    {"evaluate_on_checksums", "likewise of the packs of evaluate_on, in its order", OPTION_TEXTS, AT(inputs.others), "",
     .later = 1},
    {"threads", "threads of each cell, on which the last digits depend; 0: as the command line says", OPTION_INT,
     AT(inputs.threads), "0", 0, 1024},
    {0},
};

static const struct plugin_kind model_kind = {"model", model_registry, AT(model)};
static const struct plugin_kind loss_kind = {"loss", loss_registry, AT(loss)};
static const struct plugin_kind sampler_kind = {"sampler", sampler_registry, AT(sampler)};
static const struct plugin_kind strategy_kind = {"strategy", strategy_registry, AT(strategy)};

const struct settings_block settings_blocks[] = {
    {NULL, "data", "", NULL, data_fields, 0, NULL},
    {"model", "a name of 'list models', or {name: NAME, ...} with its options and those of every model", "model_",
     &model_kind, network_fields, AT(network), NULL},
    {"loss", "a name of 'list losses', or {name: NAME, ...} with its options", "loss_", &loss_kind, NULL, 0, NULL},
    {"sampler", "likewise of 'list samplers'", "sampler_", &sampler_kind, NULL, 0, NULL},
    {"strategy", "likewise of 'list strategies'", "strategy_", &strategy_kind, NULL, 0, NULL},
    {NULL, "batches and gradients", "", NULL, batch_fields, 0, NULL},
    {"memory_bank", "a size, or {size: N, ...}", "memory_bank_", NULL, bank_fields, 0, "size"},
    {NULL, "the training", "", NULL, training_fields, 0, NULL},
    {"equal_to", "a portion, or {...}: the training run whose budget `equal` means", "equal_to_", NULL, equal_to_fields,
     0, "portion"},
    {"portion_schedule", "{...}, steps that back-propagate the whole batch", "portion_schedule_", NULL,
     portion_schedule_fields, 0, NULL},
    {"optimizer", "a name, or {name: NAME, ...}", "optimizer_", NULL, optimizer_fields, AT(optimizer), "name"},
    {"evaluate_train", "always or end, or {when: ..., share: ...}", "evaluate_train_", NULL, evaluate_train_fields, 0,
     "when"},
    {"validation", "a share of the train classes, or {share: ..., fold: ...}", "validation_", NULL, validation_fields,
     0, "share"},
    {"diagnostics", "{...}", "diagnostics_", NULL, diagnostics_fields, 0, NULL},
    {"inputs", "{...}, checksums that the files read must have", "", NULL, input_fields, 0, NULL},
    {0},
};

void settings_defaults(struct settings *settings)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++)
        if (block->fields) option_defaults(block->fields, (char *)settings + block->offset);
}

int settings_is_open(const struct settings *settings)
{
    return settings->batch_size == BATCH_LARGEST || settings->micro_batch == BATCH_LARGEST || settings->memory > 0 ||
           settings->batch_at_most > 0;
}

const struct model *settings_model(const struct settings *settings)
{
    return (const struct model *)settings->model.plugin;
}

const struct loss *settings_loss(const struct settings *settings)
{
    return (const struct loss *)settings->loss.plugin;
}

const struct sampler *settings_sampler(const struct settings *settings)
{
    return (const struct sampler *)settings->sampler.plugin;
}

const struct strategy *settings_strategy(const struct settings *settings)
{
    return (const struct strategy *)settings->strategy.plugin;
}

const char *settings_reference(const struct settings *settings)
{
    const struct strategy *strategy = settings_strategy(settings);
    return strategy->reference ? strategy->reference(settings->strategy.options) : "";
}

int validation_fold_count(double share)
{
    return share > 0 ? (int)ceil(1 / share - 1e-9) : 0; /* as rounding may make 1 / 0.1 more than 10 */
}

/* ---- writing ---- */

enum { VALUE_SIZE = OPTION_TEXT_SIZE + 64 };

/* In double quotes, in which YAML takes every character but these literally. */
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

/* [1, 10], ["a", "b"] */
static void write_list(FILE *stream, const char *texts, int quoted)
{
    char item[OPTION_TEXT_SIZE];
    fputc('[', stream);
    for (int i = 0; i < option_texts_count(texts); i++) {
        option_texts_item(texts, i, item);
        if (i > 0) fputs(", ", stream);
        if (quoted)
            write_text(stream, item);
        else
            fputs(item, stream);
    }
    fputc(']', stream);
}

static void write_value(FILE *stream, const struct field *field, const void *options)
{
    char value[VALUE_SIZE];
    option_format(field, options, value, sizeof value);
    fprintf(stream, "%s: ", field->name);
    if (field->type == OPTION_TEXT)
        write_text(stream, value);
    else if (option_is_list(field))
        write_list(stream, value, field->type == OPTION_TEXTS);
    else
        fputs(value, stream);
}

static int is_written(const struct field *field, const void *options)
{
    return !field->later || !option_is_default(field, options);
}

/* "a: 1, b: 2", after `before` unless nothing is written. Returns how many were. */
static int write_members(FILE *stream, const char *before, const struct field *fields, const void *options)
{
    int count = 0;
    for (; fields && fields->name; fields++) {
        if (!is_written(fields, options)) continue;
        fputs(count++ ? ", " : before, stream);
        write_value(stream, fields, options);
    }
    return count;
}

static void write_mapping(FILE *stream, const struct settings_block *block, const struct choice *choice,
                          const void *options)
{
    char start[OPTION_TEXT_SIZE];
    int count = 0;
    snprintf(start, sizeof start, "%s: {", block->key);
    if (choice) {
        fprintf(stream, "%sname: %s", start, choice->plugin->name);
        count = 1 + write_members(stream, ", ", choice->plugin->fields, choice->options);
    }
    count += write_members(stream, count ? ", " : start, block->fields, options);
    if (count > 0) fputs("}\n", stream);
}

static void write_block(FILE *stream, const struct settings_block *block, const struct settings *settings)
{
    const void *options = (const char *)settings + block->offset;
    const struct choice *choice =
        block->kind ? (const struct choice *)((const char *)settings + block->kind->offset) : NULL;
    if (block->key) {
        write_mapping(stream, block, choice, options);
        return;
    }
    for (const struct field *field = block->fields; field->name; field++) {
        if (!is_written(field, options)) continue;
        write_value(stream, field, options);
        fputc('\n', stream);
    }
}

void settings_write(FILE *stream, const struct settings *settings)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++)
        write_block(stream, block, settings);
}

char *settings_text(const struct settings *settings)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    settings_write(stream, settings);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

void choice_format_options(const struct choice *choice, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (const struct field *field = choice->plugin->fields; field && field->name && used < size; field++) {
        char value[VALUE_SIZE];
        if (!is_written(field, choice->options)) continue;
        option_format(field, choice->options, value, sizeof value);
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", used ? " " : "", field->name, value);
    }
}
