/* markup_html.c - reports as a self-contained HTML page (see markup.h). Its style is scripts/report/page.css; its
 * scripts, page.js and curves.js there, are optional for the reader. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/share.h"
#include "harness/reports/page/html.h"
#include "harness/reports/page/markup.h"

/* Sizes in bytes. An SVG above SVG_SHOWN_MAX would make the page heavy, so its PNG is embedded instead; a PNG that is
 * too large is only linked. */
enum {
    IMAGE_MAX = 64 << 20,
    SVG_SHOWN_MAX = 384 << 10,
    PNG_SHOWN_MAX = 512 << 10,
    PICTURE_MAX = 2 << 20,
    ASSET_MAX = 1 << 20
};

/* ---- the document ---- */

/* Copies a file of scripts/report, or of its installed copy, into the page. */
static int write_asset(FILE *stream, const char *name, struct error *error)
{
    char part[64], source[64], *text;
    snprintf(part, sizeof part, "report/%s", name);
    snprintf(source, sizeof source, "scripts/report/%s", name);
    char *path = share_find(part, source);
    if (!path) return error_set(error, "cannot find %s, which is a part of reports; is the installation whole?", part);
    int status = file_read(path, ASSET_MAX, &text, NULL, error);
    free(path);
    if (status != 0) return -1;
    fputs(text, stream);
    free(text);
    return 0;
}

static void write_contents(FILE *stream, const struct markup_front *front)
{
    fputs("<nav aria-label=\"Sections\">\n<ul>\n", stream);
    for (int h = 0; h < front->count; h++) {
        fprintf(stream, "<li><a href=\"#%s\">", front->headings[h].id);
        html_text(stream, front->headings[h].text);
        fputs("</a></li>\n", stream);
    }
    fputs("</ul>\n</nav>\n", stream);
}

static int html_begin(FILE *stream, const struct markup_front *front, struct error *error)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n",
          stream);
    if (front->refresh > 0) fprintf(stream, "<meta http-equiv=\"refresh\" content=\"%d\">\n", front->refresh);
    html_element(stream, "title", front->title);
    fputs("<link rel=\"icon\" href=\"data:,\">\n<style>\n", stream);
    if (write_asset(stream, "page.css", error) != 0) return -1;
    fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#report\">Skip to the report</a>\n<header>\n", stream);
    html_element(stream, "h1", front->title);
    fputs("</header>\n", stream);
    write_contents(stream, front);
    fputs("<main id=\"report\">\n", stream);
    return 0;
}

static int html_end(FILE *stream, struct error *error)
{
    fputs("</main>\n<script>\n", stream);
    if (write_asset(stream, "curves.js", error) != 0 || write_asset(stream, "page.js", error) != 0) return -1;
    fputs("</script>\n</body>\n</html>\n", stream);
    return 0;
}

static void html_section_begin(FILE *stream, const char *id, const char *title)
{
    fprintf(stream, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    html_text(stream, title);
    fputs("</h2>\n", stream);
}

static void html_section_end(FILE *stream)
{
    fputs("</section>\n", stream);
}

static void html_subheading(FILE *stream, const char *text)
{
    html_element(stream, "h3", text);
}

static void html_paragraph(FILE *stream, const char *text)
{
    html_element(stream, "p", text);
}

static void html_list_begin(FILE *stream)
{
    fputs("<ul>\n", stream);
}

static void html_list_item(FILE *stream, const char *text)
{
    html_element(stream, "li", text);
}

static void html_list_end(FILE *stream)
{
    fputs("</ul>\n", stream);
}

static void html_fold_begin(FILE *stream, const char *title)
{
    fputs("<details>\n", stream);
    html_element(stream, "summary", title);
}

static void html_fold_end(FILE *stream)
{
    fputs("</details>\n", stream);
}

static void html_listing(FILE *stream, const char *text)
{
    fputs("<pre tabindex=\"0\">", stream);
    html_text(stream, text);
    fputs("</pre>\n", stream);
}

/* ---- images ---- */

static const char *figure_alt(const struct markup_figure *figure)
{
    return figure->alt ? figure->alt : figure->caption;
}

/* Writes links to the image's files and its numbers, if they exist. */
static void write_files(FILE *stream, const struct markup_figure *figure)
{
    static const char *const kinds[] = {"svg", "png", "csv"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        char *path = file_join(figure->folder, "%s.%s", figure->name, kinds[k]);
        if (file_exists(path)) {
            fputs(" <a href=\"", stream);
            html_address(stream, figure->name);
            fprintf(stream, ".%s\">%s</a>", kinds[k], kinds[k]);
        }
        free(path);
    }
}

static void end_figure(FILE *stream, const struct markup_figure *figure)
{
    fputs("</div>\n<figcaption>", stream);
    html_text(stream, figure->caption);
    write_files(stream, figure);
    fputs("</figcaption>\n</figure>\n", stream);
}

static void write_png(FILE *stream, const struct markup_figure *figure, const char *bytes, size_t size)
{
    fputs("<img alt=\"", stream);
    html_text(stream, figure_alt(figure));
    fputs("\" src=\"data:image/png;base64,", stream);
    base64_write(stream, bytes, size);
    fputs("\">", stream);
}

/* Embeds the figure's PNG if it has at most `limit` bytes, else only links to it. */
static int write_picture(FILE *stream, const struct markup_figure *figure, size_t limit, struct error *error)
{
    char *path = file_join(figure->folder, "%s.png", figure->name), *bytes;
    size_t size;
    int status = file_read(path, IMAGE_MAX, &bytes, &size, error);
    free(path);
    if (status != 0) return -1;
    fputs("<figure>\n<div class=\"picture\" tabindex=\"0\">", stream);
    if (size <= limit)
        write_png(stream, figure, bytes, size);
    else
        html_element(stream, "p", "This image is too large for the page; links under it lead to it.");
    free(bytes);
    end_figure(stream, figure);
    return 0;
}

static int html_picture(FILE *stream, const struct markup_figure *figure, struct error *error)
{
    return write_picture(stream, figure, PICTURE_MAX, error);
}

/* Embeds the SVG element, which has its description already (svg.h), without the prologue of the file. */
static int html_figure(FILE *stream, const struct markup_figure *figure, struct error *error)
{
    char *path = file_join(figure->folder, "%s.svg", figure->name), *text = NULL;
    size_t size;
    int status = file_read(path, IMAGE_MAX, &text, &size, error);
    const char *element = status == 0 ? strstr(text, "<svg") : NULL;
    if (status == 0 && !element) status = error_set(error, "%s holds no image", path);
    free(path);
    if (status == 0 && size > SVG_SHOWN_MAX)
        status = write_picture(stream, figure, PNG_SHOWN_MAX, error);
    else if (status == 0) {
        fputs("<figure>\n<div class=\"plot\" tabindex=\"0\">", stream);
        fputs(element, stream);
        end_figure(stream, figure);
    }
    free(text);
    return status;
}

/* ---- tables ---- */

static const char *column_class(const struct markup_column *column)
{
    return column->number ? " class=n" : "";
}

static void html_table_begin(FILE *stream, const struct markup_table *table)
{
    fputs("<div class=\"table\" tabindex=\"0\"", stream);
    if (table->caption) {
        fputs(" role=\"region\" aria-label=\"", stream);
        html_text(stream, table->caption);
        fputc('"', stream);
    }
    fputs(">\n<table", stream);
    if (table->id) fprintf(stream, " id=\"%s\"", table->id);
    fputs(table->is_explorable ? " data-explorable>\n" : ">\n", stream);
    if (table->caption) html_element(stream, "caption", table->caption);
    fputs("<thead>\n<tr>", stream);
    for (int c = 0; c < table->count; c++) {
        fprintf(stream, "<th scope=col%s>", column_class(&table->columns[c]));
        html_text(stream, table->columns[c].title);
        fputs("</th>", stream);
    }
    if (table->is_explorable) {
        fputs("<th scope=col data-files>", stream);
        html_text(stream, table->links_title);
        fputs("</th>", stream);
    }
    fputs("</tr>\n</thead>\n<tbody>\n", stream);
}

static void write_link(FILE *stream, const struct markup_link *link)
{
    if (link->address) {
        fputs("<a href=\"", stream);
        html_text(stream, link->address);
        fputs("\">", stream);
    } else {
        fputs("<span class=absent>", stream);
    }
    html_text(stream, link->text);
    fputs(link->address ? "</a> " : "</span> ", stream);
}

static void write_data(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, " data-%s=\"", name);
    html_text(stream, text);
    fputc('"', stream);
}

static void begin_row(FILE *stream, const struct markup_row *row)
{
    fputs("<tr", stream);
    if (row && row->id) fprintf(stream, " id=\"%s\"", row->id);
    if (row && row->command) write_data(stream, "command", row->command);
    if (row && row->curve) write_data(stream, "curve", row->curve);
    fputc('>', stream);
}

static void html_table_row(FILE *stream, const struct markup_table *table, const char *const *cells,
                           const struct markup_row *row)
{
    begin_row(stream, row);
    for (int c = 0; c < table->count; c++) {
        const struct markup_column *column = &table->columns[c];
        fprintf(stream, "<%s%s>", column->names ? "th scope=row" : "td", column_class(column));
        html_text(stream, cells[c]);
        fprintf(stream, "</%s>", column->names ? "th" : "td");
    }
    if (table->is_explorable) {
        fputs("<td class=files>", stream);
        for (int l = 0; row && l < row->link_count; l++) write_link(stream, &row->links[l]);
        fputs("</td>", stream);
    }
    fputs("</tr>\n", stream);
}

static void html_table_end(FILE *stream, const struct markup_table *table)
{
    (void)table;
    fputs("</tbody>\n</table>\n</div>\n", stream);
}

const struct markup markup_html = {
    .file = "report.html",
    .is_page = 1,
    .begin = html_begin,
    .end = html_end,
    .section_begin = html_section_begin,
    .section_end = html_section_end,
    .subheading = html_subheading,
    .paragraph = html_paragraph,
    .list_begin = html_list_begin,
    .list_item = html_list_item,
    .list_end = html_list_end,
    .figure = html_figure,
    .picture = html_picture,
    .table_begin = html_table_begin,
    .table_row = html_table_row,
    .table_end = html_table_end,
    .fold_begin = html_fold_begin,
    .fold_end = html_fold_end,
    .listing = html_listing,
};
