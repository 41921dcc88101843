/* class_split.h - a user's own split of a data set's classes instead of the official one, such as a published split
 * with a shift between train and test classes, or one with validation classes. docs/formats.md has the file's
 * format. */
#ifndef PARTGRAD_DATASETS_CLASS_SPLIT_H
#define PARTGRAD_DATASETS_CLASS_SPLIT_H

#include "datasets/catalogue.h"

/* Reads lines "SPLIT NAME" - train, test, valid, or none for a class that is left out - and gives each class its split.
 * Fails on a name that no class has, a name that appears twice, and a class with images that the file does not name. A
 * note says what was left out. */
int class_split_apply(struct catalogue *, const char *path, struct error *);

#endif
