/* interrupt.h - SIGINT, SIGTERM and SIGHUP as something to ask for at a good moment, without a handler. */
#ifndef PARTGRAD_BASE_INTERRUPT_H
#define PARTGRAD_BASE_INTERRUPT_H

#include <signal.h>

/* Whether a signal is one of these. SIGHUP is not while it is ignored, as by nohup. */
int interrupt_is(int signal);
/* Adds them to a set. */
void interrupt_add(sigset_t *);

/* Holds them back from now on, in threads that are started later too. */
void interrupt_hold(void);
/* The one that has arrived since, which goes on waiting; 0: none. */
int interrupt_pending(void);
/* Unblocks the pending signal, which ends the process. Returns if none is pending. */
void interrupt_release(void);

#endif
