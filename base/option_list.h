/* option_list.h - values of fields that are lists, such as `[1, 10, 100]`. Such a list is one value, not several values
 * of an axis.
 *
 * As text, items are joined by "; ", which needs no quotes in a CSV file; an empty list is "". When read, commas
 * separate items too. An item contains neither sign, and no two are the same. */
#ifndef PARTGRAD_BASE_OPTION_LIST_H
#define PARTGRAD_BASE_OPTION_LIST_H

#include <stddef.h>

enum { OPTION_TEXT_SIZE = 512, OPTION_INTS_MAX = 32, OPTION_TEXTS_MAX = 16 };

/* Whole numbers, in the order given. */
struct option_ints {
    int count;
    int value[OPTION_INTS_MAX]; /* (count); what follows is 0 */
};
/* As text; cut off where `size` does not hold them. */
void option_ints_format(const struct option_ints *, char *text, size_t size);

/* A list of texts is kept as the joined text. These give the number of items, the i-th one ("" if there is none), and
 * whether an item is among them. */
int option_texts_count(const char *texts);
void option_texts_item(const char *texts, int i, char item[OPTION_TEXT_SIZE]);
int option_texts_has(const char *texts, const char *item);

/* Takes the next item of a list as the user wrote it, without blanks around it, cut off if too long; *text moves behind
 * it. Returns 0 if there is none. */
int option_list_next(const char **text, char item[OPTION_TEXT_SIZE]);

#endif
