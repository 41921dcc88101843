/* interrupt.h - SIGINT, SIGTERM and SIGHUP, held back and polled at a good moment instead of caught by a handler. */
#ifndef PARTGRAD_BASE_INTERRUPT_H
#define PARTGRAD_BASE_INTERRUPT_H

#include <signal.h>

/* Whether a signal is one of these. SIGHUP does not count while it is ignored, as under nohup. */
int interrupt_is(int signal);
/* Adds them to a set. */
void interrupt_add(sigset_t *);

/* Blocks them from now on, in threads that are started later too. */
void interrupt_hold(void);
/* The one that has arrived since and stays pending; 0: none. */
int interrupt_pending(void);
/* Unblocks the pending signal, which ends the process. Returns if none is pending. */
void interrupt_release(void);

#endif
