/* contact.h - a contact sheet of a pack: a row for each of some classes, with some of its images. */
#ifndef PARTGRAD_HARNESS_PICTURES_CONTACT_H
#define PARTGRAD_HARNESS_PICTURES_CONTACT_H

#include "datasets/pack.h"
#include "harness/pictures/tiles.h"

enum { CONTACT_ALL = PACK_SPLITS };

struct contact_request {
    int split;           /* enum pack_split, or CONTACT_ALL */
    int classes, images; /* of each; at most */
    int seed;            /* of the random choice */
};

/* Classes in the order of their labels, images in the order of the pack. The caller releases the tiles. Fails if the
 * split has no images. */
int contact_choose(struct tiles *, const struct pack *, const struct contact_request *, struct error *);

#endif
