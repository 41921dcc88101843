/* markup_markdown.c - reports in Markdown (see markup.h), as repositories display it. */
#include <string.h>

#include "harness/reports/page/markup_none.h"

/* Writes a text on one line, with a backslash before every special character. */
static void write_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>|#~$&", *text)) fputc('\\', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
}

static void write_line(FILE *stream, const char *before, const char *text)
{
    fputs(before, stream);
    write_text(stream, text);
    fputs("\n\n", stream);
}

static int markdown_begin(FILE *stream, const struct markup_front *front, struct error *error)
{
    (void)error;
    write_line(stream, "# ", front->title);
    return 0;
}

static void markdown_section_begin(FILE *stream, const char *id, const char *title)
{
    (void)id;
    write_line(stream, "## ", title);
}

static void markdown_subheading(FILE *stream, const char *text)
{
    write_line(stream, "### ", text);
}

static void markdown_paragraph(FILE *stream, const char *text)
{
    write_line(stream, "", text);
}

static void markdown_list_item(FILE *stream, const char *text)
{
    fputs("- ", stream);
    write_text(stream, text);
    fputc('\n', stream);
}

static void markdown_list_end(FILE *stream)
{
    fputc('\n', stream);
}

/* The alternative text is escaped, since a bracket or a line feed would end it. */
static int markdown_figure(FILE *stream, const struct markup_figure *figure, struct error *error)
{
    (void)error;
    fputs("![", stream);
    write_text(stream, figure->alt ? figure->alt : figure->name);
    fprintf(stream, "](%s.png)\n\n", figure->name);
    write_line(stream, "", figure->caption);
    return 0;
}

static void markdown_table_row(FILE *stream, const struct markup_table *table, const char *const *cells,
                               const struct markup_row *row)
{
    (void)row;
    fputc('|', stream);
    for (int c = 0; c < table->count; c++) {
        fputc(' ', stream);
        write_text(stream, cells[c]);
        fputs(" |", stream);
    }
    fputc('\n', stream);
}

static void markdown_table_begin(FILE *stream, const struct markup_table *table)
{
    if (table->caption) write_line(stream, "", table->caption);
    fputc('|', stream);
    for (int c = 0; c < table->count; c++) {
        fputc(' ', stream);
        write_text(stream, table->columns[c].title);
        fputs(" |", stream);
    }
    fputs("\n|", stream);
    for (int c = 0; c < table->count; c++) fputs(table->columns[c].number ? " ---: |" : " --- |", stream);
    fputc('\n', stream);
}

static void markdown_table_end(FILE *stream, const struct markup_table *table)
{
    (void)table;
    fputc('\n', stream);
}

/* Indents the lines instead of fencing them, since no text can end an indented block. */
static void markdown_listing(FILE *stream, const char *text)
{
    for (int fresh = 1; *text; text++) {
        if (fresh) fputs("    ", stream);
        fputc(*text, stream);
        fresh = *text == '\n';
    }
    fputs("\n\n", stream);
}

const struct markup markup_markdown = {
    .file = "report.md",
    .begin = markdown_begin,
    .end = markup_none_end,
    .section_begin = markdown_section_begin,
    .section_end = markup_none_mark,
    .subheading = markdown_subheading,
    .paragraph = markdown_paragraph,
    .list_begin = markup_none_mark,
    .list_item = markdown_list_item,
    .list_end = markdown_list_end,
    .figure = markdown_figure,
    .picture = markdown_figure,
    .table_begin = markdown_table_begin,
    .table_row = markdown_table_row,
    .table_end = markdown_table_end,
    .fold_begin = markdown_subheading,
    .fold_end = markup_none_mark,
    .listing = markdown_listing,
};

const struct markup markup_markdown_tables = {
    .file = "tables.md",
    MARKUP_NONE_BUT_TABLES,
    .table_begin = markdown_table_begin,
    .table_row = markdown_table_row,
    .table_end = markdown_table_end,
};
