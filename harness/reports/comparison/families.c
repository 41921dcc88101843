/* families.c - see families.h. */
#include "harness/reports/comparison/families.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/inference.h"

/* ---- correction ---- */

int families_correct(struct comparison *const *comparisons, int count, const char *name, struct error *error)
{
    int size = 0, at = 0, status = 0;
    for (int c = 0; c < count; c++)
        if (comparisons[c]->contrast != CONTRAST_PLANNED) size += comparisons[c]->row_count;
    double *p = malloc(((size_t)size + 1) * sizeof *p);
    for (int c = 0; c < count && p; c++)
        for (int r = 0; r < comparisons[c]->row_count; r++)
            if (comparisons[c]->contrast != CONTRAST_PLANNED) p[at++] = comparisons[c]->rows[r].p;
    if (!p || inference_holm(p, size) != 0) status = error_set(error, "out of memory");
    at = 0;
    for (int c = 0; c < count && status == 0; c++) {
        for (int r = 0; r < comparisons[c]->row_count; r++)
            if (comparisons[c]->contrast != CONTRAST_PLANNED) comparisons[c]->rows[r].adjusted_p = p[at++];
        status = comparison_set_family(comparisons[c], name, size, error);
    }
    free(p);
    return status;
}

/* ---- what runs declare ---- */

/* Sets the contrasts if all runs declare the same. */
static int read_contrasts(struct families *families, const struct results *results, struct error *error)
{
    for (int r = 0; r < results->run_count; r++) {
        struct contrasts contrasts;
        if (contrasts_read(&contrasts, results->runs[r].folder, error) != 0) return -1;
        if (r == 0) {
            families->contrasts = contrasts;
            continue;
        }
        families->differ |= !contrasts_same(&families->contrasts, &contrasts);
        contrasts_release(&contrasts);
    }
    if (families->differ) contrasts_release(&families->contrasts);
    return 0;
}

static int add_missing(struct families *families, const struct contrast *contrast, const struct error *why,
                       struct error *error)
{
    char **grown = realloc(families->missing, ((size_t)families->missing_count + 1) * sizeof *grown), *text;
    if (grown) families->missing = grown;
    if (!grown || asprintf(&text, "The contrast of %s, %s against %s, is declared but cannot be made: %s.",
                           contrast->metric, contrast->factor, contrast->reference, why->message) < 0)
        return error_set(error, "out of memory");
    families->missing[families->missing_count++] = text;
    return 0;
}

/* Makes the comparisons; made[c] points to that of contrast c, NULL if there is none. */
static int make_comparisons(struct families *families, const struct variation *variation, const struct classes *classes,
                            struct comparison **made, struct error *error)
{
    for (int c = 0; c < families->contrasts.count; c++) {
        const struct contrast *contrast = &families->contrasts.contrast[c];
        struct comparison_request request = {.factor = contrast->factor,
                                             .reference = contrast->reference,
                                             .metric = contrast->metric,
                                             .by = contrast->by,
                                             .classes = classes};
        struct comparison *comparison = &families->comparisons[families->count];
        struct error why;
        if (comparison_make(comparison, &request, variation, &why) != 0) {
            if (add_missing(families, contrast, &why, error) != 0) return -1;
            continue;
        }
        comparison->is_late = contrast->is_late;
        made[c] = comparison;
        families->count++;
    }
    return 0;
}

/* Corrects the family of contrast `first`, unless an earlier contrast belongs to it. */
static int correct_family(const struct families *families, struct comparison *const *made, int first,
                          struct comparison **together, struct error *error)
{
    const char *name = families->contrasts.contrast[first].family;
    int count = 0;
    for (int c = 0; c < families->contrasts.count; c++) {
        const struct contrast *contrast = &families->contrasts.contrast[c];
        if (contrast->is_late || strcmp(contrast->family, name) != 0) continue;
        if (c < first) return 0;
        if (made[c]) together[count++] = made[c];
    }
    return families_correct(together, count, name, error);
}

int families_make(struct families *families, const struct variation *variation, const struct classes *classes,
                  struct error *error)
{
    *families = (struct families){0};
    if (read_contrasts(families, variation->results, error) != 0) {
        families_release(families);
        return -1;
    }
    int count = families->contrasts.count, status = 0;
    struct comparison **made = calloc(2 * (size_t)count + 1, sizeof *made);
    families->comparisons = calloc((size_t)count + 1, sizeof *families->comparisons);
    if (!made || !families->comparisons) status = error_set(error, "out of memory");
    if (status == 0) status = make_comparisons(families, variation, classes, made, error);
    for (int c = 0; c < count && status == 0; c++)
        if (!families->contrasts.contrast[c].is_late) status = correct_family(families, made, c, made + count, error);
    free(made);
    if (status != 0) families_release(families);
    return status;
}

void families_release(struct families *families)
{
    for (int c = 0; c < families->count; c++) comparison_release(&families->comparisons[c]);
    for (int m = 0; m < families->missing_count; m++) free(families->missing[m]);
    free(families->comparisons);
    free(families->missing);
    contrasts_release(&families->contrasts);
    *families = (struct families){0};
}

const struct comparison *families_find(const struct families *families, const struct comparison *comparison)
{
    for (int c = 0; c < families->count; c++)
        if (comparison_same(&families->comparisons[c], comparison)) return &families->comparisons[c];
    return NULL;
}
