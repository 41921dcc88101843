/* test_checkpoint.c - checkpoints come back whole, or not at all. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"
#include "harness/training/checkpoint.h"

enum { FLOATS = 100 };

struct state {
    long step;
    float values[FLOATS];
};

static void list(struct state *state, size_t floats, struct checkpoint *checkpoint)
{
    checkpoint->count = 0;
    checkpoint_add(checkpoint, &state->step, sizeof state->step);
    checkpoint_add(checkpoint, NULL, 0);
    checkpoint_add(checkpoint, state->values, floats * sizeof(float));
}

static struct state make_state(long step)
{
    struct state state = {.step = step};
    for (int i = 0; i < FLOATS; i++) state.values[i] = (float)(step * i);
    return state;
}

static char *save(const char *folder, struct state *state)
{
    struct checkpoint checkpoint;
    struct error error;
    char *path = file_join(folder, "checkpoint");
    list(state, FLOATS, &checkpoint);
    cr_assert_eq(checkpoint_write(&checkpoint, path, &error), 0, "%s", error.message);
    return path;
}

Test(checkpoint, comes_back_as_it_was)
{
    char *folder = fixture_folder();
    struct state first = make_state(7), second = make_state(1);
    struct checkpoint checkpoint;
    char *path = save(folder, &first);
    list(&second, FLOATS, &checkpoint);
    cr_expect_eq(checkpoint_restore(&checkpoint, path), 1);
    cr_expect_eq(memcmp(&first, &second, sizeof first), 0);
    free(path);
    fixture_remove(folder);
}

Test(checkpoint, of_other_sizes_or_not_there_is_left_alone)
{
    char *folder = fixture_folder();
    struct state first = make_state(7), second = make_state(1), same = second;
    struct checkpoint checkpoint;
    char *path = save(folder, &first), *nowhere = file_join(folder, "nowhere");
    list(&second, FLOATS - 1, &checkpoint);
    cr_expect_eq(checkpoint_restore(&checkpoint, path), 0);
    list(&second, FLOATS, &checkpoint);
    checkpoint_add(&checkpoint, NULL, 0);
    cr_expect_eq(checkpoint_restore(&checkpoint, path), 0);
    list(&second, FLOATS, &checkpoint);
    cr_expect_eq(checkpoint_restore(&checkpoint, nowhere), 0);
    cr_expect_eq(memcmp(&same, &second, sizeof same), 0, "nothing was touched");
    free(path);
    free(nowhere);
    fixture_remove(folder);
}

Test(checkpoint, damaged_anywhere_is_left_alone)
{
    char *folder = fixture_folder(), *bytes;
    struct state first = make_state(7), second = make_state(1), same = second;
    struct checkpoint checkpoint;
    struct error error;
    size_t size;
    char *path = save(folder, &first);
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    list(&second, FLOATS, &checkpoint);
    for (size_t at = 0; at < size; at += 5) {
        bytes[at] ^= 4;
        scratch_write(path, bytes, size);
        cr_expect_eq(checkpoint_restore(&checkpoint, path), 0, "byte %zu", at);
        bytes[at] ^= 4;
    }
    for (size_t cut = 0; cut < size; cut += 29) {
        scratch_write(path, bytes, cut);
        cr_expect_eq(checkpoint_restore(&checkpoint, path), 0, "cut to %zu bytes", cut);
    }
    cr_expect_eq(memcmp(&same, &second, sizeof same), 0, "nothing was touched");
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(checkpoint, is_left_alone_where_what_it_requires_differs)
{
    static const char *const words[] = {"adamw", "sgd..", "adamw"};
    char *folder = fixture_folder(), *path = file_join(folder, "checkpoint");
    for (int w = 0; w < 3; w++) {
        struct checkpoint checkpoint = {0};
        struct error error;
        long step = 7;
        checkpoint_require(&checkpoint, words[w], strlen(words[w]));
        checkpoint_add(&checkpoint, &step, sizeof step);
        if (w == 0) {
            cr_assert_eq(checkpoint_write(&checkpoint, path, &error), 0, "%s", error.message);
            step = 1;
        }
        cr_expect_eq(checkpoint_restore(&checkpoint, path), w != 1);
        cr_expect_eq(step, 7);
    }
    free(path);
    fixture_remove(folder);
}
