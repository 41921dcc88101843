/* model.h - a model is a list of layers, written down by one function.
 *
 * To add a model: write one file that exports a `struct model`, and add its declaration and row to registry.c. The
 * contract tests check the identities of docs/design.md on every model of the registry. */
#ifndef PARTGRAD_NETWORK_MODELS_MODEL_H
#define PARTGRAD_NETWORK_MODELS_MODEL_H

#include "base/plugin.h"
#include "network/models/graph.h"

struct model {
    struct plugin plugin;
    int smallest_image; /* least height and width it takes */
    int pretrained;     /* 1: meant to start from pretrained weights */
    /* Appends the layers to an empty graph; the last tensor is the feature map that is pooled. */
    void (*build)(const void *options, struct graph *);
};

extern const struct plugin *const model_registry[]; /* NULL-terminated; rows are struct model */

#endif
