/* fuzz_images.c - image files, decoded whole and in part, and made a thumbnail; the input's last bytes say which part.
 */
#include "tests/fuzz/fuzz.h"

#include "datasets/thumbnail.h"

enum { SIZE = 16, BYTES_MAX = 8 << 20 /* of an image in memory, so that few take long */ };

static void use(const struct decoded *decoded)
{
    for (int p = 0; p < decoded->plane_count; p++)
        for (int y = 0; y < decoded->planes[p].plane.height; y++)
            fuzz_use(decoded_row(decoded, p, y), (size_t)decoded->planes[p].plane.width);
}

static void make_thumbnail(const uint8_t *data, size_t size, const struct region *box)
{
    struct thumbnail_kind kind = {.size = SIZE, .fit = size % 2 ? THUMBNAIL_CROP : THUMBNAIL_STRETCH};
    struct thumbnail thumbnail;
    struct error error;
    unsigned char planes[3 * SIZE * SIZE];
    pthread_mutex_init(&kind.large, NULL);
    if (thumbnail_init(&thumbnail, &kind, &error) != 0) abort();
    if (thumbnail_make(&thumbnail, data, size, box, planes, &error) == 0) fuzz_use(planes, sizeof planes);
    thumbnail_release(&thumbnail);
    pthread_mutex_destroy(&kind.large);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct decoded decoded;
    struct error error;
    if (size < 5) return 0;
    const uint8_t *want = data + size - 5;
    struct region part = {want[0], want[1], want[2], want[3]};
    if (decode_image(&decoded, data, size, &(struct decode_want){.most = BYTES_MAX}, &error) != 0) return 0;
    use(&decoded);
    if (decode_image(&decoded, data, size, &(struct decode_want){part, want[4], BYTES_MAX}, &error) == 0) use(&decoded);
    make_thumbnail(data, size, &part);
    return 0;
}
