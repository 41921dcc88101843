/* families.h - comparisons that are corrected together: those that runs declared before they began
 * (harness/tables/contrasts.h), all of them, whichever are shown. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_FAMILIES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_FAMILIES_H

#include "harness/reports/comparison/comparison.h"
#include "harness/tables/contrasts.h"

struct families {
    int differ;                 /* 1: the runs declare different contrasts, so that none is declared for all of them */
    struct contrasts contrasts; /* of the runs */
    int count;                  /* contrasts that have pairs */
    struct comparison *comparisons; /* (count) in the contrasts' order; late ones are exploratory; owned */
    char **missing;                 /* (missing_count) why the others have none, a line each; owned */
    int missing_count;
};

/* Makes the comparisons that the runs declare, and corrects each family; the variation's results must have been read
 * with nothing kept apart that is no setting. */
int families_make(struct families *, const struct variation *, const struct classes *, struct error *);
void families_release(struct families *); /* safe on zeroed families */

/* The declared comparison that is the same as this one; NULL: there is none. */
const struct comparison *families_find(const struct families *, const struct comparison *);

/* Makes a family of the rows of all comparisons (count), and sets their adjusted p by Holm. */
int families_correct(struct comparison *const *, int count, const char *name, struct error *);

#endif
