/* test_datasets.c - every data set from a small copy of its official layout to its pack, and what is wrong with
 * archives told in one line. */
#include "datasets/prepare.h"

#include <matio.h>

#include "base/parallel.h"
#include "datasets/specimen.h"
#include "tests/fixture.h"

extern const struct dataset dataset_cars196, dataset_cub, dataset_folder, dataset_procedural;

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

static void try_init(struct try *try, const struct dataset *dataset)
{
    memset(try, 0, sizeof *try);
    try->folder = fixture_folder();
    try->pack = file_join(try->folder, "%s.pack", dataset->plugin.name);
    cr_assert_leq(dataset->plugin.options_size, sizeof try->options);
    option_defaults(dataset->plugin.fields, try->options);
    try->request = (struct prepare_request){dataset, try->options, &try->archives, SIZE, PREPARE_CROP, try->pack};
}

static void try_set(struct try *try, const char *name, const char *value)
{
    const struct field *field = option_find(try->request.dataset->plugin.fields, name);
    cr_assert_eq(option_parse(field, try->options, value, &try->error), 0, "%s", try->error.message);
}

static void try_release(struct try *try)
{
    for (int i = 0; i < try->archives.count; i++) free((char *)try->archives.path[i]);
    free(try->pack);
    fixture_remove(try->folder);
}

/* Names a file in the work folder as one more archive. */
static const char *try_archive(struct try *try, const char *name)
{
    char *path = file_join(try->folder, "%s", name);
    try->archives.path[try->archives.count++] = path;
    return path;
}

static void count_progress(void *context, int done, int total)
{
    int *last = context;
    cr_assert_gt(done, *last);
    cr_assert_leq(done, total);
    *last = done;
}

static struct pack try_pack(struct try *try)
{
    struct pack pack;
    int done = 0;
    cr_assert_eq(prepare_pack(&try->request, count_progress, &done, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(pack_open(&pack, try->pack, 1, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(done, pack.count);
    return pack;
}

/* Preparing must fail, say `part`, and leave no file but those that were there. */
static void try_fails(struct try *try, const char *part)
{
    int before = fixture_count(try->folder);
    cr_assert_eq(prepare_pack(&try->request, NULL, NULL, &try->error), -1);
    cr_assert_not_null(strstr(try->error.message, part), "'%s' does not say '%s'", try->error.message, part);
    cr_assert_null(strchr(try->error.message, '\n'));
    cr_assert_eq(fixture_count(try->folder), before);
}

static void assert_pixel(const struct pack *pack, int i, int x, int y, int red, int green, int blue)
{
    const unsigned char *at = pack_image(pack, i) + y * pack->size + x;
    int expected[3] = {red, green, blue};
    for (int c = 0; c < 3; c++, at += pack->size * pack->size)
        cr_assert_leq(abs(*at - expected[c]), 6, "image %d at (%d, %d), plane %d: %d, not %d", i, x, y, c, *at,
                      expected[c]);
}

/* ---- cub ---- */

enum cub_list { CUB_IMAGES, CUB_LABELS, CUB_CLASSES, CUB_BOXES, CUB_LISTS };

/* A small CUB: three classes on both sides of the split, in an order of its own, ids with gaps. */
struct cub {
    const char *lists[CUB_LISTS]; /* NULL: not in the archive */
    const char *missing;          /* an image left out */
    const char *link;             /* an image that is a symbolic link */
    const char *broken;           /* an image that is no image */
    const char *extra;            /* one more member */
    int twice;                    /* 1: the first image comes again */
};

static const char *const cub_names[CUB_LISTS] = {"images.txt", "image_class_labels.txt", "classes.txt",
                                                 "bounding_boxes.txt"};

static struct cub small_cub(void)
{
    return (struct cub){.lists = {
                            "7 101.Pelican/b.jpg\n1 001.Albatross/a.jpg\n2 100.Tern/c.jpg\n9 001.Albatross/d.jpg\n",
                            "1 1\n2 100\n7 101\n9 1\n",
                            "1 001.Albatross\n5 005.Auklet\n100 100.Tern\n101 101.Pelican\n",
                            "1 0.0 0.0 40.0 20.0\n2 0.0 0.0 20.0 40.0\n7 10.0 0.0 40.0 20.0\n9 0.0 0.0 20.0 20.0\n",
                        }};
}

/* An image of 40 x 20: its left, middle and right in three colours. */
static struct encoded striped_jpeg(void)
{
    unsigned char *pixels = fixture_flat(40, 20, 3, (unsigned char[]){20, 200, 20});
    for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 8; x++) memcpy(pixels + 3 * (40 * y + x), (unsigned char[]){200, 20, 20}, 3);
        for (int x = 32; x < 40; x++) memcpy(pixels + 3 * (40 * y + x), (unsigned char[]){20, 20, 200}, 3);
    }
    struct encoded jpeg = fixture_jpeg(pixels, 40, 20, (struct jpeg_kind){JCS_RGB, 3, 0, 0});
    free(pixels);
    return jpeg;
}

static void write_cub_image(struct archive *archive, const struct cub *cub, const char *name, struct encoded image)
{
    char *member = file_join("CUB_200_2011/images", "%s", name);
    if (cub->link && strcmp(name, cub->link) == 0)
        fixture_add(archive, member, NULL, 0, "/etc/passwd");
    else if (cub->broken && strcmp(name, cub->broken) == 0)
        fixture_add(archive, member, image.bytes, image.size / 2, NULL);
    else if (!cub->missing || strcmp(name, cub->missing) != 0)
        fixture_add(archive, member, image.bytes, image.size, NULL);
    free(image.bytes);
    free(member);
}

static void write_cub(const char *path, const struct cub *cub, enum fixture_format format)
{
    struct archive *archive = fixture_archive(path, format);
    for (int i = 0; i < CUB_LISTS; i++) {
        char *member = file_join("CUB_200_2011", "%s", cub_names[i]);
        if (cub->lists[i]) fixture_add_text(archive, member, cub->lists[i]);
        free(member);
    }
    fixture_add_text(archive, "CUB_200_2011/README", "not asked for");
    write_cub_image(archive, cub, "001.Albatross/a.jpg", striped_jpeg());
    write_cub_image(archive, cub, "101.Pelican/b.jpg", striped_jpeg());
    write_cub_image(archive, cub, "100.Tern/c.jpg", fixture_flat_jpeg(20, 40, 10, 20, 30));
    write_cub_image(archive, cub, "001.Albatross/d.jpg", fixture_flat_jpeg(20, 20, 90, 80, 70));
    if (cub->twice) write_cub_image(archive, cub, "001.Albatross/a.jpg", striped_jpeg());
    if (cub->extra) fixture_add_text(archive, cub->extra, "x");
    fixture_close(archive);
}

Test(cub, is_packed_in_the_order_and_split_of_its_lists)
{
    static const enum fixture_format formats[] = {FIXTURE_TGZ, FIXTURE_TAR, FIXTURE_ZIP};
    for (int f = 0; f < 3; f++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds"), &cub, formats[f]);
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, 4);
        cr_assert_eq(pack.class_count, 3); /* the auklet has no images */
        cr_assert_arr_eq(pack.labels, ((int32_t[]){2, 0, 1, 0}), 4 * sizeof(int32_t));
        cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TEST, PACK_TRAIN, PACK_TRAIN, PACK_TRAIN}), 4);
        cr_assert_str_eq(pack_class_name(&pack, 0), "001.Albatross");
        cr_assert_str_eq(pack_class_name(&pack, 2), "101.Pelican");
        assert_pixel(&pack, 0, 1, 8, 20, 200, 20); /* the middle of the stripes */
        assert_pixel(&pack, 2, 8, 8, 10, 20, 30);
        assert_pixel(&pack, 3, 8, 8, 90, 80, 70);
        cr_assert_not_null(strstr(pack.provenance, "dataset: cub\narchive: birds, "), "%s", pack.provenance);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(cub, stretches_and_cuts_to_boxes_when_asked)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    try.request.fit = PREPARE_STRETCH;
    struct pack pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 200, 20, 20); /* all three stripes are there */
    assert_pixel(&pack, 0, 8, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_set(&try, "boxes", "true"); /* the pelican's box begins right of the left stripe and overruns the image */
    pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_release(&try);
}

/* What is wrong with a list, and what the error says. */
static const struct {
    enum cub_list list;
    const char *text, *part;
} wrong_lists[] = {
    {CUB_IMAGES, NULL, "has no member CUB_200_2011/images.txt"},
    {CUB_IMAGES, "", "cub: no images are listed"},
    {CUB_IMAGES, "1 001.Albatross/a.jpg\n\n1 100.Tern/c.jpg\n", "cub: images.txt line 3: image 1 is listed twice"},
    {CUB_IMAGES, "1 001.Albatross/a.jpg\n2 001.Albatross/a.jpg\n", "001.Albatross/a.jpg is listed twice"},
    {CUB_IMAGES, "3 001.Albatross/a.jpg\n", "images.txt line 1: no class for image 3"},
    {CUB_IMAGES, "11789 001.Albatross/a.jpg\n", "images.txt line 1: '11789' is not an id within 1 .. 11788"},
    {CUB_IMAGES, "one 001.Albatross/a.jpg\n", "'one' is not an id"},
    {CUB_IMAGES, "1\n", "images.txt line 1: a name is missing"},
    {CUB_IMAGES, "1 ../../../etc/passwd\n", "has no member CUB_200_2011/images/../../../etc/passwd"},
    {CUB_LABELS, "1 1\n1 1\n", "image_class_labels.txt line 2: image 1 is listed twice"},
    {CUB_LABELS, "1 201\n", "'201' is not an id within 1 .. 200"},
    {CUB_LABELS, "1 99999999999999999999\n", "is not an id"},
    {CUB_LABELS, "1 -1\n", "'-1' is not an id"},
    {CUB_LABELS, "1 3\n", "class 3 is not in classes.txt"},
    {CUB_LABELS, "1 1 1\n", "image_class_labels.txt line 1: unexpected '1'"},
    {CUB_CLASSES, "1 001.Albatross\n1 001.Albatross\n", "classes.txt line 2: class 1 is listed twice"},
    {CUB_CLASSES, "0 001.Albatross\n", "'0' is not an id"},
    {CUB_BOXES, "1 0.0 0.0 nan 20.0\n", "bounding_boxes.txt line 1: 'nan' is not a number"},
    {CUB_BOXES, "1 0.0 0.0 0.0 20.0\n", "image 1 has an empty box"},
};

Test(cub, says_which_list_and_line_is_wrong)
{
    for (size_t i = 0; i < sizeof wrong_lists / sizeof *wrong_lists; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        cub.lists[wrong_lists[i].list] = wrong_lists[i].text;
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        try_fails(&try, wrong_lists[i].part);
        try_release(&try);
    }
}

Test(cub, names_the_member_that_is_missing_linked_broken_or_repeated)
{
    struct cub missing = small_cub(), linked = small_cub(), broken = small_cub(), twice = small_cub();
    missing.missing = linked.link = broken.broken = "100.Tern/c.jpg";
    twice.twice = 1;
    const struct {
        struct cub cub;
        const char *part;
    } cases[] = {
        {missing, "has no member CUB_200_2011/images/100.Tern/c.jpg"},
        {linked, "member CUB_200_2011/images/100.Tern/c.jpg is a link"},
        {broken, "cub: CUB_200_2011/images/100.Tern/c.jpg: JPEG: "},
        {twice, "member CUB_200_2011/images/001.Albatross/a.jpg appears twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        write_cub(try_archive(&try, "birds.tgz"), &cases[i].cub, FIXTURE_TGZ);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

Test(cub, refuses_archives_with_members_that_leave_them)
{
    static const char *const names[] = {"/etc/partgrad", "../partgrad", "CUB_200_2011/../../partgrad", "a/.."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        cub.extra = names[i];
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        try_fails(&try, "leaves the archive's folder");
        try_release(&try);
    }
}

Test(cub, refuses_archives_that_are_cut_or_none)
{
    for (double share = 0; share < 0.99; share += 0.07) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        fixture_cut(try.archives.path[0], share);
        try_fails(&try, "birds.tgz");
        try_release(&try);
    }
}

Test(cub, asks_for_its_archive)
{
    struct try try;
    try_init(&try, &dataset_cub);
    try_fails(&try, "--archive CUB_200_2011.tgz");
    try_archive(&try, "nowhere.tgz");
    try_fails(&try, "nowhere.tgz");
    try_release(&try);
}

/* ---- cars196 ---- */

enum { CARS = 4, CARS_CLASSES = 196 };

/* A small Cars196. */
struct cars {
    const char *const *fields; /* NULL-terminated, any order */
    double classes[CARS];      /* official ids */
    const char *paths[CARS];
    double widths[CARS]; /* of the boxes */
    int class_count;
};

static const char *const official_fields[] = {"relative_im_path", "bbox_x1", "bbox_y1", "bbox_x2",
                                              "bbox_y2",          "class",   "test",    NULL};
static const char *const other_fields[] = {"class",   "test",    "bbox_y2",          "bbox_x2",
                                           "bbox_y1", "bbox_x1", "relative_im_path", NULL};

static struct cars small_cars(void)
{
    return (struct cars){official_fields,
                         {99, 1, 98, 99},
                         {"car_ims/2.jpg", "car_ims/1.jpg", "car_ims/3.jpg", "car_ims/4.jpg"},
                         {20, 20, 20, 20},
                         CARS_CLASSES};
}

static matvar_t *mat_number(double number)
{
    return Mat_VarCreate(NULL, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, (size_t[]){1, 1}, &number, 0);
}

static matvar_t *mat_text(const char *text)
{
    return Mat_VarCreate(NULL, MAT_C_CHAR, MAT_T_UTF8, 2, (size_t[]){1, strlen(text)}, (void *)text, 0);
}

static matvar_t *car_field(const struct cars *cars, int i, const char *name)
{
    if (strcmp(name, "relative_im_path") == 0) return mat_text(cars->paths[i]);
    if (strcmp(name, "class") == 0) return mat_number(cars->classes[i]);
    if (strcmp(name, "bbox_x2") == 0) return mat_number(cars->widths[i]);
    if (strcmp(name, "bbox_y2") == 0) return mat_number(20);
    return mat_number(1); /* a box's first pixel, or `test` */
}

static void write_annotations(const char *path, const struct cars *cars)
{
    unsigned field_count = 0;
    while (cars->fields[field_count]) field_count++;
    matvar_t *annotations =
        Mat_VarCreateStruct("annotations", 2, (size_t[]){1, CARS}, (const char **)cars->fields, field_count);
    for (int i = 0; i < CARS; i++)
        for (unsigned f = 0; f < field_count; f++)
            Mat_VarSetStructFieldByIndex(annotations, f, (size_t)i, car_field(cars, i, cars->fields[f]));
    matvar_t *names[CARS_CLASSES];
    for (int c = 0; c < cars->class_count; c++) {
        char name[32];
        snprintf(name, sizeof name, "Make C/V %d", c + 1);
        names[c] = mat_text(name);
    }
    size_t dims[2] = {1, (size_t)cars->class_count};
    matvar_t *class_names = Mat_VarCreate("class_names", MAT_C_CELL, MAT_T_CELL, 2, dims, names, 0);
    mat_t *file = Mat_CreateVer(path, NULL, MAT_FT_MAT5);
    cr_assert_not_null(file);
    Mat_VarWrite(file, annotations, MAT_COMPRESSION_ZLIB);
    Mat_VarWrite(file, class_names, MAT_COMPRESSION_ZLIB);
    Mat_Close(file);
    Mat_VarFree(annotations);
    Mat_VarFree(class_names);
}

static void write_car_images(const char *path)
{
    struct archive *archive = fixture_archive(path, FIXTURE_TGZ);
    for (int i = 1; i <= CARS; i++) {
        char name[32];
        snprintf(name, sizeof name, "./car_ims/%d.jpg", i);
        fixture_add_image(archive, name, fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), 100, 0));
    }
    fixture_close(archive);
}

static void try_cars(struct try *try, const struct cars *cars, int annotations_first)
{
    try_init(try, &dataset_cars196);
    if (annotations_first) write_annotations(try_archive(try, "cars_annos.mat"), cars);
    write_car_images(try_archive(try, "car_ims.tgz"));
    if (!annotations_first) write_annotations(try_archive(try, "cars_annos.mat"), cars);
}

Test(cars196, is_packed_whatever_the_order_of_archives_and_fields)
{
    for (int order = 0; order < 4; order++) {
        struct try try;
        struct cars cars = small_cars();
        if (order & 1) cars.fields = other_fields;
        try_cars(&try, &cars, order / 2);
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, CARS);
        cr_assert_eq(pack.class_count, 3);
        cr_assert_arr_eq(pack.labels, ((int32_t[]){2, 0, 1, 2}), CARS * sizeof(int32_t));
        cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TEST, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), CARS);
        cr_assert_str_eq(pack_class_name(&pack, 1), "Make C/V 98");
        assert_pixel(&pack, 0, 8, 8, 100, 100, 0);
        assert_pixel(&pack, 1, 8, 8, 50, 100, 0);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(cars196, says_which_annotation_is_wrong)
{
    static const char *const no_class[] = {"relative_im_path", "test", NULL};
    struct cars fraction = small_cars(), high = small_cars(), few = small_cars(), twice = small_cars();
    struct cars missing = small_cars(), fieldless = small_cars();
    fraction.classes[1] = 1.5;
    high.classes[3] = 197;
    few.class_count = 195;
    twice.paths[2] = twice.paths[0];
    missing.paths[2] = "car_ims/9.jpg";
    fieldless.fields = no_class;
    const struct {
        const struct cars *cars;
        const char *part;
    } cases[] = {
        {&fraction, "cars_annos.mat: annotation 2: class 1.5 is not within 1 .. 196"},
        {&high, "annotation 4: class 197"},
        {&few, "no list `class_names` of 196 names"},
        {&twice, "car_ims/2.jpg is listed twice"},
        {&missing, "has no member car_ims/9.jpg"},
        {&fieldless, "annotation 1: 'class' is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_cars(&try, cases[i].cars, 1);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

Test(cars196, cuts_to_boxes_and_refuses_empty_ones)
{
    struct try try;
    struct cars cars = small_cars();
    cars.widths[1] = 0;
    try_cars(&try, &cars, 1);
    struct pack pack = try_pack(&try);
    pack_release(&pack);
    unlink(try.pack);
    try_set(&try, "boxes", "true");
    try_fails(&try, "annotation 2 has an empty box");
    try_release(&try);
}

Test(cars196, survives_damaged_annotations)
{
    struct try try;
    struct cars cars = small_cars();
    try_cars(&try, &cars, 1);
    char *bytes;
    size_t size;
    cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
    for (size_t length = 0; length < size; length += size / 12) {
        cr_assert_eq(file_write(try.archives.path[0], bytes, length, &try.error), 0);
        try_fails(&try, "");
    }
    free(bytes);
    try_release(&try);
}

Test(cars196, asks_for_both_files)
{
    struct try try;
    try_init(&try, &dataset_cars196);
    try_fails(&try, "--archive car_ims.tgz --archive cars_annos.mat");
    write_car_images(try_archive(&try, "car_ims.tgz"));
    try_fails(&try, "--archive cars_annos.mat");
    try_release(&try);
}

/* ---- folder ---- */

/* Writes an image file, its folders included; PNG or JPEG by its name. */
static void write_image(const char *folder, const char *name, unsigned char red)
{
    struct error error;
    char *path = file_join(folder, "%s", name), *slash = strrchr(path, '/');
    *slash = '\0';
    cr_assert_eq(file_make_folder(path, &error), 0, "%s", error.message);
    *slash = '/';
    unsigned char *pixels = fixture_flat(20, 20, 3, (unsigned char[]){red, 0, 0});
    struct encoded image = strstr(name, ".png") ? fixture_png(pixels, 20, 20, PNG_FORMAT_RGB, NULL, 0)
                                                : fixture_flat_jpeg(20, 20, red, 0, 0);
    cr_assert_eq(file_write(path, image.bytes, image.size, &error), 0);
    free(image.bytes);
    free(pixels);
    free(path);
}

Test(folder, trains_on_the_first_half_of_its_classes)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "b/2.png", 40);
    write_image(try.folder, "b/10.JPG", 80);
    write_image(try.folder, "Z/1.jpeg", 120);
    write_image(try.folder, "c/1.jpg", 160);
    write_image(try.folder, ".hidden/1.jpg", 200);
    cr_assert_eq(file_write(try.pack, "old", 3, &try.error), 0); /* is replaced */
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 4);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 1, 1, 2}), 4 * sizeof(int32_t));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 4);
    cr_assert_str_eq(pack_class_name(&pack, 0), "Z");
    assert_pixel(&pack, 0, 8, 8, 120, 0, 0);
    assert_pixel(&pack, 1, 8, 8, 80, 0, 0); /* "10.JPG" sorts before "2.png" */
    assert_pixel(&pack, 2, 8, 8, 40, 0, 0);
    pack_release(&pack);
    try_release(&try);
}

Test(folder, follows_train_and_test_folders)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "test/a/1.png", 40);
    write_image(try.folder, "train/b/1.png", 80);
    write_image(try.folder, "train/c/1.png", 120);
    struct pack pack = try_pack(&try);
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 3);
    cr_assert_str_eq(pack_class_name(&pack, 2), "a");
    pack_release(&pack);
    unlink(try.pack);
    write_image(try.folder, "test/c/1.png", 120);
    try_fails(&try, "class 'c' is in train and in test");
    try_release(&try);
}

Test(folder, says_what_it_cannot_read)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_fails(&try, "--path DIR");
    try_set(&try, "path", try.folder);
    try_fails(&try, "has no class folders");
    write_image(try.folder, "a/1.png", 1);
    char *path = file_join(try.folder, "a/2.png");
    cr_assert_eq(file_write(path, "no image", 8, &try.error), 0);
    try_fails(&try, "a/2.png: neither JPEG nor PNG");
    free(path);
    try_set(&try, "path", "/nowhere");
    try_fails(&try, "/nowhere: No such file");
    try_release(&try);
}

/* ---- procedural ---- */

Test(procedural, is_the_same_for_any_number_of_threads)
{
    struct pack packs[2];
    struct try tries[2];
    for (int i = 0; i < 2; i++) {
        try_init(&tries[i], &dataset_procedural);
        try_set(&tries[i], "classes", "7");
        try_set(&tries[i], "samples_per_class", "11");
        parallel_set_threads(i == 0 ? 1 : 3);
        packs[i] = try_pack(&tries[i]);
    }
    cr_assert_eq(packs[0].count, 77);
    cr_assert_eq(packs[0].class_count, 7);
    cr_assert_eq(packs[0].checksum, packs[1].checksum);
    for (int i = 0; i < 77; i++) {
        cr_assert_eq(packs[0].labels[i], i / 11);
        cr_assert_eq(packs[0].splits[i], i / 11 < 4 ? PACK_TRAIN : PACK_TEST);
    }
    for (int i = 0; i < 2; i++) {
        pack_release(&packs[i]);
        try_release(&tries[i]);
    }
}

Test(procedural, takes_no_archive)
{
    struct try try;
    try_init(&try, &dataset_procedural);
    try_archive(&try, "x.tgz");
    try_fails(&try, "takes no --archive");
    try_release(&try);
}

/* Mean absolute difference between two drawings. */
static double difference(uint64_t seed, int kind_a, int specimen_a, int kind_b, int specimen_b, double difficulty)
{
    unsigned char a[3 * SIZE * SIZE], b[3 * SIZE * SIZE];
    double sum = 0;
    specimen_draw(seed, kind_a, specimen_a, difficulty, SIZE, a);
    specimen_draw(seed, kind_b, specimen_b, difficulty, SIZE, b);
    for (size_t i = 0; i < sizeof a; i++) sum += abs(a[i] - b[i]);
    return sum / sizeof a;
}

/* How much farther drawings of two kinds are from each other than those of one, in pixels' values. */
static double separation(double difficulty)
{
    enum { PAIRS = 200 };
    double within = 0, between = 0;
    for (int k = 0; k < PAIRS; k++) {
        within += difference(1, k, 0, k, 1, difficulty);
        between += difference(1, k, 0, k + 1, 1, difficulty);
    }
    return between / within;
}

Test(procedural, kinds_differ_and_difficulty_moves_them_together)
{
    double easy = separation(0), middle = separation(0.5), hard = separation(1);
    cr_assert_gt(easy, 1.2, "%g", easy);
    cr_assert_gt(easy, middle + 0.05);
    cr_assert_gt(middle, hard + 0.01);
    cr_assert_gt(hard, 1.0, "%g", hard);
}

Test(procedural, everything_follows_from_the_seed)
{
    cr_assert_eq(difference(3, 5, 7, 5, 7, 0.6), 0);
    cr_assert_gt(difference(3, 5, 7, 5, 8, 0.6), 1);
    unsigned char a[3 * SIZE * SIZE], b[3 * SIZE * SIZE];
    specimen_draw(3, 5, 7, 0.6, SIZE, a);
    specimen_draw(4, 5, 7, 0.6, SIZE, b);
    cr_assert_arr_neq(a, b, sizeof a);
}
