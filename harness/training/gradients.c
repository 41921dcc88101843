/* gradients.c - see gradients.h. */
#include "harness/training/gradients.h"

#include <math.h>
#include <stdlib.h>

#include "harness/training/moments.h"

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
        sum += moments_dot(g, g, gradients->size);
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
            double square = moments_dot(g, g, gradients->size);
            if (square == 0) continue;
            sum += moments_dot(g, target, gradients->size) / sqrt(square);
            count++;
        }
    return count > 0 ? sum / count : NAN;
}

static double root(double square)
{
    return square >= 0 ? sqrt(square) : NAN;
}

static void take_figures(const struct moments *moments, double square, int selections, double projection,
                         struct gradient_figures *figures)
{
    double along = moments->xr.mean, mean_square = 0;
    int m = moments->xx.rows;
    for (int b = 0; b < m; b++) mean_square += moments->xx.value[b * m + b] / m;
    double within = selection_variance(selections, square, mean_square);
    double scale = moments->x_square > 0 ? along / moments->x_square : NAN;
    *figures = (struct gradient_figures){
        .norm = root(square),
        .target_norm = root(moments->r_square),
        .cosine = projection / root(moments->r_square),
        .mean_cosine = along / (root(moments->x_square) * root(moments->r_square)),
        .distance = root(square - 2 * along + moments->r_square),
        .bias_square = moments_bias_square(moments, 1),
        .bias_square_error = moments_bias_square_error(moments, 1),
        .variance_batch = moments->x_trace - within / selections,
        .variance_selection = within,
        .best_scale = scale,
        .best_bias_square = moments_bias_square(moments, scale),
        .best_bias_square_error = moments_bias_square_error(moments, scale),
    };
}

static int check(const struct gradients *gradients, struct error *error)
{
    if (gradients->batches >= GRADIENTS_BATCHES_MIN) return 0;
    return error_set(error, "%d batches are too few to tell bias from noise: at least %d", gradients->batches,
                     GRADIENTS_BATCHES_MIN);
}

int gradients_against(const struct gradients *gradients, const struct gradients *references,
                      struct gradient_figures *figures, struct error *error)
{
    int m = gradients->batches;
    size_t size = gradients->size;
    struct moments moments = {0};
    if (check(gradients, error) != 0 || check(references, error) != 0) return -1;
    float *means = malloc(((size_t)m + 1) * size * sizeof(float)), *target = means ? means + (size_t)m * size : NULL;
    if (!means) return error_set(error, "out of memory");
    double square = 0;
    for (int b = 0; b < m; b++) {
        take_batch_mean(gradients, b, means + (size_t)b * size);
        square += batch_square(gradients, b) / m;
    }
    struct gradients all = {1, references->batches, size, references->values};
    take_batch_mean(&all, 0, target);
    int status = moments_take(&moments, means, m, references->values, references->batches, size, error);
    if (status == 0) take_figures(&moments, square, gradients->selections, mean_projection(gradients, target), figures);
    moments_release(&moments);
    free(means);
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
    struct own own = {.square = batch_square(gradients, batch), .f_square = moments_dot(whole, whole, size)};
    take_batch_mean(gradients, batch, mean);
    double mean_square = moments_dot(mean, mean, size);
    own.within = selection_variance(gradients->selections, own.square, mean_square);
    own.x_square = mean_square - own.within / gradients->selections;
    own.along = moments_dot(mean, whole, size);
    own.cosine = own.f_square > 0 ? mean_projection(&one, whole) / sqrt(own.f_square) : NAN;
    for (int s = 0; s < gradients->selections; s++)
        own.distance += distance_square(gradient_of(gradients, batch, s), whole, size) / gradients->selections;
    return own;
}

/* Mean over batches of |a E g - f|^2, and its standard error. */
static double own_bias_square(const struct own *own, int count, double a, double *error)
{
    double sum = 0, squares = 0;
    for (int b = 0; b < count; b++) sum += (a * a * own[b].x_square + own[b].f_square - 2 * a * own[b].along) / count;
    for (int b = 0; b < count; b++) {
        double apart = a * a * own[b].x_square + own[b].f_square - 2 * a * own[b].along - sum;
        squares += apart * apart;
    }
    *error = sqrt(squares / (count - 1) / count);
    return sum;
}

static void take_own_figures(const struct own *own, int count, struct gradient_figures *figures)
{
    struct own mean = {0};
    int directed = 0;
    for (int b = 0; b < count; b++) {
        mean.square += own[b].square / count;
        mean.within += own[b].within / count;
        mean.x_square += own[b].x_square / count;
        mean.along += own[b].along / count;
        mean.f_square += own[b].f_square / count;
        mean.distance += own[b].distance / count;
        if (!isnan(own[b].cosine)) mean.cosine += own[b].cosine;
        directed += !isnan(own[b].cosine);
    }
    *figures = (struct gradient_figures){
        .norm = root(mean.square),
        .target_norm = root(mean.f_square),
        .cosine = directed > 0 ? mean.cosine / directed : NAN,
        .mean_cosine = mean.along / (root(mean.x_square) * root(mean.f_square)),
        .distance = root(mean.distance),
        .variance_selection = mean.within,
        .best_scale = mean.x_square > 0 ? mean.along / mean.x_square : NAN,
    };
    figures->bias_square = own_bias_square(own, count, 1, &figures->bias_square_error);
    figures->best_bias_square = own_bias_square(own, count, figures->best_scale, &figures->best_bias_square_error);
}

int gradients_against_own(const struct gradients *gradients, const float *whole, struct gradient_figures *figures,
                          struct error *error)
{
    int m = gradients->batches;
    if (check(gradients, error) != 0) return -1;
    struct own *own = calloc((size_t)m, sizeof *own);
    float *mean = malloc(gradients->size * sizeof(float));
    for (int b = 0; b < m && own && mean; b++)
        own[b] = own_take(gradients, b, whole + (size_t)b * gradients->size, mean);
    if (own && mean) take_own_figures(own, m, figures);
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
    struct moments moments = {0};
    if (check(gradients, error) != 0) return -1;
    float *apart = calloc(((size_t)m + GRADIENTS_BATCHES_MIN) * size,
                          sizeof(float)); /* also serves as references that are all zeros */
    if (!apart) return error_set(error, "out of memory");
    for (int b = 0; b < m; b++) {
        float *row = apart + (size_t)b * size;
        take_batch_mean(gradients, b, row);
        for (size_t i = 0; i < size; i++) row[i] = (float)(a * row[i] - whole[(size_t)b * size + i]);
    }
    int status = moments_take(&moments, apart, m, apart + (size_t)m * size, GRADIENTS_BATCHES_MIN, size, error);
    if (status == 0) {
        *square = moments_bias_square(&moments, 1);
        *standard_error = moments_bias_square_error(&moments, 1);
    }
    moments_release(&moments);
    free(apart);
    return status;
}

int gradients_paired_scale(const struct gradients *gradients, const float *whole, double *a, struct error *error)
{
    int m = gradients->batches;
    size_t size = gradients->size;
    struct moments moments = {0};
    if (check(gradients, error) != 0) return -1;
    float *means = malloc((size_t)m * size * sizeof(float));
    if (!means) return error_set(error, "out of memory");
    for (int b = 0; b < m; b++) take_batch_mean(gradients, b, means + (size_t)b * size);
    int status = moments_take(&moments, means, m, whole, m, size, error);
    double square = status == 0 ? moments_apart_mean(&moments.xx) : 0; /* so that for whole gradients it is exactly 1 */
    *a = square > 0 ? moments_apart_mean(&moments.xr) / square : NAN;
    moments_release(&moments);
    free(means);
    return status;
}
