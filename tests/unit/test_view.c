/* test_view.c - how far a run is, as it is drawn on a terminal. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/screen.h"
#include "base/terminal.h"
#include "harness/runs/sparkline.h"
#include "harness/runs/view.h"

Test(view, curve_has_a_sign_for_each_value_and_fixed_width)
{
    double values[40];
    char text[SPARKLINE_SIZE];
    for (int i = 0; i < 40; i++) values[i] = i / 39.0;
    sparkline_draw(values, 40, 0, 1, 0, text);
    cr_expect_str_eq(text, "__..--~~==++***#");
    sparkline_draw(values, 40, 0, 1, 1, text);
    cr_expect_eq(terminal_width(text, (int)strlen(text)), SPARKLINE_COLUMNS);
    sparkline_draw((double[]){0.5, 2, -1}, 3, 0, 1, 0, text);
    cr_expect_str_eq(text, "=#_             ");
    sparkline_draw((double[]){0.5}, 1, 0.5, 0.5, 0, text);
    cr_expect_str_eq(text, "=               ", "no height where all are the same");
    sparkline_draw(NULL, 0, NAN, NAN, 1, text);
    cr_expect_str_eq(text, "                ");
}

Test(view, shows_cells_on_one_scale_with_the_name_last)
{
    double first[] = {0.1, 0.4}, second[] = {0.5};
    struct view_cell cells[2] = {
        {"cell-a", {1, 4, 0.25, 0.3, 120, 8, 0, 0, 0}, {0, 2, first}},
        {"cell-b", {0, 4, 0, NAN, NAN, 1, 0, 0, 0}, {1, 1, second}},
    };
    struct view view = {.total = 8, .done = 2, .share = 0.5, .left = 3725, .curves = 1, .count = 2, .cells = cells};
    char *text = view_text(&view, 0);
    cr_expect_str_eq(text, "[############............] 2/8 cells, 1 h 02 min left, 2 running, 120 images/s\n"
                           "  _+               0.400    1/4   cell-a\n"
                           "  #                0.500v   0/4   cell-b\n"
                           "  recall@1 by epoch, from 0.100 to 0.500; v: of validation classes\n");
    free(text);
    view.curves = 0;
    view.left = NAN;
    text = view_text(&view, 0);
    cr_expect_str_eq(text, "[############............] 2/8 cells, 2 running, 120 images/s\n"
                           "  cell-a: epoch 1/4, recall@1 0.300, 120 images/s\n"
                           "  cell-b: epoch 0/4\n");
    free(text);
}

/* What a screen writes to a file, of which 80 by 24 is assumed; the caller frees. */
static char *drawn(const char *const *texts, int count)
{
    char *bytes = calloc(1, 1 << 16);
    struct screen screen = {.stream = tmpfile()};
    cr_assert_not_null(screen.stream);
    for (int t = 0; t < count; t++) screen_draw(&screen, texts[t]);
    rewind(screen.stream);
    cr_assert_gt(fread(bytes, 1, (1 << 16) - 1, screen.stream), 0);
    fclose(screen.stream);
    return bytes;
}

Test(view, screen_draws_over_what_it_drew_and_erases_nothing_first)
{
    char *bytes = drawn((const char *const[]){"one\ntwo\n", "three\n"}, 2);
    cr_expect_str_eq(bytes, "one\033[K\ntwo\033[K"
                            "\033[1A\rthree\033[K\033[J");
    free(bytes);
}

Test(view, screen_cuts_lines_and_their_number_to_the_terminal)
{
    char line[201] = "", text[201 * 40 + 1] = "";
    memset(line, 'x', 200);
    for (int l = 0; l < 40; l++) strcat(strcat(text, line), "\n");
    char *bytes = drawn((const char *const[]){text}, 1);
    cr_expect_eq(strspn(bytes, "x"), 79);
    int lines = 1;
    for (const char *at = bytes; (at = strchr(at, '\n')); at++) lines++;
    cr_expect_eq(lines, 23);
    free(bytes);
}
