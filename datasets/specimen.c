/* specimen.c - see specimen.h.
 *
 * Shapes are functions of the plane, not polygons: a point's distance from the edge, in pixels, is the share of the
 * pixel that is covered, so anti-aliasing is free. */
#include "datasets/specimen.h"

#include <math.h>
#include <stddef.h>

#include "base/random.h"

enum { CHANNELS = 3, CLUTTER_MAX = 4, WAVES = 3 };

static const float two_pi = 6.28318531f;

struct color {
    float channel[CHANNELS]; /* red, green, blue, 0 .. 1 */
};

/* A kind. Lengths are in units of the body's radius, angles in turns. */
struct kind {
    float lobes, depth, sharpness, aspect;                 /* of the outline */
    float hue, saturation, brightness;                     /* of the body */
    float texture_hue, texture_brightness;                 /* of its texture, relative to the body */
    float texture, frequency, angle, share;                /* which texture, how fine, turned, how much of it */
    float mark_radius, mark_turn, mark_distance, mark_hue; /* a round mark on the body */
};

/* The range of each factor over all kinds. To add a factor: a member above, a row here, its use in the drawing. */
struct factor {
    size_t member;
    float low, high;
    int whole;    /* 1: a whole number, which difficulty does not change */
    float jitter; /* how far single specimens stray, as a share of the range */
};

static const struct factor factors[] = {
    {offsetof(struct kind, lobes), 2, 7, 1, 0},
    {offsetof(struct kind, depth), 0.10f, 0.50f, 0, 0.05f},
    {offsetof(struct kind, sharpness), 0, 1, 0, 0.05f},
    {offsetof(struct kind, aspect), 0.60f, 1, 0, 0.05f},
    {offsetof(struct kind, hue), 0, 1, 0, 0.03f},
    {offsetof(struct kind, saturation), 0.25f, 0.95f, 0, 0.05f},
    {offsetof(struct kind, brightness), 0.35f, 1, 0, 0.05f},
    {offsetof(struct kind, texture_hue), 0.10f, 0.90f, 0, 0.03f},
    {offsetof(struct kind, texture_brightness), 0.30f, 1, 0, 0.05f},
    {offsetof(struct kind, texture), 0, 4, 1, 0},
    {offsetof(struct kind, frequency), 0.6f, 1.9f, 0, 0.04f},
    {offsetof(struct kind, angle), 0, 0.5f, 0, 0.04f},
    {offsetof(struct kind, share), -0.5f, 0.5f, 0, 0.05f},
    {offsetof(struct kind, mark_radius), 0.10f, 0.42f, 0, 0.05f},
    {offsetof(struct kind, mark_turn), 0, 1, 0, 0.03f},
    {offsetof(struct kind, mark_distance), 0, 0.55f, 0, 0.05f},
    {offsetof(struct kind, mark_hue), 0, 1, 0, 0.03f},
};
enum { FACTORS = sizeof factors / sizeof *factors };

/* An ellipse of one color behind the body. */
struct blob {
    float x, y, width, height, cosine, sine;
    struct color color;
};

/* One specimen: its kind with its jitter, and everything around it. Lengths are shares of the image's side. */
struct scene {
    struct kind kind;
    struct color body, texture, mark;
    float x, y, cosine, sine, across, down; /* place, turn and half axes of the body */
    float mark_x, mark_y;                   /* in units of the body */
    float light_x, light_y, light;          /* direction and strength of the shading */
    struct color cast;                      /* what the light multiplies */
    struct color ground[2];                 /* the background runs from one to the other */
    float wave_x[WAVES], wave_y[WAVES], wave_start[WAVES];
    int blob_count;
    struct blob blobs[CLUTTER_MAX];
    float noise;
};

static float between(struct random *random, float low, float high)
{
    return low + (high - low) * random_uniform(random);
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static struct color from_hue(float hue, float saturation, float brightness)
{
    struct color color;
    for (int c = 0; c < CHANNELS; c++) {
        float turn = hue - (float)c / CHANNELS;
        float pure = clamp(2 - 6 * fabsf(turn - roundf(turn)), 0, 1);
        color.channel[c] = brightness * (1 - saturation + saturation * pure);
    }
    return color;
}

static struct color mix(struct color a, struct color b, float share)
{
    for (int c = 0; c < CHANNELS; c++) a.channel[c] += share * (b.channel[c] - a.channel[c]);
    return a;
}

/* ---- kinds and scenes ---- */

static float *member(struct kind *kind, const struct factor *factor)
{
    return (float *)(void *)((char *)kind + factor->member);
}

/* The kind: with more difficulty, every factor is closer to a common value, which is drawn from the seed alone. */
static struct kind draw_kind(uint64_t seed, int number, float difficulty)
{
    struct random common = random_stream(seed, RANDOM_DATASET, UINT32_MAX, 0);
    struct random own = random_stream(seed, RANDOM_DATASET, (uint32_t)number, UINT64_MAX);
    struct kind kind;
    float spread = 1 - 0.85f * difficulty;
    for (int i = 0; i < FACTORS; i++) {
        const struct factor *factor = &factors[i];
        float center = random_uniform(&common), place = random_uniform(&own);
        if (factor->whole)
            *member(&kind, factor) = floorf(factor->low + (factor->high - factor->low + 1) * place);
        else
            *member(&kind, factor) =
                factor->low + (factor->high - factor->low) * (spread * place + (1 - spread) * center);
    }
    return kind;
}

static void stray(struct kind *kind, float difficulty, struct random *random)
{
    for (int i = 0; i < FACTORS; i++) {
        float range = factors[i].high - factors[i].low;
        *member(kind, &factors[i]) += difficulty * factors[i].jitter * range * random_normal(random);
    }
    kind->aspect = clamp(kind->aspect, 0.3f, 1.2f);
    kind->frequency = clamp(kind->frequency, 0.4f, 3);
    kind->mark_radius = clamp(kind->mark_radius, 0.05f, 0.6f);
}

static void place_body(struct scene *scene, float difficulty, struct random *random)
{
    float turn = two_pi * (0.04f + 0.30f * difficulty) * between(random, -1, 1);
    float radius = between(random, 0.36f - 0.10f * difficulty, 0.40f + 0.04f * difficulty);
    float room = 0.02f + 0.12f * difficulty;
    float narrow = between(random, 1 - 0.3f * difficulty, 1); /* seen from the side */
    scene->x = 0.5f + between(random, -room, room);
    scene->y = 0.5f + between(random, -room, room);
    scene->cosine = cosf(turn);
    scene->sine = sinf(turn);
    scene->across = radius;
    scene->down = radius * scene->kind.aspect * narrow;
}

static void light_body(struct scene *scene, float difficulty, struct random *random)
{
    float turn = two_pi * random_uniform(random);
    scene->light_x = cosf(turn);
    scene->light_y = sinf(turn);
    scene->light = between(random, 0.1f, 0.2f + 0.4f * difficulty);
    float exposure = between(random, 1 - 0.5f * difficulty, 1 + 0.2f * difficulty);
    for (int c = 0; c < CHANNELS; c++)
        scene->cast.channel[c] = exposure * between(random, 1 - 0.3f * difficulty, 1 + 0.1f * difficulty);
}

static struct color any_color(struct random *random, float saturation)
{
    float hue = random_uniform(random), full = saturation * random_uniform(random);
    return from_hue(hue, full, between(random, 0.15f, 0.9f));
}

static void draw_ground(struct scene *scene, float difficulty, struct random *random)
{
    for (int i = 0; i < 2; i++) scene->ground[i] = any_color(random, 0.3f + 0.6f * difficulty);
    for (int i = 0; i < WAVES; i++) {
        scene->wave_x[i] = two_pi * between(random, -1.5f, 1.5f);
        scene->wave_y[i] = two_pi * between(random, -1.5f, 1.5f);
        scene->wave_start[i] = two_pi * random_uniform(random);
    }
    scene->blob_count = (int)random_below(random, (uint32_t)(CLUTTER_MAX * difficulty) + 1);
    for (int i = 0; i < scene->blob_count; i++) {
        struct blob *blob = &scene->blobs[i];
        float turn = two_pi * random_uniform(random);
        blob->x = random_uniform(random);
        blob->y = random_uniform(random);
        blob->width = between(random, 0.05f, 0.25f);
        blob->height = between(random, 0.05f, 0.25f);
        blob->cosine = cosf(turn);
        blob->sine = sinf(turn);
        blob->color = any_color(random, 0.9f);
    }
    scene->noise = 0.01f + 0.06f * difficulty;
}

static struct scene draw_scene(uint64_t seed, int kind, float difficulty, struct random *random)
{
    struct scene scene = {.kind = draw_kind(seed, kind, difficulty)};
    stray(&scene.kind, difficulty, random);
    const struct kind *k = &scene.kind;
    float saturation = clamp(k->saturation, 0, 1), brightness = clamp(k->brightness, 0.2f, 1);
    scene.body = from_hue(k->hue, saturation, brightness);
    scene.texture = from_hue(k->hue + k->texture_hue, saturation, clamp(k->texture_brightness, 0.1f, 1));
    scene.mark = from_hue(k->mark_hue, 0.8f, 0.95f);
    scene.mark_x = k->mark_distance * cosf(two_pi * k->mark_turn);
    scene.mark_y = k->mark_distance * sinf(two_pi * k->mark_turn);
    place_body(&scene, difficulty, random);
    light_body(&scene, difficulty, random);
    draw_ground(&scene, difficulty, random);
    return scene;
}

/* ---- textures: -1 .. 1 at point (u, v) of the body, at radius r and angle a ---- */

struct point {
    float u, v, radius, angle;
};

static float texture_stripes(const struct point *p, float frequency)
{
    return cosf(two_pi * frequency * p->u);
}

static float texture_rings(const struct point *p, float frequency)
{
    return cosf(two_pi * frequency * p->radius);
}

static float texture_spots(const struct point *p, float frequency)
{
    return (cosf(two_pi * frequency * p->u) + cosf(two_pi * frequency * p->v)) / 2;
}

static float texture_checks(const struct point *p, float frequency)
{
    return cosf(two_pi * frequency * p->u) * cosf(two_pi * frequency * p->v);
}

static float texture_spiral(const struct point *p, float frequency)
{
    return cosf(two_pi * frequency * p->radius + 2 * p->angle);
}

/* As many as the range of the factor `texture`. */
static float (*const textures[])(const struct point *, float) = {
    texture_stripes, texture_rings, texture_spots, texture_checks, texture_spiral,
};

/* ---- pixels; `pixels` is how many there are in one unit of length, and makes edges one pixel wide ---- */

static struct color ground_at(const struct scene *scene, float x, float y, float pixels)
{
    float wave = 0;
    for (int i = 0; i < WAVES; i++) wave += cosf(scene->wave_x[i] * x + scene->wave_y[i] * y + scene->wave_start[i]);
    struct color color = mix(scene->ground[0], scene->ground[1], clamp(0.5f + wave / 3, 0, 1));
    for (int i = 0; i < scene->blob_count; i++) {
        const struct blob *blob = &scene->blobs[i];
        float dx = x - blob->x, dy = y - blob->y;
        float u = (blob->cosine * dx + blob->sine * dy) / blob->width;
        float v = (blob->cosine * dy - blob->sine * dx) / blob->height;
        float inside = (1 - sqrtf(u * u + v * v)) * fminf(blob->width, blob->height) * pixels;
        color = mix(color, blob->color, clamp(0.5f + inside, 0, 1));
    }
    return color;
}

/* The outline's radius in direction `angle`: round lobes, or pointed ones. */
static float outline(const struct kind *kind, float angle)
{
    float turns = kind->lobes * angle / two_pi;
    float pointed = 4 * fabsf(turns - roundf(turns)) - 1, round = -cosf(two_pi * turns);
    float wave = round + clamp(kind->sharpness, 0, 1) * (pointed - round);
    return 1 - clamp(kind->depth, 0, 0.7f) * (0.5f + 0.5f * wave);
}

static struct color body_at(const struct scene *scene, const struct point *p, float pixels)
{
    const struct kind *kind = &scene->kind;
    float cosine = cosf(two_pi * kind->angle), sine = sinf(two_pi * kind->angle);
    struct point turned = {cosine * p->u + sine * p->v, cosine * p->v - sine * p->u, p->radius, p->angle};
    float signal = textures[(int)kind->texture](&turned, kind->frequency) - kind->share;
    float cover = clamp(0.5f + signal * pixels / (two_pi * kind->frequency), 0, 1);
    struct color color = mix(scene->body, scene->texture, cover);
    float away = hypotf(p->u - scene->mark_x, p->v - scene->mark_y);
    return mix(color, scene->mark, clamp(0.5f + (kind->mark_radius - away) * pixels, 0, 1));
}

static struct color color_at(const struct scene *scene, float x, float y, float pixels)
{
    struct color color = ground_at(scene, x, y, pixels);
    float dx = x - scene->x, dy = y - scene->y;
    struct point p = {.u = (scene->cosine * dx + scene->sine * dy) / scene->across,
                      .v = (scene->cosine * dy - scene->sine * dx) / scene->down};
    p.radius = sqrtf(p.u * p.u + p.v * p.v);
    if (p.radius < 1.2f) {
        p.angle = atan2f(p.v, p.u);
        float scale = fminf(scene->across, scene->down) * pixels;
        float inside = (outline(&scene->kind, p.angle) - p.radius) * scale * 0.8f;
        struct color body = body_at(scene, &p, scale);
        float shade = 1 + scene->light * (p.u * scene->light_x + p.v * scene->light_y);
        for (int c = 0; c < CHANNELS; c++) body.channel[c] *= shade;
        color = mix(color, body, clamp(0.5f + inside, 0, 1));
    }
    for (int c = 0; c < CHANNELS; c++) color.channel[c] *= scene->cast.channel[c];
    return color;
}

void specimen_draw(uint64_t seed, int kind, int specimen, double difficulty, int size, unsigned char *planes)
{
    struct random random = random_stream(seed, RANDOM_DATASET, (uint32_t)kind, (uint64_t)specimen);
    struct scene scene = draw_scene(seed, kind, (float)difficulty, &random);
    size_t plane = (size_t)size * (size_t)size;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            struct color color =
                color_at(&scene, ((float)x + 0.5f) / (float)size, ((float)y + 0.5f) / (float)size, (float)size);
            uint32_t bits = random_bits(&random); /* ten for each channel */
            for (int c = 0; c < CHANNELS; c++, bits >>= 10) {
                float noise = scene.noise * ((float)(bits & 1023) / 511.5f - 1);
                float value = 255 * (color.channel[c] + noise);
                planes[(size_t)c * plane + (size_t)y * (size_t)size + (size_t)x] =
                    (unsigned char)(clamp(value, 0, 255) + 0.5f);
            }
        }
}
