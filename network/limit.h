/* limit.h - how fast a model's convolutions could run at best: the sum of the fastest oneDNN kernels that there are for
 * them on this machine, each alone and over and over on the same arrays. What lies between this and a training step is
 * everything else: memory traffic, activations' gradients, optimiser, loss. */
#ifndef PARTGRAD_NETWORK_LIMIT_H
#define PARTGRAD_NETWORK_LIMIT_H

#include "network/network.h"

/* Seconds for one image. */
struct network_limit {
    double forward;
    double backward; /* gradients of inputs and weights */
};

/* Times every convolution of the requested model in both layouts, both ways to a 1x1 convolution's weight gradient, and
 * micro-batches of the requested size and four times that; the least of `repetitions` each. */
int network_measure_limit(const struct network_request *, int repetitions, struct network_limit *, struct error *);

#endif
