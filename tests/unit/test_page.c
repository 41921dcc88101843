/* test_page.c - what pages are made of: addresses, embedded bytes, lists of sections, tables for papers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/relative.h"
#include "base/shell.h"
#include "harness/reports/page/contents.h"
#include "harness/reports/page/html.h"

/* What a writer of one text makes of it; the caller frees. */
static char *written(void (*write)(FILE *, const char *), const char *text)
{
    char *made = NULL;
    size_t size;
    FILE *stream = open_memstream(&made, &size);
    write(stream, text);
    cr_assert_eq(fclose(stream), 0);
    return made;
}

static void expect_written(void (*write)(FILE *, const char *), const char *text, const char *expected)
{
    char *made = written(write, text);
    cr_expect_str_eq(made, expected);
    free(made);
}

/* The vectors of RFC 4648, and bytes with their highest bit. */
static void write_base64(FILE *stream, const char *text)
{
    base64_write(stream, text, strlen(text));
}

Test(page, bytes_are_embedded_as_rfc_4648_has_it)
{
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"},
                                             {"\xff\xfe\xfd", "//79"}};
    for (size_t v = 0; v < sizeof vectors / sizeof *vectors; v++)
        expect_written(write_base64, vectors[v][0], vectors[v][1]);
}

Test(page, addresses_hold_any_name)
{
    expect_written(html_address, "../a b/c#d?e%f\"g/h-1.x_~", "../a%20b/c%23d%3Fe%25f%22g/h-1.x_~");
    expect_written(html_address, "\xc3\xa4", "%C3%A4");
    expect_written(shell_quote, "it's $HOME", "'it'\\''s $HOME'");
}

Test(page, a_path_leads_from_one_folder_to_another)
{
    static const char *const cases[][3] = {{"runs/a", "runs/a/cells/x", "cells/x"},
                                           {"runs/a", "runs/a", "."},
                                           {"runs/ab", "runs/a/cells", "../a/cells"},
                                           {"runs/a/cells", "runs", "../.."},
                                           {"runs/a/cells/x", "runs/ab", "../../../ab"}};
    char folder[] = "/tmp/partgrad-page-XXXXXX";
    struct error error;
    cr_assert(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(file_make_folder("runs/a/cells/x", &error), 0);
    cr_assert_eq(file_make_folder("runs/ab", &error), 0);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char *path = relative_path(cases[c][0], cases[c][1]);
        cr_expect_str_eq(path, cases[c][2]);
        free(path);
    }
    char *root = relative_path("/", folder), *missing = relative_path(folder, "nowhere");
    cr_expect_str_eq(root, folder + 1);
    cr_expect_null(missing);
    free(root);
    const char *const made[] = {"runs/a/cells/x", "runs/a/cells", "runs/a", "runs/ab", "runs", folder};
    for (size_t m = 0; m < sizeof made / sizeof *made; m++) cr_expect_eq(rmdir(made[m]), 0);
}

Test(page, no_two_sections_have_one_id)
{
    struct contents contents = {0};
    cr_expect_str_eq(contents_add(&contents, "a", "A"), "a");
    cr_expect_str_eq(contents_add(&contents, "b", "B"), "b");
    cr_expect_str_eq(contents_add(&contents, "a", "A again"), "a-2");
    cr_expect_str_eq(contents_add(&contents, "a", "and again"), "a-3");
    cr_expect_eq(contents.count, 4);
    contents_release(&contents);
}

static void write_latex(FILE *stream, const char *text)
{
    static const struct markup_column column = {.title = "a_b"};
    static const struct markup_table table = {.id = "x", .caption = "100 %", .columns = &column, .count = 1};
    markup_latex_tables.table_begin(stream, &table);
    markup_latex_tables.table_row(stream, &table, &text, NULL);
    markup_latex_tables.table_end(stream, &table);
}

Test(page, no_text_is_a_command_of_latex)
{
    expect_written(write_latex, "\\end{x} & 5 % $1 #2 ^~ [b] <i>\n-0.5 ± b-4 …",
                   "\n\\begin{table}\n\\centering\n\\caption{100 \\%}\n\\label{tab:x}\n\\begin{tabular}{l}\n\\toprule\n"
                   "a\\_b \\\\\n\\midrule\n"
                   "\\textbackslash{}end\\{x\\} \\& 5 \\% \\$1 \\#2 \\textasciicircum{}\\textasciitilde{} {[}b{]} "
                   "\\textless{}i\\textgreater{} -0.5 $\\pm$ b-4 \\dots{} \\\\\n"
                   "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
    expect_written(write_latex, "-0.5 … -1",
                   "\n\\begin{table}\n\\centering\n\\caption{100 \\%}\n\\label{tab:x}\n\\begin{tabular}{l}\n\\toprule\n"
                   "a\\_b \\\\\n\\midrule\n$-$0.5 \\dots{} $-$1 \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}\n");
}
