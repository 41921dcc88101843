/* option_list.h - the values of fields that are lists, as `[1, 10, 100]`: each one value, never several of an axis.
 *
 * As text, which needs no quotes in a CSV file, the items stand with "; " between them; none is "". A comma will do
 * as well when it is read. An item holds neither, and no two are the same. */
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

/* Texts are kept as the one text: how many items, and the i-th; "" where there is none. */
int option_texts_count(const char *texts);
void option_texts_item(const char *texts, int i, char item[OPTION_TEXT_SIZE]);
int option_texts_has(const char *texts, const char *item);

/* The next item of a text as it was given, without the blanks around it, cut off where it is too long; *text moves
 * behind it. Returns 0 where there is none. */
int option_list_next(const char **text, char item[OPTION_TEXT_SIZE]);

#endif
