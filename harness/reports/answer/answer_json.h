/* answer_json.h - writes an answer for programs: FOLDER/answer.json, which docs/formats.md describes. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_JSON_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_JSON_H

#include "harness/reports/answer/answer_parts.h"

/* The same answer comes to the same bytes, about 5 MB at most whatever the run: rows, budgets and names beyond what the
 * file holds are counted in it. */
int answer_write_json(const struct answer *, const struct groups *, const struct variation *, const char *folder,
                      struct error *);

#endif
