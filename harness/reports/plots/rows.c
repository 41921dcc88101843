/* rows.c - see rows.h. */
#include "harness/reports/plots/rows.h"

#include <math.h>

#include "harness/reports/plots/layout.h"

enum { PAGE = 720, ALONE = 420, BETWEEN = 22, ROW = 20 };

void rows_set_columns(struct figure *figure, int least)
{
    double widest = least;
    for (int p = 0; p < figure->panel_count; p++)
        widest = fmax(widest, layout_text_width(figure->panels[p].title) - BETWEEN + 4);
    int columns = (int)(PAGE / (widest + BETWEEN));
    figure->columns = columns < 1 ? 1 : columns > figure->panel_count ? figure->panel_count : columns;
    figure->panel_width = figure->panel_count == 1 ? ALONE : (int)fmin(widest, PAGE);
}

void rows_set_names(struct figure *figure, const char *const *name, const int *place, int count)
{
    double widest = 0;
    for (int n = 0; n < count; n++) {
        widest = fmax(widest, layout_text_width(name[n]));
        for (int p = 0; p < figure->panel_count; p += figure->columns)
            figure_add_label(
                figure,
                &(struct figure_label){
                    .panel = p, .text = name[n], .at_edge = 1, .y = place ? place[n] : n + 1, .dx = -10, .align = 1});
    }
    figure->left = 24 + (int)widest;
    figure->panel_height = ROW * count + 16;
    figure->y = (struct figure_axis){.title = "", .words = "", .scale = 1, .count = count, .is_reversed = 1};
}

void rows_set_columns_names(struct figure *figure, const char *const *name, int count)
{
    for (int p = 0; p < figure->panel_count; p++)
        for (int x = 0; x < count; x++)
            figure_add_label(
                figure, &(struct figure_label){.panel = p, .text = name[x], .x = x + 1, .at_bottom = 1, .dy = -13});
    figure->x.count = count;
}
