/* slurm.c - see slurm.h. */
#include "harness/slurm.h"

#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wordexp.h>

#include "base/file.h"
#include "base/process.h"

enum { LIST_MAX = 16 << 20, ARGUMENTS_MAX = 128 };

/* partgrad-FOLDER-MARK-N, the mark being of the whole path. */
int slurm_job_name(const struct run *run, int number, char name[SLURM_NAME_SIZE], struct error *error)
{
    char path[PATH_MAX], folder[65];
    if (!realpath(run->folder, path)) return error_errno(error, "cannot look into %s", run->folder);
    unsigned mark = (unsigned)file_checksum(path, strlen(path));
    snprintf(folder, sizeof folder, "%s", basename(path));
    for (char *c = folder; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') *c = '_'; /* the scheduler takes lists apart at commas */
    snprintf(name, SLURM_NAME_SIZE, "partgrad-%s-%08x-%d", folder, mark, number);
    return 0;
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

/* The cell that is task `index` of the Nth array; NULL where it is none, or not of the grid any more. */
static const struct cell *find_cell(const struct run *run, int number, long index)
{
    struct error ignored;
    char *path = file_join(run->folder, "slurm/%d/cells.txt", number), *text;
    const struct cell *cell = NULL;
    if (file_read(path, LIST_MAX, &text, NULL, &ignored) == 0) {
        char *rest = text, *line = strsep(&rest, "\n");
        while (line && index-- > 0) line = strsep(&rest, "\n");
        if (line) cell = grid_find(&run->grid, line);
        free(text);
    }
    free(path);
    return cell;
}

/* "NAME|INDEX|STATE"; what is ending holds its cell's lock until it has ended. */
static void take_line(const struct run *run, char *line, enum slurm_state *states)
{
    char *name = strsep(&line, "|"), *index = strsep(&line, "|");
    const char *number = strrchr(name, '-');
    if (!index || !line || !number || !isdigit((unsigned char)*index) || strcmp(line, "COMPLETING") == 0) return;
    const struct cell *cell = find_cell(run, atoi(number + 1), atol(index));
    if (cell) states[cell - run->grid.cells] = strcmp(line, "RUNNING") == 0 ? SLURM_RUNNING : SLURM_QUEUED;
}

int slurm_read_queue(const struct run *run, enum slurm_state *states, struct error *error)
{
    int count = slurm_submissions(run);
    for (int c = 0; c < run->grid.count; c++) states[c] = SLURM_NONE;
    if (count == 0) return 0;
    char *names = calloc((size_t)count, SLURM_NAME_SIZE + 16), *said;
    if (!names) return error_set(error, "out of memory");
    for (int number = 1; number <= count; number++) {
        char name[SLURM_NAME_SIZE];
        if (slurm_job_name(run, number, name, error) != 0) {
            free(names);
            return -1;
        }
        if (number > 1) strcat(names, ",");
        strcat(names, name);
    }
    char *arguments[] = {"squeue", "--noheader", "--array", "--format=%j|%K|%T", "--name", names, NULL};
    int status = process_run(arguments, &said, error);
    if (status == 0) {
        char *rest = said;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
            if (*line) take_line(run, line, states);
    }
    free(names);
    free(said);
    return status;
}

int slurm_array_limit(int *limit, struct error *error)
{
    char *said, *arguments[] = {"scontrol", "show", "config", NULL};
    if (process_run(arguments, &said, error) != 0) return -1;
    const char *found = strstr(said, "MaxArraySize"), *equals = found ? strchr(found, '=') : NULL;
    *limit = equals ? atoi(equals + 1) : 0;
    free(said);
    return *limit > 0 ? 0 : error_set(error, "scontrol show config tells no MaxArraySize: job arrays are not allowed");
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
    int status = process_run((char *const *)arguments, &said, error);
    if (status == 0) snprintf(job, 64, "%.*s", (int)strcspn(said, ";\n"), said);
    free(said);
    wordfree(&words);
    return status;
}
