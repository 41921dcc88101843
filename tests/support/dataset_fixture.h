/* dataset_fixture.h - a data set on trial: options, archives and a folder to work in; packed, or failing as it should.
 */
#ifndef PARTGRAD_TESTS_SUPPORT_DATASET_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_DATASET_FIXTURE_H

#include "datasets/prepare.h"
#include "tests/support/fixture.h"

extern const struct dataset dataset_cars196, dataset_cub, dataset_folder, dataset_inshop, dataset_omniglot,
    dataset_procedural, dataset_sop;

enum { SIZE = 16, OPTIONS_BYTES = 4096 };

/* A data set with its default options and a folder to work in. */
struct
try {
    char *folder; /* owned */
    char *pack;   /* owned */
    _Alignas(16) char options[OPTIONS_BYTES];
    struct option_paths archives;
    struct prepare_request request;
    struct error error;
};

static inline void try_init(struct try *try, const struct dataset *dataset)
{
    memset(try, 0, sizeof *try);
    try->folder = fixture_folder();
    try->pack = file_join(try->folder, "%s.pack", dataset->plugin.name);
    cr_assert_leq(dataset->plugin.options_size, sizeof try->options);
    option_defaults(dataset->plugin.fields, try->options);
    try->request =
        (struct prepare_request){dataset, try->options, &try->archives, SIZE, THUMBNAIL_CROP, NULL, 0, try->pack};
}

static inline void try_set(struct try *try, const char *name, const char *value)
{
    const struct field *field = option_find(try->request.dataset->plugin.fields, name);
    cr_assert_eq(option_parse(field, try->options, value, &try->error), 0, "%s", try->error.message);
}

static inline void try_release(struct try *try)
{
    for (int i = 0; i < try->archives.count; i++) free((char *)try->archives.path[i]);
    free(try->pack);
    fixture_remove(try->folder);
}

/* Names a file in the work folder as one more archive. */
static inline const char *try_archive(struct try *try, const char *name)
{
    char *path = file_join(try->folder, "%s", name);
    try->archives.path[try->archives.count++] = path;
    return path;
}

static inline void count_progress(void *context, int done, int total)
{
    int *last = context;
    cr_assert_gt(done, *last);
    cr_assert_leq(done, total);
    *last = done;
}

static inline struct pack try_pack(struct try *try)
{
    struct pack pack;
    int done = 0;
    struct prepare_watch watch = {.context = &done, .progress = count_progress};
    cr_assert_eq(prepare_pack(&try->request, &watch, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(pack_open(&pack, try->pack, 1, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(done, pack.count);
    return pack;
}

/* Preparing must fail, say `part`, and leave no file but those that were there. */
static inline void try_fails(struct try *try, const char *part)
{
    int before = fixture_count(try->folder);
    cr_assert_eq(prepare_pack(&try->request, &(struct prepare_watch){0}, &try->error), -1);
    cr_assert_not_null(strstr(try->error.message, part), "'%s' does not say '%s'", try->error.message, part);
    cr_assert_null(strchr(try->error.message, '\n'));
    cr_assert_eq(fixture_count(try->folder), before);
}

static inline void assert_pixel(const struct pack *pack, int i, int x, int y, int red, int green, int blue)
{
    const unsigned char *at = pack_image(pack, i) + y * pack->size + x;
    int expected[3] = {red, green, blue};
    for (int c = 0; c < 3; c++, at += pack->size * pack->size)
        cr_assert_leq(abs(*at - expected[c]), 6, "image %d at (%d, %d), plane %d: %d, not %d", i, x, y, c, *at,
                      expected[c]);
}

#endif
