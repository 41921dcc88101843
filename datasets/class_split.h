/* class_split.h - a user's own split of a data set's classes, in place of the official one: published splits with a
 * shift between train and test classes, classes of one's own to choose by. docs/formats.md has the file's format. */
#ifndef PARTGRAD_DATASETS_CLASS_SPLIT_H
#define PARTGRAD_DATASETS_CLASS_SPLIT_H

#include "datasets/catalogue.h"

/* Reads lines "SPLIT NAME" - train, test, valid, or none for a class that is left out - and gives each class its split.
 * Fails on a name that no class has, one that is there twice, and a class that the file does not name; says in a note
 * what was left out. */
int class_split_apply(struct catalogue *, const char *path, struct error *);

#endif
