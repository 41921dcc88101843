/* test_cars196.c - Cars196 in every form in use, and what is wrong with it told in one line. */
#include "tests/support/dataset_fixture.h"
#include "tests/support/scratch.h"

#include <matio.h>

enum { CARS = 4, CARS_CLASSES = 196 };

/* A small Cars196. */
struct cars {
    const char *const *fields; /* NULL-terminated, any order */
    double classes[CARS];      /* official ids */
    const char *paths[CARS];
    double widths[CARS]; /* of the boxes */
    int class_count;
    const char *mistyped; /* a field that is a text where it should be a number, or the other way round */
};

static const char *const official_fields[] = {"relative_im_path", "bbox_x1", "bbox_y1", "bbox_x2",
                                              "bbox_y2",          "class",   "test",    NULL};
static const char *const other_fields[] = {"class",   "test",    "bbox_y2",          "bbox_x2",
                                           "bbox_y1", "bbox_x1", "relative_im_path", NULL};

static struct cars small_cars(void)
{
    return (struct cars){
        official_fields,  {99, 1, 98, 99}, {"car_ims/2.jpg", "car_ims/1.jpg", "car_ims/3.jpg", "car_ims/4.jpg"},
        {20, 20, 20, 20}, CARS_CLASSES,    NULL};
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
    int is_text = strcmp(name, "relative_im_path") == 0 || strcmp(name, "fname") == 0;
    if (cars->mistyped && strcmp(name, cars->mistyped) == 0) return is_text ? mat_number(7) : mat_text("seven");
    if (is_text) return mat_text(cars->paths[i]);
    if (strcmp(name, "class") == 0) return mat_number(cars->classes[i]);
    if (strcmp(name, "bbox_x2") == 0) return mat_number(cars->widths[i]);
    if (strcmp(name, "bbox_y2") == 0) return mat_number(20);
    return mat_number(1); /* a box's first pixel, or `test` */
}

enum { WITH_CLASSES = 1, WITH_ANNOTATIONS = 2 };

static void write_mat(const char *path, const struct cars *cars, int parts, enum matio_compression compression)
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
    if (parts & WITH_ANNOTATIONS) Mat_VarWrite(file, annotations, compression);
    if (parts & WITH_CLASSES) Mat_VarWrite(file, class_names, compression);
    Mat_Close(file);
    Mat_VarFree(annotations);
    Mat_VarFree(class_names);
}

/* N.jpg in car_ims, 0000N.jpg in the folders of the halves; red tells the number, green is 100 times `green`. */
static void write_car_images(const char *path, const char *folder, int green)
{
    struct archive *archive = fixture_archive(path, FIXTURE_TGZ);
    for (int i = 1; i <= CARS; i++) {
        char name[64];
        snprintf(name, sizeof name, strcmp(folder, "car_ims") == 0 ? "./%s/%d.jpg" : "%s/%05d.jpg", folder, i);
        fixture_add_image(archive, name,
                          fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), (unsigned char)(100 * green), 0));
    }
    fixture_close(archive);
}

static void write_annotations(const char *path, const struct cars *cars, enum matio_compression compression)
{
    write_mat(path, cars, WITH_CLASSES | WITH_ANNOTATIONS, compression);
}

static void try_cars(struct try *try, const struct cars *cars, int annotations_first)
{
    try_init(try, &dataset_cars196);
    if (annotations_first) write_annotations(try_archive(try, "cars_annos.mat"), cars, MAT_COMPRESSION_ZLIB);
    write_car_images(try_archive(try, "car_ims.tgz"), "car_ims", 1);
    if (!annotations_first) write_annotations(try_archive(try, "cars_annos.mat"), cars, MAT_COMPRESSION_NONE);
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
    struct cars missing = small_cars(), fieldless = small_cars(), number = small_cars(), text = small_cars();
    fraction.classes[1] = 1.5;
    high.classes[3] = 197;
    few.class_count = 195;
    twice.paths[2] = twice.paths[0];
    missing.paths[2] = "car_ims/9.jpg";
    fieldless.fields = no_class;
    number.mistyped = "relative_im_path";
    text.mistyped = "class";
    const struct {
        const struct cars *cars;
        const char *part;
    } cases[] = {
        {&fraction, "cars_annos.mat: annotation 2: class 1.5 is not within 1 .. 196"},
        {&high, "annotation 4: class 197"},
        {&few, "`class_names` has 195 names, not 196"},
        {&twice, "car_ims/2.jpg is listed twice"},
        {&missing, "has no member car_ims/9.jpg"},
        {&fieldless, "annotation 1: 'class' is missing"},
        {&number, "annotation 1: 'relative_im_path' is missing or no text"},
        {&text, "annotation 1: 'class' is missing or not a number"},
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
    try_set(&try, "crop_boxes", "true");
    try_fails(&try, "annotation 2 has an empty box");
    try_release(&try);
}

static void lists_whole_images_or_fails(struct try *try)
{
    struct catalogue catalogue = {0};
    int status = dataset_cars196.list(try->options, &try->archives, &catalogue, &try->error);
    cr_expect(status == 0 || try->error.message[0]);
    for (int i = 0; status == 0 && i < catalogue.count; i++) {
        cr_assert(catalogue.images[i].path && catalogue.images[i].path[0]);
        cr_assert(catalogue.images[i].class >= 0 && catalogue.images[i].class < catalogue.class_count);
    }
    catalogue_release(&catalogue);
}

Test(cars196, damaged_annotations_are_refused_or_list_whole_images)
{
    struct try try;
    struct cars cars = small_cars();
    try_cars(&try, &cars, 1);
    char *bytes;
    size_t size;
    cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
    for (size_t length = 0; length < size; length += size / 12) {
        scratch_write(try.archives.path[0], bytes, length);
        try_fails(&try, "");
    }
    free(bytes);
    write_annotations(try.archives.path[0], &cars, MAT_COMPRESSION_NONE);
    cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
    static const uint32_t words[] = {0, 7, 0x7fffffff, 0xffffffff};
    for (size_t at = 128; at + 4 <= size; at += 4 * (1 + at % 11))
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            char kept[4];
            memcpy(kept, bytes + at, 4);
            memcpy(bytes + at, &words[w], 4);
            scratch_write(try.archives.path[0], bytes, size);
            lists_whole_images_or_fails(&try);
            memcpy(bytes + at, kept, 4);
        }
    free(bytes);
    try_release(&try);
}

Test(cars196, says_which_mat_files_are_read)
{
    static char level_73[2048] = "MATLAB 7.3 MAT-file, Platform: GLNXA64", hdf5[2048] = "\x89HDF\r\n\x1a\n";
    static const uint32_t level_4[] = {0, 1, 1, 0, 2, 'x', 0, 0};
    const struct {
        const void *bytes;
        size_t size;
        const char *part;
    } cases[] = {{level_73, sizeof level_73, "a MAT file of version 7.3 (HDF5); only level 5 is read"},
                 {hdf5, sizeof hdf5, "a MAT file of version 7.3 (HDF5)"},
                 {level_4, sizeof level_4, "a MAT file of level 4; only level 5 is read"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        struct cars cars = small_cars();
        try_cars(&try, &cars, 1);
        cr_assert_eq(file_write(try.archives.path[0], cases[i].bytes, cases[i].size, &try.error), 0);
        try_fails(&try, cases[i].part);
        struct archive *archive = fixture_archive(try.archives.path[0], FIXTURE_TGZ);
        fixture_add(archive, "x/cars_annos.mat", cases[i].bytes, cases[i].size, NULL);
        fixture_close(archive);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

Test(cars196, asks_for_both_files)
{
    struct try try;
    try_init(&try, &dataset_cars196);
    try_fails(&try, "give all files of one of its forms");
    write_car_images(try_archive(&try, "car_ims.tgz"), "car_ims", 1);
    try_fails(&try, "car_ims.tgz and cars_annos.mat; or");
    try_archive(&try, "nowhere.mat");
    try_fails(&try, "nowhere.mat");
    try_release(&try);
}

/* An archive with a member read from a file, which is removed. */
static void add_file(struct archive *archive, const char *name, const char *path)
{
    struct error error;
    char *bytes;
    size_t size;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0, "%s", error.message);
    fixture_add(archive, name, bytes, size, NULL);
    free(bytes);
    unlink(path);
}

static const char *const half_fields[] = {"bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname", NULL};

/* A half of the cars: its file names repeat in the other. */
static struct cars half_cars(double first_class)
{
    return (struct cars){half_fields,
                         {first_class, 1, 98, 99},
                         {"00002.jpg", "00001.jpg", "00003.jpg", "00004.jpg"},
                         {20, 20, 20, 20},
                         CARS_CLASSES,
                         NULL};
}

/* The four files of the halves. */
static void try_halves(struct try *try)
{
    struct cars train = half_cars(99), test = half_cars(2);
    char *part = file_join(try->folder, "%s", "part");
    write_car_images(try_archive(try, "cars_test.tgz"), "cars_test", 2);
    write_mat(try_archive(try, "labels.mat"), &test, WITH_ANNOTATIONS, MAT_COMPRESSION_ZLIB);
    struct archive *devkit = fixture_archive(try_archive(try, "car_devkit.tgz"), FIXTURE_TGZ);
    fixture_add_text(devkit, "devkit/README.txt", "x");
    write_mat(part, &train, WITH_CLASSES, MAT_COMPRESSION_NONE);
    add_file(devkit, "devkit/cars_meta.mat", part);
    write_mat(part, &train, WITH_ANNOTATIONS, MAT_COMPRESSION_NONE);
    add_file(devkit, "devkit/cars_train_annos.mat", part);
    fixture_close(devkit);
    write_car_images(try_archive(try, "cars_train.tgz"), "cars_train", 1);
    free(part);
}

Test(cars196, is_packed_from_its_halves)
{
    struct try try;
    try_init(&try, &dataset_cars196);
    try_halves(&try);
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 2 * CARS);
    cr_assert_eq(pack.class_count, 4); /* 1, 2, 98, 99 */
    cr_assert_arr_eq(pack.labels, ((int32_t[]){3, 0, 2, 3, 1, 0, 2, 3}), sizeof(int32_t[2 * CARS]));
    cr_assert_str_eq(pack_class_name(&pack, 2), "Make C/V 98");
    assert_pixel(&pack, 0, 8, 8, 100, 100, 0);
    assert_pixel(&pack, 1, 8, 8, 50, 100, 0);
    assert_pixel(&pack, 4, 8, 8, 100, 200, 0);
    assert_pixel(&pack, 5, 8, 8, 50, 200, 0);
    pack_release(&pack);
    unlink(try.pack);
    free((char *)try.archives.path[--try.archives.count]);
    try_fails(&try, "give all files of one of its forms");
    try_release(&try);
}

/* One member of a shard: an image where there is no text. */
struct shard_member {
    const char *name, *text;
};

static void write_shard(const char *path, const struct shard_member *members)
{
    struct archive *archive = fixture_archive(path, FIXTURE_TAR);
    for (int i = 0; members[i].name; i++)
        if (members[i].text)
            fixture_add_text(archive, members[i].name, members[i].text);
        else
            fixture_add_image(archive, members[i].name, fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), 100, 0));
    fixture_close(archive);
}

/* Packs the halves, whose names repeat, and looks at what came. */
static void assert_halves(struct try *try)
{
    struct pack pack = try_pack(try);
    cr_assert_eq(pack.count, 2 * CARS);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){3, 0, 2, 3, 1, 0, 2, 3}), sizeof(int32_t[2 * CARS]));
    assert_pixel(&pack, 0, 8, 8, 100, 100, 0);
    assert_pixel(&pack, 4, 8, 8, 100, 200, 0);
    pack_release(&pack);
}

/* Unpacks the halves in the work folder, runs a command there, and gives the files named in place of theirs. */
static void repack(struct try *try, const char *command, const char *const *files)
{
    char line[2048];
    snprintf(
        line, sizeof line,
        "cd %s && for f in *.tgz; do tar xzf $f; done && rm *.tgz && mv labels.mat 'cars_test_annos_withlabels (1).mat'"
        " && %s",
        try->folder, command);
    cr_assert_eq(system(line), 0, "%s", line);
    for (int i = 0; i < try->archives.count; i++) free((char *)try->archives.path[i]);
    try->archives.count = 0;
    for (int i = 0; files[i]; i++) try_archive(try, files[i]);
}

Test(cars196, is_packed_from_its_halves_as_others_pack_them)
{
    static const struct {
        const char *command, *files[5];
    } cases[] = {
        /* Kaggle's: doubled folders, all images in one file, the labels beside it or in it */
        {"mkdir -p k/cars_train k/cars_test && mv cars_train k/cars_train && mv cars_test k/cars_test && tar czf k.tgz "
         "k "
         "&& tar czf d.tgz devkit",
         {"k.tgz", "d.tgz", "cars_test_annos_withlabels (1).mat"}},
        {"mkdir k && mv cars_* devkit k && tar cf k.tar k", {"k.tar"}},
        {"mkdir -p k && mv cars_* devkit k", {"k"}},
        {"true", {"devkit", "cars_train", "cars_test/", "cars_test_annos_withlabels (1).mat"}},
        {"tar czf b.tgz cars_train cars_test devkit", {"b.tgz", "cars_test_annos_withlabels (1).mat"}},
        /* no folder, and another one: the file's name tells */
        {"tar czf cars_train.tgz -C cars_train . && mv cars_test x && tar czf cars_test.tgz x",
         {"cars_train.tgz", "devkit", "cars_test.tgz", "cars_test_annos_withlabels (1).mat"}},
        {"true",
         {"devkit/cars_meta.mat", "cars_train", "cars_test", "devkit/cars_train_annos.mat",
          "cars_test_annos_withlabels (1).mat"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *files[6] = {NULL};
        memcpy(files, cases[i].files, sizeof cases[i].files);
        struct try try;
        try_init(&try, &dataset_cars196);
        try_halves(&try);
        repack(&try, cases[i].command, files);
        assert_halves(&try);
        try_release(&try);
    }
}

Test(cars196, tells_what_there_is_and_what_is_not_needed)
{
    struct try try;
    try_init(&try, &dataset_cars196);
    try_halves(&try);
    repack(
        &try,
        "tar czf k.tgz cars_train cars_test devkit && cp -r cars_train copy && mkdir copy/cars_train && mv copy/*.jpg "
        "copy/cars_train",
        (const char *const[]){"k.tgz", NULL});
    try_fails(&try, "k.tgz has cars_train: ");
    try_fails(&try, "give all files of one of its forms");
    try_archive(&try, "cars_test_annos_withlabels (1).mat");
    try_archive(&try, "copy");
    try_fails(&try, "are the same part of it");
    free((char *)try.archives.path[--try.archives.count]);
    write_shard(try_archive(&try, "0.tar"), (struct shard_member[]){{"s0.cls", "0"}, {"s0.jpg", NULL}, {0}});
    try_fails(&try, "0.tar is not needed beside the other files");
    try_release(&try);
}

Test(cars196, is_packed_from_shards)
{
    struct try try;
    try_init(&try, &dataset_cars196);
    write_shard(try_archive(&try, "0.tar"),
                (struct shard_member[]){
                    {"s0.cls", "0\n"}, {"s0.jpg", NULL}, {"s0.json", "{}"}, {"s1.jpeg", NULL}, {"s1.cls", "98"}, {0}});
    write_shard(try_archive(&try, "1.tar"), (struct shard_member[]){{"./a/s0.jpg", NULL}, {"./a/s0.cls", "195"}, {0}});
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 3);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 1, 2}), sizeof(int32_t[3]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TEST, PACK_TEST}), 3);
    cr_assert_str_eq(pack_class_name(&pack, 2), "196");
    assert_pixel(&pack, 0, 8, 8, 50, 100, 0);
    assert_pixel(&pack, 1, 8, 8, 150, 100, 0);
    assert_pixel(&pack, 2, 8, 8, 0, 100, 0);
    pack_release(&pack);
    unlink(try.pack);
    try_set(&try, "crop_boxes", "true");
    try_fails(&try, "shards have no bounding boxes");
    try_release(&try);
}

Test(cars196, says_which_sample_of_a_shard_is_wrong)
{
    static const struct {
        struct shard_member members[4];
        const char *part;
    } cases[] = {
        {{{"a.jpg", NULL}, {"b.cls", "0"}}, "member a.jpg has no class: there is no a.cls"},
        {{{"a.jpg", NULL}}, "0.tar: member a.jpg has no class"},
        {{{"b.cls", "0"}, {"c.jpg", NULL}}, "member b.cls has no image"},
        {{{"a.jpg", NULL}, {"a.cls", "196"}}, "member a.cls is no class within 0 .. 195"},
        {{{"a.jpg", NULL}, {"a.cls", "-1"}}, "is no class within"},
        {{{"a.jpg", NULL}, {"a.cls", ""}}, "is no class within"},
        {{{"a.jpg", NULL}, {"a.cls", "0x1"}}, "is no class within"},
        {{{"a.jpg", NULL}, {"a.cls", "000000000000000000000000000000000000"}}, "at most 32 are allowed"},
        {{{"a.jpg", NULL}, {"a.png", NULL}, {"a.cls", "0"}}, "sample a has two images"},
        {{{"readme", "x"}}, "no images are listed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cars196);
        write_shard(try_archive(&try, "0.tar"), cases[i].members);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

Test(cars196, reads_the_real_devkit)
{
    const char *shared = getenv("PARTGRAD_SHARED");
    if (!shared) cr_skip("PARTGRAD_SHARED is not set");
    struct try try;
    try_init(&try, &dataset_cars196);
    try_halves(&try);
    unlink(try.archives.path[2]);
    free((char *)try.archives.path[2]);
    try.archives.path[2] = file_join(shared, "%s", "data/car_devkit.tgz");
    try_set(&try, "crop_boxes", "true");
    struct catalogue catalogue = {0};
    cr_assert_eq(dataset_cars196.list(try.options, &try.archives, &catalogue, &try.error), 0, "%s", try.error.message);
    cr_assert_eq(catalogue.class_count, 196);
    cr_assert_str_eq(catalogue.classes[0].name, "AM General Hummer SUV 2000");
    cr_assert_str_eq(catalogue.classes[195].name, "smart fortwo Convertible 2012");
    cr_assert_eq(catalogue.count, 8144 + CARS);
    cr_assert_str_eq(catalogue.images[0].path, "cars_train/00001.jpg");
    cr_assert_eq(catalogue.images[0].class, 13);
    cr_assert_eq(catalogue.images[0].box.x, 38); /* 39, 116, 569, 375, counted from 1 */
    cr_assert_eq(catalogue.images[0].box.y, 115);
    cr_assert_eq(catalogue.images[0].box.width, 531);
    cr_assert_eq(catalogue.images[0].box.height, 260);
    for (int i = 0; i < 8144; i++) cr_assert_gt(catalogue.images[i].box.width, 0);
    catalogue_release(&catalogue);
    try_release(&try);
}
