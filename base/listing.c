/* listing.c - see listing.h; JSON through jansson. */
#include "base/listing.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json_text.h"

enum { NUMBER_SIZE = 64 };

const char *const listing_formats[] = {"table", "csv", "json", NULL};

struct listing_value {
    char *text; /* of a text; owned */
    double number;
};

void listing_release(struct listing *listing)
{
    for (int c = 0; c < listing->column_count; c++) free(listing->columns[c].name);
    for (int v = 0; v < listing->value_count; v++) free(listing->values[v].text);
    free(listing->columns);
    free(listing->values);
    *listing = (struct listing){0};
}

/* Makes room for one more, doubling at powers of two. If memory runs out, returns NULL and marks the listing as
 * failed. */
static void *grow(struct listing *listing, void *items, int count, size_t bytes)
{
    int full = (count & (count - 1)) == 0;
    void *grown = full ? realloc(items, (count ? 2 * (size_t)count : 1) * bytes) : items;
    if (!grown) listing->failed = 1;
    return grown;
}

static char *copy(struct listing *listing, const char *text)
{
    char *copied = text ? strdup(text) : NULL;
    if (text && !copied) listing->failed = 1;
    return copied;
}

void listing_column(struct listing *listing, const char *name, enum listing_kind kind, int decimals)
{
    void *columns = grow(listing, listing->columns, listing->column_count, sizeof *listing->columns);
    if (!columns) return;
    listing->columns = columns;
    listing->columns[listing->column_count++] = (struct listing_column){copy(listing, name), kind, decimals};
}

static void add(struct listing *listing, const char *text, double number)
{
    void *values = grow(listing, listing->values, listing->value_count, sizeof *listing->values);
    if (!values) return;
    listing->values = values;
    listing->values[listing->value_count++] = (struct listing_value){copy(listing, text), number};
}

void listing_text(struct listing *listing, const char *text)
{
    add(listing, text, NAN);
}

void listing_number(struct listing *listing, double number)
{
    add(listing, NULL, number);
}

void listing_value(struct listing *listing, const char *name, enum listing_kind kind, const char *text, double number)
{
    listing_column(listing, name, kind, 0);
    add(listing, text, number);
}

static int is_text(enum listing_kind kind)
{
    return kind == LISTING_TEXT || kind == LISTING_NUMERAL;
}

static int count_rows(const struct listing *listing)
{
    return listing->column_count > 0 ? listing->value_count / listing->column_count : 0;
}

static const struct listing_value *value_at(const struct listing *listing, int row, int column)
{
    return &listing->values[row * listing->column_count + column];
}

/* A value as text; `decimals` < 0: nine digits. */
static const char *format(const struct listing_value *value, enum listing_kind kind, int decimals,
                          char number[NUMBER_SIZE])
{
    if (is_text(kind)) return value->text ? value->text : "";
    number[0] = '\0';
    if (isnan(value->number)) return number;
    if (kind == LISTING_BYTES && decimals >= 0)
        snprintf(number, NUMBER_SIZE, "%.1f MiB", value->number / 0x1p20);
    else if (kind == LISTING_INTEGER || kind == LISTING_BYTES)
        snprintf(number, NUMBER_SIZE, "%.0f", value->number);
    else if (decimals < 0)
        snprintf(number, NUMBER_SIZE, "%.9g", value->number);
    else
        snprintf(number, NUMBER_SIZE, "%.*f", decimals, value->number);
    return number;
}

/* ---- aligned ---- */

/* Its characters, each of which may take several bytes in UTF-8. */
static int width(const char *text)
{
    int count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static int column_width(const struct listing *listing, int column)
{
    const struct listing_column *about = &listing->columns[column];
    char number[NUMBER_SIZE];
    int most = width(about->name);
    for (int row = 0; row < count_rows(listing); row++) {
        int own = width(format(value_at(listing, row, column), about->kind, about->decimals, number));
        if (own > most) most = own;
    }
    return most;
}

/* Texts stand left, numbers right. */
static void print_field(const char *text, int left, int blanks, FILE *stream)
{
    if (!left) fprintf(stream, "%*s", blanks, "");
    fputs(text, stream);
    if (left) fprintf(stream, "%*s", blanks, "");
    fputs("  ", stream);
}

/* The header is row -1. No blanks stand at the line's end. */
static int print_line(const struct listing *listing, int row, const int *widths, FILE *stream)
{
    char number[NUMBER_SIZE], *text;
    size_t size;
    FILE *line = open_memstream(&text, &size);
    if (!line) return -1;
    for (int c = 0; c < listing->column_count; c++) {
        const struct listing_column *column = &listing->columns[c];
        const char *field =
            row < 0 ? column->name : format(value_at(listing, row, c), column->kind, column->decimals, number);
        print_field(field, column->kind == LISTING_TEXT, widths[c] - width(field), line);
    }
    if (fclose(line) != 0) return -1;
    while (size > 0 && text[size - 1] == ' ') size--;
    fwrite(text, 1, size, stream);
    fputc('\n', stream);
    free(text);
    return 0;
}

static int print_aligned(const struct listing *listing, int *widths, FILE *stream)
{
    for (int c = 0; c < listing->column_count; c++) widths[c] = column_width(listing, c);
    for (int row = -1; row < count_rows(listing); row++)
        if (print_line(listing, row, widths, stream) != 0) return -1;
    return 0;
}

/* ---- for programs ---- */

static void print_csv(const struct listing *listing, const char **fields, char (*numbers)[NUMBER_SIZE], FILE *stream)
{
    for (int c = 0; c < listing->column_count; c++) fields[c] = listing->columns[c].name;
    csv_write_row(stream, fields, listing->column_count);
    for (int row = 0; row < count_rows(listing); row++) {
        for (int c = 0; c < listing->column_count; c++)
            fields[c] = format(value_at(listing, row, c), listing->columns[c].kind, -1, numbers[c]);
        csv_write_row(stream, fields, listing->column_count);
    }
}

static json_t *json_of_value(const struct listing_value *value, enum listing_kind kind)
{
    if (is_text(kind)) return value->text && value->text[0] ? json_text(value->text) : json_null();
    if (!isfinite(value->number)) return json_null();
    return kind == LISTING_REAL ? json_real(value->number) : json_integer((json_int_t)value->number);
}

static int print_json(const struct listing *listing, FILE *stream)
{
    json_t *rows = json_array();
    int status = rows ? 0 : -1;
    for (int row = 0; row < count_rows(listing) && status == 0; row++) {
        json_t *object = json_object();
        for (int c = 0; c < listing->column_count && status == 0; c++)
            status = json_object_set_new(object, listing->columns[c].name,
                                         json_of_value(value_at(listing, row, c), listing->columns[c].kind));
        if (json_array_append_new(rows, object) != 0) status = -1;
    }
    if (status == 0) status = json_dumpf(rows, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(rows);
    fputc('\n', stream);
    return status;
}

int listing_print(const struct listing *listing, enum listing_format wanted, FILE *stream, struct error *error)
{
    size_t columns = (size_t)listing->column_count + 1;
    int *widths = calloc(columns, sizeof *widths);
    const char **fields = calloc(columns, sizeof *fields);
    char(*numbers)[NUMBER_SIZE] = calloc(columns, sizeof *numbers);
    int status = listing->failed || !widths || !fields || !numbers ? -1 : 0;
    if (status == 0 && wanted == LISTING_TABLE) status = print_aligned(listing, widths, stream);
    if (status == 0 && wanted == LISTING_CSV) print_csv(listing, fields, numbers, stream);
    if (status == 0 && wanted == LISTING_JSON) status = print_json(listing, stream);
    free(widths);
    free(fields);
    free(numbers);
    return status == 0 ? 0 : error_set(error, "out of memory for the table to print");
}
