/* slurm.h - a run's job arrays: their names, their lists of cells, and what the scheduler says of them. The only file
 * that calls squeue, scontrol and sbatch.
 *
 * RUN/slurm/N/cells.txt names the cells of the Nth array, a line each, the first being task 0. An array's name holds N
 * and a mark of the run's folder, so that the scheduler can be asked for it whatever else has happened. */
#ifndef PARTGRAD_HARNESS_RUNS_SLURM_H
#define PARTGRAD_HARNESS_RUNS_SLURM_H

#include "harness/runs/run.h"

enum { SLURM_NAME_SIZE = 128 };

/* The name of the run's Nth array. */
int slurm_job_name(const struct run *, int number, char name[SLURM_NAME_SIZE], struct error *);
/* The name of the job that hands over what follows from the arrays' results. */
int slurm_follower_name(const struct run *, char name[SLURM_NAME_SIZE], struct error *);
/* Arrays that were handed over so far. */
int slurm_submissions(const struct run *);

enum slurm_state { SLURM_NONE, SLURM_QUEUED, SLURM_RUNNING };
/* states (grid.count) of the run's cells in the scheduler; all SLURM_NONE, without asking, if none was handed over.
 */
int slurm_read_queue(const struct run *, enum slurm_state *states, struct error *);

/* The run's arrays that the scheduler has, as "12:13" (the caller frees; NULL on failure), and whether a job waits to
 * follow them; the job that asks does not count. */
int slurm_list_jobs(const struct run *, char **jobs, int *follows, struct error *);

/* Tasks that one array may have. */
int slurm_array_limit(int *limit, struct error *);

/* Hands over a job: `ours`, then `theirs` split as a shell does, then `script`, `last` before it winning over both. All
 * are NULL-terminated. job receives its number. */
int slurm_submit(const char *const *ours, const char *theirs, const char *const *last, const char *script, char job[64],
                 struct error *);

#endif
