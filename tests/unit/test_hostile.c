/* test_hostile.c - archives that mean harm: refused in one line, with little memory, and nothing left behind. */
#include "tests/support/dataset_fixture.h"
#include "tests/support/cub_fixture.h"

#include <sys/resource.h>
#include <zlib.h>

#include "base/parallel.h"
#include "datasets/extract.h"

/* The process has taken no more memory than a harmless one would. Sanitizers take much for themselves. */
static void assert_modest(void)
{
#ifndef __SANITIZE_ADDRESS__
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    cr_assert_lt(usage.ru_maxrss, 500 << 10, "%ld KB", usage.ru_maxrss);
#endif
}

/* They are not made on disk, and what is behind them is a member like others. */
Test(hostile, links_and_devices_lead_nowhere)
{
    static const struct {
        unsigned type;
        const char *link, *hardlink;
    } cases[] = {{AE_IFLNK, "/tmp", NULL},        {AE_IFLNK, "../../../../tmp", NULL},
                 {AE_IFLNK, "link", NULL},        {AE_IFREG, NULL, "CUB_200_2011/README"},
                 {AE_IFREG, NULL, "/etc/passwd"}, {AE_IFIFO, NULL, NULL},
                 {AE_IFCHR, NULL, NULL}};
    static const char *const names[] = {"CUB_200_2011/link", "CUB_200_2011/images.txt"};
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const char *name = names[i % 2];
        struct try try;
        try_init(&try, &dataset_cub);
        struct archive *archive = fixture_archive(try_archive(&try, "birds.tgz"), FIXTURE_TGZ);
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, cases[i / 2].type);
        archive_entry_set_perm(entry, 0644);
        if (cases[i / 2].link) archive_entry_set_symlink(entry, cases[i / 2].link);
        if (cases[i / 2].hardlink) archive_entry_set_hardlink(entry, cases[i / 2].hardlink);
        cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK, "%s", archive_error_string(archive));
        archive_entry_free(entry);
        fixture_add_text(archive, "CUB_200_2011/link/partgrad-was-here", "through the link");
        fixture_add_text(archive, "CUB_200_2011/classes.txt", "1 a");
        fixture_add_text(archive, "CUB_200_2011/bounding_boxes.txt", "");
        fixture_add_text(archive, "CUB_200_2011/image_class_labels.txt", "1 1");
        if (i % 2 == 0) fixture_add_text(archive, "CUB_200_2011/images.txt", "");
        fixture_close(archive);
        try_fails(&try, i % 2 == 0 ? "no images are listed" : "CUB_200_2011/images.txt is a ");
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
