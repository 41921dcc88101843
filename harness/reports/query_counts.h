/* query_counts.h - counts of the queries of one split: by rank, by class, and by the class found instead. Queries that
 * are alone in their class have no right answer and do not count. */
#ifndef PARTGRAD_HARNESS_REPORTS_QUERY_COUNTS_H
#define PARTGRAD_HARNESS_REPORTS_QUERY_COUNTS_H

#include "base/error.h"
#include "harness/retrieval/query_file.h"

/* recall@K: the share of queries with an image of their class among the k nearest. NAN if there are no queries. */
double query_share_within(const struct query_split *, int k);

/* A class of the split. */
struct query_class {
    int label, queries;
    double recall_at_1, map_at_r; /* means over its queries */
};
/* *classes receives the classes by ascending label; the caller frees, also on failure. Returns how many, -1 if memory
 * runs out. */
int query_classes(const struct query_split *, struct query_class **classes, struct error *);

/* Queries of a class to which an image of another class was the nearest. */
struct query_confusion {
    int label, other, queries;
};
/* *confusions receives them, the most frequent first; the caller frees, also on failure. labels (count): the class of
 * each image of the data set, -1 if not known; NULL: only the classes of the queries' own images are known. Returns how
 * many, -1 if memory runs out. */
int query_confusions(const struct query_split *, const int32_t *labels, int count, struct query_confusion **confusions,
                     struct error *);

#endif
