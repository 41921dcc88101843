/* families.h - families: the comparisons that the runs declared before they began (harness/tables/contrasts.h). Their p
 * are corrected together, whether or not they are shown. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_FAMILIES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_FAMILIES_H

#include "harness/reports/comparison/comparison.h"
#include "harness/tables/contrasts.h"

struct families {
    int differ;                     /* 1: the runs declare different contrasts, so that none holds for all */
    struct contrasts contrasts;     /* those that the runs declare */
    int count;                      /* number of contrasts that have pairs */
    struct comparison *comparisons; /* (count) in the contrasts' order; those declared late are exploratory; owned */
    char **missing; /* (missing_count) for each other contrast, a sentence that says why it is missing; owned */
    int missing_count;
};

/* Makes the comparisons that the runs declare, and corrects each family. The variation's results must have been read
 * without `apart` (results_read). Classes may be NULL. Fails if a contrasts file cannot be read or memory runs out;
 * there is then nothing to release. */
int families_make(struct families *, const struct variation *, const struct classes *, struct error *);
void families_release(struct families *); /* safe on zeroed families */

/* The declared comparison that is the same as this one (comparison_same); NULL if there is none. */
const struct comparison *families_find(const struct families *, const struct comparison *);

/* Makes one family of the rows of all comparisons (count), and sets their adjusted p by Holm's method. Planned figures
 * have no p and do not count. Fails if memory runs out. */
int families_correct(struct comparison *const *, int count, const char *name, struct error *);

#endif
