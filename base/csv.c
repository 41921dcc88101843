/* csv.c - see csv.h. The only file that includes libcsv. */
#include "base/csv.h"

#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { CSV_FILE_MAX = 1 << 30 };

/* Readers drop spaces and tabs at the ends of a field without quotes, and lines without a character. */
static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int needs_quotes(const char *field)
{
    size_t length = strlen(field);
    return strpbrk(field, ",\"\r\n") || (length && (is_blank(field[0]) || is_blank(field[length - 1])));
}

void csv_write_row(FILE *stream, const char *const *fields, int count)
{
    for (int i = 0; i < count; i++) {
        if (i > 0) fputc(',', stream);
        if (needs_quotes(fields[i]) || (count == 1 && !fields[i][0]))
            csv_fwrite(stream, fields[i], strlen(fields[i]));
        else
            fputs(fields[i], stream);
    }
    fputc('\n', stream);
}

/* What the parser has seen so far. */
struct reading {
    const char *path;
    char *text; /* fields, each NUL-terminated; room for the whole file and a NUL for each field */
    size_t used;
    char **fields; /* (field_count) into text */
    size_t field_count, field_room;
    int width;      /* fields of the header; 0 before it */
    int row_fields; /* fields of the row so far */
    int rows;       /* finished, the header included */
    struct error *error;
    int failed;
};

static void take_field(void *bytes, size_t length, void *context)
{
    struct reading *reading = context;
    if (reading->failed) return;
    if (reading->field_count == reading->field_room) {
        size_t room = reading->field_room ? 2 * reading->field_room : 1024;
        char **grown = realloc(reading->fields, room * sizeof *grown);
        if (!grown) {
            reading->failed = error_set(reading->error, "%s: out of memory", reading->path);
            return;
        }
        reading->fields = grown;
        reading->field_room = room;
    }
    char *field = reading->text + reading->used;
    if (length) memcpy(field, bytes, length);
    field[length] = '\0';
    reading->used += length + 1;
    reading->fields[reading->field_count++] = field;
    reading->row_fields++;
}

static void take_row(int terminator, void *context)
{
    struct reading *reading = context;
    (void)terminator;
    if (reading->failed) return;
    if (reading->width == 0) reading->width = reading->row_fields;
    if (reading->row_fields != reading->width)
        reading->failed = error_set(reading->error, "%s: row %d has %d fields, but the header has %d", reading->path,
                                    reading->rows + 1, reading->row_fields, reading->width);
    reading->rows++;
    reading->row_fields = 0;
}

static int parse(struct reading *reading, const char *bytes, size_t size)
{
    struct csv_parser parser;
    const char *nul = memchr(bytes, '\0', size); /* a C string would end there, and the rest would be lost in silence */
    if (nul)
        return error_set(reading->error, "%s: byte %zu is 0, so this is no text, or it was damaged", reading->path,
                         (size_t)(nul - bytes) + 1);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return error_set(reading->error, "%s: out of memory", reading->path);
    int broken = csv_parse(&parser, bytes, size, take_field, take_row, reading) != size ||
                 csv_fini(&parser, take_field, take_row, reading) != 0;
    csv_free(&parser);
    if (reading->failed) return -1;
    if (broken)
        return error_set(reading->error, "%s: row %d: a quote is misplaced or not closed", reading->path,
                         reading->rows + 1);
    if (reading->rows == 0) return error_set(reading->error, "%s: empty, not even a header", reading->path);
    return 0;
}

int csv_read(struct csv_table *table, const char *path, struct error *error)
{
    *table = (struct csv_table){0};
    char *bytes;
    size_t size;
    if (file_read(path, CSV_FILE_MAX, &bytes, &size, error) != 0) return -1;
    /* Every field but the last is followed by a separator, so 2 size + 2 holds all fields and their NULs. */
    struct reading reading = {.path = path, .error = error, .text = malloc(2 * size + 2)};
    int status = reading.text ? parse(&reading, bytes, size) : error_set(error, "%s: out of memory", path);
    free(bytes);
    if (status != 0) {
        free(reading.fields);
        free(reading.text);
        return -1;
    }
    *table = (struct csv_table){
        .column_count = reading.width,
        .row_count = reading.rows - 1,
        .columns = reading.fields,
        .fields = reading.fields + reading.width,
        .text = reading.text,
    };
    return 0;
}

void csv_release(struct csv_table *table)
{
    free(table->columns);
    free(table->text);
    *table = (struct csv_table){0};
}

int csv_column(const struct csv_table *table, const char *name)
{
    for (int c = 0; c < table->column_count; c++)
        if (strcmp(table->columns[c], name) == 0) return c;
    return -1;
}

int csv_find_column(const struct csv_table *table, const char *name, int *column, struct error *error)
{
    *column = csv_column(table, name);
    return *column < 0 ? error_set(error, "no column %s: 'partgrad gather' writes the file anew", name) : 0;
}

const char *csv_text(const struct csv_table *table, int row, int column)
{
    return column < 0 ? "" : table->fields[(size_t)row * (size_t)table->column_count + (size_t)column];
}

double csv_number(const struct csv_table *table, int row, int column)
{
    const char *text = csv_text(table, row, column);
    char *end;
    double value = strtod(text, &end);
    return end == text || *end ? NAN : value;
}
