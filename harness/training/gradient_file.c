/* gradient_file.c - see gradient_file.h. */
#include "harness/training/gradient_file.h"

#include <string.h>

struct header {
    char magic[8];
    uint64_t rows, size, checksum;
};
static const char magic[8] = "pggrads1";

int gradient_file_write(const char *path, const float *values, size_t rows, size_t size, struct error *error)
{
    struct file_writer writer;
    struct header header = {.rows = rows, .size = size};
    size_t bytes = rows * size * sizeof(float);
    memcpy(header.magic, magic, sizeof magic);
    header.checksum = file_checksum(values, bytes);
    if (file_writer_open(&writer, path, error) != 0) return -1;
    fwrite(&header, sizeof header, 1, writer.stream);
    fwrite(values, 1, bytes, writer.stream);
    int status = file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return status;
}

static int check(const struct gradient_file *file, size_t rows)
{
    struct header header;
    size_t bytes, count;
    if (file->map.size < sizeof header) return -1;
    memcpy(&header, file->map.bytes, sizeof header);
    if (memcmp(header.magic, magic, sizeof magic) != 0 || header.rows != rows || header.size == 0) return -1;
    if (size_multiply(header.rows, header.size, &count) != 0 || size_multiply(count, sizeof(float), &bytes) != 0)
        return -1;
    if (bytes != file->map.size - sizeof header) return -1;
    return file_checksum(file->map.bytes + sizeof header, bytes) == header.checksum ? 0 : -1;
}

int gradient_file_open(struct gradient_file *file, const char *path, size_t rows, struct error *error)
{
    struct header header;
    *file = (struct gradient_file){0};
    if (file_map_open(&file->map, path, error) != 0) return -1;
    if (check(file, rows) != 0) {
        gradient_file_release(file);
        return error_set(error, "%s is damaged: remove it, and the same command measures it again", path);
    }
    memcpy(&header, file->map.bytes, sizeof header);
    file->rows = header.rows;
    file->size = header.size;
    file->values = (const float *)(const void *)(file->map.bytes + sizeof header);
    return 0;
}

void gradient_file_release(struct gradient_file *file)
{
    file_map_release(&file->map);
    *file = (struct gradient_file){0};
}
