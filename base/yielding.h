/* yielding.h - lets the OpenMP pool give its cores away when other processes want them. */
#ifndef PARTGRAD_BASE_YIELDING_H
#define PARTGRAD_BASE_YIELDING_H

/* Between loops the pool's threads spin, which is fastest while no other process needs the cores. If one does, spinning
 * takes the cores from it: two runs side by side would be many times slower than one after the other. So this starts a
 * thread that watches how long our threads wait for a core. While they wait much, the pool's threads sleep almost at
 * once between loops; when the cores are free again, they spin again. The watching thread ends with the process.
 *
 * Does nothing if the user has set OMP_WAIT_POLICY or GOMP_SPINCOUNT. Call it once, before work begins. */
void yielding_begin(void);

/* How many of our threads were waiting for a core, on average over `elapsed` seconds, in which yielding_waited_seconds
 * grew from `before` to `after`. Threads that have ended do not count. */
double yielding_pressure(double before, double after, double elapsed);

/* Seconds that all threads of this process together have been ready to run without a core; -1 if the kernel does not
 * report it. */
double yielding_waited_seconds(void);

#endif
