/* webdataset.h - reads shards in the layout of the Python package webdataset: tar files in which the members of a
 * sample follow one another under one key, KEY.jpg with the image and KEY.cls with its class, a number from 0. */
#ifndef PARTGRAD_DATASETS_WEBDATASET_H
#define PARTGRAD_DATASETS_WEBDATASET_H

#include "datasets/catalogue.h"

/* Adds the images of a shard, in its order, to a catalogue that already has the classes. Members that are neither image
 * nor class are skipped. */
int webdataset_list(const char *shard, struct catalogue *, struct error *);

#endif
