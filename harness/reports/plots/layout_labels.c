/* layout_labels.c - moves labels away from each other; see layout.h. */
#include <math.h>
#include <stdlib.h>

#include "harness/reports/plots/layout.h"

enum { LINE = 15, LABELS_MAX = 400 };

/* ---- up or down ---- */

/* A label that may move up or down, its wanted height and its height so far. */
struct floating {
    struct figure_label *label;
    double wanted, height;
};

static int compare_heights(const void *a, const void *b)
{
    const struct floating *left = a, *right = b;
    if (left->wanted != right->wanted) return left->wanted < right->wanted ? -1 : 1;
    return (left->label > right->label) - (left->label < right->label);
}

/* Pushes touching neighbors apart, each by half of the overlap, until none touch; a hundred rounds are enough for a
 * panel. */
static void push_apart(struct floating *labels, int count)
{
    for (int round = 0; round < 100; round++) {
        int touched = 0;
        for (int i = 1; i < count; i++) {
            double lacking = LINE - (labels[i].height - labels[i - 1].height);
            if (lacking < 0.01) continue;
            labels[i - 1].height -= lacking / 2;
            labels[i].height += lacking / 2;
            touched = 1;
        }
        if (!touched) return;
    }
}

static void spread(const struct layout *layout, struct figure *figure, int panel)
{
    struct floating labels[LABELS_MAX];
    int count = 0;
    for (int l = 0; l < figure->label_count && count < LABELS_MAX; l++) {
        struct figure_label *label = &figure->labels[l];
        if (label->panel != panel || label->place != FIGURE_SPREAD) continue;
        double height = layout_y(layout, figure, panel, label->y);
        labels[count++] = (struct floating){label, height, height};
    }
    qsort(labels, (size_t)count, sizeof *labels, compare_heights);
    push_apart(labels, count);
    for (int i = 0; i < count; i++) labels[i].label->dy += labels[i].height - labels[i].wanted;
}

/* ---- around a point ---- */

struct box {
    double left, right, low, high;
};

static double overlap(const struct box *a, const struct box *b)
{
    double across = fmin(a->right, b->right) - fmax(a->left, b->left);
    double up = fmin(a->high, b->high) - fmax(a->low, b->low);
    return across > 0 && up > 0 ? across * up : 0;
}

static struct box label_box(const struct layout *layout, const struct figure *figure, const struct figure_label *label)
{
    double x = layout_x(layout, figure, label->panel, label->x) + label->dx;
    double y = layout_y(layout, figure, label->panel, label->y) + label->dy;
    double width = layout_text_width(label->text), left = x - width * (label->align + 1) / 2;
    return (struct box){left, left + width, y - LINE / 2.0, y + LINE / 2.0};
}

/* The area of a point: its mark and bar; for a guide line, the segment that ends there. */
static struct box drawn_box(const struct layout *layout, const struct figure *figure,
                            const struct figure_series *series, int at)
{
    const struct figure_point *point = &series->points[at], *before = at > 0 ? point - 1 : point;
    double x = layout_x(layout, figure, series->panel, point->x), y = layout_y(layout, figure, series->panel, point->y);
    if (series->layer == FIGURE_GUIDE) {
        double x0 = layout_x(layout, figure, series->panel, before->x);
        double y0 = layout_y(layout, figure, series->panel, before->y);
        return (struct box){fmin(x, x0) - 2, fmax(x, x0) + 2, fmin(y, y0) - 2, fmax(y, y0) + 2};
    }
    double low = isfinite(point->low) ? layout_y(layout, figure, series->panel, point->low) : y;
    double high = isfinite(point->high) ? layout_y(layout, figure, series->panel, point->high) : y;
    return (struct box){x - 5, x + 5, fmin(low, y - 5), fmax(high, y + 5)};
}

/* The cost of a label's position: overlap with other labels and with points, parts outside the panel, distance. */
static double cost(const struct layout *layout, const struct figure *figure, const struct figure_label *label)
{
    struct box box = label_box(layout, figure, label);
    double found = 40 * (fmax(0, -box.left) + fmax(0, box.right - layout->panel_width - 12) + fmax(0, -box.low) +
                         fmax(0, box.high - layout->panel_height - 6));
    for (const struct figure_label *other = figure->labels; other < label; other++) {
        struct box taken = label_box(layout, figure, other);
        if (other->panel == label->panel) found += 4 * overlap(&box, &taken);
    }
    for (int s = 0; s < figure->series_count; s++)
        for (int p = 0; p < figure->series[s].point_count; p++) {
            if (figure->series[s].panel != label->panel) continue;
            struct box under = drawn_box(layout, figure, &figure->series[s], p);
            found += overlap(&box, &under);
        }
    return found + 0.3 * hypot(label->dx, label->dy);
}

/* Positions that are tried: right, left, diagonal, above, below, and farther away. */
static const struct {
    int align;
    double dx, dy;
} ways[] = {
    {-1, 9, 0}, {1, -9, 0},  {1, -7, 11},  {-1, 7, -11}, {-1, 7, 11},   {1, -7, -11},
    {0, 0, 15}, {0, 0, -15}, {-1, 16, 22}, {1, -16, 22}, {-1, 16, -22}, {1, -16, -22},
    {0, 0, 32}, {0, 0, -32}, {-1, 24, 38}, {1, -24, 38}, {-1, 24, -38}, {1, -24, -38},
};

static void find_place(const struct layout *layout, struct figure *figure, struct figure_label *label)
{
    struct figure_label best = *label;
    double least = INFINITY;
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        label->align = ways[w].align;
        label->dx = ways[w].dx;
        label->dy = ways[w].dy;
        double found = cost(layout, figure, label);
        if (found >= least) continue;
        least = found;
        best = *label;
    }
    *label = best;
}

void layout_place_labels(const struct layout *layout, struct figure *figure)
{
    for (int p = 0; p < figure->panel_count; p++) spread(layout, figure, p);
    for (int l = 0; l < figure->label_count; l++)
        if (figure->labels[l].place == FIGURE_FREE) find_place(layout, figure, &figure->labels[l]);
}
