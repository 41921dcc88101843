/* slurm.c - see slurm.h. */
#include "harness/runs/slurm.h"

#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wordexp.h>

#include "base/file.h"
#include "base/process.h"

enum { LIST_MAX = 16 << 20, ARGUMENTS_MAX = 128 };

/* partgrad-FOLDER-MARK-END, where MARK is a hash of the whole path. */
static int format_name(const struct run *run, const char *end, char name[SLURM_NAME_SIZE], struct error *error)
{
    char path[PATH_MAX], folder[65];
    if (!realpath(run->folder, path)) return error_errno(error, "cannot look into %s", run->folder);
    unsigned mark = (unsigned)file_checksum(path, strlen(path));
    snprintf(folder, sizeof folder, "%s", basename(path));
    for (char *c = folder; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') *c = '_'; /* the scheduler splits lists at commas */
    snprintf(name, SLURM_NAME_SIZE, "partgrad-%s-%08x-%s", folder, mark, end);
    return 0;
}

int slurm_job_name(const struct run *run, int number, char name[SLURM_NAME_SIZE], struct error *error)
{
    char end[16];
    snprintf(end, sizeof end, "%d", number);
    return format_name(run, end, name, error);
}

int slurm_follower_name(const struct run *run, char name[SLURM_NAME_SIZE], struct error *error)
{
    return format_name(run, "next", name, error);
}

int slurm_submissions(const struct run *run)
{
    for (int number = 1;; number++) {
        char *list = file_join(run->folder, "slurm/%d/cells.txt", number);
        int there = file_exists(list);
        free(list);
        if (!there) return number - 1;
    }
}

/* The cells of one array by task; NULL for those that are no longer in the grid. */
struct array {
    char name[SLURM_NAME_SIZE];
    int count;
    const struct cell **cells; /* (count); owned */
};

static int read_array(struct array *array, const struct run *run, int number, struct error *error)
{
    char *path = file_join(run->folder, "slurm/%d/cells.txt", number), *text = NULL;
    size_t size;
    int status = slurm_job_name(run, number, array->name, error);
    if (status == 0) status = file_read(path, LIST_MAX, &text, &size, error);
    if (status == 0 && !(array->cells = calloc(size + 1, sizeof *array->cells)))
        status = error_set(error, "%s: out of memory", path);
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); status == 0 && line && *line; line = strsep(&rest, "\n"))
        array->cells[array->count++] = grid_find(&run->grid, line);
    free(text);
    free(path);
    return status;
}

static const struct cell *find_cell(const struct array *arrays, int count, const char *name, int task)
{
    for (int a = 0; a < count; a++)
        if (strcmp(arrays[a].name, name) == 0) return task < arrays[a].count ? arrays[a].cells[task] : NULL;
    return NULL;
}

/* "NAME|INDEX|STATE". Completing tasks do not count: they hold their cell's lock until they have ended. */
static void take_line(const struct run *run, const struct array *arrays, int count, char *line,
                      enum slurm_state *states)
{
    char *name = strsep(&line, "|"), *index = strsep(&line, "|");
    if (!index || !line || !isdigit((unsigned char)*index) || strcmp(line, "COMPLETING") == 0) return;
    const struct cell *cell = find_cell(arrays, count, name, atoi(index));
    if (cell) states[cell - run->grid.cells] = strcmp(line, "RUNNING") == 0 ? SLURM_RUNNING : SLURM_QUEUED;
}

/* Asks for all arrays at once. */
static int ask(const struct run *run, const struct array *arrays, int count, enum slurm_state *states,
               struct error *error)
{
    char *names = NULL, *said;
    size_t size;
    FILE *stream = open_memstream(&names, &size);
    if (!stream) return error_set(error, "out of memory");
    for (int a = 0; a < count; a++) fprintf(stream, "%s%s", a ? "," : "", arrays[a].name);
    fclose(stream);
    char *arguments[] = {"squeue", "--noheader", "--array", "--format=%j|%K|%T", "--name", names, NULL};
    int status = process_run(&(struct process){.arguments = arguments}, &said, error);
    char *rest = said;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
        if (*line) take_line(run, arrays, count, line, states);
    free(said);
    free(names);
    return status;
}

int slurm_read_queue(const struct run *run, enum slurm_state *states, struct error *error)
{
    int count = slurm_submissions(run), status = 0;
    for (int c = 0; c < run->grid.count; c++) states[c] = SLURM_NONE;
    if (count == 0) return 0;
    struct array *arrays = calloc((size_t)count, sizeof *arrays);
    if (!arrays) return error_set(error, "out of memory");
    for (int a = 0; a < count && status == 0; a++) status = read_array(&arrays[a], run, a + 1, error);
    if (status == 0) status = ask(run, arrays, count, states, error);
    for (int a = 0; a < count; a++) free(arrays[a].cells);
    free(arrays);
    return status;
}

/* Adds a job to `jobs` ("12:13", "" at first), each once. */
static void add_job(char **jobs, const char *job)
{
    char *longer = NULL, *copy = *jobs ? strdup(*jobs) : NULL, *rest = copy;
    for (char *known = strsep(&rest, ":"); known; known = strsep(&rest, ":"))
        if (strcmp(known, job) == 0) {
            free(copy);
            return;
        }
    free(copy);
    if (!*jobs || asprintf(&longer, "%s%s%s", *jobs, (*jobs)[0] ? ":" : "", job) < 0) return;
    free(*jobs);
    *jobs = longer;
}

/* "JOB|NAME"; the calling job does not wait for itself. */
static void take_job(char *line, const char *follower, char **jobs, int *follows)
{
    const char *own = getenv("SLURM_JOB_ID"), *job = strsep(&line, "|");
    if (!line || (own && strcmp(own, job) == 0)) return;
    if (strcmp(line, follower) == 0)
        *follows = 1;
    else
        add_job(jobs, job);
}

int slurm_list_jobs(const struct run *run, char **jobs, int *follows, struct error *error)
{
    char follower[SLURM_NAME_SIZE], name[SLURM_NAME_SIZE], *names = NULL, *said;
    size_t size;
    *jobs = NULL;
    *follows = 0;
    if (slurm_follower_name(run, follower, error) != 0) return -1;
    FILE *stream = open_memstream(&names, &size);
    if (!stream) return error_set(error, "out of memory");
    fputs(follower, stream);
    for (int number = slurm_submissions(run); number > 0; number--)
        if (slurm_job_name(run, number, name, error) == 0) fprintf(stream, ",%s", name);
    fclose(stream);
    char *arguments[] = {"squeue", "--noheader", "--format=%F|%j", "--name", names, NULL};
    int status = process_run(&(struct process){.arguments = arguments}, &said, error);
    free(names);
    if (status == 0) *jobs = strdup("");
    char *rest = said;
    for (char *line = strsep(&rest, "\n"); status == 0 && line; line = strsep(&rest, "\n"))
        if (*line) take_job(line, follower, jobs, follows);
    free(said);
    return status == 0 && !*jobs ? error_set(error, "out of memory") : status;
}

int slurm_array_limit(int *limit, struct error *error)
{
    char *said, *arguments[] = {"scontrol", "show", "config", NULL};
    if (process_run(&(struct process){.arguments = arguments}, &said, error) != 0) return -1;
    const char *found = strstr(said, "MaxArraySize"), *equals = found ? strchr(found, '=') : NULL;
    *limit = equals ? atoi(equals + 1) : 0;
    free(said);
    return *limit > 0 ? 0 : error_set(error, "scontrol show config has no MaxArraySize: job arrays are not allowed");
}

static int append(const char **arguments, int count, const char *const *more)
{
    for (; *more && count < ARGUMENTS_MAX - 1; more++) arguments[count++] = *more;
    arguments[count] = NULL;
    return count;
}

int slurm_submit(const char *const *ours, const char *theirs, const char *const *last, const char *script, char job[64],
                 struct error *error)
{
    const char *arguments[ARGUMENTS_MAX] = {"sbatch", "--parsable", NULL};
    char *said;
    wordexp_t words;
    if (wordexp(theirs, &words, WRDE_NOCMD) != 0)
        return error_set(error, "--slurm: '%s' cannot be split into arguments", theirs);
    int count = append(arguments, 2, ours);
    if (words.we_wordc > 0) count = append(arguments, count, (const char *const *)words.we_wordv);
    count = append(arguments, count, last);
    append(arguments, count, (const char *const[]){script, NULL});
    int status = process_run(&(struct process){.arguments = (char *const *)arguments}, &said, error);
    if (status == 0) snprintf(job, 64, "%.*s", (int)strcspn(said, ";\n"), said);
    free(said);
    wordfree(&words);
    return status;
}
