/* markup_latex.c - the tables of a report for a paper (see markup.h), in LaTeX with booktabs. */
#include <ctype.h>
#include <string.h>

#include "harness/reports/page/markup_none.h"

/* Replacements for characters that are special to LaTeX or missing in its fonts. */
static const struct {
    const char *sign, *written;
} signs[] = {
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"%", "\\%"},
    {"_", "\\_"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"\n", " "},
    {"\r", " "},
    {"±", "$\\pm$"},
    {"…", "\\dots{}"},
    {"−", "$-$"},
    {"×", "$\\times$"},
    {"·", "$\\cdot$"},
    {"[", "{[}"},
    {"]", "{]}"},
};
enum { SIGNS = sizeof signs / sizeof *signs };

/* Writes the replacement if the text begins with one of these characters; returns the character's length, or 0. */
static size_t write_sign(FILE *stream, const char *text)
{
    for (int s = 0; s < SIGNS; s++) {
        size_t length = strlen(signs[s].sign);
        if (strncmp(text, signs[s].sign, length) != 0) continue;
        fputs(signs[s].written, stream);
        return length;
    }
    return 0;
}

/* A hyphen before a number becomes a minus sign. */
static void write_text(FILE *stream, const char *text)
{
    for (const char *c = text; *c;) {
        int is_minus = *c == '-' && isdigit((unsigned char)c[1]) && (c == text || c[-1] == ' ');
        size_t length = write_sign(stream, c);
        if (is_minus)
            fputs("$-$", stream);
        else if (length == 0)
            fputc(*c, stream);
        c += length > 0 ? length : 1;
    }
}

static void latex_table_row(FILE *stream, const struct markup_table *table, const char *const *cells,
                            const struct markup_row *row)
{
    (void)row;
    for (int c = 0; c < table->count; c++) {
        if (c > 0) fputs(" & ", stream);
        write_text(stream, cells[c]);
    }
    fputs(" \\\\\n", stream);
}

static void latex_table_begin(FILE *stream, const struct markup_table *table)
{
    fputs("\n\\begin{table}\n\\centering\n\\caption{", stream);
    write_text(stream, table->caption ? table->caption : "");
    fputs("}\n", stream);
    if (table->id) fprintf(stream, "\\label{tab:%s}\n", table->id);
    fputs("\\begin{tabular}{", stream);
    for (int c = 0; c < table->count; c++) fputc(table->columns[c].number ? 'r' : 'l', stream);
    fputs("}\n\\toprule\n", stream);
    for (int c = 0; c < table->count; c++) {
        if (c > 0) fputs(" & ", stream);
        write_text(stream, table->columns[c].title);
    }
    fputs(" \\\\\n\\midrule\n", stream);
}

static void latex_table_end(FILE *stream, const struct markup_table *table)
{
    (void)table;
    fputs("\\bottomrule\n\\end{tabular}\n\\end{table}\n", stream);
}

const struct markup markup_latex_tables = {
    .file = "tables.tex",
    MARKUP_NONE_BUT_TABLES,
    .table_begin = latex_table_begin,
    .table_row = latex_table_row,
    .table_end = latex_table_end,
};
