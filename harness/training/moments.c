/* moments.c - see moments.h. */
#include "harness/training/moments.h"

#include <math.h>
#include <stdlib.h>

/* In several independent sums, as a single one would wait for each addition. */
double moments_dot(const float *a, const float *b, size_t size)
{
    enum { LANES = 16 };
    double sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= size; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += (double)a[i + lane] * (double)b[i + lane];
    for (; i < size; i++) sum += (double)a[i] * (double)b[i];
    for (size_t lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

/* ---- inner products ---- */

static void products_release(struct products *products)
{
    free(products->value);
    free(products->row);
    free(products->column);
    free(products->centered);
}

static void center(struct products *products)
{
    int rows = products->rows, columns = products->columns;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            double value = products->value[i * columns + j];
            products->row[i] += value / columns;
            products->column[j] += value / rows;
            products->mean += value / rows / columns;
        }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            products->centered[i * columns + j] =
                products->value[i * columns + j] - products->row[i] - products->column[j] + products->mean;
}

static int products_take(struct products *products, const float *x, int rows, const float *y, int columns, size_t size,
                         struct error *error)
{
    size_t count = (size_t)rows * (size_t)columns;
    *products = (struct products){
        .rows = rows,
        .columns = columns,
        .value = calloc(count, sizeof(double)),
        .row = calloc((size_t)rows, sizeof(double)),
        .column = calloc((size_t)columns, sizeof(double)),
        .centered = calloc(count, sizeof(double)),
    };
    if (!products->value || !products->row || !products->column || !products->centered)
        return error_set(error, "out of memory");
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            products->value[i * columns + j] = x == y && j < i
                                                   ? products->value[j * columns + i]
                                                   : moments_dot(x + (size_t)i * size, y + (size_t)j * size, size);
    center(products);
    return 0;
}

/* tr V of a sample's own products. */
static double trace(const struct products *products)
{
    double sum = 0;
    for (int i = 0; i < products->rows; i++) sum += products->centered[i * products->columns + i];
    return fmax(0, sum / (products->rows - 1));
}

static double sum_of_squares(const struct products *products)
{
    double sum = 0;
    for (int i = 0; i < products->rows * products->columns; i++) sum += products->centered[i] * products->centered[i];
    return sum;
}

/* tr V^2 of a sample's own products, unbiased for any distribution: Himeno and Yamada 2014, "Estimations for some
 * functions of covariance matrix in high dimension under non-normality". */
static double trace_of_square(const struct products *products)
{
    double n = products->rows, of_square = sum_of_squares(products) / (n - 1) / (n - 1), first = trace(products);
    double fourth = 0;
    for (int i = 0; i < products->rows; i++) {
        double square = products->centered[i * products->columns + i];
        fourth += square * square / (n - 1);
    }
    double value = (n - 1) / (n * (n - 2) * (n - 3)) * ((n - 1) * (n - 2) * of_square + first * first - n * fourth);
    return fmax(0, value);
}

/* ---- moments ---- */

int moments_take(struct moments *moments, const float *x, int m, const float *r, int n, size_t size,
                 struct error *error)
{
    *moments = (struct moments){0};
    if (products_take(&moments->xx, x, m, x, m, size, error) != 0 ||
        products_take(&moments->rr, r, n, r, n, size, error) != 0 ||
        products_take(&moments->xr, x, m, r, n, size, error) != 0)
        return -1;
    moments->x_trace = trace(&moments->xx);
    moments->r_trace = trace(&moments->rr);
    moments->x_square = moments->xx.mean - moments->x_trace / m;
    moments->r_square = moments->rr.mean - moments->r_trace / n;
    moments->x_traced = trace_of_square(&moments->xx);
    moments->r_traced = trace_of_square(&moments->rr);
    moments->both_traced = sum_of_squares(&moments->xr) / (m - 1) / (n - 1);
    return 0;
}

void moments_release(struct moments *moments)
{
    products_release(&moments->xx);
    products_release(&moments->rr);
    products_release(&moments->xr);
}

double moments_bias_square(const struct moments *moments, double a)
{
    return a * a * moments->x_square + moments->r_square - 2 * a * moments->xr.mean;
}

/* The variance over a sample's rows x_i of <x_i, d>, d = a mean x - b mean r, without x_i's share of its own mean,
 * which depends on the row's length and not on its direction. `across` are the means of <x_i, r_j> over j, their mean
 * is `mean`. */
static double along_difference(const struct products *own, double a, const double *across, double mean, double b)
{
    int count = own->rows;
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        double length = own->centered[i * count + i] / count;
        double value = a * (own->row[i] - own->mean - length) - b * (across[i] - mean);
        sum += value;
        squares += value * value;
    }
    return (squares - sum * sum / count) / (count - 1);
}

/* d is itself an estimate, which adds traces to d'V d; they are subtracted. */
double moments_bias_square_error(const struct moments *moments, double a)
{
    double m = moments->xx.rows, n = moments->rr.rows, a2 = a * a;
    double xx = a2 * a2 * moments->x_traced, rr = moments->r_traced, both = a2 * moments->both_traced;
    double x_along = a2 * along_difference(&moments->xx, a, moments->xr.row, moments->xr.mean, 1);
    double r_along = along_difference(&moments->rr, 1, moments->xr.column, moments->xr.mean, a);
    double along = (x_along - xx / m - both / n) / m + (r_along - rr / n - both / m) / n;
    return sqrt(4 * fmax(0, along) + 2 * xx / (m * (m - 1)) + 2 * rr / (n * (n - 1)) + 4 * both / (m * n));
}

double moments_apart_mean(const struct products *products)
{
    int m = products->rows;
    double own = 0;
    for (int b = 0; b < m; b++) own += products->value[b * m + b];
    return (products->mean * m * m - own) / (m * (m - 1.0));
}
