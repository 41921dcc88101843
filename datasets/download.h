/* download.h - downloads the files of a data set, or pretrained weights. Files that are there already stay. */
#ifndef PARTGRAD_DATASETS_DOWNLOAD_H
#define PARTGRAD_DATASETS_DOWNLOAD_H

#include "datasets/dataset.h"
#include "datasets/fetch.h"

struct download {
    const char *folder; /* files are kept as FOLDER/DATASET/FILE */
    const char *source; /* where to fetch from instead: the address of a folder, ending with '/', or of the single file
                         * that is wanted; "" for the known addresses */
    const char *table;  /* a user's table of files, datasets/resource.h; "" for none */
    const char *form;   /* of the data set; "" for the first whose files are there, or else can be fetched */
    struct transfer_settings fetch;
    struct transfer_watch watch;
};

/* Fetches what is missing and names the files; the caller frees each path, also after a failure. */
int download_dataset(const struct download *, const struct dataset *, struct option_paths *files, struct error *);

/* Fetches pretrained weights "weights/NAME" to `folder`/NAME.safetensors and sets *path, which the caller frees. */
int download_weights(const struct download *, const char *name, char **path, struct error *);

#endif
