/* gradient_moments.c - see gradient_moments.h. */
#include "harness/training/gradient_moments.h"

#include <math.h>
#include <stdlib.h>

/* In several independent sums, as a single one would wait for each addition. */
double gradient_dot(const float *a, const float *b, size_t size)
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

static void products_release(struct gradient_products *products)
{
    free(products->value);
    free(products->row);
    free(products->column);
    free(products->centered);
}

static void center(struct gradient_products *products)
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

static int products_take(struct gradient_products *products, const float *x, int rows, const float *y, int columns,
                         size_t size, struct error *error)
{
    size_t count = (size_t)rows * (size_t)columns;
    *products = (struct gradient_products){
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
                                                   : gradient_dot(x + (size_t)i * size, y + (size_t)j * size, size);
    center(products);
    return 0;
}

/* tr V of a sample's own products. */
static double trace(const struct gradient_products *products)
{
    double sum = 0;
    for (int i = 0; i < products->rows; i++) sum += products->centered[i * products->columns + i];
    return fmax(0, sum / (products->rows - 1));
}

static double sum_of_squares(const struct gradient_products *products)
{
    double sum = 0;
    for (int i = 0; i < products->rows * products->columns; i++) sum += products->centered[i] * products->centered[i];
    return sum;
}

/* tr V^2 of a sample's own products, unbiased for any distribution: Himeno and Yamada 2014, "Estimations for some
 * functions of covariance matrix in high dimension under non-normality". */
static double trace_of_square(const struct gradient_products *products)
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

/* The sum of a sample's products of different rows, without row `left_out` (-1: none). */
static double sum_apart(const struct gradient_products *own, int left_out)
{
    double sum = 0;
    for (int i = 0; i < own->rows; i++)
        for (int j = 0; j < own->columns; j++)
            if (i != j && i != left_out && j != left_out) sum += own->value[i * own->columns + j];
    return sum;
}

double gradient_products_apart(const struct gradient_products *products)
{
    return sum_apart(products, -1) / (products->rows * (products->rows - 1.0));
}

/* ---- moments ---- */

int gradient_moments_take(struct gradient_moments *moments, const float *x, int m, const float *r, int n, size_t size,
                          struct error *error)
{
    *moments = (struct gradient_moments){0};
    if (products_take(&moments->xx, x, m, x, m, size, error) != 0 ||
        products_take(&moments->rr, r, n, r, n, size, error) != 0 ||
        products_take(&moments->xr, x, m, r, n, size, error) != 0)
        return -1;
    moments->x_traced = trace_of_square(&moments->xx);
    moments->r_traced = trace_of_square(&moments->rr);
    moments->both_traced = sum_of_squares(&moments->xr) / (m - 1) / (n - 1);
    return 0;
}

void gradient_moments_release(struct gradient_moments *moments)
{
    products_release(&moments->xx);
    products_release(&moments->rr);
    products_release(&moments->xr);
}

/* The unbiased |E x|^2 of a sample without one of its rows (-1: with all). */
static double square_without(const struct gradient_products *own, int left_out)
{
    double count = own->rows - (left_out >= 0);
    return sum_apart(own, left_out) / (count * (count - 1));
}

struct gradient_means gradient_moments_means(const struct gradient_moments *moments, int batch, int reference)
{
    const struct gradient_products *xx = &moments->xx, *xr = &moments->xr;
    struct gradient_means means = {
        .batches = xx->rows - (batch >= 0),
        .x_square = square_without(xx, batch),
        .r_square = square_without(&moments->rr, reference),
    };
    int references = xr->columns - (reference >= 0);
    for (int i = 0; i < xx->rows; i++) {
        if (i == batch) continue;
        means.own_square += xx->value[i * xx->columns + i] / means.batches;
        for (int j = 0; j < xr->columns; j++)
            if (j != reference) means.along += xr->value[i * xr->columns + j] / means.batches / references;
    }
    return means;
}

double gradient_bias_square(const struct gradient_means *means, double a)
{
    return a * a * means->x_square + means->r_square - 2 * a * means->along;
}

/* The variance over a sample's rows x_i of <x_i, d>, d = a mean x - b mean r, without x_i's share of its own mean,
 * which depends on the row's length and not on its direction. `across` are the means of <x_i, r_j> over j, their mean
 * is `mean`. */
static double along_difference(const struct gradient_products *own, double a, const double *across, double mean,
                               double b)
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
double gradient_bias_square_error(const struct gradient_moments *moments, double a)
{
    double m = moments->xx.rows, n = moments->rr.rows, a2 = a * a;
    double xx = a2 * a2 * moments->x_traced, rr = moments->r_traced, both = a2 * moments->both_traced;
    double x_along = a2 * along_difference(&moments->xx, a, moments->xr.row, moments->xr.mean, 1);
    double r_along = along_difference(&moments->rr, 1, moments->xr.column, moments->xr.mean, a);
    double along = (x_along - xx / m - both / n) / m + (r_along - rr / n - both / m) / n;
    return sqrt(4 * fmax(0, along) + 2 * xx / (m * (m - 1)) + 2 * rr / (n * (n - 1)) + 4 * both / (m * n));
}

double gradient_mean_square_error(const struct gradient_moments *moments)
{
    double m = moments->xx.rows;
    return sqrt(2 * moments->x_traced / (m * (m - 1)));
}
