/* selected_file.c - see selected_file.h. */
#include "harness/tables/selected_file.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

enum { VERSION = 1, HEAD_BYTES = 64, BITS = 7, MORE = 0x80, NUMBER_BYTES = 5 };

static const char magic[8] = "PGSEL1\r\n";

struct head {
    char magic[8];
    uint32_t version, image_count, most, steps_per_epoch;
    uint64_t steps, settings, pack;
    uint64_t data_checksum; /* of all that follows the head */
    uint64_t head_checksum; /* of all that precedes it */
};
_Static_assert(sizeof(struct head) == HEAD_BYTES, "as documented");

/* ---- writing ---- */

size_t selected_step_bytes(int count, int image_count)
{
    /* The differences add up to less than image_count, so only a few of them can be large. */
    size_t bytes = NUMBER_BYTES + (size_t)count;
    for (long large = 1 << BITS; large < image_count; large <<= BITS)
        bytes += (size_t)(image_count / large < count ? image_count / large : count);
    return bytes;
}

static size_t write_number(unsigned char *bytes, unsigned value)
{
    size_t size = 0;
    for (; value >= MORE; value >>= BITS) bytes[size++] = (unsigned char)(value | MORE);
    bytes[size++] = (unsigned char)value;
    return size;
}

size_t selected_step_write(unsigned char *bytes, const int *images, int count)
{
    size_t size = write_number(bytes, (unsigned)count);
    for (int i = 0; i < count; i++)
        size += write_number(bytes + size, (unsigned)(images[i] - (i > 0 ? images[i - 1] : 0)));
    return size;
}

int selected_file_write(const char *path, const struct selected_source *source, const unsigned char *bytes, size_t size,
                        struct error *error)
{
    struct file_writer writer;
    struct head head = {.version = VERSION,
                        .image_count = (uint32_t)source->image_count,
                        .most = (uint32_t)source->most,
                        .steps_per_epoch = (uint32_t)source->steps_per_epoch,
                        .steps = (uint64_t)source->steps,
                        .settings = source->settings,
                        .pack = source->pack,
                        .data_checksum = file_checksum(bytes, size)};
    memcpy(head.magic, magic, sizeof magic);
    head.head_checksum = file_checksum(&head, offsetof(struct head, head_checksum));
    if (file_writer_open(&writer, path, error) != 0) return -1;
    fwrite(&head, 1, sizeof head, writer.stream);
    fwrite(bytes, 1, size, writer.stream); /* commit sees the stream's error flag */
    return file_writer_commit(&writer, error);
}

/* ---- reading ---- */

/* The number at *at, which moves behind it; -1 if there is none of at most INT_MAX. */
static int read_number(const struct file_map *map, size_t *at)
{
    uint64_t value = 0;
    for (int byte = 0; byte < NUMBER_BYTES && *at < map->size; byte++) {
        unsigned char bits = map->bytes[(*at)++];
        value |= (uint64_t)(bits & (MORE - 1)) << (BITS * byte);
        if (!(bits & MORE)) return value <= INT_MAX ? (int)value : -1;
    }
    return -1;
}

/* Reads a step into `images`, unless that is NULL. Returns how many, or -1 if it cannot be a step of this file. */
static int read_step(struct selected_file *file, int *images)
{
    int count = read_number(&file->map, &file->at);
    if (count < 0 || count > file->source.most) return -1;
    int64_t image = 0;
    for (int i = 0; i < count; i++) {
        int difference = read_number(&file->map, &file->at);
        image += difference;
        if (difference < 0 || image >= file->source.image_count) return -1;
        if (images) images[i] = (int)image;
    }
    return count;
}

static int take_head(struct selected_file *file, struct error *error)
{
    const struct file_map *map = &file->map;
    const struct head *head = (const void *)map->bytes;
    if (map->size < sizeof magic || memcmp(map->bytes, magic, sizeof magic) != 0)
        return error_set(error, "not a file of selected images");
    if (map->size < HEAD_BYTES) return error_set(error, "cut off");
    if (head->version != VERSION)
        return error_set(error, "of version %u, which this program does not read", head->version);
    if (file_checksum(head, offsetof(struct head, head_checksum)) != head->head_checksum)
        return error_set(error, "damaged: the head's checksum is wrong");
    if (file_checksum(head + 1, map->size - HEAD_BYTES) != head->data_checksum)
        return error_set(error, "damaged or cut off: its checksum is wrong");
    if (head->image_count > INT_MAX || head->most > INT_MAX || head->steps_per_epoch > INT_MAX ||
        head->steps > map->size)
        return error_set(error, "damaged: no file has such a head");
    file->source = (struct selected_source){.settings = head->settings,
                                            .pack = head->pack,
                                            .image_count = (int)head->image_count,
                                            .most = (int)head->most,
                                            .steps_per_epoch = (int)head->steps_per_epoch,
                                            .steps = (int64_t)head->steps};
    return 0;
}

static int check_steps(struct selected_file *file, struct error *error)
{
    file->at = HEAD_BYTES;
    for (int64_t s = 0; s < file->source.steps; s++)
        if (read_step(file, NULL) < 0) return error_set(error, "damaged: step %lld cannot be", (long long)s + 1);
    if (file->at != file->map.size) return error_set(error, "damaged: there is more behind its last step");
    file->at = HEAD_BYTES;
    return 0;
}

int selected_file_open(struct selected_file *file, const char *path, struct error *error)
{
    *file = (struct selected_file){0};
    if (file_map_open(&file->map, path, error) != 0) return -1;
    if (take_head(file, error) == 0 && check_steps(file, error) == 0) return 0;
    selected_file_release(file);
    return error_context(error, "%s", path);
}

void selected_file_release(struct selected_file *file)
{
    file_map_release(&file->map);
    *file = (struct selected_file){0};
}

int selected_file_next(struct selected_file *file, int *images)
{
    return file->at < file->map.size ? read_step(file, images) : -1;
}
