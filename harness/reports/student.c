/* student.c - see student.h: the density is integrated by Simpson's rule, its integral inverted by bisection. */
#include "harness/reports/student.h"

#include <math.h>

enum { INTERVALS = 2000, HALVINGS = 60 };

static double density(int freedom, double t)
{
    static const double PI = 3.14159265358979323846;
    double n = freedom;
    return exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / sqrt(n * PI) * pow(1 + t * t / n, -(n + 1) / 2);
}

/* Probability of 0 .. t. */
static double integral(int freedom, double t)
{
    double width = t / INTERVALS, sum = density(freedom, 0) + density(freedom, t);
    for (int i = 1; i < INTERVALS; i++) sum += (i % 2 ? 4 : 2) * density(freedom, i * width);
    return sum * width / 3;
}

double student_two_sided(int freedom, double probability)
{
    double low = 0, high = 64; /* 0.99 of one degree of freedom lie within 63.7 */
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (2 * integral(freedom, middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
