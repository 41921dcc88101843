/* answer_json.h - writes an answer for programs: FOLDER/answer.json, which docs/formats.md describes. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_JSON_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_JSON_H

#include "harness/reports/answer/answer_parts.h"

/* Writes the file, complete or not at all. The same answer gives the same bytes. The file stays below about 5 MB: it
 * says how many further rows, budgets and names were left out. */
int answer_write_json(const struct answer *, const struct groups *, const struct variation *, const char *folder,
                      struct error *);

#endif
