/* test_csv.c - CSV files: what is written is read back, and what is not a table is refused with the row that broke it.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/csv.h"
#include "tests/support/scratch.h"

/* ---- files that vanish ---- */

/* The bytes in a file of their own; the caller removes and frees. */
static char *make_file(const char *bytes, size_t size)
{
    char *path = strdup("/tmp/partgrad-csv-XXXXXX");
    int file = mkstemp(path);
    cr_assert(file >= 0);
    close(file);
    scratch_write(path, bytes, size);
    return path;
}

static void remove_file(char *path)
{
    unlink(path);
    free(path);
}

/* Reads text as a table that must be good; the caller releases it. */
static struct csv_table read_good(const char *text)
{
    struct csv_table table;
    struct error error;
    char *path = make_file(text, strlen(text));
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    remove_file(path);
    return table;
}

/* Reads text as a table that must be refused with a message that names the file and holds `part`. */
static void refuse_bytes(const char *bytes, size_t size, const char *part)
{
    struct csv_table table;
    struct error error = {""};
    char *path = make_file(bytes, size);
    cr_assert_eq(csv_read(&table, path, &error), -1, "took: %s", bytes);
    cr_assert(strstr(error.message, path), "no file name in: %s", error.message);
    cr_assert(strstr(error.message, part), "no \"%s\" in: %s", part, error.message);
    csv_release(&table);
    remove_file(path);
}

static void refuse(const char *text, const char *part)
{
    refuse_bytes(text, strlen(text), part);
}

/* ---- reading ---- */

Test(csv, reads_a_header_and_rows)
{
    struct csv_table table = read_good("name,count\nfinch,3\nwren,\n");
    cr_assert_eq(table.column_count, 2);
    cr_assert_eq(table.row_count, 2);
    cr_assert_str_eq(table.columns[1], "count");
    cr_assert_str_eq(csv_text(&table, 1, 0), "wren");
    cr_assert_str_eq(csv_text(&table, 1, 1), "");
    csv_release(&table);
}

Test(csv, reads_quotes_separators_and_newlines_inside_quoted_fields)
{
    struct csv_table table = read_good("a,b\n\"one, \"\"two\"\"\",\"up\ndown\"\n");
    cr_assert_eq(table.row_count, 1);
    cr_assert_str_eq(csv_text(&table, 0, 0), "one, \"two\"");
    cr_assert_str_eq(csv_text(&table, 0, 1), "up\ndown");
    csv_release(&table);
}

Test(csv, reads_lines_that_end_in_carriage_return_and_newline)
{
    struct csv_table table = read_good("a,b\r\n1,2\r\n3,4\r\n");
    cr_assert_eq(table.row_count, 2);
    cr_assert_str_eq(csv_text(&table, 1, 1), "4");
    csv_release(&table);
}

Test(csv, needs_no_newline_behind_the_last_row)
{
    struct csv_table table = read_good("a,b\n1,2");
    cr_assert_eq(table.row_count, 1);
    cr_assert_str_eq(csv_text(&table, 0, 1), "2");
    csv_release(&table);
}

Test(csv, takes_a_header_without_rows)
{
    struct csv_table table = read_good("a,b,c\n");
    cr_assert_eq(table.column_count, 3);
    cr_assert_eq(table.row_count, 0);
    csv_release(&table);
}

Test(csv, finds_columns_by_name_and_gives_nothing_for_those_that_are_not_there)
{
    struct csv_table table = read_good("a,b\n1,2\n");
    cr_assert_eq(csv_column(&table, "b"), 1);
    cr_assert_eq(csv_column(&table, "c"), -1);
    cr_assert_str_eq(csv_text(&table, 0, csv_column(&table, "c")), "");
    cr_assert(isnan(csv_number(&table, 0, csv_column(&table, "c"))));
    csv_release(&table);
}

Test(csv, reads_numbers_and_takes_nothing_else_for_one)
{
    struct csv_table table = read_good("a,b,c,d\n-1.5e3,,7 dwarfs,seven\n");
    cr_assert_float_eq(csv_number(&table, 0, 0), -1500, 0);
    for (int c = 1; c < 4; c++) cr_assert(isnan(csv_number(&table, 0, c)), "column %d", c);
    csv_release(&table);
}

Test(csv, grows_with_the_table)
{
    enum { ROWS = 5000 };
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs("row,square\n", stream);
    for (int i = 0; i < ROWS; i++) fprintf(stream, "%d,%d\n", i, i * i);
    fclose(stream);
    struct csv_table table = read_good(text);
    cr_assert_eq(table.row_count, ROWS);
    for (int i = 0; i < ROWS; i++) cr_assert_eq(csv_number(&table, i, 1), (double)i * i);
    csv_release(&table);
    free(text);
}

/* ---- refusing ---- */

Test(csv, refuses_an_empty_file)
{
    refuse("", "header");
    refuse("\n\n", "header");
}

Test(csv, refuses_rows_of_another_width_and_says_which)
{
    refuse("a,b\n1,2\n3\n", "row 3");
    refuse("a,b\n1,2,3\n", "row 2");
    refuse("a,b\n1,2\n3,4,5", "row 3");
}

Test(csv, refuses_a_quote_that_never_ends)
{
    refuse("a,b\n1,\"2\n3,4\n", "row 2");
    refuse("\"a,b\n", "row 1");
}

Test(csv, refuses_a_quote_in_the_middle_of_a_field)
{
    refuse("a,b\n1,t\"wo\n", "row 2");
    refuse("a,b\n1,\"two\"s\n", "row 2");
}

/* As a file system leaves them at the end of a file that a crash has cut. */
Test(csv, refuses_bytes_that_are_0)
{
    refuse_bytes("a,b\n1,2\n\0\0\0", 11, "byte 9 is 0");
    refuse_bytes("a,b\n1,t\0wo\n", 11, "byte 8 is 0");
}

Test(csv, refuses_a_file_that_is_not_there)
{
    struct csv_table table;
    struct error error;
    cr_assert_eq(csv_read(&table, "/nowhere/cells.csv", &error), -1);
    cr_assert(strstr(error.message, "/nowhere/cells.csv"));
    csv_release(&table);
}

Test(csv, releases_a_zeroed_table)
{
    struct csv_table table = {0};
    csv_release(&table);
    csv_release(&table);
}

/* ---- writing ---- */

/* One row as text; the caller frees. */
static char *written(const char *const *fields, int count)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    csv_write_row(stream, fields, count);
    fclose(stream);
    return text;
}

Test(csv, quotes_only_what_needs_it)
{
    const char *fields[] = {"plain", "two words", "", "a,b", "say \"hi\"", "up\ndown", " edge", "0.5"};
    char *text = written(fields, 8);
    cr_assert_str_eq(text, "plain,two words,,\"a,b\",\"say \"\"hi\"\"\",\"up\ndown\",\" edge\",0.5\n");
    free(text);
}

/* A line of nothing would be no row. */
Test(csv, writes_a_row_of_one_empty_field_as_a_row)
{
    char *text = written((const char *[]){""}, 1);
    cr_assert_str_eq(text, "\"\"\n");
    free(text);
    struct csv_table table = read_good("name\n\"\"\nb\n");
    cr_assert_eq(table.row_count, 2);
    cr_assert_str_eq(csv_text(&table, 0, 0), "");
    csv_release(&table);
}

Test(csv, reads_back_what_it_wrote)
{
    const char *fields[] = {"",   "a",       ",", "\"",      "\"\"", "\n", "\r\n", " lead", "trail ",
                            "\t", "\ttab\t", "é", "x,\"y\"", "'",    "#",  "=1+1", "\\",    ";"};
    enum { COUNT = sizeof fields / sizeof *fields };
    const char *header[COUNT];
    char names[COUNT][16], *path, *text, *head;
    for (int c = 0; c < COUNT; c++) {
        snprintf(names[c], sizeof names[c], "c%d", c);
        header[c] = names[c];
    }
    head = written(header, COUNT);
    text = written(fields, COUNT);
    char *both = malloc(strlen(head) + strlen(text) + 1);
    sprintf(both, "%s%s", head, text);
    path = make_file(both, strlen(both));
    struct csv_table table;
    struct error error;
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    cr_assert_eq(table.row_count, 1);
    for (int c = 0; c < COUNT; c++)
        cr_assert_str_eq(csv_text(&table, 0, c), fields[c], "column %d holds '%s'", c, csv_text(&table, 0, c));
    csv_release(&table);
    remove_file(path);
    free(both);
    free(text);
    free(head);
}
