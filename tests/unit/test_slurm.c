/* test_slurm.c - cells handed to Slurm and found there again. Its programs are scripts that write down what they are
 * asked and answer with what the test has put there; tests/cli/slurm.bats has a real Slurm. */
#include <criterion/criterion.h>
#include <sys/stat.h>

#include "harness/runs/executor.h"
#include "harness/runs/slurm.h"
#include "tests/support/place_fixture.h"

/* Says what is in NAME.says; if there is NAME.fails, fails with that. */
#define PROGRAM                                                                                                        \
    "#!/bin/sh\nat=${0%/*}\nprintf '%s\\n' \"${0##*/} $*\" >>\"$at/asked\"\n"                                          \
    "if [ -e \"$0.fails\" ]; then cat \"$0.fails\" >&2; exit 1; fi\ncat \"$0.says\"\n"

/* A run of an experiment, and the programs of a cluster before all others in PATH. */
struct cluster {
    struct place place;
    struct run run;
    char *programs;
};

static void make_programs(const char *folder)
{
    static const char *const names[] = {"sbatch", "squeue", "scontrol"};
    struct error error;
    cr_assert_eq(file_make_folder(folder, &error), 0, "%s", error.message);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char *path = file_join(folder, "%s", names[n]);
        fixture_write(folder, names[n], PROGRAM);
        cr_assert_eq(chmod(path, 0755), 0);
        free(path);
    }
}

static void cluster_init(struct cluster *cluster, const char *experiment)
{
    char *path = NULL;
    cluster->place = place_make(experiment);
    cluster->programs = file_join(cluster->place.folder, "programs");
    make_programs(cluster->programs);
    cr_assert(asprintf(&path, "%s:%s", cluster->programs, getenv("PATH")) > 0);
    setenv("PATH", path, 1);
    unsetenv("SLURM_JOB_ID");
    free(path);
    fixture_write(cluster->programs, "scontrol.says", "MaxJobCount = 9\nMaxArraySize            = 2\n");
    fixture_write(cluster->programs, "squeue.says", "");
    fixture_write(cluster->programs, "sbatch.says", "41;cluster\n");
    place_begin(&cluster->place, &cluster->run);
}

static void cluster_release(struct cluster *cluster)
{
    run_release(&cluster->run);
    free(cluster->programs);
    place_remove(&cluster->place);
}

/* What the programs were asked since the last time; the caller frees. */
static char *asked(const struct cluster *cluster)
{
    char *text = fixture_read(cluster->programs, "asked"), *path = file_join(cluster->programs, "asked");
    unlink(path);
    free(path);
    return text;
}

static void expect(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "'%s' is not in:\n%s", part, text);
}

/* Has the executor hand over what is due, or what follows; with what it prints in *said, which the caller frees. */
static int executed(const struct cluster *cluster, int follows, char **said, struct error *error)
{
    struct executor_options options = {
        .data = cluster->place.data, .jobs = 3, .threads = 2, .timeout = 90, .slurm = "--partition='a b' --mem=7G"};
    struct cell_list due;
    size_t size;
    FILE *kept = stdout;
    cr_assert_eq(executor_list_due(&due, &cluster->run, &options, error), 0);
    stdout = open_memstream(said, &size);
    int status = follows ? executor_slurm.follow(&cluster->run, &options, error)
                         : executor_slurm.run(&cluster->run, &due, &options, error);
    fclose(stdout);
    stdout = kept;
    cell_list_release(&due);
    return status;
}

static void hand_over(const struct cluster *cluster)
{
    struct error error;
    char *said;
    cr_assert_eq(executed(cluster, 0, &said, &error), 0, "%s", error.message);
    free(said);
    free(asked(cluster));
}

/* squeue answers with a line for each of these, the names of arrays in place of %s; `second` may be NULL. */
static void queue(const struct cluster *cluster, const char *format, int first, int second)
{
    char names[2][SLURM_NAME_SIZE], text[1024];
    struct error error;
    cr_assert_eq(slurm_job_name(&cluster->run, first, names[0], &error), 0);
    cr_assert_eq(slurm_job_name(&cluster->run, second, names[1], &error), 0);
    snprintf(text, sizeof text, format, names[0], names[1]);
    fixture_write(cluster->programs, "squeue.says", text);
}

/* ---- arrays ---- */

/* Three cells that can be planned. */
#define SEEDS "dataset: birds\nmodel: conv4\nimage_size: 16\nbatch_size: 4\nsamples_per_class: 2\nseed: [0, 1, 2]\n"

Test(slurm, hands_over_arrays_that_are_no_larger_than_the_scheduler_takes)
{
    struct cluster cluster;
    struct error error;
    char *said, name[SLURM_NAME_SIZE], part[2 * PATH_MAX];
    cluster_init(&cluster, SEEDS);
    cr_assert_eq(executed(&cluster, 0, &said, &error), 0, "%s", error.message);
    expect(said, "job 41: 2 cells, each with 2 threads and ");
    expect(said, "job 41: 1 cells, each with 2 threads and ");
    char *heard = asked(&cluster), *lists[2] = {fixture_read(cluster.place.out, "slurm/1/cells.txt"),
                                                fixture_read(cluster.place.out, "slurm/2/cells.txt")};
    cr_assert_eq(slurm_job_name(&cluster.run, 2, name, &error), 0);
    cr_expect_eq(strncmp(heard, "scontrol show config\nsbatch --parsable ", 39), 0, "%s", heard);
    snprintf(part, sizeof part, "--partition=a b --mem=7G --job-name=%s --array=0-0%%3 %s/slurm/2/task.sh\n", name,
             cluster.place.out);
    expect(heard, part);
    expect(heard, " --array=0-1%3 ");
    expect(heard, "sbatch --parsable --cpus-per-task=2 --output=");
    expect(heard, " --time=6 --partition="); /* the user's come after ours and override them */
    cr_expect_lt(strstr(heard, " --mem="), strstr(heard, " --mem=7G"));
    snprintf(part, sizeof part, "%s\n%s\n", cluster.run.grid.cells[0].name, cluster.run.grid.cells[1].name);
    cr_expect_str_eq(lists[0], part);
    snprintf(part, sizeof part, "%s\n", cluster.run.grid.cells[2].name);
    cr_expect_str_eq(lists[1], part);
    cr_expect_eq(slurm_submissions(&cluster.run), 2);
    free(lists[0]);
    free(lists[1]);
    free(heard);
    free(said);
    cluster_release(&cluster);
}

/* What the script runs, with printf in the program's place. */
Test(slurm, tasks_run_the_cell_that_their_number_counts_to)
{
    struct cluster cluster;
    char *command = NULL, part[PATH_MAX];
    cluster_init(&cluster, SEEDS);
    hand_over(&cluster);
    cr_assert(asprintf(&command,
                       "cd %s/slurm/1 && sed 's|^exec [^ ]*|printf \"%%s\\\\n\"|' task.sh >copy.sh && "
                       "SLURM_ARRAY_TASK_ID=1 sh copy.sh | xargs >ran",
                       cluster.place.out) > 0);
    cr_assert_eq(system(command), 0);
    char *ran = fixture_read(cluster.place.out, "slurm/1/ran");
    snprintf(part, sizeof part, "task %s %s --data %s --threads 2 --cell-timeout 90\n", cluster.place.out,
             cluster.run.grid.cells[1].name, cluster.place.data);
    cr_expect_str_eq(ran, part);
    free(ran);
    free(command);
    cluster_release(&cluster);
}

Test(slurm, knows_its_cells_in_the_queue_and_hands_none_over_twice)
{
    struct cluster cluster;
    enum slurm_state states[3];
    struct error error;
    char *said;
    cluster_init(&cluster, SEEDS);
    cr_assert_eq(slurm_read_queue(&cluster.run, states, &error), 0, "nothing was handed over, so nobody is asked");
    hand_over(&cluster);
    queue(&cluster,
          "%1$s|0|RUNNING\n%1$s|1|PENDING\n%2$s|0|COMPLETING\n%1$s|7|RUNNING\n%1$s|N/A|PENDING\n"
          "somebody-else|0|RUNNING\nnonsense\n",
          1, 2);
    cr_assert_eq(slurm_read_queue(&cluster.run, states, &error), 0, "%s", error.message);
    cr_expect_eq(states[0], SLURM_RUNNING);
    cr_expect_eq(states[1], SLURM_QUEUED);
    cr_expect_eq(states[2], SLURM_NONE, "a task that is completing holds its cell's lock");
    free(asked(&cluster));
    cr_assert_eq(executed(&cluster, 0, &said, &error), 0, "%s", error.message);
    expect(said, "2 cells are queued or running already\njob 41: 1 cells, ");
    cr_expect_eq(slurm_submissions(&cluster.run), 3);
    free(said);
    cluster_release(&cluster);
}

/* ---- what goes wrong ---- */

static void fails_to_hand_over(const struct cluster *cluster, const char *message)
{
    struct error error;
    char *said;
    cr_assert_eq(executed(cluster, 0, &said, &error), -1);
    expect(error.message, message);
    cr_expect_str_eq(said, "");
    cr_expect_eq(slurm_submissions(&cluster->run), 0);
    free(said);
}

Test(slurm, leaves_nothing_of_an_array_that_was_not_accepted)
{
    struct cluster cluster;
    cluster_init(&cluster, SEEDS);
    fixture_write(cluster.programs, "sbatch.fails", "sbatch: error: no such partition\n");
    fails_to_hand_over(&cluster, "sbatch failed with status 1: sbatch: error: no such partition");
    char *folder = file_join(cluster.place.out, "slurm/1");
    cr_expect_not(file_exists(folder));
    free(folder);
    cluster_release(&cluster);
}

Test(slurm, says_that_there_are_no_arrays)
{
    struct cluster cluster;
    cluster_init(&cluster, SEEDS);
    fixture_write(cluster.programs, "scontrol.says", "MaxArraySize = 0\n");
    fails_to_hand_over(&cluster, "scontrol show config has no MaxArraySize: job arrays are not allowed");
    fixture_write(cluster.programs, "scontrol.says", "");
    fails_to_hand_over(&cluster, "scontrol show config has no MaxArraySize: job arrays are not allowed");
    cluster_release(&cluster);
}

Test(slurm, says_that_the_queue_cannot_be_seen)
{
    struct cluster cluster;
    enum slurm_state states[3];
    struct error error;
    cluster_init(&cluster, SEEDS);
    hand_over(&cluster);
    fixture_write(cluster.programs, "squeue.fails", "slurm_load_jobs error: Unable to contact slurm controller\n");
    cr_expect_eq(slurm_read_queue(&cluster.run, states, &error), -1);
    expect(error.message, "squeue failed with status 1: slurm_load_jobs error");
    cluster_release(&cluster);
}

/* ---- what follows ---- */

#define TUNED                                                                                                          \
    "dataset: birds\nmodel: conv4\nvalidation: {share: 0.5}\n"                                                         \
    "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2], folds: 0}\n"

Test(slurm, a_job_that_waits_for_the_trials_hands_over_the_final_cells)
{
    struct cluster cluster;
    struct error error;
    char *said, part[2 * PATH_MAX];
    cluster_init(&cluster, TUNED);
    hand_over(&cluster);
    cr_assert_eq(run_advance(&cluster.run, &error), 0, "nothing follows from trials that have not ended");
    queue(&cluster, "41|%1$s\n41|%1$s\n43|%1$s\n", 1, 1);
    cr_assert_eq(executed(&cluster, 1, &said, &error), 0, "%s", error.message);
    expect(said, "hands over the following cells when these have ended");
    char *heard = asked(&cluster), *script = fixture_read(cluster.place.out, "slurm/next.sh");
    expect(heard, " --dependency=afterany:41:43 ");
    snprintf(part, sizeof part,
             " next '%s' --data '%s' --threads 2 --jobs 3 --cell-timeout 90 --slurm=", cluster.place.out,
             cluster.place.data);
    expect(script, part);
    free(script);
    free(heard);
    free(said);
    cluster_release(&cluster);
}

static int submits_follower(const struct cluster *cluster, struct error *error)
{
    char *said;
    int status = executed(cluster, 1, &said, error);
    char *heard = asked(cluster);
    int submitted = strstr(heard, "sbatch") != NULL;
    cr_expect(status == 0 || !submitted);
    free(heard);
    free(said);
    return status == 0 ? submitted : -1;
}

Test(slurm, one_job_follows_and_none_where_no_trial_is_left)
{
    struct cluster cluster;
    struct error error;
    char name[SLURM_NAME_SIZE], text[2 * SLURM_NAME_SIZE];
    cluster_init(&cluster, TUNED);
    hand_over(&cluster);
    cr_assert_eq(run_advance(&cluster.run, &error), 0, "nothing follows from trials that have not ended");
    cr_expect_eq(submits_follower(&cluster, &error), -1);
    expect(error.message, "2 trials have not ended, and none is queued or running; 'partgrad run' with --slurm hands");
    queue(&cluster, "41|%1$s\n", 1, 1);
    cr_expect_eq(submits_follower(&cluster, &error), 1);
    setenv("SLURM_JOB_ID", "41", 1); /* the caller does not wait for itself */
    cr_expect_eq(submits_follower(&cluster, &error), -1);
    unsetenv("SLURM_JOB_ID");
    cr_assert_eq(slurm_follower_name(&cluster.run, name, &error), 0);
    snprintf(text, sizeof text, "41|%%1$s\n42|%s\n", name);
    queue(&cluster, text, 1, 1);
    cr_expect_eq(submits_follower(&cluster, &error), 0, "it waits already");
    cluster_release(&cluster);
}
