/* half.h - 16-bit floating-point numbers as they are stored in files. */
#ifndef PARTGRAD_BASE_HALF_H
#define PARTGRAD_BASE_HALF_H

#include <stdint.h>

/* The value of an IEEE 754 binary16 (a sign, 5 bits of exponent, 10 of fraction). A float holds each exactly. */
float half_value(uint16_t bits);

#endif
