/* seeds.c - see seeds.h. */
#include "harness/reports/comparison/seeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The cell's values of the repetition axes (seed, fold). The caller frees; NULL if memory runs out. */
static char *seed_key(const struct results *results, struct results_cell cell)
{
    char include[AXES_MAX + 1] = {0};
    for (int a = 0; a < results->axes.count; a++) include[a] = (char)axis_is_repetition(&results->axes.axis[a]);
    return results_key(results, cell, include);
}

static int append(struct seeds *seeds, int row, char *key)
{
    struct seed *grown = realloc(seeds->seed, ((size_t)seeds->count + 1) * sizeof *grown);
    const struct groups_value none = groups_value_none();
    if (!grown) return -1;
    seeds->seed = grown;
    grown[seeds->count++] = (struct seed){row, key, none, none, none, none, 0, NULL};
    return 0;
}

struct seed *seeds_find(struct seeds *seeds, const struct results *results, int row, struct results_cell cell)
{
    char *seed = seed_key(results, cell), *key = NULL;
    int next = seeds->count, at = -1;
    if (seed && asprintf(&key, "%d,%s", row, seed) >= 0) {
        at = index_add(&seeds->seen, key, next);
        free(key);
    }
    int status = at == next ? append(seeds, row, seed) : 0;
    if (at != next || status != 0) free(seed); /* else the new seed owns it */
    return at < 0 || status != 0 ? NULL : &seeds->seed[at];
}

int seed_add(struct seed *seed, struct results_cell cell, struct results_cell reference, double value,
             double reference_value, double judged)
{
    struct classes_pair *pairs = realloc(seed->pairs, ((size_t)seed->pair_count + 1) * sizeof *pairs);
    if (!pairs) return -1;
    seed->pairs = pairs;
    pairs[seed->pair_count++] = (struct classes_pair){0, cell, reference};
    groups_value_add(&seed->value, value);
    groups_value_add(&seed->reference, reference_value);
    groups_value_add(&seed->difference, value - reference_value);
    groups_value_add(&seed->judged, judged);
    return 0;
}

static int compare_seeds(const void *a, const void *b)
{
    return strcmp((*(const struct seed *const *)a)->key, (*(const struct seed *const *)b)->key);
}

int seeds_of_row(const struct seeds *seeds, int row, const struct seed **list)
{
    int count = 0;
    for (int s = 0; s < seeds->count; s++)
        if (seeds->seed[s].row == row) list[count++] = &seeds->seed[s];
    qsort(list, (size_t)count, sizeof(const struct seed *), compare_seeds);
    return count;
}

void seeds_release(struct seeds *seeds)
{
    for (int s = 0; s < seeds->count; s++) {
        free(seeds->seed[s].key);
        free(seeds->seed[s].pairs);
    }
    free(seeds->seed);
    index_release(&seeds->seen);
    *seeds = (struct seeds){0};
}
