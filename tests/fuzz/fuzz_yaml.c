/* fuzz_yaml.c - experiment files: read, multiplied out, and written as a cell's settings, which must read back. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "harness/runs/grid.h"
#include "harness/runs/experiment_file.h"

static void check_settings(const struct settings *settings)
{
    struct experiment again;
    struct error error;
    char *text = settings_text(settings);
    if (!text) return;
    if (experiment_read(&again, fuzz_file(text, strlen(text)), NULL, 0, &error) != 0) {
        fprintf(stderr, "settings that do not read back: %s\n%s\n", error.message, text);
        abort();
    }
    experiment_release(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct experiment experiment;
    struct grid grid = {0};
    struct error error;
    if (experiment_read(&experiment, fuzz_file(data, size), NULL, 0, &error) != 0) return 0;
    if (grid_init(&grid, &experiment, &error) == 0 && grid.count > 0)
        check_settings(&grid.cells[grid.count - 1].settings);
    grid_release(&grid);
    experiment_release(&experiment);
    return 0;
}
