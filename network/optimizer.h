/* optimizer.h - SGD with momentum and AdamW, and the learning rate's warm-up and cosine decay. */
#ifndef PARTGRAD_NETWORK_OPTIMIZER_H
#define PARTGRAD_NETWORK_OPTIMIZER_H

#include "base/arena.h"
#include "base/option.h"
#include "network/network.h"

enum optimizer_name { OPTIMIZER_ADAMW, OPTIMIZER_SGD };

struct optimizer_options {
    int name;                     /* enum optimizer_name */
    double learning_rate;         /* peak */
    double final_learning_rate;   /* where the cosine ends */
    double warmup;                /* share of all steps over which the rate rises linearly from 0 */
    double weight_decay;          /* decoupled for AdamW (Loshchilov & Hutter 2019), added to the gradient for SGD */
    double momentum;              /* SGD */
    double beta1, beta2, epsilon; /* AdamW */
};
extern const struct field optimizer_fields[];

struct optimizer {
    struct optimizer_options options;
    struct parameter *parameters; /* (count) the network's; borrowed */
    int count;
    float *first;  /* momentum, or the mean of gradients */
    float *second; /* AdamW: the mean of squares */
    long step;     /* steps taken */
};

/* Carves the state for all trained parameters; also measures. */
void optimizer_init(struct optimizer *, const struct optimizer_options *, struct parameter *, int count,
                    struct arena *);

/* The rate at step t = 0, 1, ... of `steps`: min(1, (t + 1) / w) of the peak for the w = warmup x steps steps of the
 * warm-up, of which there may be a fraction, then cosine (Loshchilov & Hutter 2017, SGDR, one cycle). Never above the
 * peak, unless the decay ends there. */
double optimizer_rate(const struct optimizer_options *, long step, long steps);

/* One step with that learning rate. Returns the first parameter that is not finite afterwards, or whose state is not,
 * or NULL: where a layer turns NaN into 0, nothing else would show it. */
const struct parameter *optimizer_step(struct optimizer *, double learning_rate);

#endif
