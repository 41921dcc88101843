/* pack_writer.c - see pack_writer.h. */
#include "datasets/pack_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
static int put_names(struct pack_writer *writer, const struct pack_contents *contents, const struct pack_layout *layout,
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

static struct pack_header new_header(const struct pack_contents *contents)
{
    struct pack_header header = {.version = PACK_VERSION,
                                 .count = (uint32_t)contents->count,
                                 .class_count = (uint32_t)contents->class_count,
                                 .size = (uint32_t)contents->size,
                                 .provenance_bytes = 1}; /* filled in when they are known */
    memcpy(header.magic, pack_magic, sizeof pack_magic);
    for (int c = 0; c < contents->class_count; c++) header.names_bytes += strlen(contents->class_names[c]) + 1;
    return header;
}

/* Fails if the disk cannot hold the pack, after removing what killed writers left there. */
static int check_room(const char *path, size_t bytes, struct error *error)
{
    file_sweep(path);
    char *folder = file_folder(path);
    int status = file_check_space(folder, bytes, error);
    free(folder);
    return status;
}

/* Writes what comes before the pixels, and takes its checksum. */
static int put_arrays(struct pack_writer *writer, const struct pack_header *header,
                      const struct pack_contents *contents, const struct pack_layout *layout, struct error *error)
{
    if (put_bytes(writer, header, sizeof *header, 0, error) != 0 ||
        put_bytes(writer, contents->labels, header->count * sizeof(int32_t), layout->labels, error) != 0 ||
        put_bytes(writer, contents->splits, header->count, layout->splits, error) != 0 ||
        put_names(writer, contents, layout, error) != 0)
        return -1;
    int file = fileno(writer->file.stream);
    if (ftruncate(file, (off_t)layout->pixels) != 0) return error_errno(error, "cannot write %s", writer->file.path);
    if (file_checksum_from(file, sizeof *header, &writer->parts[PACK_PART_ARRAYS], error) != 0) return -1;
    fallocate(file, 0, 0, (off_t)layout->provenance); /* so that threads need not wait for one another; only advice */
    return 0;
}

int pack_writer_open(struct pack_writer *writer, const char *path, const struct pack_contents *contents,
                     struct error *error)
{
    *writer = (struct pack_writer){0};
    struct pack_header header = new_header(contents);
    struct pack_layout layout;
    if (pack_layout_set(&layout, &header) != 0)
        return error_set(error, "%s: a pack cannot hold %d images of %d pixels in %d classes", path, contents->count,
                         contents->size, contents->class_count);
    if (pack_check_labels(contents->labels, contents->splits, contents->count, contents->class_count, error) != 0)
        return error_context(error, "%s", path);
    if (check_room(path, layout.end, error) != 0) return -1;
    writer->pixels_start = layout.pixels;
    writer->image_bytes = layout.image_bytes;
    writer->count = contents->count;
    writer->written = calloc(header.count, 1);
    writer->parts = calloc((size_t)header.count + PACK_PARTS_BESIDE_IMAGES, sizeof *writer->parts);
    if (!writer->written || !writer->parts)
        error_set(error, "out of memory for %d images", contents->count);
    else if (file_writer_open(&writer->file, path, error) == 0 &&
             put_arrays(writer, &header, contents, &layout, error) == 0)
        return 0;
    pack_writer_release(writer);
    return -1;
}

/* Starts writing finished pixels to disk while more are made, so that commit has little to wait for. */
static void start_writing(struct pack_writer *writer, size_t bytes)
{
    enum { PIECE_BYTES = 2 << 20 };
    size_t before = atomic_fetch_add(&writer->finished, bytes);
    if (before / PIECE_BYTES != (before + bytes) / PIECE_BYTES)
        sync_file_range(fileno(writer->file.stream), 0, 0, SYNC_FILE_RANGE_WRITE); /* only advice */
}

int pack_writer_put(struct pack_writer *writer, int first, int count, const unsigned char *planes, struct error *error)
{
    size_t at = writer->pixels_start + (size_t)first * writer->image_bytes, bytes = (size_t)count * writer->image_bytes;
    if (put_bytes(writer, planes, bytes, at, error) != 0) return -1;
    for (int i = first; i < first + count; i++, planes += writer->image_bytes) {
        writer->parts[PACK_PART_IMAGES + i] = file_checksum(planes, writer->image_bytes);
        writer->written[i] = 1;
    }
    start_writing(writer, bytes);
    return 0;
}

const uint64_t *pack_writer_checksums(const struct pack_writer *writer)
{
    return writer->parts + PACK_PART_IMAGES;
}

/* Writes the provenance, and the header again with the values that were not known at first. */
static int seal(struct pack_writer *writer, const char *provenance, struct error *error)
{
    struct pack_header header;
    struct pack_layout layout;
    if (pread(fileno(writer->file.stream), &header, sizeof header, 0) != (ssize_t)sizeof header)
        return error_errno(error, "cannot read back %s", writer->file.path);
    header.provenance_bytes = strlen(provenance) + 1;
    if (pack_layout_set(&layout, &header) != 0) return error_set(error, "%s is too large", writer->file.path);
    if (put_bytes(writer, provenance, header.provenance_bytes, layout.provenance, error) != 0) return -1;
    writer->parts[PACK_PART_IMAGES + writer->count] = file_checksum(provenance, header.provenance_bytes);
    header.file_bytes = layout.end;
    header.checksum = pack_checksum(writer->parts, writer->count);
    header.header_checksum = pack_header_checksum(&header);
    return put_bytes(writer, &header, sizeof header, 0, error);
}

int pack_writer_commit(struct pack_writer *writer, const char *provenance, struct error *error)
{
    int status = 0;
    for (int i = 0; i < writer->count && status == 0; i++)
        if (!writer->written[i]) status = error_set(error, "%s: image %d was never written", writer->file.path, i);
    if (status == 0) status = seal(writer, provenance, error);
    if (status == 0) status = file_writer_commit(&writer->file, error);
    pack_writer_release(writer);
    return status;
}

void pack_writer_release(struct pack_writer *writer)
{
    file_writer_release(&writer->file);
    free(writer->written);
    free(writer->parts);
    *writer = (struct pack_writer){0};
}
