/* slurm.h - a run's job arrays: their names, their lists of cells, and their states in the scheduler. Only slurm.c
 * calls squeue, scontrol and sbatch.
 *
 * RUN/slurm/N/cells.txt lists the cells of the Nth array, one per line; the first is task 0. An array's name contains N
 * and a hash of the run's folder, so that the scheduler can be asked about it without further records. */
#ifndef PARTGRAD_HARNESS_RUNS_SLURM_H
#define PARTGRAD_HARNESS_RUNS_SLURM_H

#include "harness/runs/run.h"

enum { SLURM_NAME_SIZE = 128 };

/* The name of the run's Nth array. */
int slurm_job_name(const struct run *, int number, char name[SLURM_NAME_SIZE], struct error *);
/* The name of the job that hands over the cells that follow from the arrays' results. */
int slurm_follower_name(const struct run *, char name[SLURM_NAME_SIZE], struct error *);
/* The number of arrays handed over so far. */
int slurm_submissions(const struct run *);

enum slurm_state { SLURM_NONE, SLURM_QUEUED, SLURM_RUNNING };
/* Sets states (grid.count) of the run's cells in the scheduler; all SLURM_NONE, without asking, if none was handed
 * over. */
int slurm_read_queue(const struct run *, enum slurm_state *states, struct error *);

/* The run's arrays that the scheduler has, as "12:13" (the caller frees; NULL on failure), and whether a job waits to
 * follow them; the calling job does not count. */
int slurm_list_jobs(const struct run *, char **jobs, int *follows, struct error *);

/* The most tasks that one array may have. */
int slurm_array_limit(int *limit, struct error *);

/* Submits `script` as a job with the arguments `ours`, then `theirs`, split as a shell does, then `last`; later ones
 * override earlier ones. `ours` and `last` are NULL-terminated. `job` becomes its number. */
int slurm_submit(const char *const *ours, const char *theirs, const char *const *last, const char *script, char job[64],
                 struct error *);

#endif
