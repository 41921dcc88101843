/* neighbors.c - see neighbors.h. */
#include "harness/pictures/neighbors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/random.h"

/* ---- what a cell kept ---- */

/* Whatever the file says, only images that the pack has are looked up. */
static int check_images(const struct cell_queries *queries, struct error *error)
{
    const struct query_file *file = &queries->file;
    for (int s = 0; s < file->split_count; s++)
        for (int q = 0; q < file->split[s].count; q++) {
            const struct query_record *record = &file->split[s].records[q];
            int largest = record->image;
            for (int n = 0; n < QUERY_NEAREST; n++) largest = number_larger(largest, record->nearest[n]);
            if (largest >= queries->pack.count || queries->pack.labels[record->image] != record->label)
                return error_set(error, "query %d of %s classes is not an image of the pack", q, file->split[s].name);
        }
    return 0;
}

static int check_pack(const struct cell_queries *queries, struct error *error)
{
    uint64_t own = queries->pack.checksum, wanted = queries->file.source.pack;
    if (own == wanted) return check_images(queries, error);
    return error_set(error,
                     "not the pack that the cell was evaluated on: its checksum is %016" PRIx64 ", not %016" PRIx64,
                     own, wanted);
}

int cell_queries_open(struct cell_queries *queries, const char *folder, struct error *error)
{
    *queries = (struct cell_queries){0};
    char *path = file_join(folder, "queries");
    int status =
        file_exists(path)
            ? query_file_open(&queries->file, path, error)
            : error_set(error, "%s keeps no queries: the cell is not done, or is of an earlier version", folder);
    free(path);
    return status;
}

int cell_queries_open_pack(struct cell_queries *queries, const char *path, struct error *error)
{
    if (pack_open(&queries->pack, path, 0, error) != 0) return -1;
    if (check_pack(queries, error) == 0) return 0;
    pack_release(&queries->pack);
    return error_context(error, "%s", path);
}

void cell_queries_release(struct cell_queries *queries)
{
    query_file_release(&queries->file);
    pack_release(&queries->pack);
}

const struct query_split *cell_queries_split(const struct cell_queries *queries, const char *name, struct error *error)
{
    const struct query_split *split = query_file_split(&queries->file, name);
    char names[QUERY_SPLITS_MAX * QUERY_SPLIT_NAME_SIZE * 2] = "";
    if (split) return split;
    for (int s = 0; s < queries->file.split_count; s++) {
        if (s > 0) strcat(names, ", ");
        strcat(names, queries->file.split[s].name);
    }
    error_set(error, "the cell kept no queries of %s classes, only of: %s", name, names);
    return NULL;
}

/* ---- which are shown ---- */

static int by_label(const void *a, const void *b)
{
    const struct query_record *x = *(const struct query_record *const *)a, *y = *(const struct query_record *const *)b;
    return (x->label > y->label) - (x->label < y->label);
}

/* Of two with the same precision, the one whose first right neighbor comes later is worse. */
static int by_precision(const void *a, const void *b)
{
    const struct query_record *x = *(const struct query_record *const *)a, *y = *(const struct query_record *const *)b;
    if (x->average_precision != y->average_precision) return x->average_precision < y->average_precision ? -1 : 1;
    if (x->first != y->first) return x->first > y->first ? -1 : 1;
    return (x->image > y->image) - (x->image < y->image);
}

/* Moves one random query of each of at most `most` random classes to the front. Returns how many. */
static int draw(const struct query_record **record, int count, int most, int seed, char *taken)
{
    struct random random = random_stream((uint64_t)seed, RANDOM_PICTURES, 2, 0);
    int drawn = 0;
    for (int i = 0; i < count && drawn < most; i++) {
        int other = i + (int)random_below(&random, (uint32_t)(count - i));
        const struct query_record *chosen = record[other];
        record[other] = record[i];
        record[i] = chosen;
        if (taken[chosen->label]) continue;
        taken[chosen->label] = 1;
        record[i] = record[drawn];
        record[drawn++] = chosen;
    }
    qsort(record, (size_t)drawn, sizeof *record, by_label);
    return drawn;
}

/* Moves the queries to show to the front. Returns how many; -1 if memory runs out. */
static int order_records(const struct query_record **record, int count, const struct pack *pack,
                         const struct neighbors_request *request)
{
    if (request->order == NEIGHBORS_WORST) {
        qsort(record, (size_t)count, sizeof *record, by_precision);
        return number_smaller(count, request->queries);
    }
    char *taken = calloc((size_t)pack->class_count, 1);
    int drawn = taken ? draw(record, count, request->queries, request->seed, taken) : -1;
    free(taken);
    return drawn;
}

static void fill_row(const struct tiles *tiles, int row, const struct pack *pack, const struct query_record *record)
{
    *tiles_at(tiles, row, 0) = (struct tile){record->image, TILE_QUERY};
    for (int c = 1; c < tiles->columns; c++) {
        int image = record->nearest[c - 1];
        int right = image >= 0 && pack->labels[image] == record->label;
        *tiles_at(tiles, row, c) = (struct tile){image, right ? TILE_RIGHT : TILE_WRONG};
    }
}

int neighbors_choose(struct neighbors *neighbors, const struct pack *pack, const struct query_split *split,
                     const struct neighbors_request *request, struct error *error)
{
    int answered = 0, rows = 0, columns = 1 + number_smaller(request->nearest, QUERY_NEAREST);
    *neighbors = (struct neighbors){.record = malloc(((size_t)split->count + 1) * sizeof *neighbors->record)};
    for (int q = 0; q < split->count && neighbors->record; q++)
        if (split->records[q].relevant > 0) neighbors->record[answered++] = &split->records[q];
    if (neighbors->record) rows = order_records(neighbors->record, answered, pack, request);
    if (rows < 0 || !neighbors->record) return error_set(error, "out of memory for %d queries", split->count);
    if (rows == 0) return error_set(error, "no query of %s classes has another image of its class", split->name);
    if (tiles_init(&neighbors->tiles, rows, columns, error) != 0) return -1;
    for (int r = 0; r < rows; r++) fill_row(&neighbors->tiles, r, pack, neighbors->record[r]);
    return 0;
}

void neighbors_release(struct neighbors *neighbors)
{
    tiles_release(&neighbors->tiles);
    free(neighbors->record);
    *neighbors = (struct neighbors){0};
}
