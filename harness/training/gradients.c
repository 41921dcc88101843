/* gradients.c - see gradients.h. */
#include "harness/training/gradients.h"

#include <math.h>
#include <stdlib.h>

#include "harness/training/gradient_moments.h"

static const float *gradient_of(const struct gradients *gradients, int batch, int selection)
{
    return gradients->values + ((size_t)batch * (size_t)gradients->selections + (size_t)selection) * gradients->size;
}

/* Writes x_b to mean (size). */
static void take_batch_mean(const struct gradients *gradients, int batch, float *mean)
{
    for (size_t i = 0; i < gradients->size; i++) {
        double sum = 0;
        for (int s = 0; s < gradients->selections; s++) sum += gradient_of(gradients, batch, s)[i];
        mean[i] = (float)(sum / gradients->selections);
    }
}

/* Mean of |g_bs|^2 over a batch's selections. */
static double batch_square(const struct gradients *gradients, int batch)
{
    double sum = 0;
    for (int s = 0; s < gradients->selections; s++) {
        const float *g = gradient_of(gradients, batch, s);
        sum += gradient_dot(g, g, gradients->size);
    }
    return sum / gradients->selections;
}

/* tr of the covariance over selections, given mean |g|^2 and |x_b|^2. */
static double selection_variance(int selections, double square, double mean_square)
{
    return selections > 1 ? fmax(0, square - mean_square) * selections / (selections - 1) : 0;
}

/* ---- against a mean ---- */

/* Mean of <g, mean r> / |g| over all gradients; zero gradients have no direction and are left out. */
static double mean_projection(const struct gradients *gradients, const float *target)
{
    double sum = 0;
    int count = 0;
    for (int b = 0; b < gradients->batches; b++)
        for (int s = 0; s < gradients->selections; s++) {
            const float *g = gradient_of(gradients, b, s);
            double square = gradient_dot(g, g, gradients->size);
            if (square == 0) continue;
            sum += gradient_dot(g, target, gradients->size) / sqrt(square);
            count++;
        }
    return count > 0 ? sum / count : NAN;
}

static double root(double square)
{
    return square >= 0 ? sqrt(square) : NAN;
}

/* The figures that follow from means; cosine, distance and errors are not among them. `square` is the mean of |g|^2. */
static struct gradient_figures figures_of(const struct gradient_means *means, double square, int selections)
{
    double within = selection_variance(selections, square, means->own_square);
    double scale = means->x_square > 0 ? means->along / means->x_square : NAN;
    return (struct gradient_figures){
        .norm = root(square),
        .target_norm = root(means->r_square),
        .cosine = NAN,
        .mean_cosine = means->along / (root(means->x_square) * root(means->r_square)),
        .distance = NAN,
        .mean_square = means->x_square,
        .mean_square_error = NAN,
        .bias_square = gradient_bias_square(means, 1),
        .bias_square_error = NAN,
        .variance_batch = means->own_square - means->x_square - within / selections,
        .variance_selection = within,
        .best_scale = scale,
        .best_bias_square = gradient_bias_square(means, scale),
        .best_bias_square_error = NAN,
    };
}

/* The mean of squares (count) without one of them (-1: with all). */
static double mean_without(const double *squares, int count, int left_out)
{
    double sum = 0;
    for (int b = 0; b < count; b++)
        if (b != left_out) sum += squares[b];
    return sum / (count - (left_out >= 0));
}

/* `squares` are the batches' means of |g|^2. */
static void take_left_out(const struct gradient_moments *moments, const double *squares, int selections,
                          struct gradient_figures *left_out)
{
    int m = moments->xx.rows, n = moments->rr.rows;
    for (int i = 0; i < m + n; i++) {
        int batch = i < m ? i : -1, reference = i < m ? -1 : i - m;
        struct gradient_means means = gradient_moments_means(moments, batch, reference);
        left_out[i] = figures_of(&means, mean_without(squares, m, batch), selections);
    }
}

static void take_figures(const struct gradient_moments *moments, const double *squares, int selections,
                         double projection, struct gradient_figures *figures)
{
    struct gradient_means means = gradient_moments_means(moments, -1, -1);
    double square = mean_without(squares, means.batches, -1);
    *figures = figures_of(&means, square, selections);
    figures->cosine = projection / root(means.r_square);
    figures->distance = root(square - 2 * means.along + means.r_square);
    figures->mean_square_error = gradient_mean_square_error(moments);
    figures->bias_square_error = gradient_bias_square_error(moments, 1);
    figures->best_bias_square_error = gradient_bias_square_error(moments, figures->best_scale);
}

static int check(const struct gradients *gradients, struct error *error)
{
    if (gradients->batches >= GRADIENTS_BATCHES_MIN) return 0;
    return error_set(error, "%d batches are too few to tell bias from noise: at least %d", gradients->batches,
                     GRADIENTS_BATCHES_MIN);
}

int gradients_against(const struct gradients *gradients, const struct gradients *references,
                      struct gradient_figures *figures, struct gradient_figures *left_out, struct error *error)
{
    int m = gradients->batches, selections = gradients->selections;
    size_t size = gradients->size;
    struct gradient_moments moments = {0};
    if (check(gradients, error) != 0 || check(references, error) != 0) return -1;
    float *means = malloc(((size_t)m + 1) * size * sizeof(float)), *target = means ? means + (size_t)m * size : NULL;
    double *squares = malloc((size_t)m * sizeof *squares);
    int status = means && squares ? 0 : error_set(error, "out of memory");
    for (int b = 0; b < m && status == 0; b++) {
        take_batch_mean(gradients, b, means + (size_t)b * size);
        squares[b] = batch_square(gradients, b);
    }
    struct gradients all = {1, references->batches, size, references->values};
    if (status == 0) take_batch_mean(&all, 0, target);
    if (status == 0)
        status = gradient_moments_take(&moments, means, m, references->values, references->batches, size, error);
    if (status == 0) take_figures(&moments, squares, selections, mean_projection(gradients, target), figures);
    if (status == 0) take_left_out(&moments, squares, selections, left_out);
    gradient_moments_release(&moments);
    free(means);
    free(squares);
    return status;
}

/* ---- against a batch's own ---- */

/* Results of one batch. */
struct own {
    double square;   /* mean |g|^2 */
    double within;   /* variance over selections */
    double x_square; /* |E g|^2, unbiased */
    double along;    /* <E g, f> */
    double f_square; /* |f|^2 */
    double cosine;   /* mean over selections; NAN if f or all g are 0 */
    double distance; /* mean |g - f|^2, where differences within rounding count as 0 */
};

static double distance_square(const float *a, const float *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    return sum;
}

static struct own own_take(const struct gradients *gradients, int batch, const float *whole, float *mean)
{
    size_t size = gradients->size;
    struct gradients one = {1, gradients->selections, size, gradient_of(gradients, batch, 0)};
    struct own own = {.square = batch_square(gradients, batch), .f_square = gradient_dot(whole, whole, size)};
    take_batch_mean(gradients, batch, mean);
    double mean_square = gradient_dot(mean, mean, size);
    own.within = selection_variance(gradients->selections, own.square, mean_square);
    own.x_square = mean_square - own.within / gradients->selections;
    own.along = gradient_dot(mean, whole, size);
    own.cosine = own.f_square > 0 ? mean_projection(&one, whole) / sqrt(own.f_square) : NAN;
    for (int s = 0; s < gradients->selections; s++)
        own.distance += distance_square(gradient_of(gradients, batch, s), whole, size) / gradients->selections;
    return own;
}

static double own_bias_square(const struct own *own, double a)
{
    return a * a * own->x_square + own->f_square - 2 * a * own->along;
}

/* The standard error of the mean of own_bias_square over the batches. */
static double own_bias_square_error(const struct own *own, int count, double a)
{
    double mean = 0, squares = 0;
    for (int b = 0; b < count; b++) mean += own_bias_square(&own[b], a) / count;
    for (int b = 0; b < count; b++) {
        double apart = own_bias_square(&own[b], a) - mean;
        squares += apart * apart;
    }
    return sqrt(squares / (count - 1) / count);
}

/* Means over the batches without one of them (-1: over all). */
static struct own own_mean(const struct own *own, int batches, int left_out)
{
    struct own mean = {0};
    int count = batches - (left_out >= 0), directed = 0;
    for (int b = 0; b < batches; b++) {
        if (b == left_out) continue;
        mean.square += own[b].square / count;
        mean.within += own[b].within / count;
        mean.x_square += own[b].x_square / count;
        mean.along += own[b].along / count;
        mean.f_square += own[b].f_square / count;
        mean.distance += own[b].distance / count;
        if (!isnan(own[b].cosine)) mean.cosine += own[b].cosine;
        directed += !isnan(own[b].cosine);
    }
    mean.cosine = directed > 0 ? mean.cosine / directed : NAN;
    return mean;
}

/* The figures that follow from means; errors are not among them. */
static struct gradient_figures own_figures_of(const struct own *mean)
{
    double scale = mean->x_square > 0 ? mean->along / mean->x_square : NAN;
    return (struct gradient_figures){
        .norm = root(mean->square),
        .target_norm = root(mean->f_square),
        .cosine = mean->cosine,
        .mean_cosine = mean->along / (root(mean->x_square) * root(mean->f_square)),
        .distance = root(mean->distance),
        .mean_square = mean->x_square,
        .mean_square_error = NAN,
        .bias_square = own_bias_square(mean, 1),
        .bias_square_error = NAN,
        .variance_selection = mean->within,
        .best_scale = scale,
        .best_bias_square = own_bias_square(mean, scale),
        .best_bias_square_error = NAN,
    };
}

static void take_own_figures(const struct own *own, int count, int selections, struct gradient_figures *figures,
                             struct gradient_figures *left_out)
{
    struct own mean = own_mean(own, count, -1);
    *figures = own_figures_of(&mean);
    figures->mean_square_error = sqrt(2.0 / count) * mean.within / selections;
    figures->bias_square_error = own_bias_square_error(own, count, 1);
    figures->best_bias_square_error = own_bias_square_error(own, count, figures->best_scale);
    for (int b = 0; b < count; b++) {
        mean = own_mean(own, count, b);
        left_out[b] = own_figures_of(&mean);
    }
}

int gradients_against_own(const struct gradients *gradients, const float *whole, struct gradient_figures *figures,
                          struct gradient_figures *left_out, struct error *error)
{
    int m = gradients->batches;
    if (check(gradients, error) != 0) return -1;
    struct own *own = calloc((size_t)m, sizeof *own);
    float *mean = malloc(gradients->size * sizeof(float));
    for (int b = 0; b < m && own && mean; b++)
        own[b] = own_take(gradients, b, whole + (size_t)b * gradients->size, mean);
    if (own && mean) take_own_figures(own, m, gradients->selections, figures, left_out);
    int status = own && mean ? 0 : error_set(error, "out of memory");
    free(own);
    free(mean);
    return status;
}

/* ---- paired ---- */

int gradients_paired_bias(const struct gradients *gradients, const float *whole, double a, double *square,
                          double *standard_error, struct error *error)
{
    int m = gradients->batches;
    size_t size = gradients->size;
    struct gradient_moments moments = {0};
    if (check(gradients, error) != 0) return -1;
    float *apart = calloc(((size_t)m + GRADIENTS_BATCHES_MIN) * size,
                          sizeof(float)); /* also serves as references that are all zeros */
    if (!apart) return error_set(error, "out of memory");
    for (int b = 0; b < m; b++) {
        float *row = apart + (size_t)b * size;
        take_batch_mean(gradients, b, row);
        for (size_t i = 0; i < size; i++) row[i] = (float)(a * row[i] - whole[(size_t)b * size + i]);
    }
    int status =
        gradient_moments_take(&moments, apart, m, apart + (size_t)m * size, GRADIENTS_BATCHES_MIN, size, error);
    if (status == 0) {
        struct gradient_means means = gradient_moments_means(&moments, -1, -1);
        *square = gradient_bias_square(&means, 1);
        *standard_error = gradient_bias_square_error(&moments, 1);
    }
    gradient_moments_release(&moments);
    free(apart);
    return status;
}

int gradients_paired_scale(const struct gradients *gradients, const float *whole, double *a, struct error *error)
{
    int m = gradients->batches;
    size_t size = gradients->size;
    struct gradient_moments moments = {0};
    if (check(gradients, error) != 0) return -1;
    float *means = malloc((size_t)m * size * sizeof(float));
    if (!means) return error_set(error, "out of memory");
    for (int b = 0; b < m; b++) take_batch_mean(gradients, b, means + (size_t)b * size);
    int status = gradient_moments_take(&moments, means, m, whole, m, size, error);
    double square =
        status == 0 ? gradient_products_apart(&moments.xx) : 0; /* so that for whole gradients it is exactly 1 */
    *a = square > 0 ? gradient_products_apart(&moments.xr) / square : NAN;
    gradient_moments_release(&moments);
    free(means);
    return status;
}
