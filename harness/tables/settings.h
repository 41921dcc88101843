/* settings.h - everything that one training run depends on, and the tables of keys of experiment files. */
#ifndef PARTGRAD_HARNESS_TABLES_SETTINGS_H
#define PARTGRAD_HARNESS_TABLES_SETTINGS_H

#include <stdio.h>

#include "base/plugin.h"
#include "losses/loss.h"
#include "network/network.h"
#include "network/optimizer.h"
#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

/* A plug-in and its options. */
struct choice {
    const struct plugin *plugin;
    const void *options; /* (plugin->options_size), owned by the experiment; NULL if it has none */
};

enum settings_backprop { BACKPROP_AUTO, BACKPROP_DIRECT, BACKPROP_TWO_PASS };
extern const char *const settings_backprop_names[]; /* "auto", "direct", "two_pass", NULL */

/* What the selection's gradient is multiplied by: 1, or B / K, so that the expected gradient of a random selection is
 * the full one. */
enum settings_gradient_scale { GRADIENT_SCALE_NONE, GRADIENT_SCALE_INVERSE_PORTION };
extern const char *const settings_gradient_scale_names[]; /* "none", "inverse_portion", NULL */

/* Where the center crop begins if the sides differ by an odd number of pixels: rounded down, or half to even as in
 * torchvision's CenterCrop. */
enum settings_crop_offset { CROP_OFFSET_FLOOR, CROP_OFFSET_ROUND };
extern const char *const settings_crop_offset_names[]; /* "floor", "round", NULL */

/* Whether a sample is compared with the samples of its own batch, or with copies that get no gradient. */
enum settings_own_batch { OWN_BATCH_TRAINED, OWN_BATCH_DETACHED };

/* Measurements of what the partial gradient loses; they do not change the training. */
struct diagnostics {
    int every; /* steps between probes of the full gradient; 0: none */
    int steps; /* 1: a row of steps.csv for every step */
};

/* The quantity of which each cell gets as much as the training run of `equal_to` has in its epochs. */
enum settings_equal { EQUAL_EPOCHS, EQUAL_UPDATES, EQUAL_GRADIENTS, EQUAL_COMPUTE, EQUAL_TIME };
extern const char *const settings_equal_names[]; /* "epochs", "updates", "gradients", "compute", "time", NULL */

/* The training run whose budget counts: the cell's settings with these changed. */
struct settings_equal_to {
    double portion;
    int batch_size; /* 0: the cell's own */
    int two_pass;   /* 1: it back-propagates in two passes; 0: direct */
};

/* The steps that back-propagate the whole batch in spite of `portion`. Shares are of all steps. */
struct settings_portion_schedule {
    double start;    /* before it, every step uses the whole batch */
    double end;      /* from it on, likewise */
    int whole_every; /* between them, every n-th step; 0: none */
};

/* Train classes that are kept out of training, to choose by, and images of the others that are kept out, to tell
 * memorizing from learning. */
struct validation {
    double share; /* of the train classes; 0: none */
    int classes;  /* their number, instead of a share; 0: none */
    int fold;     /* which block of that many, in the order of their labels; 0 is the first */
    double seen;  /* share of each other class's images that are kept out; 0: none */
};

/* The epoch that a cell reports: the last, or the one with the best MAP@R on validation classes. */
enum settings_judge { JUDGE_LAST, JUDGE_BEST };

/* When test classes are measured. Auto: at the end if there are validation classes, else always. */
enum settings_evaluate_test { EVALUATE_TEST_AUTO, EVALUATE_TEST_END, EVALUATE_TEST_ALWAYS };

/* When and how many train classes are measured, for the gaps. */
enum settings_evaluate_train { EVALUATE_TRAIN_ALWAYS, EVALUATE_TRAIN_END };
struct evaluate_train {
    int when;     /* enum settings_evaluate_train */
    double share; /* share of the train classes, the same ones each time */
};

/* Checksums of the files that a training run reads, and the number of threads, on which the last digits depend. A run
 * fills them in. */
struct settings_inputs {
    char pack[OPTION_TEXT_SIZE];      /* checksum of the pack, 16 hexadecimal digits; "": not known yet */
    char weights[OPTION_TEXT_SIZE];   /* of the weights file; "" if there is none */
    char reference[OPTION_TEXT_SIZE]; /* of the reference network's weights (strategy reference_loss); likewise */
    char others[OPTION_TEXT_SIZE];    /* list of those of the packs of evaluate_on (base/option_list.h) */
    int threads;                      /* 0: not known yet */
};

/* What `memory` counts: all arrays of a training step, or only the activations (harness/training/memory.h). */
enum settings_memory_of { MEMORY_OF_TENSORS, MEMORY_OF_ACTIVATIONS };
extern const char *const settings_memory_of_names[]; /* "tensors", "activations", NULL */
/* Which weights of a cell are kept: those after its last epoch, none, or those of the judged epoch. */
enum settings_save { SAVE_LAST, SAVE_NONE, SAVE_BEST };

struct settings {
    char dataset[OPTION_TEXT_SIZE]; /* name of the pack in the data folder */
    double label_noise;             /* share of the training images that get a wrong label */

    struct choice model, loss, sampler, strategy;
    struct network_options network;
    struct optimizer_options optimizer;

    int batch_size;        /* B; BATCH_LARGEST: to be found */
    int samples_per_class; /* m */
    double portion;        /* p */
    int backprop;          /* enum settings_backprop */
    int gradient_scale;    /* enum settings_gradient_scale */
    int accumulate;        /* batches per update, which takes the mean of their gradients */
    int seed;
    int bank_size;        /* embeddings of earlier batches in the memory bank; 0: no bank */
    int bank_start_epoch; /* first epoch whose embeddings enter the memory bank */
    int own_batch;        /* enum settings_own_batch */

    int image_size; /* side of the network's input, in pixels */
    int epochs;
    int steps_per_epoch; /* 0: as many batches as the training images fill */
    int equal;           /* enum settings_equal */
    struct settings_equal_to equal_to;
    int steps; /* of the whole training run; 0: those of `epochs`, or not known yet if `equal` says otherwise */
    struct settings_portion_schedule portion_schedule;
    int evaluate_every;           /* epochs between evaluations; the last epoch is always evaluated */
    int checkpoint_every;         /* epochs between checkpoints; 0: none */
    int evaluate_start;           /* 1: evaluate before training too */
    int evaluate_test;            /* enum settings_evaluate_test */
    int judge;                    /* enum settings_judge */
    int patience;                 /* epochs without a new best validation MAP@R after which training stops; 0: never */
    int save;                     /* enum settings_save */
    struct option_ints recall_at; /* more K of recall@K for evaluations.csv, besides 1, 2, 4, 8 */
    char evaluate_on[OPTION_TEXT_SIZE]; /* list of other packs whose test classes are evaluated before and after
                                         * training */
    int micro_batch;                    /* samples per kernel call at most; BATCH_LARGEST: to be found */
    int precision;                      /* enum network_precision */
    double crop_area;                   /* least share of the area that a random resized crop takes; 1: center crop */
    int flip;                           /* 1: half the training images are mirrored */
    double color_jitter;                /* brightness, contrast and saturation are multiplied by 1 - this to 1 + this */
    double test_crop;                   /* share of an image's sides that evaluation sees, a center crop */
    int test_crop_offset;               /* enum settings_crop_offset */

    /* Limits for finding the largest batch; at their defaults once it is found (harness/training/fit.h). */
    size_t memory;     /* planned bytes that no point may exceed; 0: no limit */
    int memory_of;     /* enum settings_memory_of */
    int batch_at_most; /* B that no point may exceed; 0: no limit */

    struct evaluate_train evaluate_train;
    struct validation validation;
    struct diagnostics diagnostics;
    struct settings_inputs inputs;
};

/* batch_size: largest, micro_batch: largest. */
enum { BATCH_LARGEST = 0 };

/* Whether the batch size is still to be found, or to be checked against the limits. */
int settings_is_open(const struct settings *);

/* The plug-ins by their own types. */
const struct model *settings_model(const struct settings *);
const struct loss *settings_loss(const struct settings *);
const struct sampler *settings_sampler(const struct settings *);
const struct strategy *settings_strategy(const struct settings *);
/* RUN/CELL of the strategy's reference network; "" if it has none. */
const char *settings_reference(const struct settings *);

/* How many disjoint blocks of that share the train classes have; 0 if the share is 0. */
int validation_fold_count(double share);

/* A kind of plug-in. */
struct plugin_kind {
    const char *name; /* its key: "loss" */
    const struct plugin *const *registry;
    size_t offset; /* of its struct choice in struct settings */
};

/* One part of an experiment file: fields at the top level or in a mapping, or options that all plug-ins of a kind take
 * besides their own. */
struct settings_block {
    const char *key;                /* of the mapping; NULL: the fields are at the top level */
    const char *summary;            /* of the mapping, for `list` */
    const char *prefix;             /* of its columns: "optimizer_" */
    const struct plugin_kind *kind; /* NULL: no plug-in */
    const struct field *fields;     /* NULL: none besides the plug-in's own */
    size_t offset;                  /* of the fields' struct in struct settings */
    const char *alone;              /* the field that a single value instead of the mapping sets; NULL: none */
};
extern const struct settings_block settings_blocks[]; /* ends with a NULL summary; in the order of the columns */

/* Sets every setting to its default. The caller must set dataset and plug-ins, which have none here. */
void settings_defaults(struct settings *);

/* Writes the settings as an experiment file of one cell, always in the same order, including defaults, except those of
 * fields that are `later` (base/option.h). */
void settings_write(FILE *, const struct settings *);
/* The same as a new string; the caller frees. NULL if memory runs out. */
char *settings_text(const struct settings *);

/* The options of a plug-in as text, "margin=0.05 soft_margin=false"; cut off if `size` is too small. */
void choice_format_options(const struct choice *, char *text, size_t size);

#endif
