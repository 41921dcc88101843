/* test_datasets.c - every data set from a small copy of its official layout to its pack, and what is wrong with
 * archives told in one line. */
#include "datasets/prepare.h"

#include <matio.h>
#include <sys/resource.h>
#include <zlib.h>

#include "base/parallel.h"
#include "datasets/extract.h"
#include "datasets/specimen.h"
#include "tests/fixture.h"

extern const struct dataset dataset_cars196, dataset_cub, dataset_folder, dataset_omniglot, dataset_procedural,
    dataset_sop;

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
    try->request = (struct prepare_request){dataset, try->options, &try->archives, SIZE, THUMBNAIL_CROP, 0, try->pack};
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
    struct prepare_watch watch = {.context = &done, .progress = count_progress};
    cr_assert_eq(prepare_pack(&try->request, &watch, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(pack_open(&pack, try->pack, 1, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(done, pack.count);
    return pack;
}

/* Preparing must fail, say `part`, and leave no file but those that were there. */
static void try_fails(struct try *try, const char *part)
{
    int before = fixture_count(try->folder);
    cr_assert_eq(prepare_pack(&try->request, &(struct prepare_watch){0}, &try->error), -1);
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
    const char *turned;           /* an image that lies on its side */
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
    if (cub->turned && strcmp(name, cub->turned) == 0) image = fixture_turn(image, 6);
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
    try.request.fit = THUMBNAIL_STRETCH;
    struct pack pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 200, 20, 20); /* all three stripes are there */
    assert_pixel(&pack, 0, 8, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_set(&try, "crop_boxes", "true"); /* the pelican's box begins right of the left stripe and overruns the image */
    pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_release(&try);
}

Test(cub, turns_images_upright_after_cutting_to_boxes)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    cub.turned = "101.Pelican/b.jpg";
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    try.request.fit = THUMBNAIL_STRETCH;
    struct pack pack = try_pack(&try);
    assert_pixel(&pack, 0, 8, 1, 200, 20, 20); /* the stored left is on top */
    assert_pixel(&pack, 0, 8, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 8, 14, 20, 20, 200);
    pack_release(&pack);
    try_set(&try, "crop_boxes", "true"); /* the box counts pixels as they are stored */
    pack = try_pack(&try);
    assert_pixel(&pack, 0, 8, 1, 20, 200, 20);
    assert_pixel(&pack, 0, 8, 14, 20, 20, 200);
    pack_release(&pack);
    try_release(&try);
}

static void count_news(void *context, const char *line)
{
    int *count = context;
    cr_assert_not_null(strstr(line, "skipped image: CUB_200_2011/images/100.Tern/c.jpg: JPEG: "), "%s", line);
    ++*count;
}

Test(cub, leaves_out_broken_images_when_asked)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    cub.broken = "100.Tern/c.jpg";
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    int skipped = 0;
    struct prepare_watch watch = {.context = &skipped, .news = count_news};
    struct pack pack;
    try.request.skip_broken = 1;
    cr_assert_eq(prepare_pack(&try.request, &watch, &try.error), 0, "%s", try.error.message);
    cr_assert_eq(skipped, 1);
    cr_assert_eq(pack_open(&pack, try.pack, 1, &try.error), 0, "%s", try.error.message);
    cr_assert_eq(pack.count, 3);
    cr_assert_eq(pack.class_count, 2); /* the tern was alone */
    cr_assert_arr_eq(pack.labels, ((int32_t[]){1, 0, 0}), 3 * sizeof(int32_t));
    assert_pixel(&pack, 2, 8, 8, 90, 80, 70);
    cr_assert_not_null(strstr(pack.provenance, "listed: 4 images\nskipped: 1 broken images\nskipped image: CUB"), "%s",
                       pack.provenance);
    pack_release(&pack);
    cr_assert_eq(fixture_count(try.folder), 2);
    try_release(&try);
}

Test(cub, does_not_pack_what_is_all_broken)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    struct error error;
    char *folder = file_join(try.folder, "%s", "a"), *path = file_join(folder, "%s", "1.jpg");
    cr_assert_eq(file_make_folder(folder, &error), 0);
    cr_assert_eq(file_write(path, "x", 1, &error), 0);
    try.request.skip_broken = 1;
    try_fails(&try, "all 1 images are broken");
    free(folder);
    free(path);
    try_release(&try);
}

/* ---- archives that mean harm ---- */

/* The process has taken no more memory than a harmless one would. Sanitizers take much for themselves. */
static void assert_modest(void)
{
#ifndef __SANITIZE_ADDRESS__
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    cr_assert_lt(usage.ru_maxrss, 500 << 10, "%ld KB", usage.ru_maxrss);
#endif
}

Test(hostile, links_and_devices_are_refused)
{
    static const struct {
        unsigned type;
        const char *link, *hardlink;
    } cases[] = {{AE_IFLNK, "/tmp", NULL},
                 {AE_IFLNK, "README", NULL},
                 {AE_IFREG, NULL, "CUB_200_2011/README"},
                 {AE_IFIFO, NULL, NULL},
                 {AE_IFCHR, NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct archive *archive = fixture_archive(try_archive(&try, "birds.tgz"), FIXTURE_TGZ);
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, "CUB_200_2011/link");
        archive_entry_set_filetype(entry, cases[i].type);
        archive_entry_set_perm(entry, 0644);
        if (cases[i].link) archive_entry_set_symlink(entry, cases[i].link);
        if (cases[i].hardlink) archive_entry_set_hardlink(entry, cases[i].hardlink);
        cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK, "%s", archive_error_string(archive));
        archive_entry_free(entry);
        fixture_add_text(archive, "CUB_200_2011/link/partgrad-was-here", "through the link");
        fixture_close(archive);
        try_fails(&try, "member CUB_200_2011/link is a link or a device");
        cr_assert_neq(access("/tmp/partgrad-was-here", F_OK), 0);
        try_release(&try);
    }
}

/* A tar header of a member that claims to be `size` bytes long (POSIX.1-1988 ustar, sizes in base 256). */
static void write_claim(const char *path, const char *member, uint64_t size)
{
    unsigned char header[1024] = {0};
    snprintf((char *)header, 100, "%s", member);
    memcpy(header + 100, "0000644", 8);
    memcpy(header + 108, "0000000", 8);
    memcpy(header + 116, "0000000", 8);
    header[124] = 0x80;
    for (int i = 0; i < 8; i++) header[124 + 11 - i] = (unsigned char)(size >> 8 * i);
    memcpy(header + 136, "00000000000", 12);
    memset(header + 148, ' ', 8);
    header[156] = '0';
    memcpy(header + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; i++) sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
    struct error error;
    cr_assert_eq(file_write(path, header, sizeof header, &error), 0);
}

Test(hostile, declared_sizes_are_not_believed)
{
    static const uint64_t sizes[] = {(uint64_t)1 << 25, (uint64_t)1 << 40, INT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        write_claim(try_archive(&try, "birds.tar"), "CUB_200_2011/images.txt", sizes[i]);
        try_fails(&try, "birds.tar");
        try_release(&try);
    }
    assert_modest();
}

Test(hostile, lists_that_inflate_without_end_are_refused)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct archive *archive = fixture_archive(try_archive(&try, "birds.zip"), FIXTURE_ZIP);
    size_t size = (size_t)EXTRACT_TEXT_LIMIT + 1;
    char *blanks = malloc(size);
    memset(blanks, '\n', size);
    for (int i = 0; i < CUB_LISTS; i++) {
        char *member = file_join("CUB_200_2011", "%s", cub_names[i]);
        fixture_add(archive, member, blanks, i == CUB_BOXES ? size : size - 1, NULL);
        free(member);
    }
    free(blanks);
    fixture_close(archive);
    try_fails(&try, "bounding_boxes.txt");
    assert_modest();
    try_release(&try);
}

Test(hostile, names_without_end_are_refused)
{
    struct try try;
    try_init(&try, &dataset_omniglot);
    struct archive *archive = fixture_archive(try_archive(&try, "images.tar"), FIXTURE_TAR);
    char name[2 * EXTRACT_NAME_SIZE];
    memset(name, 'a', sizeof name);
    memcpy(name + sizeof name - 5, ".png", 5);
    fixture_add_text(archive, name, "x");
    fixture_close(archive);
    try_fails(&try, "a member's name has more than");
    try_release(&try);
}

/* A JPEG or PNG that claims 60,000 x 60,000 pixels. */
static struct encoded huge_image(int progressive, int png)
{
    unsigned char *pixels = fixture_flat(64, 64, 3, (unsigned char[]){9, 99, 199});
    struct encoded image = png ? fixture_png(pixels, 64, 64, PNG_FORMAT_RGB, NULL, 0)
                               : fixture_jpeg(pixels, 64, 64, (struct jpeg_kind){JCS_RGB, 3, progressive, 0});
    free(pixels);
    static const unsigned char sides[] = {0xea, 0x60, 0xea, 0x60}, long_sides[] = {0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60};
    if (png) {
        uLong sum;
        memcpy(image.bytes + 16, long_sides, sizeof long_sides);
        sum = crc32(0, image.bytes + 12, 17); /* so that nothing but the size is wrong */
        for (int i = 0; i < 4; i++) image.bytes[29 + i] = (unsigned char)(sum >> (24 - 8 * i));
        return image;
    }
    for (size_t at = 0; at + 9 < image.size; at++)
        if (image.bytes[at] == 0xff && (image.bytes[at + 1] == 0xc0 || image.bytes[at + 1] == 0xc2))
            memcpy(image.bytes + at + 5, sides, sizeof sides);
    return image;
}

Test(hostile, images_beyond_reason_are_refused)
{
    for (int kind = 0; kind < 3; kind++) {
        struct try try;
        try_init(&try, &dataset_cars196);
        struct encoded image = huge_image(kind == 1, kind == 2);
        struct archive *archive = fixture_archive(try_archive(&try, "0.tar"), FIXTURE_TAR);
        for (int i = 0; i < 8; i++) {
            char name[16];
            snprintf(name, sizeof name, "%d.jpg", i);
            fixture_add(archive, name, image.bytes, image.size, NULL);
            snprintf(name, sizeof name, "%d.cls", i);
            fixture_add_text(archive, name, "1");
        }
        free(image.bytes);
        fixture_close(archive);
        parallel_set_threads(4);
        try_fails(&try, kind == 0 ? "0.jpg: JPEG: " : "0.jpg: 60000 x 60000 pixels take");
        try_release(&try);
    }
    assert_modest();
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

/* The end of a gzip file is behind all that is in the archive. */
Test(cub, refuses_archives_that_are_damaged_behind_their_last_member)
{
    for (int at = 1; at <= 8; at++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        char *bytes;
        size_t size;
        cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
        bytes[size - (size_t)at] ^= 4;
        cr_assert_eq(file_write(try.archives.path[0], bytes, size, &try.error), 0);
        try_fails(&try, "birds.tgz: gzip: the data are damaged");
        cr_assert_eq(file_write(try.archives.path[0], bytes, size - (size_t)at, &try.error), 0);
        try_fails(&try, "birds.tgz: gzip: the file is cut short");
        free(bytes);
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
    write_annotations(try.archives.path[0], &cars, MAT_COMPRESSION_NONE);
    cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
    static const uint32_t words[] = {0, 1, 7, 0xffff, 1000000, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t at = 128; at + 4 <= size; at += 4 * (1 + at % 5))
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            char kept[4];
            memcpy(kept, bytes + at, 4);
            memcpy(bytes + at, &words[w], 4);
            FILE *file = fopen(try.archives.path[0], "wb"); /* file_write would wait for the disk */
            fwrite(bytes, 1, size, file);
            fclose(file);
            struct catalogue catalogue = {0}; /* refused, or read as something else */
            dataset_cars196.list(try.options, &try.archives, &catalogue, &try.error);
            catalogue_release(&catalogue);
            memcpy(bytes + at, kept, 4);
        }
    free(bytes);
    try_release(&try);
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

/* ---- sop ---- */

static void write_sop(const char *path, const char *train, const char *test)
{
    struct archive *archive = fixture_archive(path, FIXTURE_ZIP);
    static const char *const images[] = {"lamp_final/11_0.JPG", "lamp_final/11_1.JPG", "sofa_final/12_0.JPG",
                                         "sofa_final/13_0.JPG"};
    for (int i = 0; i < 4; i++) {
        char *member = file_join("Stanford_Online_Products", "%s", images[i]);
        fixture_add_image(archive, member, fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), 100, 0));
        free(member);
    }
    fixture_add_text(archive, "Stanford_Online_Products/Ebay_test.txt", test);
    fixture_add_text(archive, "Stanford_Online_Products/Ebay_train.txt", train);
    fixture_close(archive);
}

#define SOP_HEADER "image_id class_id super_class_id path\n"

Test(sop, is_packed_as_its_lists_say)
{
    struct try try;
    try_init(&try, &dataset_sop);
    write_sop(try_archive(&try, "products.zip"),
              SOP_HEADER "1 1 9 lamp_final/11_1.JPG\n2 1 9 lamp_final/11_0.JPG\n3 2 12 sofa_final/12_0.JPG\n",
              SOP_HEADER "59552 11319 12 sofa_final/13_0.JPG\n");
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 4);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 0, 1, 2}), sizeof(int32_t[4]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 4);
    cr_assert_str_eq(pack_class_name(&pack, 0), "lamp_final/11");
    assert_pixel(&pack, 0, 8, 8, 50, 100, 0);
    assert_pixel(&pack, 1, 8, 8, 0, 100, 0);
    assert_pixel(&pack, 3, 8, 8, 150, 100, 0);
    pack_release(&pack);
    try_release(&try);
}

Test(sop, says_which_list_and_line_is_wrong)
{
    static const struct {
        const char *train, *test, *part;
    } cases[] = {
        {SOP_HEADER, SOP_HEADER, "no images are listed"},
        {"1 1 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 1: the columns' names"},
        {"", SOP_HEADER, "the columns' names, beginning with image_id, are missing"},
        {SOP_HEADER "7 1 1 a_1.JPG\n", SOP_HEADER "7 2 1 b_1.JPG\n", "Ebay_test.txt line 2: image 7 is listed twice"},
        {SOP_HEADER "1 22635 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 2: '22635' is not an id"},
        {SOP_HEADER "1 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 2: 'a_1.JPG' is not an id"},
        {SOP_HEADER "1 1 1 a_1.JPG\n", SOP_HEADER "2 1 1 a_2.JPG\n", "Ebay_test.txt line 2: class 1 is in both"},
        {SOP_HEADER "1 1 1 a_1.JPG\n", SOP_HEADER, "has no member Stanford_Online_Products/a_1.JPG"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_sop);
        write_sop(try_archive(&try, "products.zip"), cases[i].train, cases[i].test);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

/* ---- omniglot ---- */

static void write_characters(const char *path, const char *const *names)
{
    struct archive *archive = fixture_archive(path, FIXTURE_ZIP);
    for (int i = 0; names[i]; i++) {
        unsigned char *pixels = fixture_flat(20, 20, 1, (unsigned char[]){(unsigned char)(40 * i)});
        fixture_add_image(archive, names[i], fixture_png(pixels, 20, 20, PNG_FORMAT_GRAY, NULL, 0));
        free(pixels);
    }
    fixture_close(archive);
}

Test(omniglot, trains_on_the_background_set)
{
    struct try try;
    try_init(&try, &dataset_omniglot);
    write_characters(try_archive(&try, "b.zip"),
                     (const char *const[]){"images_evaluation/Atlantean/character01/1_01.png", NULL});
    try_fails(&try, "--archive images_background.zip");
    write_characters(try_archive(&try, "a.zip"),
                     (const char *const[]){"images_background/Tagalog/character01/2_02.png",
                                           "images_background/Greek/character02/3_01.png",
                                           "images_background/Greek/character01/4_02.png",
                                           "images_background/Greek/character01/4_01.png", NULL});
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 5);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 0, 1, 2, 3}), sizeof(int32_t[5]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 5);
    cr_assert_str_eq(pack_class_name(&pack, 1), "Greek/character02");
    assert_pixel(&pack, 0, 8, 8, 120, 120, 120);
    assert_pixel(&pack, 3, 8, 8, 0, 0, 0);
    pack_release(&pack);
    unlink(try.pack);
    write_characters(try_archive(&try, "c.zip"), (const char *const[]){"elsewhere/Greek/character02/3_01.png", NULL});
    try_fails(&try, "c.zip has no images in images_background/ or images_evaluation/");
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
    try_fails(&try, "a/2.png: not a JPEG, PNG or WebP image");
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
