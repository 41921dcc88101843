/* query_counts.c - see query_counts.h. */
#include "harness/reports/query_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double query_share_within(const struct query_split *split, int k)
{
    int answered = 0, within = 0;
    for (int q = 0; q < split->count; q++) {
        answered += split->records[q].relevant > 0;
        within += split->records[q].relevant > 0 && split->records[q].first <= k;
    }
    return answered > 0 ? (double)within / answered : NAN;
}

/* ---- by class ---- */

static int by_label(const void *a, const void *b)
{
    const struct query_record *x = *(const struct query_record *const *)a, *y = *(const struct query_record *const *)b;
    return x->label != y->label ? (x->label > y->label) - (x->label < y->label) : (x > y) - (x < y);
}

/* The queries that have a right answer, by label; the caller frees. NULL if memory runs out. */
static const struct query_record **sort_records(const struct query_split *split, int *count)
{
    const struct query_record **sorted = malloc(((size_t)split->count + 1) * sizeof *sorted);
    *count = 0;
    for (int q = 0; q < split->count && sorted; q++)
        if (split->records[q].relevant > 0) sorted[(*count)++] = &split->records[q];
    if (sorted) qsort(sorted, (size_t)*count, sizeof *sorted, by_label);
    return sorted;
}

int query_classes(const struct query_split *split, struct query_class **classes, struct error *error)
{
    int count, found = 0;
    const struct query_record **sorted = sort_records(split, &count);
    *classes = calloc((size_t)split->count + 1, sizeof **classes);
    for (int i = 0; i < count && sorted && *classes; i++) {
        if (i == 0 || sorted[i]->label != sorted[i - 1]->label) (*classes)[found++].label = sorted[i]->label;
        struct query_class *class = &(*classes)[found - 1];
        class->queries++;
        class->recall_at_1 += sorted[i]->first == 1;
        class->map_at_r += sorted[i]->average_precision;
    }
    int failed = !sorted || !*classes;
    for (int c = 0; c < found; c++) {
        (*classes)[c].recall_at_1 /= (*classes)[c].queries;
        (*classes)[c].map_at_r /= (*classes)[c].queries;
    }
    free(sorted);
    return failed ? error_set(error, "out of memory for %d queries", split->count) : found;
}

/* ---- by the class found instead ---- */

static int by_classes(const void *a, const void *b)
{
    const struct query_confusion *x = a, *y = b;
    if (x->label != y->label) return x->label < y->label ? -1 : 1;
    return (x->other > y->other) - (x->other < y->other);
}

static int by_queries(const void *a, const void *b)
{
    const struct query_confusion *x = a, *y = b;
    if (x->queries != y->queries) return x->queries > y->queries ? -1 : 1;
    return by_classes(a, b);
}

/* The class of each image that is a query, -1 for others: (*count). The caller frees; NULL if memory runs out. */
static int32_t *own_labels(const struct query_split *split, int *count)
{
    *count = 0;
    for (int q = 0; q < split->count; q++)
        if (split->records[q].image >= *count) *count = split->records[q].image + 1;
    int32_t *labels = malloc(((size_t)*count + 1) * sizeof *labels);
    for (int i = 0; i < *count && labels; i++) labels[i] = -1;
    for (int q = 0; q < split->count && labels; q++) labels[split->records[q].image] = split->records[q].label;
    return labels;
}

/* Lists an entry for each query whose nearest image has another, known class. Returns how many. */
static int list_wrong(const struct query_split *split, const int32_t *labels, int count, struct query_confusion *list)
{
    int wrong = 0;
    for (int q = 0; q < split->count; q++) {
        const struct query_record *record = &split->records[q];
        int nearest = record->nearest[0];
        if (record->relevant == 0 || record->first == 1 || nearest < 0 || nearest >= count) continue;
        if (labels[nearest] >= 0) list[wrong++] = (struct query_confusion){record->label, labels[nearest], 1};
    }
    return wrong;
}

/* Merges equal entries in place and sorts them by frequency. Returns how many remain. */
static int merge(struct query_confusion *list, int count)
{
    int merged = 0;
    qsort(list, (size_t)count, sizeof *list, by_classes);
    for (int i = 0; i < count; i++) {
        if (merged > 0 && by_classes(&list[merged - 1], &list[i]) == 0)
            list[merged - 1].queries++;
        else
            list[merged++] = list[i];
    }
    qsort(list, (size_t)merged, sizeof *list, by_queries);
    return merged;
}

int query_confusions(const struct query_split *split, const int32_t *labels, int count,
                     struct query_confusion **confusions, struct error *error)
{
    int32_t *own = labels ? NULL : own_labels(split, &count);
    int found = -1;
    *confusions = malloc(((size_t)split->count + 1) * sizeof **confusions);
    if (*confusions && (labels || own))
        found = merge(*confusions, list_wrong(split, labels ? labels : own, count, *confusions));
    free(own);
    return found < 0 ? error_set(error, "out of memory for %d queries", split->count) : found;
}
