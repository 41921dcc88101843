/* json_text.h - any text as a JSON string. */
#ifndef PARTGRAD_BASE_JSON_TEXT_H
#define PARTGRAD_BASE_JSON_TEXT_H

#include <jansson.h>

/* A new reference; NULL if memory runs out. JSON is UTF-8, so in other text each byte that is not ASCII becomes '?'. */
json_t *json_text(const char *);

#endif
