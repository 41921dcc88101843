/* ranked.h - what is ranked, and the result of each query. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_RANKED_H
#define PARTGRAD_HARNESS_RETRIEVAL_RANKED_H

/* Images: their embeddings, and the class of each. */
struct ranked_set {
    const float *embeddings; /* (count, dim); borrowed, as the labels are */
    const int *labels;       /* (count) */
    int count;
};

enum { QUERY_NEAREST = 10 };

/* The result of one query. */
struct query_result {
    int label;
    int relevant;               /* R; 0: the query has no answer, and the next three are 0 */
    int first;                  /* rank of the first of its class, from 1 */
    double average_precision;   /* at R */
    double r_precision;         /* likewise */
    int nearest[QUERY_NEAREST]; /* positions in the gallery, the nearest first; -1 if there are no more */
};

#endif
