/* similarity.c - see similarity.h. The only file that knows OpenBLAS; its own threads stay out of it, because inside an
 * OpenMP region it runs on the thread that calls. */
#include "losses/similarity.h"

#include <cblas.h>

void similarity_tile(const float *a, int rows, const float *b, int columns, int dim, float *similarities)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, columns, dim, 1, a, dim, b, dim, 0, similarities,
                columns);
}

void similarity_backward_rows(const float *slopes, int rows, int columns, const float *z, int dim, float scale,
                              float *gradients)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, dim, columns, scale, slopes, columns, z, dim, 1,
                gradients, dim);
}

void similarity_backward_columns(const float *slopes, int stride, int rows, int columns, const float *z, int dim,
                                 float scale, float *gradients)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, columns, dim, rows, scale, slopes, stride, z, dim, 1,
                gradients, dim);
}
