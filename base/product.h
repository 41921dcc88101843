/* product.h - the three matrix products of metric learning, by OpenBLAS: S = A B^T of embeddings, and the two halves of
 * (W + W^T) Z, which turn derivatives with respect to S into gradients of the embeddings.
 *
 * All matrices are row-major. Call these from inside parallel_for. A product then runs on the calling thread alone:
 * callers distribute tiles over threads, and no sum depends on the number of threads. */
#ifndef PARTGRAD_BASE_PRODUCT_H
#define PARTGRAD_BASE_PRODUCT_H

/* similarities (rows, columns) = a (rows, dim) b (columns, dim)^T. */
void product_of_rows(const float *a, int rows, const float *b, int columns, int dim, float *similarities);

/* gradients (rows, dim) += scale * slopes (rows, columns) z (columns, dim). */
void product_add_to_rows(const float *slopes, int rows, int columns, const float *z, int dim, float scale,
                         float *gradients);

/* gradients (columns, dim) += scale * slopes (rows, columns)^T z (rows, dim); rows of `slopes` lie `stride` apart. */
void product_add_to_columns(const float *slopes, int stride, int rows, int columns, const float *z, int dim,
                            float scale, float *gradients);

#endif
