/* table.c - see table.h. */
#include "datasets/table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t";

struct table table_open(const char *name, char *text)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that a Windows editor puts before a text in UTF-8 */
    if (strncmp(text, mark, sizeof mark - 1) == 0) text += sizeof mark - 1;
    return (struct table){.name = name, .next = text};
}

int table_error(const struct table *table, struct error *error, const char *format, ...)
{
    char message[ERROR_SIZE / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(error, "%s line %d: %s", table->name, table->line, message);
}

/* Cuts the next line off the text: it ends with LF, CR LF, or CR alone. */
static char *take_line(struct table *table)
{
    char *line = table->next, *end = line + strcspn(line, "\r\n");
    table->next = *end ? end + 1 + (end[0] == '\r' && end[1] == '\n') : NULL;
    *end = '\0';
    table->line++;
    return line;
}

int table_next(struct table *table)
{
    while (table->next) {
        table->row = take_line(table);
        table->row += strspn(table->row, blanks);
        if (*table->row) return 1;
    }
    return 0;
}

/* Cuts the next column off the row; "" if there is none. */
static char *take_column(struct table *table)
{
    char *column = table->row;
    table->row += strcspn(table->row, blanks);
    if (*table->row) *table->row++ = '\0';
    table->row += strspn(table->row, blanks);
    return column;
}

int table_word(struct table *table, const char **word, struct error *error)
{
    *word = take_column(table);
    return **word ? 0 : table_error(table, error, "a column is missing");
}

int table_id(struct table *table, int most, int *id, struct error *error)
{
    char *column = take_column(table), *end;
    errno = 0;
    long value = strtol(column, &end, 10);
    if (end == column || *end || errno || value < 1 || value > most)
        return table_error(table, error, "'%s' is not an id within 1 .. %d", column, most);
    *id = (int)value;
    return 0;
}

int table_number(struct table *table, double *number, struct error *error)
{
    char *column = take_column(table), *end;
    *number = strtod(column, &end);
    if (end == column || *end || !isfinite(*number)) return table_error(table, error, "'%s' is not a number", column);
    return 0;
}

int table_rest(struct table *table, const char **rest, struct error *error)
{
    size_t length = strlen(table->row);
    while (length > 0 && strchr(blanks, table->row[length - 1])) table->row[--length] = '\0';
    if (length == 0) return table_error(table, error, "a name is missing");
    *rest = table->row;
    table->row += length;
    return 0;
}

int table_more(const struct table *table)
{
    return *table->row != '\0';
}

int table_end(struct table *table, struct error *error)
{
    return *table->row ? table_error(table, error, "unexpected '%s' at its end", table->row) : 0;
}
