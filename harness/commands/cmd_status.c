/* cmd_status.c - `partgrad status`: how far a run has come, wherever its cells run; with --watch, until it ends. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/index.h"
#include "base/interrupt.h"
#include "base/listing.h"
#include "base/option.h"
#include "base/screen.h"
#include "base/terminal.h"
#include "harness/commands/command.h"
#include "harness/runs/follow.h"
#include "harness/runs/view.h"

struct options {
    int format, watch;
    double every;
};

static const struct field fields[] = {
    {"watch",
     "keep showing the running cells, with recall@1 by epoch, until the run ends; without a terminal, print a line for "
     "each epoch",
     OPTION_FLAG, offsetof(struct options, watch), "false", 0, 0, NULL},
    {"every", "with --watch: seconds between updates", OPTION_REAL, offsetof(struct options, every), "1", 0.1, 3600,
     NULL},
    LISTING_FORMAT(struct options),
    {0},
};

static void print_cell(const struct cell *cell, const struct outlook_cell *at)
{
    const struct cell_progress *progress = &at->progress;
    printf("%-8s %s", outlook_state_names[at->state], cell->name);
    if (progress->epoch >= 0 && at->state >= OUTLOOK_RUNNING) {
        printf(": epoch %d", progress->epoch);
        if (progress->epochs > 0) printf(" of %d", progress->epochs);
        if (!isnan(progress->test_recall_at_1)) printf(", recall@1 %.3f", progress->test_recall_at_1);
        if (!isnan(progress->images_per_second)) printf(", %.0f images/s", progress->images_per_second);
    }
    printf("%s\n", at->changed ? " (from other settings)" : "");
}

static void list_columns(struct listing *listing)
{
    listing_column(listing, "cell", LISTING_TEXT, 0);
    listing_column(listing, "state", LISTING_TEXT, 0);
    listing_column(listing, "wave", LISTING_TEXT, 0);
    listing_column(listing, "other_settings", LISTING_INTEGER, 0);
    listing_column(listing, "epoch", LISTING_INTEGER, 0);
    listing_column(listing, "epochs", LISTING_INTEGER, 0);
    listing_column(listing, "test_recall_at_1", LISTING_REAL, 3);
    listing_column(listing, "images_per_second", LISTING_REAL, 0);
    listing_column(listing, "wall_seconds", LISTING_REAL, 0);
}

static void list_cell(struct listing *listing, const struct cell *cell, const struct outlook_cell *at)
{
    const struct cell_progress *progress = &at->progress;
    listing_text(listing, cell->name);
    listing_text(listing, outlook_state_names[at->state]);
    listing_text(listing, cell->wave[0] ? cell->wave : NULL);
    listing_number(listing, at->changed);
    listing_number(listing, progress->epoch >= 0 ? progress->epoch : NAN);
    listing_number(listing, progress->epochs > 0 ? progress->epochs : NAN);
    listing_number(listing, progress->test_recall_at_1);
    listing_number(listing, progress->images_per_second);
    listing_number(listing, progress->wall_seconds);
}

static void print_overview(const struct outlook *outlook, int is_whole, FILE *stream)
{
    char left[VIEW_TIME_SIZE];
    const char *separator = ": ";
    fprintf(stream, "%d cells", outlook->count);
    for (int s = 0; s < OUTLOOK_STATES; s++) {
        if (outlook->states[s] == 0) continue;
        fprintf(stream, "%s%d %s", separator, outlook->states[s], outlook_state_names[s]);
        separator = ", ";
    }
    if (outlook->changed) fprintf(stream, ", %d from other settings", outlook->changed);
    view_format_time(outlook->left, left);
    fprintf(stream, "%s%s\n", left[0] ? "; time left " : "", left);
    if (!is_whole) fprintf(stream, "these are trials; the final cells follow when all have ended\n");
}

/* ---- once ---- */

static int print_listing(const struct run *run, const struct outlook *outlook, enum listing_format format,
                         struct error *error)
{
    struct listing listing = {0};
    list_columns(&listing);
    for (int c = 0; c < outlook->count; c++) list_cell(&listing, &run->grid.cells[c], &outlook->cells[c]);
    int status = listing_print(&listing, format, stdout, error);
    listing_release(&listing);
    return status;
}

static int show(const struct run *run, enum listing_format format, struct error *error)
{
    struct outlook outlook;
    int status = 0;
    if (outlook_init(&outlook, run, error) != 0) return COMMAND_FAILED;
    if (format == LISTING_TABLE)
        for (int c = 0; c < outlook.count; c++) print_cell(&run->grid.cells[c], &outlook.cells[c]);
    else
        status = print_listing(run, &outlook, format, error);
    print_overview(&outlook, run_is_whole(run), format == LISTING_TABLE ? stdout : stderr);
    outlook_release(&outlook);
    return status;
}

static int show_once(const char *folder, enum listing_format format, struct error *error)
{
    struct run opened;
    if (run_open(&opened, folder, error) != 0) return COMMAND_FAILED;
    int status = show(&opened, format, error);
    run_release(&opened);
    return status;
}

/* ---- until it ends ---- */

/* What was seen before, if lines are printed of what is new. */
struct watched {
    struct index lines; /* that were printed */
    struct screen screen;
    int terminal;
};

/* A line for each cell that has begun, once for each of its states and epochs, and one for all cells if there was any.
 */
static void print_news(struct watched *watched, const struct run *run, const struct outlook *outlook)
{
    int news = 0;
    for (int c = 0; c < outlook->count; c++) {
        const struct outlook_cell *at = &outlook->cells[c];
        int before = (int)watched->lines.count;
        if (at->state == OUTLOOK_PENDING) continue;
        char *line = file_join(run->grid.cells[c].name, "%d/%d", at->state, at->progress.epoch);
        index_add(&watched->lines, line, before);
        free(line);
        if ((int)watched->lines.count == before) continue;
        print_cell(&run->grid.cells[c], at);
        news++;
    }
    if (news > 0) print_overview(outlook, 1, stdout);
    fflush(stdout);
}

static void draw_view(struct watched *watched, const struct run *run, const struct outlook *outlook)
{
    struct view_cell *cells = calloc((size_t)outlook->count + 1, sizeof *cells);
    struct view view = {.total = outlook->count,
                        .done = outlook->states[OUTLOOK_OK] + outlook->states[OUTLOOK_FAILED],
                        .share = outlook->share,
                        .left = outlook->left,
                        .curves = 1,
                        .cells = cells};
    for (int c = 0; c < outlook->count && cells; c++)
        if (outlook->cells[c].state == OUTLOOK_RUNNING)
            cells[view.count++] = (struct view_cell){run->grid.cells[c].name, outlook->cells[c].progress,
                                                     cell_curve_read(run, &run->grid.cells[c])};
    char *text = cells ? view_text(&view, terminal_takes_utf8()) : NULL;
    if (text) screen_draw(&watched->screen, text);
    for (int c = 0; c < view.count; c++) cell_curve_release(&cells[c].curve);
    free(cells);
    free(text);
}

/* What is seen for the last time stays on the terminal as one line. */
static void tell_end(struct watched *watched, const struct run *run, const struct outlook *outlook)
{
    screen_clear(&watched->screen);
    print_overview(outlook, run_is_whole(run), stdout);
    if (!outlook_is_moving(outlook) && outlook->states[OUTLOOK_OK] + outlook->states[OUTLOOK_FAILED] < outlook->count)
        printf("nothing of it is running; 'partgrad run' resumes it\n");
}

static int look(void *context, const struct run *run, const struct outlook *outlook, int is_last, struct error *error)
{
    struct watched *watched = context;
    (void)error;
    if (!watched->terminal) print_news(watched, run, outlook);
    if (watched->terminal && !is_last) draw_view(watched, run, outlook);
    if (is_last) tell_end(watched, run, outlook);
    return 0;
}

static int watch(const char *folder, double every, struct error *error)
{
    struct watched watched = {.screen = {.stream = stdout}, .terminal = terminal_obeys(STDOUT_FILENO)};
    int status = follow_run(folder, every, look, &watched, error);
    screen_clear(&watched.screen);
    index_release(&watched.lines);
    fflush(stdout);
    interrupt_release();
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    if (options->watch) return watch(line->arguments[0], options->every, error);
    return show_once(line->arguments[0], (enum listing_format)options->format, error);
}

const struct command cmd_status = {
    .name = "status",
    .arguments = "RUN_DIR",
    .summary = "show how many cells of a run are done, failed, running, queued and pending, and the time left",
    .description = "Works on any machine that sees the run's folder, wherever its cells run.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
