/* registry.c - all data sets. To add one: its file beside this one, and its declaration and its row below. */
#include "datasets/dataset.h"

extern const struct dataset dataset_cars196, dataset_cub, dataset_folder, dataset_inshop, dataset_omniglot,
    dataset_procedural, dataset_sop;

const struct plugin *const dataset_registry[] = {
    &dataset_procedural.plugin,
    &dataset_cub.plugin,
    &dataset_cars196.plugin,
    &dataset_sop.plugin,
    &dataset_inshop.plugin,
    &dataset_omniglot.plugin,
    &dataset_folder.plugin,
    NULL,
};
