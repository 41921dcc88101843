/* cmd_prepare.c - partgrad prepare: makes a data set's pack from downloads, archives, folders or a seed; downloads
 * pretrained weights. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/parallel.h"
#include "datasets/download.h"
#include "datasets/prepare.h"
#include "harness/runs/bar.h"
#include "harness/commands/command.h"

enum { MEGABYTE = 1000000 };

struct prepare_options {
    struct option_paths archives;
    char data[OPTION_TEXT_SIZE], name[OPTION_TEXT_SIZE], weights[OPTION_TEXT_SIZE];
    char source[OPTION_TEXT_SIZE], sources[OPTION_TEXT_SIZE], form[OPTION_TEXT_SIZE];
    char split[OPTION_TEXT_SIZE];
    double stall, delay;
    int attempts, size, fit, threads, skip_broken;
};

static const char *const fits[] = {"crop", "stretch", NULL}; /* enum thumbnail_fit */

static const struct field fields[] = {
    {"archive", "a file of the data set or its unpacked folder; repeatable. If not given, missing files are downloaded",
     OPTION_PATHS, offsetof(struct prepare_options, archives), NULL, 0, 0, NULL},
    {"data", "folder for packs, and for downloads in it", OPTION_TEXT, offsetof(struct prepare_options, data), "data",
     0, 0, NULL},
    {"name", "name of the pack; empty: that of the data set", OPTION_TEXT, offsetof(struct prepare_options, name), NULL,
     0, 0, NULL},
    {"size", "side of the images in pixels; 0: 256, or 32 for drawn images", OPTION_INT,
     offsetof(struct prepare_options, size), "0", 0, 4096, NULL},
    {"fit", "crop the middle square, or stretch the whole image to a square", OPTION_CHOICE,
     offsetof(struct prepare_options, fit), "crop", 0, 0, fits},
    {"split",
     "file of lines 'train CLASS', 'test CLASS', 'valid CLASS' or 'none CLASS' that replaces the official split",
     OPTION_TEXT, offsetof(struct prepare_options, split), .values = "FILE"},
    {"skip_broken", "leave out images that cannot be decoded, and report them", OPTION_FLAG,
     offsetof(struct prepare_options, skip_broken), NULL, 0, 0, NULL},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one per core", OPTION_INT, offsetof(struct prepare_options, threads),
     "0", 0, 1024, NULL},
    {"weights", "folder for weights", OPTION_TEXT, offsetof(struct prepare_options, weights), "weights", 0, 0, NULL},
    {"source", "address to download from: a folder ending with /, or a single file", OPTION_TEXT,
     offsetof(struct prepare_options, source), NULL, 0, 0, NULL},
    {"sources", "your own table of addresses and checksums, see docs/formats.md", OPTION_TEXT,
     offsetof(struct prepare_options, sources), NULL, 0, 0, NULL},
    {"form", "which of several sets of files to download; empty: the first known", OPTION_TEXT,
     offsetof(struct prepare_options, form), NULL, 0, 0, NULL},
    {"stall", "seconds without a byte after which a connection counts as lost", OPTION_REAL,
     offsetof(struct prepare_options, stall), "30", 0.1, 3600, NULL},
    {"attempts", "attempts in a row at one address that bring no byte", OPTION_INT,
     offsetof(struct prepare_options, attempts), "5", 1, 1000, NULL},
    {"delay", "seconds before the second attempt; doubles each time", OPTION_REAL,
     offsetof(struct prepare_options, delay), "1", 0, 60, NULL},
    {.name = NULL},
};

/* ---- progress ---- */

static void show_images(void *context, int done, int total)
{
    bar_show(context, done, total);
}

/* Shows a bar for each file being downloaded. */
static void show_bytes(void *context, const char *name, long long done, long long total)
{
    struct bar *bar = context;
    if (!bar->name || strcmp(bar->name, name) != 0) *bar = bar_begin(name, "MB", MEGABYTE, (double)done);
    bar_show(bar, (double)done, (double)total);
}

static void show_news(void *context, const char *line)
{
    bar_end(context);
    fprintf(stderr, "%s\n", line);
}

/* ---- downloads ---- */

/* The option or, if it is empty, the environment variable. */
static const char *or_environment(const char *option, const char *variable)
{
    const char *value = getenv(variable);
    return *option || !value ? option : value;
}

static struct download new_download(const struct prepare_options *options, const char *folder, struct bar *bar)
{
    return (struct download){
        .folder = folder,
        .source = or_environment(options->source, "PARTGRAD_SOURCE"),
        .table = or_environment(options->sources, "PARTGRAD_SOURCES"),
        .form = options->form,
        .fetch = {.stall_seconds = options->stall, .attempts = options->attempts, .delay_seconds = options->delay},
        .watch = {bar, show_bytes, show_news},
    };
}

static int prepare_weights(const struct prepare_options *options, const char *name, struct error *error)
{
    struct bar bar = {0};
    struct download download = new_download(options, options->weights, &bar);
    char *path;
    int status = download_weights(&download, name, &path, error);
    bar_end(&bar);
    if (status == 0) printf("%s\n", path);
    free(path);
    return status;
}

/* The files of the data set: those that the user named, or downloaded ones, whose paths the caller frees. */
static int download_files(const struct prepare_options *options, const struct dataset *dataset,
                          struct option_paths *files, struct error *error)
{
    struct bar bar = {0};
    char *folder = file_join(options->data, "downloads");
    struct download download = new_download(options, folder, &bar);
    int status = download_dataset(&download, dataset, files, error);
    bar_end(&bar);
    free(folder);
    return status == 0 ? 0 : error_context(error, "%s", dataset->plugin.name);
}

/* ---- packs ---- */

/* A pack's name is a file name and appears in CSV columns: letters, digits, '-', '_', '.'. */
static int check_name(const char *name, struct error *error)
{
    for (const char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_' && (*at != '.' || at == name)) {
            error_set(error, "--name '%s': use letters, digits, '-', '_' and '.'", name);
            return COMMAND_USAGE;
        }
    return 0;
}

static int pack_files(const struct prepare_options *options, const struct command_line *line,
                      const struct option_paths *files, const char *path, struct error *error)
{
    const struct dataset *dataset = (const void *)line->plugin; /* its first member */
    struct prepare_request request = {.dataset = dataset,
                                      .options = line->plugin_options,
                                      .archives = files,
                                      .size = options->size ? options->size : dataset->default_size,
                                      .fit = (enum thumbnail_fit)options->fit,
                                      .split = options->split[0] ? options->split : NULL,
                                      .skip_broken = options->skip_broken,
                                      .path = path};
    struct bar bar = bar_begin(dataset->plugin.name, "images", 1, 0);
    struct prepare_watch watch = {&bar, show_images, show_news};
    int status = prepare_pack(&request, &watch, error);
    bar_end(&bar);
    return status;
}

static int prepare_dataset(const struct prepare_options *options, const struct command_line *line, struct error *error)
{
    const struct dataset *dataset = (const void *)line->plugin;
    const char *name = options->name[0] ? options->name : line->plugin->name;
    int status = check_name(name, error);
    if (status != 0) return status;
    if (file_make_folder(options->data, error) != 0) return COMMAND_FAILED;
    struct option_paths downloaded = {0};
    int wanted = dataset->forms && options->archives.count == 0;
    if (wanted) status = download_files(options, dataset, &downloaded, error);
    char *path = file_join(options->data, "%s.pack", name);
    if (status == 0) status = pack_files(options, line, wanted ? &downloaded : &options->archives, path, error);
    if (status == 0) printf("%s\n", path);
    for (int i = 0; i < downloaded.count; i++) free((char *)downloaded.path[i]);
    free(path);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct prepare_options *options = line->options;
    parallel_begin(options->threads);
    if (!line->plugin) return prepare_weights(options, line->arguments[0], error);
    return prepare_dataset(options, line, error);
}

const struct command cmd_prepare = {
    .name = "prepare",
    .arguments = "DATASET|weights/NAME",
    .summary = "download, verify and decode a data set into a pack, or download pretrained weights",
    .description = "Writes DATA/NAME.pack from the archives named with --archive, or else from the data set's own "
                   "files, which are downloaded and verified if missing. `folder` reads folders, `procedural` draws "
                   "images from a seed. The same command resumes a download.\n\nweights/NAME downloads and verifies "
                   "pretrained weights, weights/NAME.safetensors.",
    .fields = fields,
    .options_size = sizeof(struct prepare_options),
    .least = 1,
    .most = 1,
    .registry = dataset_registry,
    .plugin_kind = "data set",
    .besides = "weights/",
    .run = run,
};
