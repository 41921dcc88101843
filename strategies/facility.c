/* facility.c - K samples that represent the others, each weighted by how many it represents (CRAIG: Mirzasoleiman et
 * al. 2020, "Coresets for Data-efficient Training of Machine Learning Models"): greedily choose the sample that reduces
 * sum_i min_{j in S} |v_i - v_j| most (v of gram.h; at first every distance is the largest of all). The weight of j is
 * the number of samples that are nearest to it, itself included. The sum of weights is B. Of equals the first in the
 * batch is chosen. A sample equally near to two chosen ones counts for the first in the batch, so a chosen copy of a
 * chosen sample has weight 0. */
#include "strategies/strategy.h"

#include <math.h>

#include "strategies/gram.h"

struct places {
    int size;
    float *distance; /* (B, B) |v_i - v_j|, in the Gram matrix's place */
    float *nearest;  /* (B) to a chosen one */
    float *square;   /* (B) |v_i|^2 */
    double *bound;   /* (B) upper bound of its gain; CHOSEN */
    int *turn;       /* (B) turn in which the bound was computed */
};

static const double CHOSEN = -1;

static struct places take_places(const struct batch *shape, struct arena *arena)
{
    struct places places = {.size = shape->size};
    places.distance = gram_take(shape, arena);
    places.nearest = arena_take(arena, (size_t)shape->size, sizeof(float));
    places.square = arena_take(arena, (size_t)shape->size, sizeof(float));
    places.bound = arena_take(arena, (size_t)shape->size, sizeof(double));
    places.turn = arena_take(arena, (size_t)shape->size, sizeof(int));
    return places;
}

static void facility_scratch(const struct batch *shape, int count, struct arena *arena)
{
    (void)count;
    take_places(shape, arena);
}

static float *row_of(const struct places *places, int i)
{
    return places->distance + (size_t)i * (size_t)places->size;
}

static void measure(struct places *places, const struct batch *batch)
{
    float largest = 0;
    gram_compute(batch, places->distance);
    for (int i = 0; i < places->size; i++) places->square[i] = row_of(places, i)[i];
    for (int i = 0; i < places->size; i++) {
        float *row = row_of(places, i);
        for (int j = 0; j < places->size; j++) {
            float square = places->square[i] + places->square[j] - 2 * row[j];
            row[j] = i != j && square > 0 ? sqrtf(square) : 0;
            largest = fmaxf(largest, row[j]);
        }
    }
    for (int i = 0; i < places->size; i++) {
        places->nearest[i] = largest;
        places->bound[i] = INFINITY;
        places->turn[i] = 0;
    }
}

/* By how much choosing j reduces the sum of distances. */
static double gain(const struct places *places, int j)
{
    const float *row = row_of(places, j), *nearest = places->nearest;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < places->size; i++) sum += nearest[i] > row[i] ? nearest[i] - row[i] : 0;
    return sum;
}

static int find_largest_bound(const struct places *places)
{
    int best = 0;
    for (int j = 1; j < places->size; j++)
        if (places->bound[j] > places->bound[best]) best = j;
    return best;
}

/* Chooses one more; turns count from 1. */
static void choose(struct places *places, int turn)
{
    int best = find_largest_bound(places);
    for (; places->turn[best] != turn; best = find_largest_bound(places)) {
        places->bound[best] = gain(places, best);
        places->turn[best] = turn;
    }
    places->bound[best] = CHOSEN;
    for (int i = 0; i < places->size; i++) places->nearest[i] = fminf(places->nearest[i], row_of(places, best)[i]);
}

/* The first of the selected that is as near to sample i as any. */
static int find_nearest(const struct places *places, const struct selection *selection, int i)
{
    int nearest = 0;
    for (int k = 1; k < selection->count; k++)
        if (row_of(places, i)[selection->index[k]] < row_of(places, i)[selection->index[nearest]]) nearest = k;
    return nearest;
}

static void facility_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    struct places places = take_places(batch, &selection->scratch);
    (void)options, (void)random;
    measure(&places, batch);
    selection_begin(selection, batch);
    for (int k = 0; k < count; k++) choose(&places, k + 1);
    for (int i = 0; i < batch->size; i++) selection->candidates[i].score = places.bound[i] == CHOSEN;
    selection_take_best(selection, batch->size, count);
    for (int k = 0; k < count; k++) selection->weight[k] = 0;
    for (int i = 0; i < batch->size; i++) selection->weight[find_nearest(&places, selection, i)] += 1;
}

const struct strategy strategy_facility = {
    .plugin = {.name = "facility",
               .summary = "K samples that lie nearest to all others, weighted by how many they represent"},
    .needs = NEEDS_GRADIENTS | NEEDS_INPUTS,
    .select = facility_select,
    .scratch = facility_scratch,
};
