/* cmd_prepare.c - partgrad prepare: from a data set's archives, folders or seed to its pack. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parallel.h"
#include "datasets/prepare.h"
#include "harness/command.h"

enum { BAR_WIDTH = 30, LINE_SECONDS = 5 };

struct prepare_options {
    struct option_paths archives;
    char data[OPTION_TEXT_SIZE], name[OPTION_TEXT_SIZE];
    int size, fit, threads;
};

static const char *const fits[] = {"crop", "stretch", NULL}; /* enum prepare_fit */

static const struct field fields[] = {
    {"archive", "a file of the data set; once for each", OPTION_PATHS, offsetof(struct prepare_options, archives), NULL,
     0, 0, NULL},
    {"data", "folder for packs", OPTION_TEXT, offsetof(struct prepare_options, data), "data", 0, 0, NULL},
    {"name", "name of the pack; the data set's where empty", OPTION_TEXT, offsetof(struct prepare_options, name), NULL,
     0, 0, NULL},
    {"size", "pixels a side; 0: 256, or 32 where images are drawn", OPTION_INT, offsetof(struct prepare_options, size),
     "0", 0, 4096, NULL},
    {"fit", "cut the middle square, or stretch all of the image to one", OPTION_CHOICE,
     offsetof(struct prepare_options, fit), "crop", 0, 0, fits},
    {"threads", "threads to use; 0: all cores", OPTION_INT, offsetof(struct prepare_options, threads), "0", 0, 1024,
     NULL},
    {.name = NULL},
};

/* ---- progress, on stderr ---- */

struct progress {
    int terminal;   /* 1: a bar that moves; 0: a line now and then */
    double start;   /* seconds */
    double printed; /* when the last line was; seconds */
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void show_progress(void *context, int done, int total)
{
    struct progress *progress = context;
    double now = seconds(), passed = now - progress->start;
    double left = passed * (total - done) / done;
    if (progress->terminal) {
        int filled = (int)((long long)BAR_WIDTH * done / total);
        fprintf(stderr, "\r[%-*.*s] %d/%d images, %.0f/s, %.0f s left ", BAR_WIDTH, filled,
                "##############################", done, total, done / passed, left);
        if (done == total) fputc('\n', stderr);
    } else if (done == total || now - progress->printed >= LINE_SECONDS) {
        fprintf(stderr, "%d/%d images, %.0f/s, %.0f s left\n", done, total, done / passed, left);
        progress->printed = now;
    }
}

/* ---- the command ---- */

/* A pack's name is a file's name and stands in CSV columns: letters, digits, '-', '_', '.'. */
static int check_name(const char *name, struct error *error)
{
    for (const char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_' && (*at != '.' || at == name)) {
            error_set(error, "--name '%s': letters, digits, '-', '_' and '.' make a name", name);
            return COMMAND_USAGE;
        }
    return 0;
}

static int prepare(const struct prepare_options *options, const struct command_line *line, const char *path,
                   struct error *error)
{
    const struct dataset *dataset = (const void *)line->plugin; /* its first member */
    struct prepare_request request = {.dataset = dataset,
                                      .options = line->plugin_options,
                                      .archives = &options->archives,
                                      .size = options->size ? options->size : dataset->default_size,
                                      .fit = (enum prepare_fit)options->fit,
                                      .path = path};
    struct progress progress = {.terminal = isatty(STDERR_FILENO), .start = seconds(), .printed = seconds()};
    if (prepare_pack(&request, show_progress, &progress, error) == 0) return 0;
    if (progress.terminal && seconds() > progress.printed) fputc('\n', stderr);
    return COMMAND_FAILED;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct prepare_options *options = line->options;
    const char *name = options->name[0] ? options->name : line->plugin->name;
    int status = check_name(name, error);
    if (status != 0) return status;
    if (file_make_folder(options->data, error) != 0) return COMMAND_FAILED;
    parallel_set_threads(options->threads);
    char *path = file_join(options->data, "%s.pack", name);
    status = prepare(options, line, path, error);
    if (status == 0) printf("%s\n", path);
    free(path);
    return status;
}

const struct command cmd_prepare = {
    .name = "prepare",
    .arguments = "DATASET",
    .summary = "decode a data set from its archives, folders or seed into a pack",
    .fields = fields,
    .options_size = sizeof(struct prepare_options),
    .least = 1,
    .most = 1,
    .registry = dataset_registry,
    .plugin_kind = "data set",
    .run = run,
};
