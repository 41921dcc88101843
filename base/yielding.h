/* yielding.h - lets the OpenMP pool give its cores away when other processes want them. */
#ifndef PARTGRAD_BASE_YIELDING_H
#define PARTGRAD_BASE_YIELDING_H

/* Between loops the pool's threads spin, which is fastest while no one else needs the cores. When somebody does, the
 * spinning takes them away: two runs side by side would be many times slower than one after the other. So this starts
 * a thread that watches how long our threads wait for a core. While they wait much, the pool's threads sleep almost at
 * once; when the cores are free again, they spin again. It ends with the process.
 *
 * Does nothing where the user has set OMP_WAIT_POLICY or GOMP_SPINCOUNT. Call it once, before work begins. */
void yielding_begin(void);

/* How many of our threads waited for a core, on average over `elapsed` seconds in which the threads' waiting time, as
 * yielding_waited_seconds tells it, grew from `before` to `after`. Threads that have ended count as nothing. */
double yielding_pressure(double before, double after, double elapsed);

/* Seconds that all threads of this process together have been ready to run and had no core; -1 where the kernel does
 * not tell. */
double yielding_waited_seconds(void);

#endif
