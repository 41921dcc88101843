/* option_nearest.c - the name that a misspelled one could have meant; see option.h. */
#include "base/option.h"

#include <string.h>

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

enum { NAME_MAX_LENGTH = 63 };

/* Levenshtein 1966: the fewest insertions, deletions and substitutions between two names. */
static int edit_distance(const char *a, const char *b)
{
    int row[NAME_MAX_LENGTH + 1], width = (int)strlen(b);
    for (int j = 0; j <= width; j++) row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= width; j++) {
            int substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, substituted);
        }
    }
    return row[width];
}

static int common_start(const char *a, const char *b)
{
    int length = 0;
    while (a[length] && a[length] == b[length]) length++;
    return length;
}

const char *option_nearest(const char *name, const char *const *names, int count)
{
    const char *nearest = NULL;
    int length = (int)strlen(name), least = (length + 2) / 3 + 1;
    if (length > NAME_MAX_LENGTH) return NULL;
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) > NAME_MAX_LENGTH) continue;
        int distance = edit_distance(name, names[i]);
        int nearer = nearest && distance == least && common_start(name, names[i]) > common_start(name, nearest);
        if (distance < least || nearer) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
