/* eta.c - see eta.h. */
#include "harness/runs/eta.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "harness/runs/forecast.h"

/* ---- how long a unit of work takes ---- */

/* The average of all cells counts as much as this part of a cell of the kind, because a first epoch alone says
 * little. */
static const double PRIOR = 0.1;

struct pace {
    double seconds, work; /* measured */
};

static void pace_add(struct pace *pace, const struct eta_cell *cell)
{
    if (!(cell->seconds > 0) || !(cell->share > 0)) return;
    pace->seconds += cell->seconds;
    pace->work += cell->work * cell->share;
}

/* Seconds of a whole cell. */
static double cell_seconds(const struct eta_cell *cell, const struct pace *of_kind, const struct pace *of_all)
{
    double usual = of_all->seconds / of_all->work, prior = PRIOR * cell->work;
    return cell->work * (of_kind->seconds + prior * usual) / (of_kind->work + prior);
}

/* Seconds left of a cell that takes `whole` seconds: the rest of the current epoch, by the clock, and the following
 * ones. */
static double seconds_left(const struct eta_cell *cell, double whole)
{
    if (cell->state == ETA_WAITING) return whole * (1 - cell->share);
    return whole * (1 - cell->next) + fmax(whole * (cell->next - cell->share) - cell->since, 0);
}

/* ---- when all have ended ---- */

static int first_free(const double *busy, int places)
{
    int first = 0;
    for (int p = 1; p < places; p++)
        if (busy[p] < busy[first]) first = p;
    return first;
}

/* Assigns running cells first, since they have their places already. */
static double deal_out(const struct eta_cell *cells, int count, const struct pace *paces, const struct pace *of_all,
                       double *busy, int places)
{
    static const enum eta_state order[] = {ETA_RUNNING, ETA_WAITING};
    double last = 0;
    for (int turn = 0; turn < 2; turn++)
        for (int c = 0; c < count; c++) {
            if (cells[c].state != order[turn]) continue;
            int place = first_free(busy, places);
            busy[place] += seconds_left(&cells[c], cell_seconds(&cells[c], &paces[cells[c].kind], of_all));
            last = fmax(last, busy[place]);
        }
    return last;
}

double eta_seconds(const struct eta_cell *cells, int count, int places)
{
    struct pace of_all = {0, 0}, *paces;
    int kinds = 1;
    double seconds = NAN;
    for (int c = 0; c < count; c++) {
        pace_add(&of_all, &cells[c]);
        if (cells[c].kind >= kinds) kinds = cells[c].kind + 1;
    }
    if (places < 1 || !(of_all.work > 0)) return NAN;
    paces = calloc((size_t)kinds, sizeof *paces);
    double *busy = calloc((size_t)places, sizeof *busy);
    for (int c = 0; c < count && paces; c++) pace_add(&paces[cells[c].kind], &cells[c]);
    if (paces && busy) seconds = deal_out(cells, count, paces, &of_all, busy, places);
    free(paces);
    free(busy);
    return seconds;
}

double eta_share(const struct eta_cell *cells, int count)
{
    double done = 0, work = 0;
    for (int c = 0; c < count; c++) {
        int ended = cells[c].state == ETA_ABSENT;
        if (ended && cells[c].share <= 0) continue; /* it will not be run */
        done += cells[c].work * (ended ? 1 : cells[c].share);
        work += cells[c].work;
    }
    return work > 0 ? done / work : 1;
}

/* ---- of a run ---- */

/* The settings without those that distinguish repetitions. */
static void format_kind(const struct cell *cell, char text[IDENTITY_SIZE])
{
    struct settings settings = cell->settings;
    settings.seed = 0;
    settings.inputs = (struct settings_inputs){0};
    snprintf(text, IDENTITY_SIZE, "%016llx", (unsigned long long)file_checksum(&settings, sizeof settings));
}

struct eta_cell *eta_cells(const struct grid *grid, struct error *error)
{
    struct index kinds = {0};
    struct eta_cell *cells = calloc((size_t)grid->count + 1, sizeof *cells);
    int failed = !cells;
    for (int c = 0; c < grid->count && !failed; c++) {
        char kind[IDENTITY_SIZE];
        format_kind(&grid->cells[c], kind);
        cells[c] = (struct eta_cell){
            .kind = index_add(&kinds, kind, (int)kinds.count), .work = forecast_work(&grid->cells[c]), .seconds = NAN};
        failed = cells[c].kind < 0;
    }
    index_release(&kinds);
    if (!failed) return cells;
    free(cells);
    error_set(error, "out of memory for %d cells", grid->count);
    return NULL;
}

/* Whether the cell starts from the beginning although rows of an earlier start exist. */
static int begins_anew(enum eta_state state, const struct cell_progress *progress)
{
    return !progress->resumes && (state == ETA_WAITING || (state == ETA_RUNNING && progress->is_earlier));
}

void eta_take(struct eta_cell *cell, enum eta_state state, const struct cell_progress *progress)
{
    double epochs = progress->epochs, begun = progress->epoch > 0 ? progress->epoch + 1 : 1;
    cell->state = state;
    cell->since = progress->since;
    cell->share = progress->share;
    cell->seconds = progress->wall_seconds;
    if (begins_anew(state, progress)) {
        cell->share = 0;
        cell->seconds = NAN;
        begun = 1;
    }
    cell->next = epochs > 0 ? fmax(fmin(begun / epochs, 1), cell->share) : cell->share;
}
