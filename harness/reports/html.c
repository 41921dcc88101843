/* html.c - see html.h. */
#include "harness/reports/html.h"

#include <ctype.h>
#include <string.h>

void html_text(FILE *stream, const char *text)
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

void html_element(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "<%s>", name);
    html_text(stream, text);
    fprintf(stream, "</%s>\n", name);
}

void html_address(FILE *stream, const char *path)
{
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
            fputc(*path, stream);
        else
            fprintf(stream, "%%%02X", (unsigned char)*path);
}

/* ---- SVG ---- */

/* What stands before a name within the image. */
static const char *const before_names[] = {" id=\"", " id='", "href=\"#", "href='#", "url(#"};

/* How long the beginning of such a name is at `text`; 0: there is none. */
static size_t find_name(const char *text)
{
    for (size_t b = 0; b < sizeof before_names / sizeof *before_names; b++)
        if (strncmp(text, before_names[b], strlen(before_names[b])) == 0) return strlen(before_names[b]);
    return 0;
}

/* How long gnuplot's title of a layer is at `text`, "<title>gap_plot_1</title>", which stands right behind the same
 * name as the layer's id; 0: there is none. */
static size_t find_layer_title(const char *text)
{
    static const char begin[] = "<title>", end[] = "</title>";
    if (strncmp(text, begin, strlen(begin)) != 0) return 0;
    const char *last = strstr(text, end), *layer = strstr(text, "_plot_");
    return last && layer && layer < last ? (size_t)(last - text) + strlen(end) : 0;
}

void html_svg(FILE *stream, const char *svg, const char *alt, const char *prefix)
{
    static const char start[] = "<svg";
    fprintf(stream, "%s role=\"img\" aria-label=\"", start);
    html_text(stream, alt);
    fputc('"', stream);
    for (const char *c = svg + strlen(start); *c;) {
        size_t name = find_name(c), title = find_layer_title(c);
        if (name > 0) fprintf(stream, "%.*s%s-", (int)name, c, prefix);
        if (name == 0 && title == 0) fputc(*c, stream);
        c += name + title > 0 ? name + title : 1;
    }
}
