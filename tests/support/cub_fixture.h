/* cub_fixture.h - small copies of CUB-200-2011's official archive. */
#ifndef PARTGRAD_TESTS_SUPPORT_CUB_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_CUB_FIXTURE_H

#include "tests/support/dataset_fixture.h"

enum cub_list { CUB_IMAGES, CUB_LABELS, CUB_CLASSES, CUB_BOXES, CUB_LISTS };

/* A small CUB: three classes on both sides of the split, in an order of its own, ids with gaps. */
struct cub {
    const char *lists[CUB_LISTS]; /* NULL: not in the archive */
    const char *root;             /* the folder; NULL: the official one; "": none */
    const char *missing;          /* an image left out */
    const char *link;             /* an image that is a symbolic link */
    const char *broken;           /* an image that is no image */
    const char *turned;           /* an image that lies on its side */
    const char *extra;            /* one more member */
    int twice;                    /* 1: the first image comes again */
};

static const char *const cub_names[CUB_LISTS] = {"images.txt", "image_class_labels.txt", "classes.txt",
                                                 "bounding_boxes.txt"};

static inline struct cub small_cub(void)
{
    return (struct cub){.lists = {
                            "7 101.Pelican/b.jpg\n1 001.Albatross/a.jpg\n2 100.Tern/c.jpg\n9 001.Albatross/d.jpg\n",
                            "1 1\n2 100\n7 101\n9 1\n",
                            "1 001.Albatross\n5 005.Auklet\n100 100.Tern\n101 101.Pelican\n",
                            "1 0.0 0.0 40.0 20.0\n2 0.0 0.0 20.0 40.0\n7 10.0 0.0 40.0 20.0\n9 0.0 0.0 20.0 20.0\n",
                        }};
}

/* An image of 40 x 20: its left, middle and right in three colors. */
static inline struct encoded striped_jpeg(void)
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

/* A member's name, which the caller frees. */
static inline char *cub_member(const struct cub *cub, const char *folder, const char *name)
{
    const char *root = cub->root ? cub->root : "CUB_200_2011";
    char *member = file_join(root, "%s%s", folder, name);
    if (!*root) memmove(member, member + 1, strlen(member));
    return member;
}

static inline void write_cub_image(struct archive *archive, const struct cub *cub, const char *name,
                                   struct encoded image)
{
    char *member = cub_member(cub, "images/", name);
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

static inline void write_cub(const char *path, const struct cub *cub, enum fixture_format format)
{
    struct archive *archive = fixture_archive(path, format);
    for (int i = 0; i < CUB_LISTS; i++) {
        char *member = cub_member(cub, "", cub_names[i]);
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

#endif
