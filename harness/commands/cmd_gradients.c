/* cmd_gradients.c - `partgrad gradients`: measures how good partial gradients are at given weights, without
 * training. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/blas_room.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/commands/drive.h"
#include "harness/runs/environment.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/gradient_points.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/prune.h"
#include "harness/training/gradients.h"
#include "harness/training/inputs.h"

struct options {
    char out[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE];
    int batches, selections, references, large, dimensions, threads;
    struct option_paths set;
};

static const struct field fields[] = {
    {"out", "folder of the results (results/NAME for NAME.yaml)", OPTION_TEXT, offsetof(struct options, out), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"batches", "number of measured batches, M", OPTION_INT, offsetof(struct options, batches), "32",
     GRADIENTS_BATCHES_MIN, 100000, NULL},
    {"selections", "selections of each batch", OPTION_INT, offsetof(struct options, selections), "8", 2, 100000, NULL},
    {"references", "number of other batches, R, whose mean whole gradient is a target", OPTION_INT,
     offsetof(struct options, references), "64", GRADIENTS_BATCHES_MIN, 100000, NULL},
    {"large", "batch size of the target that is the same for all points; 0: the experiment's largest", OPTION_INT,
     offsetof(struct options, large), "0", 0, 1000000, NULL},
    {"dimensions", "size of the random projection, for gradients with more values", OPTION_INT,
     offsetof(struct options, dimensions), "65536", 64, 1 << 28, NULL},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one per core", OPTION_INT, offsetof(struct options, threads), "0", 0,
     1024, NULL},
    {"set", "replace a setting of the experiment; repeatable", OPTION_PATHS, offsetof(struct options, set),
     .values = "KEY=VALUE"},
    {0},
};

/* ---- a family of points ---- */

static void tell_failure(const struct gradient_points *points, int family, const char *reason)
{
    const struct gradient_point *first;
    int missing = gradient_points_missing(points, family, &first);
    fprintf(stderr, "%s and %d more failed: %s\n", first ? first->name : "a point", missing - 1, reason);
}

static int measure_in_child(const struct gradient_points *points, int family, int threads, pid_t parent)
{
    struct error error;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return EXIT_FAILURE; /* it died before the line above */
    if (blas_room_check(parallel_begin(threads), &error) == 0 && gradient_points_measure(points, family, &error) == 0)
        return EXIT_SUCCESS;
    tell_failure(points, family, error.message);
    return EXIT_FAILURE;
}

/* Measures a family in its own process, so that a crash takes only that family. This process must not have started
 * threads before. Fails if no process can be started. */
static int measure_apart(const struct gradient_points *points, int family, int threads, struct error *error)
{
    int status = 0;
    char reason[64];
    fflush(NULL);
    pid_t parent = getpid(), process = fork();
    if (process == 0) _exit(measure_in_child(points, family, threads, parent));
    if (process < 0) return error_errno(error, "cannot start a process");
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR) return error_errno(error, "cannot wait for a process");
    if (!WIFSIGNALED(status)) return 0;
    snprintf(reason, sizeof reason, "ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    tell_failure(points, family, reason);
    return 0;
}

static int measure_all(const struct gradient_points *points, int threads, struct error *error)
{
    const struct gradient_point *first;
    for (int f = 0; f < points->family_count; f++) {
        if (gradient_points_missing(points, f, &first) == 0) continue;
        int batch_size = first->settings.batch_size;
        if (measure_apart(points, f, threads, error) != 0) return -1;
        fprintf(stderr, "%d of %d points, the last with batches of %d\n",
                points->count - gradient_points_missing(points, -1, &first), points->count, batch_size);
    }
    return 0;
}

/* ---- all points ---- */

/* Sets checksums and threads, on which the numbers depend. A pack's data are read once. */
static int identify(struct grid *grid, const char *data, int threads, struct error *error)
{
    for (int c = 0; c < grid->count; c++) {
        struct settings *settings = &grid->cells[c].settings;
        int first = c == 0 || strcmp(settings->dataset, grid->cells[c - 1].settings.dataset) != 0;
        if (inputs_resolve(settings, data, first, error) != 0) return -1;
        settings->inputs.threads = threads;
    }
    return 0;
}

static int read_grid(struct grid *grid, struct experiment *experiment, const char *path, const struct options *options,
                     struct error *error)
{
    int status = experiment_read(experiment, path, options->set.path, options->set.count, error);
    if (status == 0 && experiment->tuning.count > 0)
        return error_set(error, "%s: tune: nothing is trained here, so give the tuned settings fixed values", path);
    if (status == 0) status = grid_init(grid, experiment, error);
    if (status == 0 && grid_is_open(grid))
        return error_set(error, "%s: gradients are measured for given batches: use numbers, without limits", path);
    if (status == 0) status = grid_prune(grid, options->data, error);
    return status;
}

static struct gradient_design design_of(const struct options *options, const struct grid *grid)
{
    int large = options->large;
    for (int c = 0; c < grid->count && options->large == 0; c++)
        if (grid->cells[c].settings.batch_size > large) large = grid->cells[c].settings.batch_size;
    return (struct gradient_design){options->batches, options->selections, options->references, large,
                                    (size_t)options->dimensions};
}

/* Locks the folder for this process until it ends. */
static int lock_folder(const struct gradient_points *points, const char *out, struct error *error)
{
    const double patience = 2; /* a child of a killed process may hold the lock a moment longer */
    char *path = file_join(points->folder, "lock");
    int file = lock_take(path, patience, error);
    free(path);
    if (file == LOCK_TAKEN)
        return error_set(
            error, "another partgrad gradients is working in %s; wait for it, or give another folder with --out", out);
    return file >= 0 ? 0 : -1;
}

/* Keeps the experiment file and the description of the machine beside the points. */
static int keep(const struct gradient_points *points, const struct grid *grid, const struct experiment *experiment,
                const struct options *options, int threads, struct error *error)
{
    const struct gradient_point *first;
    char *asked = file_join(points->folder, "experiment.yaml");
    char *environment = file_join(points->folder, "environment.json");
    int status = file_write(asked, experiment->text, experiment->size, error);
    if (status == 0 && gradient_points_missing(points, -1, &first) > 0)
        status = environment_write(environment, experiment, grid, options->data, 1, threads, error);
    free(asked);
    free(environment);
    return status;
}

static int measure_grid(const struct grid *grid, const struct experiment *experiment, const char *out,
                        const struct options *options, int threads, struct error *error)
{
    struct gradient_points points;
    struct gradient_design design = design_of(options, grid);
    const struct gradient_point *first;
    int status = gradient_points_init(&points, grid, &design, options->data, out, error);
    if (status == 0) status = lock_folder(&points, out, error);
    if (status == 0) status = keep(&points, grid, experiment, options, threads, error);
    if (status == 0) status = measure_all(&points, threads, error);
    if (status == 0) status = gradient_points_gather(&points, &experiment->axes, out, error);
    int failed = gradient_points_missing(&points, -1, &first);
    if (status == 0) printf("%s/gradients.csv: %d of %d points\n", out, points.count - failed, points.count);
    if (status == 0 && failed > 0) status = error_set(error, "%d of %d points failed", failed, points.count);
    gradient_points_release(&points);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct experiment experiment = {0};
    struct grid grid = {0};
    int threads = parallel_choose_threads(options->threads);
    if (strcmp(line->arguments[0], "-") == 0 && !options->out[0]) {
        error_set(error, "an experiment from standard input has no name: give the folder of its results with --out");
        return COMMAND_USAGE;
    }
    char *out = options->out[0] ? strdup(options->out) : drive_default_folder(line->arguments[0]);
    int status =
        out ? read_grid(&grid, &experiment, line->arguments[0], options, error) : error_set(error, "out of memory");
    if (status == 0) status = identify(&grid, options->data, threads, error);
    if (status == 0) status = measure_grid(&grid, &experiment, out, options, threads, error);
    free(out);
    grid_release(&grid);
    experiment_release(&experiment);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_gradients = {
    .name = "gradients",
    .arguments = "EXPERIMENT.yaml",
    .summary = "measure partial gradients against whole ones at given weights, without training",
    .description =
        "The weights are those that the experiment's model starts from: a file's or a cell's. For each point of the "
        "grid, gradients.csv has cosine, distance, bias and variance of the partial gradients of some batches, against "
        "their own whole gradients and against the mean of other batches. The same command resumes.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
