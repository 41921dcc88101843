/* pack.c - see pack.h; docs/formats.md describes the layout byte by byte. */
#include "datasets/pack.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { VERSION = 1, ALIGNMENT = 64, CHANNELS = 3, SIZE_MAX_PIXELS = 4096 };

static const char magic[8] = "PGPACK\r\n"; /* text-mode damage shows */

/* The first 64 bytes. Numbers are little-endian, as is the machine. */
struct header {
    char magic[8];
    uint32_t version;
    uint32_t count;            /* n */
    uint32_t class_count;      /* C */
    uint32_t size;             /* s */
    uint64_t names_bytes;      /* of the class names with their NULs */
    uint64_t provenance_bytes; /* of the provenance with its NUL */
    uint64_t file_bytes;
    uint64_t checksum;        /* of everything behind the header */
    uint64_t header_checksum; /* of the header's bytes before this one */
};
_Static_assert(sizeof(struct header) == 64, "the header is part of the format");

/* Where each array begins, in bytes from the file's start; all of it follows from the header. */
struct layout {
    size_t labels, name_starts, splits, names, provenance, pixels, end;
};

static int add(size_t *at, size_t count, size_t size)
{
    size_t bytes;
    return size_multiply(count, size, &bytes) != 0 || __builtin_add_overflow(*at, bytes, at) ? -1 : 0;
}

/* Fails where a size makes no sense or a sum overflows. */
static int layout_set(struct layout *layout, const struct header *header)
{
    if (header->count < 1 || header->count > INT_MAX || header->class_count < 1 ||
        header->class_count > header->count || header->size < 1 || header->size > SIZE_MAX_PIXELS)
        return -1;
    size_t at = sizeof *header, image = (size_t)CHANNELS * header->size * header->size;
    layout->labels = at;
    if (add(&at, header->count, sizeof(int32_t)) != 0) return -1;
    layout->name_starts = at;
    if (add(&at, header->class_count, sizeof(uint32_t)) != 0) return -1;
    layout->splits = at;
    if (add(&at, header->count, 1) != 0) return -1;
    layout->names = at;
    if (header->names_bytes < 1 || header->names_bytes > UINT32_MAX || add(&at, header->names_bytes, 1) != 0) return -1;
    layout->provenance = at;
    if (header->provenance_bytes < 1 || add(&at, header->provenance_bytes, 1) != 0) return -1;
    if (add(&at, ALIGNMENT - 1, 1) != 0) return -1;
    layout->pixels = at = at / ALIGNMENT * ALIGNMENT;
    if (add(&at, header->count, image) != 0) return -1;
    layout->end = at;
    return 0;
}

static uint64_t header_checksum(const struct header *header)
{
    return file_checksum(header, offsetof(struct header, header_checksum));
}

/* Every label and split in range, every class present and in one split only. */
static int check_labels(const int32_t *labels, const uint8_t *splits, int count, int class_count, struct error *error)
{
    enum { UNSEEN = 0xff };
    unsigned char *split_of = malloc((size_t)class_count);
    if (!split_of) return error_set(error, "out of memory for %d classes", class_count);
    memset(split_of, UNSEEN, (size_t)class_count);
    int status = 0;
    for (int i = 0; i < count && status == 0; i++) {
        if (labels[i] < 0 || labels[i] >= class_count)
            status = error_set(error, "image %d has label %d of %d", i, (int)labels[i], class_count);
        else if (splits[i] >= PACK_SPLITS)
            status = error_set(error, "image %d has split %d of %d", i, splits[i], PACK_SPLITS);
        else if (split_of[labels[i]] != UNSEEN && split_of[labels[i]] != splits[i])
            status = error_set(error, "class %d is in both splits", (int)labels[i]);
        else
            split_of[labels[i]] = splits[i];
    }
    for (int c = 0; c < class_count && status == 0; c++)
        if (split_of[c] == UNSEEN) status = error_set(error, "class %d has no images", c);
    free(split_of);
    return status;
}

/* ---- reading ---- */

static int check_header(const struct header *header, size_t size, struct layout *layout, struct error *error)
{
    if (size < sizeof *header || memcmp(header->magic, magic, sizeof magic) != 0)
        return error_set(error, "not a pack; make one with `partgrad prepare`");
    if (header->version != VERSION)
        return error_set(error, "pack version %u, this program reads %d; make it again with `partgrad prepare`",
                         (unsigned)header->version, VERSION);
    if (header->header_checksum != header_checksum(header) || layout_set(layout, header) != 0)
        return error_set(error, "the header is damaged; make the pack again with `partgrad prepare`");
    if (header->file_bytes != size || layout->end != size)
        return error_set(error,
                         "%zu bytes where %zu belong, it is cut or damaged; make it again with `partgrad prepare`",
                         size, layout->end);
    return 0;
}

static int check_texts(const struct pack *pack, const struct header *header, struct error *error)
{
    int whole = pack->names[header->names_bytes - 1] == '\0' && pack->provenance[header->provenance_bytes - 1] == '\0';
    for (int c = 0; c < pack->class_count && whole; c++) whole = pack->name_starts[c] < header->names_bytes;
    return whole ? 0 : error_set(error, "the class names or the provenance are damaged");
}

static int read_pack(struct pack *pack, int verify, struct error *error)
{
    const unsigned char *bytes = pack->map.bytes;
    const struct header *header = (const void *)bytes;
    struct layout layout;
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
    if (verify && file_checksum(bytes + sizeof *header, pack->map.size - sizeof *header) != header->checksum)
        return error_set(error, "the checksum is wrong, bytes have changed; make it again with `partgrad prepare`");
    if (check_texts(pack, header, error) != 0) return -1;
    return check_labels(pack->labels, pack->splits, pack->count, pack->class_count, error);
}

int pack_open(struct pack *pack, const char *path, int verify, struct error *error)
{
    *pack = (struct pack){0};
    if (!file_exists(path)) return error_set(error, "%s is not there; 'partgrad prepare' makes it", path);
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
    return pack->pixels + (size_t)i * CHANNELS * side * side;
}

void pack_forget_image(const struct pack *pack, int i)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = CHANNELS * (size_t)pack->size * (size_t)pack->size;
    uintptr_t first = (uintptr_t)pack_image(pack, i);
    uintptr_t start = (first + page - 1) / page * page, end = (first + bytes) / page * page;
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED); /* only advice: failure loses nothing */
}

const char *pack_class_name(const struct pack *pack, int c)
{
    return pack->names + pack->name_starts[c];
}

/* ---- writing ---- */

static int put_bytes(struct pack_writer *writer, const void *bytes, size_t size, size_t at, struct error *error)
{
    while (size > 0) {
        ssize_t put = pwrite(fileno(writer->file.stream), bytes, size, (off_t)at);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return error_errno(error, "cannot write %s", writer->file.path);
        bytes = (const char *)bytes + put;
        at += (size_t)put;
        size -= (size_t)put;
    }
    return 0;
}

/* Writes the class names one behind the other and where each begins. */
static int put_names(struct pack_writer *writer, const struct pack_contents *contents, const struct layout *layout,
                     struct error *error)
{
    size_t at = 0;
    for (int c = 0; c < contents->class_count; c++) {
        uint32_t start = (uint32_t)at;
        size_t bytes = strlen(contents->class_names[c]) + 1;
        if (put_bytes(writer, &start, sizeof start, layout->name_starts + (size_t)c * sizeof start, error) != 0 ||
            put_bytes(writer, contents->class_names[c], bytes, layout->names + at, error) != 0)
            return -1;
        at += bytes;
    }
    return 0;
}

static struct header new_header(const struct pack_contents *contents)
{
    struct header header = {.version = VERSION,
                            .count = (uint32_t)contents->count,
                            .class_count = (uint32_t)contents->class_count,
                            .size = (uint32_t)contents->size,
                            .provenance_bytes = strlen(contents->provenance) + 1};
    memcpy(header.magic, magic, sizeof magic);
    for (int c = 0; c < contents->class_count; c++) header.names_bytes += strlen(contents->class_names[c]) + 1;
    return header;
}

/* Fails where the disk cannot hold the pack; what killed writers left there does not count. */
static int check_room(const char *path, size_t bytes, struct error *error)
{
    file_sweep(path);
    char *folder = file_folder(path);
    int status = file_check_space(folder, bytes, error);
    free(folder);
    return status;
}

int pack_writer_open(struct pack_writer *writer, const char *path, const struct pack_contents *contents,
                     struct error *error)
{
    *writer = (struct pack_writer){0};
    struct header header = new_header(contents);
    struct layout layout;
    if (layout_set(&layout, &header) != 0)
        return error_set(error, "%s: a pack cannot hold %d images of %d pixels in %d classes", path, contents->count,
                         contents->size, contents->class_count);
    if (check_labels(contents->labels, contents->splits, contents->count, contents->class_count, error) != 0)
        return error_context(error, "%s", path);
    header.file_bytes = layout.end;
    writer->pixels_start = layout.pixels;
    writer->image_bytes = (size_t)CHANNELS * header.size * header.size;
    writer->count = contents->count;
    if (check_room(path, layout.end, error) != 0) return -1;
    writer->written = calloc(header.count, 1);
    if (!writer->written) return error_set(error, "out of memory for %d images", contents->count);
    if (file_writer_open(&writer->file, path, error) == 0 && put_bytes(writer, &header, sizeof header, 0, error) == 0 &&
        put_bytes(writer, contents->labels, header.count * sizeof(int32_t), layout.labels, error) == 0 &&
        put_bytes(writer, contents->splits, header.count, layout.splits, error) == 0 &&
        put_names(writer, contents, &layout, error) == 0 &&
        put_bytes(writer, contents->provenance, header.provenance_bytes, layout.provenance, error) == 0)
        return 0;
    pack_writer_release(writer);
    return -1;
}

int pack_writer_put(struct pack_writer *writer, int i, const unsigned char *planes, struct error *error)
{
    size_t at = writer->pixels_start + (size_t)i * writer->image_bytes;
    if (put_bytes(writer, planes, writer->image_bytes, at, error) != 0) return -1;
    writer->written[i] = 1;
    return 0;
}

/* Reads the header back, adds both checksums and writes it again. */
static int seal(struct pack_writer *writer, struct error *error)
{
    int file = fileno(writer->file.stream);
    struct header header;
    if (pread(file, &header, sizeof header, 0) != (ssize_t)sizeof header)
        return error_errno(error, "cannot read back %s", writer->file.path);
    if (file_checksum_from(file, sizeof header, &header.checksum, error) != 0) return -1;
    header.header_checksum = header_checksum(&header);
    return put_bytes(writer, &header, sizeof header, 0, error);
}

int pack_writer_commit(struct pack_writer *writer, struct error *error)
{
    int status = 0;
    for (int i = 0; i < writer->count && status == 0; i++)
        if (!writer->written[i]) status = error_set(error, "%s: image %d was never written", writer->file.path, i);
    if (status == 0) status = seal(writer, error);
    if (status == 0) status = file_writer_commit(&writer->file, error);
    pack_writer_release(writer);
    return status;
}

void pack_writer_release(struct pack_writer *writer)
{
    file_writer_release(&writer->file);
    free(writer->written);
    *writer = (struct pack_writer){0};
}

/* ---- images by class ---- */

/* Numbers the classes that have images in the split, in ascending order of label, and counts their images. */
static void number_classes(struct pack_classes *classes, const struct pack *pack, enum pack_split split, int *images,
                           int *number)
{
    for (int i = 0; i < pack->count; i++)
        if (pack->splits[i] == split) images[pack->labels[i]]++;
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

int pack_classes_init(struct pack_classes *classes, const struct pack *pack, enum pack_split split, struct error *error)
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
    number_classes(classes, pack, split, images, number);
    memset(images, 0, count * sizeof(int)); /* from here: how many are placed */
    for (int i = 0; i < pack->count; i++) {
        int c = pack->labels[i];
        if (pack->splits[i] == split) classes->image[classes->start[number[c]] + images[c]++] = i;
    }
    status = 0;
done:
    free(images);
    free(number);
    if (status != 0) pack_classes_release(classes);
    return status;
}

void pack_classes_release(struct pack_classes *classes)
{
    free(classes->label);
    free(classes->start);
    free(classes->image);
    *classes = (struct pack_classes){0};
}
