/* markup.c - see markup.h. */
#include "harness/reports/markup.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { SVG_MAX = 16 << 20 };

/* ---- HTML ---- */

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "figure{margin:2.5rem 0}figure svg{max-width:100%;height:auto;border-radius:6px}"
    "figcaption{opacity:.8;max-width:46rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}"
    "th,td{padding:.25rem .7rem;border-bottom:1px solid #8884;text-align:left;vertical-align:top}"
    ".number{text-align:right;white-space:nowrap}"
    "pre{overflow-x:auto;background:#8882;border-radius:6px;padding:1rem;font-size:.85rem}";

static void html_text(FILE *stream, const char *text)
{
    for (; *text; text++) switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        case '"':
            fputs("&quot;", stream);
            break;
        default:
            fputc(*text, stream);
        }
}

static void html_element(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "<%s>", name);
    html_text(stream, text);
    fprintf(stream, "</%s>\n", name);
}

static void html_begin(FILE *stream, const char *title)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
          stream);
    html_element(stream, "title", title);
    fprintf(stream, "<style>%s</style>\n</head>\n<body>\n", style);
    html_element(stream, "h1", title);
}

static void html_end(FILE *stream)
{
    fputs("</body>\n</html>\n", stream);
}

static void html_heading(FILE *stream, const char *id, const char *text)
{
    fprintf(stream, "<h2 id=\"%s\">", id);
    html_text(stream, text);
    fputs("</h2>\n", stream);
}

static void html_paragraph(FILE *stream, const char *text)
{
    html_element(stream, "p", text);
}

/* The SVG element itself, without the prologue that only a file of its own has. */
static int html_figure(FILE *stream, const char *folder, const char *name, const char *caption, const char *description,
                       struct error *error)
{
    (void)description;
    char *path = file_join(folder, "plots/%s.svg", name), *text;
    int status = file_read(path, SVG_MAX, &text, NULL, error);
    if (status == 0) {
        const char *element = strstr(text, "<svg");
        if (element)
            fprintf(stream, "<figure>\n%s\n", element);
        else
            status = error_set(error, "%s holds no image", path);
        free(text);
    }
    free(path);
    if (status != 0) return -1;
    html_element(stream, "figcaption", caption);
    fputs("</figure>\n", stream);
    return 0;
}

static void html_cell(FILE *stream, const char *element, const struct markup_column *column, const char *text)
{
    fprintf(stream, "<%s%s>", element, column->number ? " class=\"number\"" : "");
    html_text(stream, text);
    fprintf(stream, "</%s>", element);
}

static void html_table_begin(FILE *stream, const struct markup_column *columns, int count)
{
    fputs("<div class=\"wide\"><table>\n<tr>", stream);
    for (int c = 0; c < count; c++) html_cell(stream, "th", &columns[c], columns[c].title);
    fputs("</tr>\n", stream);
}

static void html_table_row(FILE *stream, const struct markup_column *columns, const char *const *cells, int count)
{
    fputs("<tr>", stream);
    for (int c = 0; c < count; c++) html_cell(stream, "td", &columns[c], cells[c]);
    fputs("</tr>\n", stream);
}

static void html_table_end(FILE *stream)
{
    fputs("</table></div>\n", stream);
}

static void html_listing(FILE *stream, const char *text)
{
    html_element(stream, "pre", text);
}

const struct markup markup_html = {
    .suffix = "html",
    .begin = html_begin,
    .end = html_end,
    .heading = html_heading,
    .paragraph = html_paragraph,
    .figure = html_figure,
    .table_begin = html_table_begin,
    .table_row = html_table_row,
    .table_end = html_table_end,
    .listing = html_listing,
};

/* ---- Markdown ---- */

/* On one line, with a backslash before every sign that could mean something. */
static void markdown_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>|#~$&", *text)) fputc('\\', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
}

static void markdown_line(FILE *stream, const char *before, const char *text)
{
    fputs(before, stream);
    markdown_text(stream, text);
    fputs("\n\n", stream);
}

static void markdown_begin(FILE *stream, const char *title)
{
    markdown_line(stream, "# ", title);
}

static void markdown_end(FILE *stream)
{
    (void)stream;
}

static void markdown_heading(FILE *stream, const char *id, const char *text)
{
    (void)id;
    markdown_line(stream, "## ", text);
}

static void markdown_paragraph(FILE *stream, const char *text)
{
    markdown_line(stream, "", text);
}

static int markdown_figure(FILE *stream, const char *folder, const char *name, const char *caption,
                           const char *description, struct error *error)
{
    (void)folder, (void)error;
    fputs("![", stream);
    markdown_text(stream, description);
    fprintf(stream, "](plots/%s.png)\n\n", name);
    markdown_line(stream, "", caption);
    return 0;
}

static void markdown_table_row(FILE *stream, const struct markup_column *columns, const char *const *cells, int count)
{
    (void)columns;
    fputc('|', stream);
    for (int c = 0; c < count; c++) {
        fputc(' ', stream);
        markdown_text(stream, cells[c]);
        fputs(" |", stream);
    }
    fputc('\n', stream);
}

static void markdown_table_begin(FILE *stream, const struct markup_column *columns, int count)
{
    fputc('|', stream);
    for (int c = 0; c < count; c++) fprintf(stream, " %s |", columns[c].title);
    fputs("\n|", stream);
    for (int c = 0; c < count; c++) fputs(columns[c].number ? " ---: |" : " --- |", stream);
    fputc('\n', stream);
}

static void markdown_table_end(FILE *stream)
{
    fputc('\n', stream);
}

/* Indented: no line of the text can end it, as a fence could. */
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
    .suffix = "md",
    .begin = markdown_begin,
    .end = markdown_end,
    .heading = markdown_heading,
    .paragraph = markdown_paragraph,
    .figure = markdown_figure,
    .table_begin = markdown_table_begin,
    .table_row = markdown_table_row,
    .table_end = markdown_table_end,
    .listing = markdown_listing,
};
