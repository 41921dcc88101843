/* interrupt.c - see interrupt.h. What is blocked waits, even where a shell had it ignored. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int interrupts[] = {SIGINT, SIGTERM};
enum { INTERRUPTS = sizeof interrupts / sizeof *interrupts };

static void mask(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (int i = 0; i < INTERRUPTS; i++) sigaddset(&signals, interrupts[i]);
    sigprocmask(how, &signals, NULL);
}

void interrupt_hold(void)
{
    mask(SIG_BLOCK);
}

int interrupt_pending(void)
{
    sigset_t pending;
    sigpending(&pending);
    for (int i = 0; i < INTERRUPTS; i++)
        if (sigismember(&pending, interrupts[i])) return interrupts[i];
    return 0;
}

void interrupt_release(void)
{
    for (int i = 0; i < INTERRUPTS; i++) signal(interrupts[i], SIG_DFL);
    mask(SIG_UNBLOCK);
}
