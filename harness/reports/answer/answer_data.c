/* answer_data.c - what the answer is based on: how many cells have ended, and whether the data are the official splits.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/reports/answer/answer_topics.h"

/* In the order of the counts in packs.h. */
static const char *const splits[] = {"train", "test", "gallery"};
enum { SPLITS = sizeof splits / sizeof *splits };

static int add_progress(struct answering *answering)
{
    const struct results *results = answering->results;
    int pending = 0, failed = results->failed.count;
    for (int r = 0; r < results->run_count; r++) pending += results->runs[r].pending;
    if (results->ok.count == 0)
        return answer_add_text(answering, ANSWER_DATA, "No cell has ended well, so nothing is known yet.");
    if (pending == 0 && failed == 0) return 0;
    return answer_add_text(answering, ANSWER_DATA,
                           "Preliminary: %d cell%s pending, %d failed; what follows is of the %d that ended well.",
                           pending, pending == 1 ? " is" : "s are", failed, results->ok.count);
}

/* ---- data sets ---- */

/* Writes "100 train classes with 5864 images, ..."; with `official`, also the numbers of the official split. */
static void tell_counts(const struct packs_row *row, int official, FILE *out)
{
    const char *separator = "";
    for (int s = 0; s < SPLITS; s++) {
        const int *held = &row->count[2 * s], *published = &row->official[2 * s];
        if (held[0] == 0 && published[0] == 0) continue;
        if (official)
            fprintf(out, "%s%d of %d %s classes with %d of %d images", separator, held[0], published[0], splits[s],
                    held[1], published[1]);
        else
            fprintf(out, "%s%d %s classes with %d images", separator, held[0], splits[s], held[1]);
        separator = ", ";
    }
}

static void tell_pack(const struct packs_row *row, const char *name, FILE *out)
{
    static const char incomparable[] = "figures are not comparable with published ones";
    enum packs_standing standing = packs_standing(row);
    if (standing == PACKS_OFFICIAL) {
        fprintf(out, "%s holds the official sets (", name);
        tell_counts(row, 0, out);
        fputs(").", out);
    } else if (standing == PACKS_OTHER) {
        fprintf(out, "%s is not the official sets (", name);
        tell_counts(row, 1, out);
        fprintf(out, "%s): %s.", strcmp(row->split, "own") == 0 ? ", in a split of its own" : "", incomparable);
    } else {
        fprintf(out, "%s (", name);
        tell_counts(row, 0, out);
        fprintf(out, ") is no published data set: %s.", incomparable);
    }
}

/* The row of a pack; NULL if the run's packs.csv lacks it. */
static const struct packs_row *find_pack(const struct packs *packs, const char *name)
{
    for (int r = 0; r < packs->count; r++)
        if (strcmp(packs->row[r].name, name) == 0) return &packs->row[r];
    return NULL;
}

/* A sentence on the data set of one cell; a new string, NULL if memory runs out. It names the run if there are several
 * and the run's files do not describe the pack. */
static char *describe(const struct answering *answering, struct results_cell cell, const char *pack)
{
    const struct packs_row *row = find_pack(&answering->packs[cell.run], pack);
    int is_one = answering->results->run_count == 1;
    const char *run = answering->results->runs[cell.run].name;
    char name[VARIATION_TEXT_SIZE], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    variation_data(answering->source->variation, cell, name);
    if (row)
        tell_pack(row, name[0] ? name : pack, out);
    else
        fprintf(out,
                "Whether %s holds the official sets is not known: the run%s%s, of an earlier version, does not say.",
                pack, is_one ? "" : " ", is_one ? "" : run);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

/* Adds the sentence on a cell's data set, unless an earlier one is the same. */
static int add_dataset(struct answering *answering, struct index *told, struct results_cell cell, const char *pack)
{
    int next = (int)told->count;
    char *text = describe(answering, cell, pack);
    int at = text ? index_add(told, text, next) : -1;
    int status = at < 0 ? -1 : at == next ? answer_add_text(answering, ANSWER_DATA, "%s", text) : 0;
    free(text);
    return status;
}

/* Adds a sentence on each data set of each run. */
static int add_datasets(struct answering *answering)
{
    const struct results *results = answering->results;
    int axis = axes_find(&results->axes, "dataset"), status = 0;
    struct index seen = {0}, told = {0};
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        struct results_cell cell = results->ok.cells[i];
        const char *pack = results_value(results, cell, axis);
        int next = (int)seen.count;
        char *key = NULL;
        if (asprintf(&key, "%d,%s", cell.run, pack) < 0) key = NULL;
        int at = key ? index_add(&seen, key, next) : -1;
        status = at < 0 ? -1 : at == next ? add_dataset(answering, &told, cell, pack) : 0;
        free(key);
    }
    index_release(&seen);
    index_release(&told);
    return status;
}

int answer_add_data(struct answering *answering)
{
    int status = add_progress(answering);
    return status == 0 ? add_datasets(answering) : status;
}
