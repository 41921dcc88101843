/* pack_counts.c - see pack_counts.h. */
#include "harness/training/pack_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "datasets/dataset.h"
#include "datasets/pack.h"

/* The splits that are counted. */
static const enum pack_split counted[] = {PACK_TRAIN, PACK_TEST, PACK_GALLERY};
enum { COUNTED = sizeof counted / sizeof *counted };
_Static_assert(2 * COUNTED == PACK_COUNTS, "classes and images of each split");

/* The value of a "key: value" line, "" if there is none. */
static void find_line(const char *provenance, const char *key, char value[PACK_TEXT_SIZE])
{
    size_t length = strlen(key);
    value[0] = '\0';
    for (const char *line = provenance; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, key, length) != 0 || strncmp(line + length, ": ", 2) != 0) continue;
        const char *begin = line + length + 2;
        snprintf(value, PACK_TEXT_SIZE, "%.*s", (int)strcspn(begin, "\n"), begin);
        return;
    }
}

static int count_split(const struct pack *pack, enum pack_split split, int count[2], struct error *error)
{
    struct pack_classes classes;
    if (pack_classes_init(&classes, pack, split, error) != 0) return -1;
    count[0] = classes.class_count;
    count[1] = classes.count;
    pack_classes_release(&classes);
    return 0;
}

static void set_official(struct packs_row *row)
{
    for (const struct plugin *const *plugin = dataset_registry; *plugin; plugin++) {
        const struct dataset *dataset = (const struct dataset *)*plugin;
        if (strcmp(dataset->plugin.name, row->dataset) != 0) continue;
        for (int s = 0; s < COUNTED; s++) {
            row->official[2 * s] = dataset->official[counted[s]].classes;
            row->official[2 * s + 1] = dataset->official[counted[s]].images;
        }
    }
}

int pack_counts_read(struct packs_row *row, const char *name, const char *path, struct error *error)
{
    struct pack pack;
    char split[PACK_TEXT_SIZE];
    int status = 0;
    if (pack_open(&pack, path, 0, error) != 0) return -1;
    *row = (struct packs_row){{0}};
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->checksum, sizeof row->checksum, "%016" PRIx64, pack.checksum);
    find_line(pack.provenance, "dataset", row->dataset);
    find_line(pack.provenance, "split", split);
    snprintf(row->split, sizeof row->split, "%s", split[0] ? "own" : "official");
    for (int s = 0; s < COUNTED && status == 0; s++) status = count_split(&pack, counted[s], &row->count[2 * s], error);
    set_official(row);
    pack_release(&pack);
    return status;
}
