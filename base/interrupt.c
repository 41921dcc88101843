/* interrupt.c - see interrupt.h. A blocked signal stays pending, even if a shell had it ignored. */
#include "base/interrupt.h"

#include <stddef.h>

static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
enum { INTERRUPTS = sizeof interrupts / sizeof *interrupts };

/* Shells ignore SIGINT for commands in the background; it is polled there all the same. */
static int is_ignored(int signal)
{
    struct sigaction action;
    return signal == SIGHUP && sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int interrupt_is(int signal)
{
    for (int i = 0; i < INTERRUPTS; i++)
        if (signal == interrupts[i]) return !is_ignored(signal);
    return 0;
}

void interrupt_add(sigset_t *signals)
{
    for (int i = 0; i < INTERRUPTS; i++)
        if (interrupt_is(interrupts[i])) sigaddset(signals, interrupts[i]);
}

static void mask(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    interrupt_add(&signals);
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
        if (sigismember(&pending, interrupts[i]) && interrupt_is(interrupts[i])) return interrupts[i];
    return 0;
}

void interrupt_release(void)
{
    for (int i = 0; i < INTERRUPTS; i++)
        if (interrupt_is(interrupts[i])) signal(interrupts[i], SIG_DFL);
    mask(SIG_UNBLOCK);
}
