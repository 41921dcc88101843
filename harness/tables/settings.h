/* settings.h - everything that one training run depends on, one value for each axis of the grid. */
#ifndef PARTGRAD_HARNESS_TABLES_SETTINGS_H
#define PARTGRAD_HARNESS_TABLES_SETTINGS_H

#include <stdio.h>

#include "base/plugin.h"
#include "network/network.h"
#include "network/optimizer.h"

/* A plug-in and its options. */
struct choice {
    const struct plugin *plugin;
    const void *options; /* (plugin->options_size), owned by the experiment; NULL where it has none */
};

enum settings_backprop { BACKPROP_AUTO, BACKPROP_DIRECT, BACKPROP_TWO_PASS };
extern const char *const settings_backprop_names[]; /* "auto", "direct", "two_pass", NULL */

/* What the selection's gradient is multiplied by: 1, or B / K so that a random selection's is the full one's in the
 * mean. */
enum settings_gradient_scale { GRADIENT_SCALE_NONE, GRADIENT_SCALE_INVERSE_PORTION };
extern const char *const settings_gradient_scale_names[]; /* "none", "inverse_portion", NULL */

/* Whether a batch has gradient as what it is compared with, too, or is compared with detached copies of itself. */
enum settings_own_batch { OWN_BATCH_TRAINED, OWN_BATCH_DETACHED };

/* What the partial gradient loses, measured on the way; none of it changes the training. */
struct diagnostics {
    int every; /* steps between probes of the full gradient; 0: none */
    int steps; /* 1: a row of steps.csv for every step */
};

struct settings {
    char dataset[OPTION_TEXT_SIZE]; /* name of the pack in the data folder */

    struct choice model, loss, sampler, strategy;
    struct network_options network;
    struct optimizer_options optimizer;

    int image_size; /* pixels that enter the network */
    int epochs;
    int steps_per_epoch;  /* 0: as many batches as the training images fill */
    int evaluate_every;   /* epochs between evaluations; the last epoch is always evaluated */
    int checkpoint_every; /* epochs between checkpoints; 0: none */
    int evaluate_start;   /* 1: the network is evaluated before training too */
    int micro_batch;      /* samples per kernel call at most */
    int precision;        /* enum network_precision */
    double crop_area;     /* least share of the area that a random resized crop takes; 1 and no flip: no augmentation */
    int flip;             /* 1: half the training images are mirrored */
    double test_crop;     /* share of an image's sides that evaluation sees, from its middle */

    struct diagnostics diagnostics;
    int bank_start_epoch; /* first epoch whose embeddings enter the memory bank */
    int own_batch;        /* enum settings_own_batch */

    /* The axes of the grid; loss, sampler and strategy above are too. */
    int batch_size;        /* B */
    int samples_per_class; /* m */
    double portion;        /* p */
    int backprop;          /* enum settings_backprop */
    int gradient_scale;    /* enum settings_gradient_scale */
    int accumulate;        /* batches to an update, whose mean gradient it takes */
    int bank_size;         /* embeddings of earlier batches that a batch is compared with; 0: none */
    int seed;
};

/* The keys of an experiment file. All but block_fields are members of struct settings, or of its diagnostics. */
extern const struct field settings_fields[];    /* one value each */
extern const struct field axis_fields[];        /* one value or a list: the axes of the grid */
extern const struct field block_fields[];       /* plug-ins and mappings, whose options are in tables of their own */
extern const struct field bank_fields[];        /* memory_bank */
extern const struct field diagnostics_fields[]; /* diagnostics */

/* As an experiment file of one cell, every key on a line of its own and in the same order, defaults included. */
void settings_write(FILE *, const struct settings *);
/* The same as a new string; the caller frees. NULL where memory is out. */
char *settings_text(const struct settings *);

#endif
