/* peaks.h - the largest resident set of the process while it trains and while it evaluates, told apart. */
#ifndef PARTGRAD_HARNESS_TRAINING_PEAKS_H
#define PARTGRAD_HARNESS_TRAINING_PEAKS_H

/* Bytes, of this start alone; NAN: not known, or there was no such phase. */
struct peaks {
    double training, evaluation;
};
struct peaks peaks_none(void);

/* Ends a phase: takes what it reached since the last phase ended, or since the process began. It stays unknown if
 * the kernel does not let a process count anew. */
void peaks_end_phase(double *peak);

/* The largest of all so far, whatever the phase. */
double peaks_most(const struct peaks *);

#endif
