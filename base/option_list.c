/* option_list.c - see option_list.h. */
#include "base/option_list.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int option_list_next(const char **text, char item[OPTION_TEXT_SIZE])
{
    const char *start = *text;
    if (!*start) return 0;
    size_t length = strcspn(start, ",;");
    *text = start + length + (start[length] != '\0');
    while (length > 0 && isspace((unsigned char)*start)) start++, length--;
    while (length > 0 && isspace((unsigned char)start[length - 1])) length--;
    if (length >= OPTION_TEXT_SIZE) length = OPTION_TEXT_SIZE - 1;
    memcpy(item, start, length);
    item[length] = '\0';
    return 1;
}

void option_ints_format(const struct option_ints *ints, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < ints->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i ? "; " : "", ints->value[i]);
}

int option_texts_count(const char *texts)
{
    char item[OPTION_TEXT_SIZE];
    int count = 0;
    while (option_list_next(&texts, item)) count++;
    return count;
}

void option_texts_item(const char *texts, int i, char item[OPTION_TEXT_SIZE])
{
    for (; i >= 0; i--)
        if (!option_list_next(&texts, item)) item[0] = '\0';
}

int option_texts_has(const char *texts, const char *wanted)
{
    char item[OPTION_TEXT_SIZE];
    while (option_list_next(&texts, item))
        if (strcmp(item, wanted) == 0) return 1;
    return 0;
}
