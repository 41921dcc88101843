/* follow.c - see follow.h. */
#include "harness/runs/follow.h"

#include <math.h>

#include "base/clock.h"
#include "base/interrupt.h"

/* A rest takes LOOKS_REST times as long as the look before it. On a cluster there may be moments between cells when
 * none runs, so a run has ended only if LOOKS_STILL looks in a row see none. */
enum { LOOKS_REST = 20, LOOKS_STILL = 2 };
static const double NAP_SECONDS = 0.2;

/* Counts in `still` the looks in a row that saw nothing move, this one included. */
static int look_once(const char *folder, follow_look *look, void *context, int *still, int *is_last,
                     struct error *error)
{
    struct run run;
    struct outlook outlook;
    if (run_open(&run, folder, error) != 0) return -1;
    int status = outlook_init(&outlook, &run, error);
    if (status == 0) {
        *still = outlook_is_moving(&outlook) ? 0 : *still + 1;
        *is_last = *still == LOOKS_STILL || interrupt_pending();
        status = look(context, &run, &outlook, *is_last, error);
    }
    outlook_release(&outlook);
    run_release(&run);
    return status;
}

/* Ends early if a signal arrives. */
static void rest(double seconds)
{
    for (double until = clock_seconds() + seconds; clock_seconds() < until && !interrupt_pending();)
        clock_rest(fmin(NAP_SECONDS, fmax(until - clock_seconds(), 0)));
}

int follow_run(const char *folder, double every, follow_look *look, void *context, struct error *error)
{
    int still = 0, is_last = 0;
    interrupt_hold();
    while (!is_last) {
        double started = clock_seconds();
        if (look_once(folder, look, context, &still, &is_last, error) != 0) return -1;
        if (!is_last) rest(fmax(every, LOOKS_REST * (clock_seconds() - started)));
    }
    return 0;
}
