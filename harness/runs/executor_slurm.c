/* executor_slurm.c - see executor.h: hands the cells to Slurm as one job array, or as several if the scheduler's limit
 * is smaller. A task is `partgrad task`, which runs its cell as the local executor would. Cells that are still queued
 * are not handed over again. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/shell.h"
#include "harness/runs/executor.h"
#include "harness/runs/forecast.h"
#include "harness/runs/slurm.h"
#include "harness/training/cell.h"

enum { ARGUMENT_SIZE = PATH_MAX + 64, GRACE_MINUTES = 5 };

/* Removes cells from the list that the scheduler already has. */
static int drop_queued(struct cell_list *list, const struct run *run, struct error *error)
{
    enum slurm_state *states = calloc((size_t)run->grid.count, sizeof *states);
    int status = states ? slurm_read_queue(run, states, error) : error_set(error, "out of memory"), kept = 0;
    for (int c = 0; status == 0 && c < list->count; c++)
        if (states[list->cells[c] - run->grid.cells] == SLURM_NONE) list->cells[kept++] = list->cells[c];
    free(states);
    if (status == 0) list->count = kept;
    return status;
}

static int write_list(const char *folder, const struct cell *const *cells, int count, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(folder, "cells.txt");
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    for (int c = 0; c < count; c++) fprintf(writer.stream, "%s\n", cells[c]->name);
    return file_writer_commit(&writer, error);
}

/* Absolute paths, for a shell on another machine. */
struct paths {
    char program[PATH_MAX], here[PATH_MAX], run[PATH_MAX];
};

static int find_paths(struct paths *paths, const struct run *run, struct error *error)
{
    ssize_t length = readlink("/proc/self/exe", paths->program, sizeof paths->program - 1);
    paths->program[length > 0 ? length : 0] = '\0';
    if (length > 0 && getcwd(paths->here, sizeof paths->here) && realpath(run->folder, paths->run)) return 0;
    return error_errno(error, "cannot tell where %s is", run->folder);
}

static int write_script(const char *folder, const struct paths *paths, int number,
                        const struct executor_options *options, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(folder, "task.sh");
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    FILE *stream = writer.stream;
    fputs("#!/bin/sh\n# One cell of a run: the line of cells.txt that the array's index counts to.\nrun=", stream);
    shell_quote(stream, paths->run);
    fputs("\ncd ", stream);
    shell_quote(stream, paths->here);
    fprintf(stream, " || exit 1\ncell=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" \"$run/slurm/%d/cells.txt\")\nexec ",
            number);
    shell_quote(stream, paths->program);
    fputs(" task \"$run\" \"$cell\" --data ", stream);
    shell_quote(stream, options->data);
    fprintf(stream, " --threads %d --cell-timeout %.9g\n", options->threads, options->timeout);
    return file_writer_commit(&writer, error);
}

/* Arguments for sbatch: the user's override `ours`, but not `last`. */
struct request {
    char cpus[64], memory[64], time[64], output[ARGUMENT_SIZE];
    char name[SLURM_NAME_SIZE + 16], array[64];
    const char *ours[8], *last[4];
};

static int prepare(struct request *request, const struct run *run, const struct paths *paths, int number, int count,
                   size_t cell_bytes, const struct executor_options *options, struct error *error)
{
    char name[SLURM_NAME_SIZE], most[32] = "";
    int used = 0;
    if (slurm_job_name(run, number, name, error) != 0) return -1;
    if (options->jobs > 0) snprintf(most, sizeof most, "%%%d", options->jobs);
    snprintf(request->cpus, sizeof request->cpus, "--cpus-per-task=%d", options->threads);
    snprintf(request->memory, sizeof request->memory, "--mem=%zuM", (cell_bytes >> 20) + 1);
    snprintf(request->time, sizeof request->time, "--time=%d", (int)(options->timeout / 60) + GRACE_MINUTES);
    snprintf(request->output, sizeof request->output, "--output=%s/slurm/%d/task-%%a.txt", paths->run, number);
    snprintf(request->name, sizeof request->name, "--job-name=%s", name);
    snprintf(request->array, sizeof request->array, "--array=0-%d%s", count - 1, most);
    request->ours[used++] = request->cpus;
    request->ours[used++] = request->output;
    if (cell_bytes > 0) request->ours[used++] = request->memory;
    if (options->timeout > 0) request->ours[used++] = request->time;
    request->last[0] = request->name;
    request->last[1] = request->array;
    return 0;
}

/* Removes the files of an array that was not accepted. */
static void forget(const char *folder)
{
    static const char *const names[] = {"cells.txt", "task.sh"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char *path = file_join(folder, "%s", names[n]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
}

/* Writes the cells' settings to their folders, where tasks read them. */
static int keep_settings(const struct run *run, const struct cell *const *cells, int count, struct error *error)
{
    int status = 0;
    for (int c = 0; c < count && status == 0; c++) {
        char *folder = run_cell_folder(run, cells[c], error);
        status = folder ? cell_keep_settings(cells[c], folder, error) : -1;
        free(folder);
    }
    return status;
}

static int submit(const struct run *run, const struct cell *const *cells, int count, size_t cell_bytes,
                  const struct executor_options *options, struct error *error)
{
    struct request request = {0};
    struct paths paths;
    char job[64];
    int number = slurm_submissions(run) + 1;
    char *folder = file_join(run->folder, "slurm/%d", number), *script = file_join(folder, "task.sh");
    int status = keep_settings(run, cells, count, error);
    if (status == 0) status = file_make_folder(folder, error);
    if (status == 0) status = find_paths(&paths, run, error);
    if (status == 0) status = prepare(&request, run, &paths, number, count, cell_bytes, options, error);
    if (status == 0) status = write_script(folder, &paths, number, options, error);
    if (status == 0) status = write_list(folder, cells, count, error);
    if (status == 0) status = slurm_submit(request.ours, options->slurm, request.last, script, job, error);
    if (status == 0)
        printf("job %s: %d cells, each with %d threads and %zu MiB\n", job, count, options->threads, cell_bytes >> 20);
    else
        forget(folder);
    free(script);
    free(folder);
    return status;
}

/* ---- what follows ---- */

static int write_follower(const char *path, const struct paths *paths, const struct executor_options *options,
                          struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    FILE *stream = writer.stream;
    fputs("#!/bin/sh\n# Hands over the cells that the results of those before lead to.\ncd ", stream);
    shell_quote(stream, paths->here);
    fputs(" || exit 1\nexec ", stream);
    shell_quote(stream, paths->program);
    fputs(" next ", stream);
    shell_quote(stream, paths->run);
    fputs(" --data ", stream);
    shell_quote(stream, options->data);
    fprintf(stream, " --threads %d --jobs %d --cell-timeout %.9g --slurm=", options->threads, options->jobs,
            options->timeout);
    shell_quote(stream, options->slurm);
    fputc('\n', stream);
    return file_writer_commit(&writer, error);
}

static int submit_follower(const struct run *run, const char *jobs, const struct executor_options *options,
                           struct error *error)
{
    struct paths paths;
    char name[SLURM_NAME_SIZE], job[64], output[ARGUMENT_SIZE], named[SLURM_NAME_SIZE + 16], *after = NULL;
    const char *const ours[] = {"--cpus-per-task=1", "--mem=512M", output, NULL};
    if (find_paths(&paths, run, error) != 0 || slurm_follower_name(run, name, error) != 0) return -1;
    if (asprintf(&after, "--dependency=afterany:%s", jobs) < 0) return error_set(error, "out of memory");
    snprintf(output, sizeof output, "--output=%s/slurm/next-%%j.txt", paths.run);
    snprintf(named, sizeof named, "--job-name=%s", name);
    char *script = file_join(run->folder, "slurm/next.sh");
    int status = write_follower(script, &paths, options, error);
    if (status == 0)
        status = slurm_submit(ours, options->slurm, (const char *const[]){named, after, NULL}, script, job, error);
    if (status == 0) printf("job %s hands over the following cells when these have ended\n", job);
    free(script);
    free(after);
    return status;
}

/* The final cells of a tuned run are handed over by a job that waits for the trials. */
static int follow(const struct run *run, const struct executor_options *options, struct error *error)
{
    char *jobs;
    int follows, status = 0;
    if (run_is_whole(run)) return 0;
    if (slurm_list_jobs(run, &jobs, &follows, error) != 0) return -1;
    if (!jobs[0])
        status = error_set(error,
                           "%d trials have not ended, and none is queued or running; 'partgrad run' with --slurm hands "
                           "them over",
                           run->waves.trials.open);
    else if (!follows)
        status = submit_follower(run, jobs, options, error);
    free(jobs);
    return status;
}

static int run_slurm(const struct run *run, const struct cell_list *due, const struct executor_options *options,
                     struct error *error)
{
    struct cell_list list = *due;
    int limit, status = slurm_array_limit(&limit, error);
    if (status == 0) status = drop_queued(&list, run, error);
    if (status != 0) return -1;
    if (list.count < due->count) printf("%d cells are queued or running already\n", due->count - list.count);
    size_t cell_bytes = forecast_largest_bytes(&run->grid, options->data);
    for (int from = 0; from < list.count && status == 0; from += limit) {
        int count = list.count - from < limit ? list.count - from : limit;
        status = submit(run, list.cells + from, count, cell_bytes, options, error);
    }
    if (status == 0) printf("'partgrad status %s' shows their progress\n", run->folder);
    return status;
}

const struct executor executor_slurm = {.name = "slurm", .waits = 0, .run = run_slurm, .follow = follow};
