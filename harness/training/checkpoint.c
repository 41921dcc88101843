/* checkpoint.c - see checkpoint.h. The file: a mark, the number of arrays, their sizes, the arrays, and XXH3 of all
 * that. */
#include "harness/training/checkpoint.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"

static const char mark[8] = "PGCKPT01";

void checkpoint_add(struct checkpoint *checkpoint, void *bytes, size_t size)
{
    assert(checkpoint->count < CHECKPOINT_BLOCKS_MAX);
    checkpoint->blocks[checkpoint->count++] = (struct checkpoint_block){bytes, size, 0};
}

void checkpoint_require(struct checkpoint *checkpoint, const void *bytes, size_t size)
{
    checkpoint_add(checkpoint, (void *)bytes, size); /* they are only compared */
    checkpoint->blocks[checkpoint->count - 1].required = 1;
}

static void write_arrays(const struct checkpoint *checkpoint, FILE *stream)
{
    uint64_t count = (uint64_t)checkpoint->count;
    fwrite(mark, 1, sizeof mark, stream);
    fwrite(&count, 1, sizeof count, stream);
    for (int b = 0; b < checkpoint->count; b++) {
        uint64_t size = checkpoint->blocks[b].size;
        fwrite(&size, 1, sizeof size, stream);
    }
    for (int b = 0; b < checkpoint->count; b++)
        if (checkpoint->blocks[b].size > 0) fwrite(checkpoint->blocks[b].bytes, 1, checkpoint->blocks[b].size, stream);
}

int checkpoint_write(const struct checkpoint *checkpoint, const char *path, struct error *error)
{
    struct file_writer writer;
    uint64_t checksum;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    write_arrays(checkpoint, writer.stream);
    int status = fflush(writer.stream) == 0 ? 0 : error_errno(error, "cannot write %s", path);
    if (status == 0) status = file_checksum_from(fileno(writer.stream), 0, &checksum, error);
    if (status == 0 && fseek(writer.stream, 0, SEEK_END) != 0) status = error_errno(error, "cannot write %s", path);
    if (status != 0) {
        file_writer_release(&writer);
        return -1;
    }
    fwrite(&checksum, 1, sizeof checksum, writer.stream);
    return file_writer_commit(&writer, error);
}

/* Where the arrays begin in a file that fits the checkpoint, or NULL. */
static const unsigned char *find_arrays(const struct checkpoint *checkpoint, const struct file_map *map)
{
    size_t head = sizeof mark + sizeof(uint64_t) * (1 + (size_t)checkpoint->count), expected = head + sizeof(uint64_t);
    for (int b = 0; b < checkpoint->count; b++) expected += checkpoint->blocks[b].size;
    if (map->size != expected || memcmp(map->bytes, mark, sizeof mark) != 0) return NULL;
    for (int b = -1; b < checkpoint->count; b++) { /* the number of arrays, then their sizes */
        uint64_t value, wanted = b < 0 ? (uint64_t)checkpoint->count : checkpoint->blocks[b].size;
        memcpy(&value, map->bytes + sizeof mark + sizeof value * (size_t)(b + 1), sizeof value);
        if (value != wanted) return NULL;
    }
    const unsigned char *array = map->bytes + head;
    for (int b = 0; b < checkpoint->count; array += checkpoint->blocks[b++].size)
        if (checkpoint->blocks[b].required &&
            memcmp(checkpoint->blocks[b].bytes, array, checkpoint->blocks[b].size) != 0)
            return NULL;
    uint64_t checksum;
    memcpy(&checksum, map->bytes + map->size - sizeof checksum, sizeof checksum);
    return file_checksum(map->bytes, map->size - sizeof checksum) == checksum ? map->bytes + head : NULL;
}

int checkpoint_restore(const struct checkpoint *checkpoint, const char *path)
{
    struct file_map map;
    struct error ignored;
    if (!file_exists(path) || file_map_open(&map, path, &ignored) != 0) return 0;
    const unsigned char *from = find_arrays(checkpoint, &map);
    for (int b = 0; from && b < checkpoint->count; b++) {
        const struct checkpoint_block *block = &checkpoint->blocks[b];
        if (block->size > 0 && !block->required) memcpy(block->bytes, from, block->size);
        from += block->size;
    }
    file_map_release(&map);
    return from != NULL;
}
