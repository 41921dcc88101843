/* random.h - counter-based random streams: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1,
 * 2, 3").
 *
 * A stream is named by (seed, purpose, epoch, step) and nothing else. So any draw of a run can be repeated without
 * replaying what came before, which makes runs reproducible and able to resume. There is no global generator. */
#ifndef PARTGRAD_BASE_RANDOM_H
#define PARTGRAD_BASE_RANDOM_H

#include <stdint.h>

enum random_purpose {
    RANDOM_WEIGHTS, /* initial weights; epoch = index of the parameter */
    RANDOM_SAMPLER, /* which samples make a batch */
    RANDOM_AUGMENT, /* crops and flips; step = step * batch size + position */
    RANDOM_STRATEGY,
    RANDOM_EVALUATE, /* batches on which the test loss is taken */
    RANDOM_DATASET,  /* procedural images; epoch = class, step = sample */
    RANDOM_PROXIES,  /* initial proxies of a loss */
    RANDOM_TEST,
    RANDOM_SEEN,            /* images that are held out of each train class; epoch = class */
    RANDOM_MEASURED,        /* which train classes are measured */
    RANDOM_LABEL_NOISE,     /* train images that get a wrong label */
    RANDOM_SELECTION,       /* for `partgrad gradients`; epoch = which of a batch's selections, step = batch */
    RANDOM_PROJECTION,      /* projection of gradients to few values */
    RANDOM_PICTURES,        /* which images are shown; epoch = what is drawn, step = class */
    RANDOM_BOOTSTRAP = 100, /* of results; fixed, so that new purposes do not change its draws */
};

struct random {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t block[4]; /* the last block drawn */
    int left;          /* words of `block` not yet handed out */
};

/* Starts the stream (seed, purpose, epoch, step) at its beginning. */
struct random random_stream(uint64_t seed, enum random_purpose, uint32_t epoch, uint64_t step);

uint32_t random_bits(struct random *);
/* Uniform in [0, 1), 24 bits. */
float random_uniform(struct random *);
/* Uniform integer in [0, bound), without bias; bound > 0. */
uint32_t random_below(struct random *, uint32_t bound);
/* Standard normal (Box & Muller 1958). */
float random_normal(struct random *);
/* Fisher-Yates shuffle of values (count). */
void random_shuffle(struct random *, int *values, int count);

#endif
