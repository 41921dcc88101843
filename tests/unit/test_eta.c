/* test_eta.c - how long runs still take, held against runs that are simulated to their end. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "harness/runs/eta.h"

enum { CELLS_MAX = 64, PLACES_MAX = 4 };

static struct eta_cell waiting(int kind, double work)
{
    return (struct eta_cell){.state = ETA_WAITING, .kind = kind, .work = work, .next = 0.1, .seconds = NAN};
}

Test(eta, nothing_is_said_before_something_was_measured_or_where_nothing_runs)
{
    struct eta_cell cells[2] = {waiting(0, 1), waiting(0, 1)};
    cr_expect(isnan(eta_seconds(cells, 2, 1)));
    cells[0].state = ETA_RUNNING;
    cr_expect(isnan(eta_seconds(cells, 2, 1)));
    cells[0].share = 0.5;
    cells[0].next = 1;
    cells[0].seconds = 5;
    cr_expect(isnan(eta_seconds(cells, 2, 0)));
    cr_expect_float_eq(eta_seconds(cells, 2, 1), 15, 1e-9);
    cr_expect_float_eq(eta_seconds(cells, 2, 2), 10, 1e-9);
    cr_expect_float_eq(eta_share(cells, 2), 0.25, 1e-9);
}

Test(eta, time_since_the_last_epoch_counts_but_does_not_end_the_next_one)
{
    struct eta_cell cell = waiting(0, 1);
    cell = (struct eta_cell){ETA_RUNNING, 0, 1, 0.5, 0.6, 50, 0};
    cr_expect_float_eq(eta_seconds(&cell, 1, 1), 50, 1e-9);
    cell.since = 4;
    cr_expect_float_eq(eta_seconds(&cell, 1, 1), 46, 1e-9);
    cell.since = 1000;
    cr_expect_float_eq(eta_seconds(&cell, 1, 1), 40, 1e-9);
}

Test(eta, cells_of_a_kind_take_what_their_kind_took)
{
    struct eta_cell cells[4] = {waiting(0, 1), waiting(0, 1), waiting(1, 1), waiting(2, 1)};
    cells[0] = (struct eta_cell){ETA_ABSENT, 0, 1, 1, 1, 10, 0};
    cells[2] = (struct eta_cell){ETA_ABSENT, 1, 1, 1, 1, 100, 0};
    double of_slow_kind = (100 + 0.1 * 55) / 1.1, of_no_kind = 55;
    cells[1].state = cells[3].state = ETA_ABSENT;
    cells[1].share = cells[3].share = 0;
    cells[1].kind = 1;
    cells[1].state = ETA_WAITING;
    cr_expect_float_eq(eta_seconds(cells, 4, 1), of_slow_kind, 1e-9);
    cells[3].state = ETA_WAITING;
    cr_expect_float_eq(eta_seconds(cells, 4, 1), of_slow_kind + of_no_kind, 1e-9);
    cr_expect_float_eq(eta_share(cells, 4), 0.5, 1e-9);
}

Test(eta, rows_of_an_earlier_start_count_only_where_the_cell_resumes)
{
    struct eta_cell cell = waiting(0, 1);
    struct cell_progress progress = {4, 10, 0.4, NAN, NAN, 40, 3, .resumes = 1, .is_earlier = 1};
    eta_take(&cell, ETA_RUNNING, &progress);
    cr_expect(cell.share == 0.4 && cell.seconds == 40 && cell.since == 3);
    cr_expect_float_eq(cell.next, 0.5, 1e-12);
    progress.resumes = 0;
    eta_take(&cell, ETA_RUNNING, &progress);
    cr_expect(cell.share == 0 && isnan(cell.seconds));
    cr_expect_float_eq(cell.next, 0.1, 1e-12);
    progress.is_earlier = 0;
    eta_take(&cell, ETA_RUNNING, &progress);
    cr_expect_eq(cell.share, 0.4, "it writes rows, and no checkpoint yet");
    eta_take(&cell, ETA_WAITING, &progress);
    cr_expect_eq(cell.share, 0, "it was stopped without a checkpoint");
    eta_take(&cell, ETA_ABSENT, &progress);
    cr_expect(cell.share == 0.4 && cell.seconds == 40, "what was measured counts");
}

/* ---- simulated runs ---- */

/* A run of cells with epochs; what an epoch takes is known to the simulation alone. */
struct simulation {
    int count, places, epochs;
    struct eta_cell cells[CELLS_MAX];
    double epoch_seconds[CELLS_MAX], noise, evaluation; /* of the last epoch, in epochs */
    int epoch[CELLS_MAX];                               /* that have ended */
    double began[CELLS_MAX], ends[CELLS_MAX];           /* the epoch under way */
    double now;
    struct random random;
};

static double draw_epoch(struct simulation *run, int c)
{
    double factor = 1 + run->noise * (2 * (double)random_uniform(&run->random) - 1);
    return run->epoch_seconds[c] * (factor + (run->epoch[c] == run->epochs - 1 ? run->evaluation : 0));
}

static void begin_epoch(struct simulation *run, int c)
{
    run->began[c] = run->now;
    run->ends[c] = run->now + draw_epoch(run, c);
    run->cells[c].next = fmin((run->epoch[c] + 1) / (double)run->epochs, 1);
}

static int count_running(const struct simulation *run)
{
    int running = 0;
    for (int c = 0; c < run->count; c++) running += run->cells[c].state == ETA_RUNNING;
    return running;
}

static void start_cells(struct simulation *run)
{
    for (int c = 0; c < run->count && count_running(run) < run->places; c++) {
        if (run->cells[c].state != ETA_WAITING) continue;
        run->cells[c].state = ETA_RUNNING;
        begin_epoch(run, c);
    }
}

/* Goes on to the moment `to`, epoch by epoch. */
static void advance(struct simulation *run, double to)
{
    for (;;) {
        int first = -1;
        for (int c = 0; c < run->count; c++)
            if (run->cells[c].state == ETA_RUNNING && run->ends[c] <= to &&
                (first < 0 || run->ends[c] < run->ends[first]))
                first = c;
        if (first < 0) break;
        struct eta_cell *cell = &run->cells[first];
        run->now = run->ends[first];
        run->epoch[first]++;
        cell->share = run->epoch[first] / (double)run->epochs;
        cell->seconds = (isnan(cell->seconds) ? 0 : cell->seconds) + run->now - run->began[first];
        if (run->epoch[first] == run->epochs)
            cell->state = ETA_ABSENT;
        else
            begin_epoch(run, first);
        start_cells(run);
    }
    run->now = to;
    for (int c = 0; c < run->count; c++)
        if (run->cells[c].state == ETA_RUNNING) run->cells[c].since = to - run->began[c];
}

/* Kinds of three cells each, one after another, whose true pace differs by a factor of up to exp(spread) from what
 * their work says. */
static struct simulation make_run(int count, int places, double spread, double noise, double evaluation, int seed)
{
    struct simulation run = {.count = count, .places = places, .epochs = 10, .noise = noise, .evaluation = evaluation};
    int kinds = count / 3;
    run.random = random_stream((uint64_t)seed, RANDOM_TEST, 0, 0);
    for (int c = 0; c < count; c++) {
        double work = 1 + c % kinds % 4, drawn = exp(spread * (2 * (double)random_uniform(&run.random) - 1));
        run.cells[c] = waiting(c % kinds, work);
        run.epoch_seconds[c] = c < kinds ? drawn * work : run.epoch_seconds[c - kinds];
    }
    start_cells(&run);
    return run;
}

static double total_seconds(struct simulation run)
{
    double now = 0;
    while (count_running(&run) > 0) advance(&run, now += 0.05);
    return now;
}

/* Largest error of the time that is left, as a share of what was left or, near the end, of a tenth of the whole;
 * and the largest rise of the expected end from one look to the next, as a share of the whole; both after `from` of it.
 */
struct outcome {
    double error, rise;
};

static struct outcome follow(struct simulation run, double total, double from)
{
    struct outcome outcome = {0, 0};
    double before = NAN;
    for (double now = total / 400; now < total; now += total / 400) {
        advance(&run, now);
        if (now < from * total || count_running(&run) == 0) continue;
        double left = eta_seconds(run.cells, run.count, run.places), truth = total - now;
        outcome.error = fmax(outcome.error, fabs(left - truth) / fmax(truth, total / 10));
        if (!isnan(before)) outcome.rise = fmax(outcome.rise, (left - before) / total);
        before = left;
    }
    return outcome;
}

Test(eta, equal_cells_are_forecast_to_the_second_and_never_take_longer)
{
    for (int places = 1; places <= PLACES_MAX; places++) {
        struct simulation run = make_run(24, places, 0, 0, 0, places);
        struct outcome outcome = follow(run, total_seconds(run), 0.02);
        cr_expect_lt(outcome.error, 0.01, "%d places: %g", places, outcome.error);
        cr_expect_lt(outcome.rise, 1e-6, "%d places: %g", places, outcome.rise);
    }
}

/* Epochs differ by up to a fifth, and the last has an evaluation that takes as long as half of one. */
Test(eta, noise_of_epochs_moves_it_by_as_little)
{
    for (int seed = 0; seed < 8; seed++) {
        struct simulation run = make_run(36, 1 + seed % PLACES_MAX, 0, 0.2, 0.5, seed);
        struct outcome outcome = follow(run, total_seconds(run), 0.15);
        cr_expect_lt(outcome.error, 0.2, "seed %d: %g", seed, outcome.error);
        cr_expect_lt(outcome.rise, 0.02, "seed %d: %g", seed, outcome.rise);
    }
}

/* What cells take is not what their work says, by up to a factor of 2, but seeds of a kind are alike. */
Test(eta, kinds_of_another_pace_are_learned)
{
    for (int seed = 0; seed < 8; seed++) {
        struct simulation run = make_run(60, 2, 0.7, 0.1, 0.2, seed);
        struct outcome outcome = follow(run, total_seconds(run), 0.4);
        cr_expect_lt(outcome.error, 0.2, "seed %d: %g", seed, outcome.error);
        cr_expect_lt(outcome.rise, 0.02, "seed %d: %g", seed, outcome.rise);
    }
}

/* Stopped in the middle of everything and started again: epochs under way begin again, and the first look is as good as
 * the last one before. */
Test(eta, a_resumed_run_knows_at_once)
{
    for (int seed = 0; seed < 8; seed++) {
        struct simulation run = make_run(24, 3, 0, 0.1, 0.2, seed);
        advance(&run, total_seconds(run) * (0.2 + 0.08 * seed));
        double before = eta_seconds(run.cells, run.count, run.places), lost = 0;
        for (int c = 0; c < run.count; c++) {
            if (run.cells[c].state != ETA_RUNNING) continue;
            lost = fmax(lost, run.cells[c].since);
            run.cells[c].state = ETA_WAITING;
            run.cells[c].since = 0;
        }
        start_cells(&run);
        double after = eta_seconds(run.cells, run.count, run.places), start = run.now;
        double truth = total_seconds(run) - start;
        cr_expect_float_eq(after, truth, 0.15 * truth, "seed %d: %g, not %g", seed, after, truth);
        cr_expect_leq(after, before + lost + 1e-6, "seed %d: %g after %g", seed, after, before);
    }
}
