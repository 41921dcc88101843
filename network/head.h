/* head.h - feature maps to unit embeddings by pooling, a linear layer and L2 normalization; forward and backward, in
 * f32. */
#ifndef PARTGRAD_NETWORK_HEAD_H
#define PARTGRAD_NETWORK_HEAD_H

/* The head's shape and weights. The arrays belong to the network. */
struct head {
    int samples;            /* m, of a micro-batch */
    int channels;           /* C of the feature map */
    int area;               /* its height x width */
    int dim;                /* d; C if there is no linear layer */
    int power;              /* p of GeM pooling (Radenovic et al. 2018); 0: average pooling */
    const float *weight;    /* (d, C), or NULL: no linear layer */
    const float *bias;      /* (d) */
    float *weight_gradient; /* (d, C), added to; NULL if it is not trained */
    float *bias_gradient;   /* (d) */
};

/* What the backward pass needs from one micro-batch. */
struct head_tape {
    float *pooled;     /* (m, C) */
    float *embeddings; /* (m, d) unit rows */
    float *norms;      /* (m) lengths before normalization */
};

/* Turns gradient (d) = dL/dz of a unit row z = e / length into dL/de = (dL/dz - (dL/dz . z) z) / length; 0 for length
 * 0. */
void head_normalize_backward(const float *z, float length, int dim, float *gradient);

/* Computes tape->embeddings from features (m, C, area). GeM: (mean max(x, 1e-6)^p)^(1/p). */
void head_forward(const struct head *, const float *features, const struct head_tape *);

/* gradients (m, d) = dL/dz, overwritten; adds to the weight's gradient and writes dL/dfeatures into feature_gradients
 * (m, C, area). pooled_gradients (m, C) is scratch. */
void head_backward(const struct head *, const float *features, const struct head_tape *, float *gradients,
                   float *pooled_gradients, float *feature_gradients);

#endif
