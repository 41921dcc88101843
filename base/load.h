/* load.h - how busy other processes keep the cores while this one works. */
#ifndef PARTGRAD_BASE_LOAD_H
#define PARTGRAD_BASE_LOAD_H

/* Seconds that all cores together have been busy since the machine started, including time stolen from a virtual
 * machine; NAN if the kernel does not report it. */
double load_busy_seconds(void);

/* Processor seconds so far, at one moment. */
struct load {
    double clock;  /* on clock_seconds */
    double busy;   /* of all cores, whoever used them; NAN if the kernel does not report it */
    double family; /* of this process's parent, of all children that it has waited for, and of those that live */
    int siblings;  /* other children of the parent that live now */
};
struct load load_read(void);

/* Share of all cores, 0 .. 1, that processes outside the family used between two readings; NAN: not known. */
double load_others_share(const struct load *before, const struct load *after);

#endif
