/* markup_none.c - see markup_none.h. */
#include "harness/reports/page/markup_none.h"

int markup_none_begin(FILE *stream, const struct markup_front *front, struct error *error)
{
    (void)stream, (void)front, (void)error;
    return 0;
}

int markup_none_end(FILE *stream, struct error *error)
{
    (void)stream, (void)error;
    return 0;
}

void markup_none_section(FILE *stream, const char *id, const char *title)
{
    (void)stream, (void)id, (void)title;
}

void markup_none_text(FILE *stream, const char *text)
{
    (void)stream, (void)text;
}

void markup_none_mark(FILE *stream)
{
    (void)stream;
}

int markup_none_figure(FILE *stream, const struct markup_figure *figure, struct error *error)
{
    (void)stream, (void)figure, (void)error;
    return 0;
}
