/* queries.h - what a cell keeps of the evaluation that it reports: each query in FOLDER/queries
 * (harness/retrieval/query_file.h), each class in FOLDER/classes.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_QUERIES_H
#define PARTGRAD_HARNESS_TRAINING_QUERIES_H

#include "harness/retrieval/query_file.h"
#include "harness/tables/cell.h"

/* Writes both from the splits' results (count), each file whole or not at all; images are positions in the pack whose
 * checksum is given, labels are its labels. */
int queries_keep(const char *folder, const struct cell *, uint64_t pack_checksum, int epoch,
                 const struct query_results *, int count, struct error *);

/* Removes what an earlier training left. */
void queries_forget(const char *folder);

#endif
