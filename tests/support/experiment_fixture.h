/* experiment_fixture.h - what the tests of runs need: experiments and grids from a text, and a small pack. */
#ifndef PARTGRAD_TESTS_SUPPORT_EXPERIMENT_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_EXPERIMENT_FIXTURE_H

#include "datasets/pack_writer.h"
#include "harness/runs/grid.h"
#include "tests/support/fixture.h"
#include "harness/runs/experiment_file.h"

/* Reads `text` as a file called e.yaml; the error's folder is cut off so that messages can be compared. */
static inline int fixture_read_bytes(struct experiment *experiment, const char *text, size_t size,
                                     const char *const *sets, int count, struct error *error)
{
    char *folder = fixture_folder(), *path = file_join(folder, "e.yaml");
    cr_assert_eq(file_write(path, text, size, error), 0);
    int status = experiment_read(experiment, path, sets, count, error);
    char *rest = status != 0 ? strstr(error->message, "/e.yaml") : NULL;
    if (rest) memmove(error->message, rest + 1, strlen(rest));
    free(path);
    fixture_remove(folder);
    return status;
}

/* Of a text that is right. */
static inline void fixture_read_text(struct experiment *experiment, const char *text)
{
    struct error error;
    cr_assert_eq(fixture_read_bytes(experiment, text, strlen(text), NULL, 0, &error), 0, "%s", error.message);
}

/* The values of an axis, as they were given; NULL where there are no more. */
static inline const char *fixture_value(const struct experiment *experiment, const char *column, int i)
{
    const struct variant *variant = &experiment->variants[0];
    int axis = axes_find(&experiment->axes, column);
    for (int f = 0; f < variant->count; f++) {
        const struct factor *factor = &variant->factors[f];
        if (factor->axis == axis && i < factor->count)
            return factor->values[i].text ? factor->values[i].text : factor->values[i].choice.plugin->name;
    }
    return NULL;
}

/* How many values an axis was given. */
static inline int fixture_values(const struct experiment *experiment, const char *column)
{
    int count = 0;
    while (fixture_value(experiment, column, count)) count++;
    return count;
}

/* An experiment and its grid. */
struct made {
    struct experiment experiment;
    struct grid grid;
};

/* Reads the text and makes its grid; what fails leaves nothing to release. */
static inline int made_read(struct made *made, const char *text, const char *const *sets, int count,
                            struct error *error)
{
    *made = (struct made){0};
    if (fixture_read_bytes(&made->experiment, text, strlen(text), sets, count, error) != 0) return -1;
    if (grid_init(&made->grid, &made->experiment, error) == 0) return 0;
    experiment_release(&made->experiment);
    return -1;
}

/* Of a text that is right, with one --set, or NULL. */
static inline struct made *made_with(const char *text, const char *set)
{
    struct made *made = calloc(1, sizeof *made);
    struct error error;
    cr_assert_eq(made_read(made, text, &set, set != NULL, &error), 0, "%s\n%s", error.message, text);
    return made;
}

static inline struct made *made_of(const char *text)
{
    return made_with(text, NULL);
}

static inline void made_release(struct made *made)
{
    grid_release(&made->grid);
    experiment_release(&made->experiment);
    free(made);
}

/* The text that makes a cell's identity; the caller frees. */
static inline char *made_text(const struct made *made, int cell)
{
    return settings_text(&made->grid.cells[cell].settings);
}

/* FOLDER/NAME.pack: 6 classes of 4 images of 16 by 16 pixels, half of them to train on; another `seed`, other pixels.
 */
static inline void fixture_write_pack(const char *folder, const char *name, int seed)
{
    enum { CLASSES = 6, EACH = 4, COUNT = CLASSES * EACH, SIDE = 16 };
    static const char *const names[CLASSES] = {"a", "b", "c", "d", "e", "f"};
    static unsigned char planes[COUNT][3 * SIDE * SIDE];
    struct pack_writer writer;
    struct error error;
    int32_t labels[COUNT];
    uint8_t splits[COUNT];
    for (int i = 0; i < COUNT; i++) {
        labels[i] = i / EACH;
        splits[i] = labels[i] < CLASSES / 2 ? PACK_TRAIN : PACK_TEST;
        for (int p = 0; p < 3 * SIDE * SIDE; p++) planes[i][p] = (unsigned char)(i * 37 + p * (seed + 3));
    }
    struct pack_contents contents = {COUNT, CLASSES, SIDE, labels, splits, names};
    char *path = file_join(folder, "%s.pack", name);
    cr_assert_eq(file_make_folder(folder, &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_open(&writer, path, &contents, &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_put(&writer, 0, COUNT, planes[0], &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_commit(&writer, "made: here\n", &error), 0, "%s", error.message);
    pack_writer_release(&writer);
    free(path);
}

#endif
