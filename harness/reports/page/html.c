/* html.c - see html.h. */
#include "harness/reports/page/html.h"

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
