/* peaks.c - see peaks.h. */
#include "harness/training/peaks.h"

#include <math.h>

#include "base/meter.h"

struct peaks peaks_none(void)
{
    return (struct peaks){NAN, NAN};
}

void peaks_end_phase(double *peak)
{
    double reached = (double)meter_peak_rss_bytes();
    if (meter_restart_peak() == 0) *peak = fmax(*peak, reached); /* fmax returns the number if the other is NAN */
}

double peaks_most(const struct peaks *peaks)
{
    return fmax(fmax(peaks->training, peaks->evaluation), (double)meter_peak_rss_bytes());
}
