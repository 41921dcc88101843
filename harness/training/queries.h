/* queries.h - the details of the reported evaluation that a cell keeps: each query in FOLDER/queries
 * (harness/retrieval/query_file.h), each class in FOLDER/classes.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_QUERIES_H
#define PARTGRAD_HARNESS_TRAINING_QUERIES_H

#include "harness/retrieval/query_file.h"
#include "harness/tables/cell.h"

/* Writes both from the splits' results (count), each file complete or not at all. Images are positions in the pack with
 * that checksum, and labels are the pack's. */
int queries_keep(const char *folder, const struct cell *, uint64_t pack_checksum, int epoch,
                 const struct query_results *, int count, struct error *);

/* Removes the files of an earlier training run. */
void queries_forget(const char *folder);

#endif
