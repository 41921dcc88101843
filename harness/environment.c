/* environment.c - see environment.h; JSON through jansson. */
#include "harness/environment.h"

#include <cblas.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/meter.h"
#include "harness/version.h"
#include "network/engine.h"
#include "network/network.h"

enum { LINE_SIZE = 8192 };

/* Value of a "key : value" line of /proc/cpuinfo or the like; "unknown" without it. */
static void read_key(const char *path, const char *key, char *value, size_t size)
{
    char line[LINE_SIZE];
    FILE *stream = fopen(path, "r");
    snprintf(value, size, "unknown");
    while (stream && fgets(line, sizeof line, stream)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) != 0 || !colon) continue;
        colon[strcspn(colon, "\n")] = '\0';
        snprintf(value, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
        break;
    }
    if (stream) fclose(stream);
}

/* The instruction sets that decide how fast a run is. */
static json_t *instruction_sets(void)
{
    static const char *const wanted[] = {"avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile"};
    char flags[LINE_SIZE], *state;
    json_t *found = json_array();
    read_key("/proc/cpuinfo", "flags", flags, sizeof flags);
    for (char *flag = strtok_r(flags, " ", &state); flag; flag = strtok_r(NULL, " ", &state))
        for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
            if (strcmp(flag, wanted[w]) == 0) json_array_append_new(found, json_string(flag));
    return found;
}

/* What decides the cores' clock; "unknown" where the kernel does not tell, as in virtual machines. */
static void read_governor(char *governor, size_t size)
{
    FILE *stream = fopen("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "r");
    snprintf(governor, size, "unknown");
    if (stream && fgets(governor, (int)size, stream)) governor[strcspn(governor, "\n")] = '\0';
    if (stream) fclose(stream);
}

static double load_average(void)
{
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : 0;
}

static json_t *describe_machine(double load)
{
    char model[256], governor[64];
    struct utsname system;
    uname(&system);
    read_governor(governor, sizeof governor);
    read_key("/proc/cpuinfo", "model name", model, sizeof model);
    return json_pack("{s:s, s:s, s:o, s:i, s:s, s:I, s:f, s:s}", "host", system.nodename, "cpu", model,
                     "instruction_sets", instruction_sets(), "cores", (int)sysconf(_SC_NPROCESSORS_ONLN), "governor",
                     governor, "memory_bytes", (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
                     "load_average", load, "kernel", system.release);
}

static json_t *describe_program(void)
{
    char onednn[128];
    engine_describe(onednn, sizeof onednn);
    return json_pack("{s:s, s:s, s:s, s:s}", "commit", version_commit, "compiler", "gcc-compatible " __VERSION__,
                     "network_kernels", onednn, "algebra", openblas_get_config());
}

int environment_write(const char *path, int jobs, int threads, struct error *error)
{
    char now[32];
    double load = load_average();
    meter_timestamp(now, sizeof now);
    json_t *root = json_pack("{s:s, s:o, s:o, s:i, s:i, s:o}", "written_at", now, "machine", describe_machine(load),
                             "program", describe_program(), "jobs", jobs, "threads", threads, "warnings", json_array());
    if (load > 0.5) {
        char warning[128];
        snprintf(warning, sizeof warning, "other work keeps %.1f cores busy: timings will be too slow", load);
        fprintf(stderr, "warning: %s\n", warning);
        json_array_append_new(json_object_get(root, "warnings"), json_string(warning));
    }
    char *text = json_dumps(root, JSON_INDENT(2));
    int status = text ? file_write(path, text, strlen(text), error) : error_set(error, "%s: out of memory", path);
    free(text);
    json_decref(root);
    return status;
}

void environment_note_precision(int precision)
{
    if (precision == PRECISION_AUTO && !engine_native_bf16())
        fprintf(stderr, "note: this CPU has no native bf16 arithmetic, so precision auto is f32\n");
}
