/* query_file.h - a file with the result of every query of an evaluation; docs/formats.md has the layout byte by byte.
 *
 * Images are named by numbers that the caller knows: their positions in a pack. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_QUERY_FILE_H
#define PARTGRAD_HARNESS_RETRIEVAL_QUERY_FILE_H

#include <stdint.h>

#include "base/file.h"
#include "harness/retrieval/ranked.h"

enum { QUERY_SPLITS_MAX = 8, QUERY_SPLIT_NAME_SIZE = 16 };

/* As stored in the file. */
struct query_record {
    int32_t image, label;
    int32_t relevant, first; /* R, and the rank of the first of its class; both 0 if it has no answer */
    double average_precision, r_precision;
    int32_t nearest[QUERY_NEAREST]; /* images, the nearest first; -1 if there are no more */
};

/* What was evaluated. */
struct query_source {
    uint64_t settings; /* hash of the cell's identity; 0: not known */
    uint64_t pack;     /* its checksum */
    int epoch;         /* after which it was made */
};

/* ---- writing ---- */

/* Results of one split from ranking_measure, and the images behind their positions. */
struct query_results {
    const char *split; /* "test"; shorter than QUERY_SPLIT_NAME_SIZE */
    int count;
    const struct query_result *results; /* (count) */
    const int *query_image;             /* (count) */
    const int *gallery_image;           /* (gallery) by position; that of the queries if they are the gallery */
};

/* Writes PATH with the results of 1 to QUERY_SPLITS_MAX splits. On failure leaves no file. */
int query_file_write(const char *path, const struct query_source *, const struct query_results *, int count,
                     struct error *);

/* ---- reading ---- */

struct query_split {
    const char *name;
    int count;
    const struct query_record *records; /* (count) in the mapping */
};

struct query_file {
    struct file_map map;
    struct query_source source;
    int split_count;
    struct query_split split[QUERY_SPLITS_MAX];
};

/* Fails if the file is not of this kind or version, truncated, damaged, or has impossible numbers. */
int query_file_open(struct query_file *, const char *path, struct error *);
void query_file_release(struct query_file *); /* safe on a zeroed file */

/* The split of that name; NULL: none. */
const struct query_split *query_file_split(const struct query_file *, const char *name);

#endif
