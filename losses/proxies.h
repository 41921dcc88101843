/* proxies.h - trained vectors, one or several for each class; samples are compared with them instead of with each
 * other: Movshovitz-Attias, Toshev, Leung, Ioffe and Singh 2017, "No Fuss Distance Metric Learning using Proxies".
 *
 * They are parameters of the loss. The loss sees them at unit length and adds their gradient; the training loop updates
 * them. */
#ifndef PARTGRAD_LOSSES_PROXIES_H
#define PARTGRAD_LOSSES_PROXIES_H

#include "base/arena.h"
#include "base/random.h"

/* The first member of the options of every loss with proxies. */
struct proxy_options {
    double learning_rate; /* peak; follows the network's schedule */
};

/* Its row, for the field table of `type`, whose member `proxies` it is. Kim et al. 2020 use a learning rate for proxies
 * of a hundred times the network's. */
/* clang-format off */
#define PROXY_FIELDS(type)                                                                                             \
    {"proxy_learning_rate", "peak learning rate of the proxies, on the network's schedule", OPTION_REAL,         \
     offsetof(struct type, proxies.learning_rate), "0.01", 1e-9, 1e3, NULL}
/* clang-format on */

struct proxies {
    int count, dim;        /* C, d */
    int *labels;           /* (C) class ids, those of a class adjacent; set by the caller */
    float *values;         /* (C, d) the parameters, of any length but 0 */
    float *gradients;      /* (C, d) dL/d(values), summed since proxies_clear_gradients */
    float *units;          /* (C, d) values / |values| */
    float *unit_gradients; /* (C, d) dL/d(units) of one batch */
};

/* Carves the arrays; the arena may be a measuring one. */
void proxies_take(struct proxies *, int count, int dim, struct arena *);

/* Sets the values to random directions with lengths near 1. */
void proxies_init(struct proxies *, struct random *);

void proxies_clear_gradients(struct proxies *);

/* For the driver: computes units from values; and adds the units' gradients, through the normalization, to
 * `gradients`. */
void proxies_normalize(struct proxies *);
void proxies_backward(struct proxies *);

#endif
