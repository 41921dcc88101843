/* environment.c - see environment.h; JSON through jansson. */
#include "harness/runs/environment.h"

#include <cblas.h>
#include <inttypes.h>
#include <limits.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/meter.h"
#include "harness/training/inputs.h"
#include "harness/training/machine.h"
#include "harness/training/version.h"
#include "network/network.h"

enum { LINE_SIZE = 8192 };

static const double watch_seconds = 0.1;

/* The instruction sets that matter for speed. */
static json_t *instruction_sets(void)
{
    static const char *const wanted[] = {"avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile"};
    char flags[LINE_SIZE], *state;
    json_t *found = json_array();
    machine_read_key("/proc/cpuinfo", "flags", flags, sizeof flags);
    for (char *flag = strtok_r(flags, " ", &state); flag; flag = strtok_r(NULL, " ", &state))
        for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
            if (strcmp(flag, wanted[w]) == 0) json_array_append_new(found, json_string(flag));
    return found;
}

/* The governor of the cores' clock; "unknown" if the kernel does not report it, as in virtual machines. */
static void read_governor(char *governor, size_t size)
{
    FILE *stream = fopen("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "r");
    snprintf(governor, size, "unknown");
    if (stream && fgets(governor, (int)size, stream)) governor[strcspn(governor, "\n")] = '\0';
    if (stream) fclose(stream);
}

static json_t *describe_machine(void)
{
    char model[256], governor[64];
    struct utsname system;
    uname(&system);
    read_governor(governor, sizeof governor);
    machine_read_key("/proc/cpuinfo", "model name", model, sizeof model);
    return json_pack("{s:s, s:s, s:o, s:i, s:s, s:I, s:s}", "host", system.nodename, "cpu", model, "instruction_sets",
                     instruction_sets(), "cores", (int)sysconf(_SC_NPROCESSORS_ONLN), "governor", governor,
                     "memory_bytes", (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE), "kernel",
                     system.release);
}

/* The C library and its version, as in "glibc 2.36"; other C libraries do not report theirs. */
static const char *describe_c_library(char *text, size_t size)
{
    snprintf(text, size, "unknown");
#ifdef _CS_GNU_LIBC_VERSION
    confstr(_CS_GNU_LIBC_VERSION, text, size);
#endif
    return text;
}

static json_t *describe_program(void)
{
    char onednn[128], c_library[64];
    network_describe_kernels(onednn, sizeof onednn);
    return json_pack("{s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s}", "commit", version_commit, "dirty",
                     strstr(version_commit, "-dirty") != NULL, "compiler", version_compiler, "flags", version_flags,
                     "libraries", version_libraries, "network_kernels", onednn, "algebra", openblas_get_config(),
                     "c_library", describe_c_library(c_library, sizeof c_library));
}

static json_t *format_checksum(uint64_t checksum)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, checksum);
    return json_string(text);
}

/* Adds a file's checksum under its path; nothing for a file that no cell reads. */
static void add_file(json_t *files, const char *path, const char *checksum)
{
    if (path[0] && checksum[0] && !json_object_get(files, path))
        json_object_set_new(files, path, json_string(checksum));
}

static void add_others(json_t *files, const struct settings *settings, const char *data_folder)
{
    char checksum[OPTION_TEXT_SIZE];
    for (int i = 0; i < option_texts_count(settings->evaluate_on); i++) {
        char *path = inputs_other_path(settings, data_folder, i);
        option_texts_item(settings->inputs.others, i, checksum);
        add_file(files, path, checksum);
        free(path);
    }
}

/* Checksums (XXH3) of the experiment file and of all files that the cells read. */
static json_t *describe_inputs(const struct experiment *experiment, const struct grid *grid, const char *data_folder)
{
    json_t *files = json_object();
    for (int c = 0; c < grid->count; c++) {
        const struct settings *settings = &grid->cells[c].settings;
        char *pack = inputs_pack_path(settings, data_folder);
        add_file(files, pack, settings->inputs.pack);
        add_others(files, settings, data_folder);
        add_file(files, settings->network.weights, settings->inputs.weights);
        add_file(files, settings_reference(settings), settings->inputs.reference);
        free(pack);
    }
    return json_pack("{s:o, s:o}", "experiment", format_checksum(file_checksum(experiment->text, experiment->size)),
                     "files", files);
}

/* Whether two starts are alike enough to be recorded as one. */
static int is_same_start(json_t *a, json_t *b)
{
    static const char *const parts[] = {"machine", "program", "inputs", "jobs", "threads"};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        if (!json_equal(json_object_get(a, parts[p]), json_object_get(b, parts[p]))) return 0;
    return 1;
}

/* Copies the records of earlier starts from PATH. */
static void add_earlier(json_t *root, const char *path)
{
    json_t *before = json_load_file(path, 0, NULL);
    json_t *earlier = before ? json_incref(json_object_get(before, "earlier")) : NULL;
    if (!json_is_array(earlier)) {
        json_decref(earlier);
        earlier = json_array();
    }
    if (json_is_object(before)) json_object_del(before, "earlier");
    if (json_is_object(before) && !is_same_start(before, root)) json_array_append(earlier, before);
    json_object_set_new(root, "earlier", earlier);
    json_decref(before);
}

static void warn_of_load(json_t *root, double busy_cores)
{
    char warning[128];
    if (busy_cores <= 0.5) return;
    snprintf(warning, sizeof warning, "other work keeps %.1f cores busy: timings will be too slow", busy_cores);
    fprintf(stderr, "warning: %s\n", warning);
    json_array_append_new(json_object_get(root, "warnings"), json_string(warning));
}

int environment_write(const char *path, const struct experiment *experiment, const struct grid *grid,
                      const char *data_folder, int jobs, int threads, struct error *error)
{
    char now[32];
    double busy_cores = meter_busy_cores(watch_seconds);
    meter_timestamp(now, sizeof now);
    json_t *root = json_pack("{s:s, s:f, s:o, s:o, s:o, s:i, s:i, s:o}", "written_at", now, "busy_cores", busy_cores,
                             "machine", describe_machine(), "program", describe_program(), "inputs",
                             describe_inputs(experiment, grid, data_folder), "jobs", jobs, "threads", threads,
                             "warnings", json_array());
    if (!root) return error_set(error, "%s: out of memory", path);
    warn_of_load(root, busy_cores);
    add_earlier(root, path);
    char *text = json_dumps(root, JSON_INDENT(2));
    int status = text ? file_write(path, text, strlen(text), error) : error_set(error, "%s: out of memory", path);
    free(text);
    json_decref(root);
    return status;
}

int environment_threads(const char *path)
{
    json_t *root = json_load_file(path, 0, NULL);
    json_int_t threads = json_integer_value(json_object_get(root, "threads"));
    json_decref(root);
    return threads > 0 && threads <= INT_MAX ? (int)threads : 0;
}

void environment_note_precision(int precision)
{
    if (precision == PRECISION_AUTO && network_native_precision() == PRECISION_F32)
        fprintf(stderr, "note: this CPU has no native bf16 arithmetic, so precision auto is f32\n");
}
