/* student.h - quantiles of Student's t distribution (Student 1908), for confidence intervals of a few seeds' mean. */
#ifndef PARTGRAD_HARNESS_REPORTS_STUDENT_H
#define PARTGRAD_HARNESS_REPORTS_STUDENT_H

/* The t that a variable of `freedom` >= 1 degrees stays within, -t .. t, with the given probability (0 < p <= 0.99). */
double student_two_sided(int freedom, double probability);

#endif
