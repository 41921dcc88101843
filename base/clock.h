/* clock.h - time as it passes. */
#ifndef PARTGRAD_BASE_CLOCK_H
#define PARTGRAD_BASE_CLOCK_H

/* Seconds on a clock that never goes back. */
double clock_seconds(void);

/* Sleeps for so many seconds, or until a signal arrives. */
void clock_rest(double seconds);

#endif
