/* test_listing.c - what commands show: aligned for people, CSV and JSON for programs. */
#include <criterion/criterion.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/listing.h"

/* A text, a number of each kind, and a row without values. */
static void fill(struct listing *listing, const char *text)
{
    *listing = (struct listing){0};
    listing_column(listing, "cell", LISTING_TEXT, 0);
    listing_column(listing, "K", LISTING_INTEGER, 0);
    listing_column(listing, "mean", LISTING_REAL, 2);
    listing_column(listing, "bytes", LISTING_BYTES, 0);
    listing_column(listing, "bound", LISTING_TEXT, 0);
    listing_text(listing, text);
    listing_number(listing, 12);
    listing_number(listing, 1.0 / 3);
    listing_number(listing, 3 << 19);
    listing_text(listing, "memory");
    listing_text(listing, NULL);
    listing_number(listing, NAN);
    listing_number(listing, NAN);
    listing_number(listing, NAN);
    listing_text(listing, "");
}

/* As the caller's new string. */
static char *print(const char *first, enum listing_format format)
{
    struct listing listing;
    struct error error;
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fill(&listing, first);
    cr_assert_eq(listing_print(&listing, format, stream, &error), 0, "%s", error.message);
    fclose(stream);
    listing_release(&listing);
    return text;
}

static void prints(const char *first, enum listing_format format, const char *expected)
{
    char *text = print(first, format);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(listing, is_aligned_by_characters_without_blanks_at_the_end)
{
    prints("na\xc3\xafve", LISTING_TABLE,
           "cell    K  mean    bytes  bound\n"
           "na\xc3\xafve  12  0.33  1.5 MiB  memory\n"
           "\n");
}

Test(listing, is_csv_with_all_digits_and_empty_fields)
{
    prints("a, \"b\"", LISTING_CSV, "cell,K,mean,bytes,bound\n\"a, \"\"b\"\"\",12,0.333333333,1572864,memory\n,,,,\n");
}

Test(listing, is_json_with_numbers_and_nulls)
{
    json_error_t reason;
    char *text = print("a \"b\"\n", LISTING_JSON);
    json_t *rows = json_loads(text, 0, &reason);
    cr_assert(json_is_array(rows) && json_array_size(rows) == 2, "%s", text);
    json_t *row = json_array_get(rows, 0);
    cr_expect_str_eq(json_string_value(json_object_get(row, "cell")), "a \"b\"\n");
    cr_expect(json_is_integer(json_object_get(row, "K")));
    cr_expect_eq(json_integer_value(json_object_get(row, "bytes")), 1572864);
    cr_expect_float_eq(json_real_value(json_object_get(row, "mean")), 1.0 / 3, 1e-8);
    row = json_array_get(rows, 1);
    cr_expect(json_is_null(json_object_get(row, "cell")) && json_is_null(json_object_get(row, "mean")));
    json_decref(rows);
    free(text);
}

Test(listing, json_of_text_that_is_no_utf_8_is_valid_all_the_same)
{
    char *text = print("\xe9t\xe9", LISTING_JSON);
    cr_expect_not_null(strstr(text, "\"?t?\""), "%s", text);
    free(text);
}

Test(listing, of_no_rows_has_its_header)
{
    struct listing listing = {0};
    struct error error;
    char text[64] = "";
    listing_column(&listing, "cell", LISTING_TEXT, 0);
    FILE *stream = fmemopen(text, sizeof text, "w");
    cr_assert_eq(listing_print(&listing, LISTING_CSV, stream, &error), 0);
    cr_assert_eq(listing_print(&listing, LISTING_JSON, stream, &error), 0);
    fclose(stream);
    cr_expect_str_eq(text, "cell\n[]\n");
    listing_release(&listing);
}
