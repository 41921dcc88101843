/* product.c - see product.h. Inside an OpenMP region OpenBLAS runs on the thread that calls. */
#include "base/product.h"

#include <cblas.h>

void product_of_rows(const float *a, int rows, const float *b, int columns, int dim, float *similarities)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, columns, dim, 1, a, dim, b, dim, 0, similarities,
                columns);
}

void product_add_to_rows(const float *slopes, int rows, int columns, const float *z, int dim, float scale,
                              float *gradients)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, dim, columns, scale, slopes, columns, z, dim, 1,
                gradients, dim);
}

void product_add_to_columns(const float *slopes, int stride, int rows, int columns, const float *z, int dim,
                                 float scale, float *gradients)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, columns, dim, rows, scale, slopes, stride, z, dim, 1,
                gradients, dim);
}
