/* tally.c - see tally.h. */
#include "datasets/tally.h"

#include <stdio.h>
#include <string.h>

void tally_add(struct tally *tally, const char *name)
{
    size_t used = strlen(tally->names), comma = tally->named > 0 ? 2 : 0;
    int fits =
        tally->named == tally->count && tally->named < TALLY_NAMES && used + comma + strlen(name) < sizeof tally->names;
    tally->count++;
    if (!fits) return;
    sprintf(tally->names + used, "%s%s", comma ? ", " : "", name);
    for (char *at = tally->names + used; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
    tally->named++;
}

const char *tally_text(const struct tally *tally, char text[TALLY_TEXT_SIZE + 32])
{
    int more = tally->count - tally->named;
    if (more == 0) return strcpy(text, tally->names);
    sprintf(text, "%s and %d more", tally->names, more);
    return text;
}
