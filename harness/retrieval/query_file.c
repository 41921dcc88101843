/* query_file.c - see query_file.h. */
#include "harness/retrieval/query_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, HEAD_BYTES = 64 };

static const char magic[8] = "PGQRES\r\n";

struct head {
    char magic[8];
    uint32_t version, record_bytes, split_count;
    int32_t epoch;
    uint64_t settings, pack;
    uint64_t file_bytes;
    uint64_t data_checksum; /* of all that follows the head */
    uint64_t head_checksum; /* of all that precedes it */
};

struct split_head {
    char name[QUERY_SPLIT_NAME_SIZE]; /* filled up with NUL */
    uint64_t count;
};

_Static_assert(sizeof(struct head) == HEAD_BYTES, "as documented");
_Static_assert(sizeof(struct split_head) == 24 && sizeof(struct query_record) == 72, "as documented");

/* ---- writing ---- */

static void take_record(struct query_record *record, const struct query_results *split, int q)
{
    const struct query_result *result = &split->results[q];
    *record = (struct query_record){.image = split->query_image[q],
                                    .label = result->label,
                                    .relevant = result->relevant,
                                    .first = result->first,
                                    .average_precision = result->average_precision,
                                    .r_precision = result->r_precision};
    for (int r = 0; r < QUERY_NEAREST; r++)
        record->nearest[r] = result->nearest[r] < 0 ? -1 : split->gallery_image[result->nearest[r]];
}

static size_t bytes_of(const struct query_results *splits, int count)
{
    size_t bytes = HEAD_BYTES + (size_t)count * sizeof(struct split_head);
    for (int s = 0; s < count; s++) bytes += (size_t)splits[s].count * sizeof(struct query_record);
    return bytes;
}

/* Table and records behind the head. */
static void fill(unsigned char *file, const struct query_results *splits, int count)
{
    struct split_head *heads = (void *)(file + HEAD_BYTES);
    struct query_record *record = (void *)(heads + count);
    for (int s = 0; s < count; s++) {
        assert(strlen(splits[s].split) < QUERY_SPLIT_NAME_SIZE);
        strcpy(heads[s].name, splits[s].split);
        heads[s].count = (uint64_t)splits[s].count;
        for (int q = 0; q < splits[s].count; q++) take_record(record++, &splits[s], q);
    }
}

int query_file_write(const char *path, const struct query_source *source, const struct query_results *splits, int count,
                     struct error *error)
{
    size_t bytes = bytes_of(splits, count);
    unsigned char *file = calloc(1, bytes);
    if (!file) return error_set(error, "not enough memory for %s", path);
    struct head *head = (void *)file;
    fill(file, splits, count);
    *head = (struct head){.version = VERSION,
                          .record_bytes = sizeof(struct query_record),
                          .split_count = (uint32_t)count,
                          .epoch = source->epoch,
                          .settings = source->settings,
                          .pack = source->pack,
                          .file_bytes = bytes,
                          .data_checksum = file_checksum(file + HEAD_BYTES, bytes - HEAD_BYTES)};
    memcpy(head->magic, magic, sizeof magic);
    head->head_checksum = file_checksum(file, offsetof(struct head, head_checksum));
    int status = file_write(path, file, bytes, error);
    free(file);
    return status;
}

/* ---- reading ---- */

static int check_head(const struct file_map *map, struct error *error)
{
    const struct head *head = (const void *)map->bytes;
    if (map->size < sizeof magic || memcmp(map->bytes, magic, sizeof magic) != 0)
        return error_set(error, "not a file of query results");
    if (map->size < HEAD_BYTES) return error_set(error, "cut off");
    if (head->version != VERSION)
        return error_set(error, "of version %u, which this program does not read", head->version);
    if (file_checksum(head, offsetof(struct head, head_checksum)) != head->head_checksum)
        return error_set(error, "damaged: the head's checksum is wrong");
    if (head->file_bytes != map->size) return error_set(error, "cut off, or longer than it was");
    if (head->record_bytes != sizeof(struct query_record) || head->split_count < 1 ||
        head->split_count > QUERY_SPLITS_MAX)
        return error_set(error, "damaged: no file has such a head");
    return 0;
}

/* Cuts the file into its splits. */
static int find_splits(struct query_file *file, struct error *error)
{
    const struct head *head = (const void *)file->map.bytes;
    const struct split_head *heads = (const void *)(head + 1);
    size_t table = head->split_count * sizeof *heads;
    if (file->map.size - HEAD_BYTES < table) return error_set(error, "damaged: no room for its splits");
    size_t left = (file->map.size - HEAD_BYTES - table) / sizeof(struct query_record);
    const struct query_record *records = (const void *)(heads + head->split_count);
    if (left * sizeof *records != file->map.size - HEAD_BYTES - table)
        return error_set(error, "damaged: its last record is not whole");
    for (uint32_t s = 0; s < head->split_count; s++) {
        if (!heads[s].name[0] || heads[s].name[QUERY_SPLIT_NAME_SIZE - 1])
            return error_set(error, "damaged: split %u has no name", s);
        if (heads[s].count > left || heads[s].count > INT32_MAX)
            return error_set(error, "damaged: split %s has more queries than the file", heads[s].name);
        file->split[s] = (struct query_split){heads[s].name, (int)heads[s].count, records};
        left -= heads[s].count;
        records += heads[s].count;
    }
    file->split_count = (int)head->split_count;
    file->source = (struct query_source){head->settings, head->pack, head->epoch};
    return left == 0 ? 0 : error_set(error, "damaged: it has more queries than its splits");
}

static int is_share(double value)
{
    return value >= 0 && value <= 1;
}

static int is_possible(const struct query_record *record)
{
    int answered = record->relevant > 0;
    if (record->image < 0 || record->relevant < 0 || record->first < 0 || answered != (record->first > 0)) return 0;
    if (!is_share(record->average_precision) || !is_share(record->r_precision)) return 0;
    for (int r = 0; r < QUERY_NEAREST; r++)
        if (record->nearest[r] < -1 || (r > 0 && record->nearest[r - 1] < 0 && record->nearest[r] >= 0)) return 0;
    return 1;
}

static int check_records(const struct query_file *file, struct error *error)
{
    const struct head *head = (const void *)file->map.bytes;
    if (file_checksum(head + 1, file->map.size - HEAD_BYTES) != head->data_checksum)
        return error_set(error, "damaged: its checksum is wrong");
    for (int s = 0; s < file->split_count; s++)
        for (int q = 0; q < file->split[s].count; q++)
            if (!is_possible(&file->split[s].records[q]))
                return error_set(error, "split %s: query %d has numbers that cannot be", file->split[s].name, q);
    return 0;
}

int query_file_open(struct query_file *file, const char *path, struct error *error)
{
    *file = (struct query_file){0};
    if (file_map_open(&file->map, path, error) != 0) return -1;
    if (check_head(&file->map, error) == 0 && find_splits(file, error) == 0 && check_records(file, error) == 0)
        return 0;
    query_file_release(file);
    return error_context(error, "%s", path);
}

void query_file_release(struct query_file *file)
{
    file_map_release(&file->map);
    *file = (struct query_file){0};
}

const struct query_split *query_file_split(const struct query_file *file, const char *name)
{
    for (int s = 0; s < file->split_count; s++)
        if (strcmp(file->split[s].name, name) == 0) return &file->split[s];
    return NULL;
}
