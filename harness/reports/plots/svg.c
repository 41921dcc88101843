/* svg.c - see svg.h. One pass over the text, in which each rule below recognizes a piece by its start and replaces it.
 */
#include "harness/reports/plots/svg.h"

#include <stdlib.h>
#include <string.h>

#include "harness/reports/page/html.h"
#include "harness/reports/plots/palette.h"

static int begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The position after the next `end`; the text's end if there is none. */
static const char *behind(const char *text, const char *end)
{
    const char *found = strstr(text, end);
    return found ? found + strlen(end) : text + strlen(text);
}

/* Each rule returns the end of the piece that it replaced, or NULL if none begins at `text`. */

/* The tag <svg> gets an id and the description, followed by the style for dark pages. */
static const char *take_image(FILE *stream, const char *text, const struct svg_words *words)
{
    if (!begins(text, "<svg")) return NULL;
    const char *end = strchr(text, '>');
    if (!end) return NULL;
    fprintf(stream, "<svg id=\"%s\" role=\"img\" aria-label=\"", words->name);
    html_text(stream, words->description);
    fprintf(stream,
            "\"%.*s>\n<style>#%s text,#%s tspan{font-family:\"DejaVu Sans\",Verdana,sans-serif}"
            "@media (prefers-color-scheme:dark){",
            (int)(end - text) - 4, text + 4, words->name, words->name);
    palette_print_dark(stream);
    fputs("}</style>\n", stream);
    return end + 1;
}

/* Replaces gnuplot's description, and removes its names of layers, which would show under the pointer. */
static const char *take_words(FILE *stream, const char *text, const struct svg_words *words)
{
    if (begins(text, "<title>")) return behind(text, "</title>");
    if (!begins(text, "<desc>")) return NULL;
    fputs("<desc>", stream);
    html_text(stream, words->description);
    fputs("</desc>", stream);
    return behind(text, "</desc>");
}

/* A point with hypertext: gnuplot's calls of a script, which the page does not have, become a title. */
static const char *take_hover(FILE *stream, const char *text, const struct svg_words *words)
{
    static const char start[] = " onmousemove=\"gnuplot_svg.showHypertext(evt,'";
    if (!begins(text, start)) return NULL;
    int at = atoi(text + strlen(start));
    fputs("><title>", stream);
    if (at >= 0 && at < words->hover_count) html_text(stream, words->hovers[at]);
    fputs("</title>", stream);
    return behind(text, "</title>");
}

/* Reads the number at *at and moves *at past it and the next character. */
static unsigned take_number(const char **at, int base)
{
    char *end;
    unsigned long value = strtoul(*at, &end, base);
    *at = *end ? end + 1 : end;
    return (unsigned)value;
}

/* Writes rgb( 0, 114, 178) and #0072b2 in all their spellings as #0072B2, which the style's selectors match. (No
 * sscanf: it calls strlen on the whole text each time.) */
static const char *take_color(FILE *stream, const char *text)
{
    if (begins(text, "='rgb(") || begins(text, "=\"rgb(") || begins(text, " = 'rgb(")) {
        const char *at = strchr(text, '(') + 1;
        unsigned red = take_number(&at, 10), green = take_number(&at, 10), blue = take_number(&at, 10);
        fprintf(stream, "=\"#%02X%02X%02X\"", red & 0xff, green & 0xff, blue & 0xff);
        return *at ? at + 1 : at;
    }
    if (begins(text, "=\"#")) {
        const char *at = text + strlen("=\"#");
        if (strspn(at, "0123456789abcdefABCDEF") != 6) return NULL;
        fprintf(stream, "=\"#%06X\"", take_number(&at, 16) & 0xffffff);
        return at;
    }
    if (!begins(text, "=\"black\"") && !begins(text, "='black'")) return NULL;
    fprintf(stream, "=\"%s\"", palette_colors[PALETTE_INK].light);
    return text + strlen("=\"black\"");
}

/* Each image defines its marks under the same ids; the image's name makes them unique. */
static const char *take_name(FILE *stream, const char *text, const struct svg_words *words)
{
    static const char *const names[] = {"gpPt", "gpDot", "gnuplot_", "textbox", "greybox"};
    if (*text != '\'' && *text != '"' && *text != '#') return NULL;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        if (begins(text + 1, names[n])) {
            fprintf(stream, "%c%s-%s", *text, words->name, names[n]);
            return text + 1 + strlen(names[n]);
        }
    return NULL;
}

/* gnuplot writes many empty groups. */
static const char *take_empty(const char *text)
{
    if (!begins(text, "<g fill=\"none\"")) return NULL;
    const char *end = strchr(text, '>');
    return end && begins(end, ">\n</g>\n") ? end + strlen(">\n</g>\n") : NULL;
}

void svg_finish(FILE *stream, const char *text, const struct svg_words *words)
{
    while (*text) {
        const char *next = take_image(stream, text, words);
        if (!next) next = take_words(stream, text, words);
        if (!next) next = take_hover(stream, text, words);
        if (!next) next = take_color(stream, text);
        if (!next) next = take_name(stream, text, words);
        if (!next) next = take_empty(text);
        if (!next) fputc(*text, stream);
        text = next ? next : text + 1;
    }
}
