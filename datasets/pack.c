/* pack.c - see pack.h. */
#include "datasets/pack.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "datasets/pack_find.h"

static int check_header(const struct pack_header *header, size_t size, struct pack_layout *layout, struct error *error)
{
    if (size < sizeof *header || memcmp(header->magic, pack_magic, sizeof pack_magic) != 0)
        return error_set(error, "not a pack; make one with `partgrad prepare`");
    if (header->version != PACK_VERSION)
        return error_set(error, "pack version %u, this program reads %d; make it again with `partgrad prepare`",
                         (unsigned)header->version, PACK_VERSION);
    if (header->header_checksum != pack_header_checksum(header) || pack_layout_set(layout, header) != 0)
        return error_set(error, "the header is damaged; make the pack again with `partgrad prepare`");
    if (header->file_bytes != size || layout->end != size)
        return error_set(error,
                         "%zu bytes where %zu belong, it is cut or damaged; make it again with `partgrad prepare`",
                         size, layout->end);
    return 0;
}

static int check_texts(const struct pack *pack, const struct pack_header *header, struct error *error)
{
    int whole = pack->names[header->names_bytes - 1] == '\0' && pack->provenance[header->provenance_bytes - 1] == '\0';
    for (int c = 0; c < pack->class_count && whole; c++) whole = pack->name_starts[c] < header->names_bytes;
    return whole ? 0 : error_set(error, "the class names or the provenance are damaged");
}

/* What the file's bytes give as its checksum; lets go of each image's memory. */
static int compute_checksum(const struct pack *pack, const struct pack_layout *layout, uint64_t *checksum,
                            struct error *error)
{
    const unsigned char *bytes = pack->map.bytes;
    size_t start = sizeof(struct pack_header);
    uint64_t *parts = calloc((size_t)pack->count + PACK_PARTS_BESIDE_IMAGES, sizeof *parts);
    if (!parts) return error_set(error, "out of memory for %d images", pack->count);
    parts[PACK_PART_ARRAYS] = file_checksum(bytes + start, layout->pixels - start);
    for (int i = 0; i < pack->count; i++) {
        parts[PACK_PART_IMAGES + i] = file_checksum(pack_image(pack, i), layout->image_bytes);
        pack_forget_image(pack, i);
    }
    parts[PACK_PART_IMAGES + pack->count] = file_checksum(pack->provenance, layout->end - layout->provenance);
    *checksum = pack_checksum(parts, pack->count);
    free(parts);
    return 0;
}

static int verify_checksum(const struct pack *pack, const struct pack_layout *layout, struct error *error)
{
    uint64_t checksum = 0;
    if (compute_checksum(pack, layout, &checksum, error) != 0) return -1;
    if (checksum == pack->checksum) return 0;
    return error_set(error, "the checksum is wrong, bytes have changed; make it again with `partgrad prepare`");
}

static int read_pack(struct pack *pack, int verify, struct error *error)
{
    const unsigned char *bytes = pack->map.bytes;
    const struct pack_header *header = (const void *)bytes;
    struct pack_layout layout;
    if (check_header(header, pack->map.size, &layout, error) != 0) return -1;
    pack->count = (int)header->count;
    pack->class_count = (int)header->class_count;
    pack->size = (int)header->size;
    pack->labels = (const void *)(bytes + layout.labels);
    pack->name_starts = (const void *)(bytes + layout.name_starts);
    pack->splits = bytes + layout.splits;
    pack->names = (const char *)bytes + layout.names;
    pack->provenance = (const char *)bytes + layout.provenance;
    pack->pixels = bytes + layout.pixels;
    pack->checksum = header->checksum;
    if (verify && verify_checksum(pack, &layout, error) != 0) return -1;
    if (check_texts(pack, header, error) != 0) return -1;
    return pack_check_labels(pack->labels, pack->splits, pack->count, pack->class_count, error);
}

int pack_open(struct pack *pack, const char *path, int verify, struct error *error)
{
    *pack = (struct pack){0};
    if (!file_exists(path)) return pack_tell_missing(path, error);
    if (file_map_open(&pack->map, path, error) != 0) return -1;
    if (read_pack(pack, verify, error) == 0) return 0;
    error_context(error, "%s", path);
    pack_release(pack);
    return -1;
}

void pack_release(struct pack *pack)
{
    file_map_release(&pack->map);
    *pack = (struct pack){0};
}

const unsigned char *pack_image(const struct pack *pack, int i)
{
    size_t side = (size_t)pack->size;
    return pack->pixels + (size_t)i * PACK_CHANNELS * side * side;
}

void pack_forget_image(const struct pack *pack, int i)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = PACK_CHANNELS * (size_t)pack->size * (size_t)pack->size;
    uintptr_t first = (uintptr_t)pack_image(pack, i);
    uintptr_t start = (first + page - 1) / page * page, end = (first + bytes) / page * page;
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED); /* only advice: failure loses nothing */
}

const char *pack_class_name(const struct pack *pack, int c)
{
    return pack->names + pack->name_starts[c];
}

/* ---- images by class ---- */

/* Numbers the classes that have picked images, in ascending order of label, and counts their images. */
static void number_classes(struct pack_classes *classes, const struct pack *pack, const uint8_t *numbers, int of,
                           int *images, int *number)
{
    for (int i = 0; i < pack->count; i++)
        if (numbers[i] == of) images[pack->labels[i]]++;
    for (int c = 0; c < pack->class_count; c++) {
        if (images[c] == 0) continue;
        number[c] = classes->class_count;
        classes->label[classes->class_count] = c;
        classes->start[classes->class_count] = classes->count;
        classes->count += images[c];
        classes->class_count++;
    }
    classes->start[classes->class_count] = classes->count;
}

int pack_classes_pick(struct pack_classes *classes, const struct pack *pack, const uint8_t *numbers, int of,
                      struct error *error)
{
    size_t count = (size_t)pack->class_count;
    *classes = (struct pack_classes){.label = malloc(count * sizeof(int)),
                                     .start = malloc((count + 1) * sizeof(int)),
                                     .image = malloc((size_t)pack->count * sizeof(int))};
    int *images = calloc(count, sizeof(int)), *number = malloc(count * sizeof(int));
    int status = -1;
    if (!classes->label || !classes->start || !classes->image || !images || !number) {
        error_set(error, "out of memory for %d images", pack->count);
        goto done;
    }
    number_classes(classes, pack, numbers, of, images, number);
    memset(images, 0, count * sizeof(int)); /* from here: how many are placed */
    for (int i = 0; i < pack->count; i++) {
        int c = pack->labels[i];
        if (numbers[i] == of) classes->image[classes->start[number[c]] + images[c]++] = i;
    }
    status = 0;
done:
    free(images);
    free(number);
    if (status != 0) pack_classes_release(classes);
    return status;
}

int pack_classes_init(struct pack_classes *classes, const struct pack *pack, enum pack_split split, struct error *error)
{
    return pack_classes_pick(classes, pack, pack->splits, split, error);
}

void pack_classes_release(struct pack_classes *classes)
{
    free(classes->label);
    free(classes->start);
    free(classes->image);
    *classes = (struct pack_classes){0};
}
