/* fuzz_csv.c - tables of results; what was read is written and must be read as the same. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/csv.h"

static void check_same(const struct csv_table *table, const char *text, size_t size)
{
    struct csv_table again;
    struct error error;
    if (csv_read(&again, fuzz_file(text, size), &error) != 0 || again.row_count != table->row_count ||
        again.column_count != table->column_count)
        abort();
    for (int f = 0; f < table->row_count * table->column_count; f++)
        if (strcmp(table->fields[f], again.fields[f]) != 0) abort();
    csv_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_table table;
    struct error error;
    char *text = NULL;
    size_t text_size = 0;
    if (csv_read(&table, fuzz_file(data, size), &error) != 0) return 0;
    FILE *stream = open_memstream(&text, &text_size);
    if (!stream) abort();
    csv_write_row(stream, (const char *const *)table.columns, table.column_count);
    for (int r = 0; r < table.row_count; r++) {
        csv_write_row(stream, (const char *const *)table.fields + (size_t)r * (size_t)table.column_count,
                      table.column_count);
        for (int c = -1; c < table.column_count; c++) csv_number(&table, r, c);
    }
    fclose(stream);
    check_same(&table, text, text_size);
    free(text);
    csv_release(&table);
    return 0;
}
