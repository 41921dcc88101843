/* peaks.h - the largest resident set of the process, separately for training and for evaluation. */
#ifndef PARTGRAD_HARNESS_TRAINING_PEAKS_H
#define PARTGRAD_HARNESS_TRAINING_PEAKS_H

/* In bytes, since this process started; NAN: not known, or there was no such phase. */
struct peaks {
    double training, evaluation;
};
/* Both NAN. */
struct peaks peaks_none(void);

/* Ends a phase: updates its peak by the largest resident set since the last phase ended. Stays NAN if the kernel does
 * not allow resetting the count. */
void peaks_end_phase(double *peak);

/* The largest so far, in any phase. */
double peaks_most(const struct peaks *);

#endif
