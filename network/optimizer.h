/* optimizer.h - SGD with momentum, AdamW and RMSprop, and the learning rate's warm-up and schedule. */
#ifndef PARTGRAD_NETWORK_OPTIMIZER_H
#define PARTGRAD_NETWORK_OPTIMIZER_H

#include "base/arena.h"
#include "base/option.h"
#include "network/network.h"

enum optimizer_name { OPTIMIZER_ADAMW, OPTIMIZER_SGD, OPTIMIZER_RMSPROP };
enum optimizer_schedule { SCHEDULE_COSINE, SCHEDULE_CONSTANT, SCHEDULE_STEP };

struct optimizer_options {
    int name;                   /* enum optimizer_name */
    double learning_rate;       /* peak */
    double final_learning_rate; /* where the cosine ends */
    double warmup;              /* share of all steps over which the rate rises linearly from 0 */
    int schedule;               /* enum optimizer_schedule: what follows the warm-up */
    double step_every;          /* SCHEDULE_STEP: share of all steps after which the rate falls, each time */
    double step_factor;         /* what the rate is multiplied by then */
    double head_learning_rate;  /* peak rate of the head, on the same schedule; NAN: the network's */
    double head_warmup;         /* epochs at the start in which only the head is trained */
    double weight_decay;        /* decoupled for AdamW (Loshchilov & Hutter 2019), else added to the gradient */
    double momentum;            /* SGD, RMSprop */
    double beta1, beta2;        /* AdamW */
    double rms_decay;           /* RMSprop */
    double epsilon;             /* AdamW, RMSprop */
};
extern const struct field optimizer_fields[];

struct optimizer {
    struct optimizer_options options;
    struct parameter *parameters; /* (count) the network's; borrowed */
    int count;
    float *first;    /* momentum, or the mean of gradients */
    float *second;   /* AdamW, RMSprop: the mean of squares; else NULL */
    int head_only;   /* set by the caller: 1: further steps train only the head */
    long step;       /* steps taken */
    long head_steps; /* of these, steps of the head alone */
};

/* Carves the state for all trained parameters from an arena, which may be a measuring one. */
void optimizer_init(struct optimizer *, const struct optimizer_options *, struct parameter *, int count,
                    struct arena *);

/* The rate at step t = 0, 1, ... of `steps`: min(1, (t + 1) / w) of the peak for the w = warmup x steps steps of the
 * warm-up, of which there may be a fraction; then
 *   cosine ..... falls to the final rate (Loshchilov & Hutter 2017, SGDR, one cycle)
 *   constant ... stays at the peak
 *   step ....... peak x step_factor^floor(t / (step_every x steps)), in the warm-up too
 * Never above the peak, unless the decay ends there. */
double optimizer_rate(const struct optimizer_options *, long step, long steps);

/* Whether the schedule ends at a lower rate than its peak. */
int optimizer_decays(const struct optimizer_options *);

/* Makes one step with that learning rate, multiplied for the head by head_learning_rate / learning_rate. With
 * `head_only`, changes nothing but the head and its part of the state. Returns the first parameter that is no longer
 * finite, in its values or its state, else NULL. A layer can turn NaN into 0, so nothing else would reveal it. */
const struct parameter *optimizer_step(struct optimizer *, double learning_rate);

#endif
