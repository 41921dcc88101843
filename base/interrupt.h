/* interrupt.h - SIGINT and SIGTERM as something to ask for at a good moment, without a handler. */
#ifndef PARTGRAD_BASE_INTERRUPT_H
#define PARTGRAD_BASE_INTERRUPT_H

/* Holds both back from now on, in threads that are started later too. */
void interrupt_hold(void);
/* The one that has arrived since, which goes on waiting; 0: none. */
int interrupt_pending(void);
/* Lets the one that waits have its way: the process ends by it. Returns where none does. */
void interrupt_release(void);

#endif
