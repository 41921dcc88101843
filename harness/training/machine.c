/* machine.c - see machine.h. */
#include "harness/training/machine.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "network/network.h"

enum { LINE_SIZE = 8192 };

void machine_read_key(const char *path, const char *key, char *value, size_t size)
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

void machine_cpu(char *text, size_t size)
{
    machine_read_key("/proc/cpuinfo", "model name", text, size);
}

void machine_libraries(char *text, size_t size)
{
    char onednn[128];
    network_describe_kernels(onednn, sizeof onednn);
    for (char *comma = onednn; (comma = strchr(comma, ','));) *comma = ';'; /* a field that needs no quotes */
    snprintf(text, size, "%s; OpenBLAS %s", onednn, openblas_get_corename());
}
