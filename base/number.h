/* number.h - the smaller and the larger of two numbers. */
#ifndef PARTGRAD_BASE_NUMBER_H
#define PARTGRAD_BASE_NUMBER_H

#include <stddef.h>

static inline int number_smaller(int a, int b)
{
    return a < b ? a : b;
}

static inline int number_larger(int a, int b)
{
    return a > b ? a : b;
}

static inline size_t number_smaller_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t number_larger_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
