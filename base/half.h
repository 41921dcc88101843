/* half.h - numbers of 16 bits, as files have them. */
#ifndef PARTGRAD_BASE_HALF_H
#define PARTGRAD_BASE_HALF_H

#include <stdint.h>

/* The number that IEEE 754's binary16 stands for: a sign, 5 bits of exponent, 10 of fraction. Every one is a float. */
float half_value(uint16_t bits);

#endif
