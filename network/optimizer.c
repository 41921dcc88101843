/* optimizer.c - see optimizer.h. */
#include "network/optimizer.h"

#include <math.h>

#include "network/kernels/elementwise.h"

static const char *const names[] = {"adamw", "sgd", NULL};

const struct field optimizer_fields[] = {
    {"name", "the rule", OPTION_CHOICE, offsetof(struct optimizer_options, name), "adamw", 0, 0, names, .tag = "", .label = "optimizer"},
    {"learning_rate", "peak learning rate", OPTION_REAL, offsetof(struct optimizer_options, learning_rate), "1e-3", 0,
     100, .tag = "lr", .label = "learning rate"},
    {"final_learning_rate", "where the cosine decay ends", OPTION_REAL,
     offsetof(struct optimizer_options, final_learning_rate), "1e-7", 0, 100, NULL},
    {"warmup", "share of all steps over which the rate rises from 0", OPTION_REAL,
     offsetof(struct optimizer_options, warmup), "0.1", 0, 1, NULL},
    {"weight_decay", "of weights; biases and norms are left alone", OPTION_REAL,
     offsetof(struct optimizer_options, weight_decay), "1e-4", 0, 10, NULL},
    {"momentum", "of sgd", OPTION_REAL, offsetof(struct optimizer_options, momentum), "0.9", 0, 0.99999, NULL},
    {"beta1", "adamw: decay of the gradient's mean", OPTION_REAL, offsetof(struct optimizer_options, beta1), "0.9", 0,
     0.99999, NULL},
    {"beta2", "adamw: decay of the squared gradient's mean", OPTION_REAL, offsetof(struct optimizer_options, beta2),
     "0.999", 0, 0.9999999, NULL},
    {"epsilon", "adamw: added to the root", OPTION_REAL, offsetof(struct optimizer_options, epsilon), "1e-8", 1e-30, 1,
     NULL},
    {0},
};

void optimizer_init(struct optimizer *optimizer, const struct optimizer_options *options, struct parameter *parameters,
                    int count, struct arena *arena)
{
    size_t trained = 0;
    for (int p = 0; p < count; p++)
        if (parameters[p].trained) trained += parameters[p].count;
    *optimizer = (struct optimizer){.options = *options, .parameters = parameters, .count = count};
    optimizer->first = arena_take(arena, trained, sizeof(float));
    if (options->name == OPTIMIZER_ADAMW) optimizer->second = arena_take(arena, trained, sizeof(float));
}

double optimizer_rate(const struct optimizer_options *options, long step, long steps)
{
    double warmup = options->warmup * (double)steps;
    /* The warm-up need not end at a whole step: its last one would rise above the peak. */
    if ((double)step < warmup) return options->learning_rate * fmin((double)(step + 1) / fmax(warmup, 1), 1);
    double progress = (double)steps > warmup ? ((double)step - warmup) / ((double)steps - warmup) : 1;
    double cosine = 0.5 * (1 + cos(3.14159265358979323846 * progress));
    return options->final_learning_rate + (options->learning_rate - options->final_learning_rate) * cosine;
}

static int step_adamw(struct optimizer *optimizer, double rate, const struct parameter *parameter, size_t at)
{
    const struct optimizer_options *o = &optimizer->options;
    struct adamw adamw = {
        .rate = (float)rate,
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .epsilon = (float)o->epsilon,
        .correction1 = (float)(1 - pow(o->beta1, (double)optimizer->step)),
        .correction2 = (float)(1 - pow(o->beta2, (double)optimizer->step)),
        .decay = parameter->decay ? (float)(rate * o->weight_decay) : 0,
    };
    return elementwise_adamw(&adamw, parameter->value, parameter->gradient, optimizer->first + at,
                             optimizer->second + at, parameter->count);
}

static int step_sgd(struct optimizer *optimizer, double rate, const struct parameter *parameter, size_t at)
{
    const struct optimizer_options *o = &optimizer->options;
    struct sgd sgd = {
        .rate = (float)rate, .momentum = (float)o->momentum, .decay = parameter->decay ? (float)o->weight_decay : 0};
    return elementwise_sgd(&sgd, parameter->value, parameter->gradient, optimizer->first + at, parameter->count);
}

const struct parameter *optimizer_step(struct optimizer *optimizer, double learning_rate)
{
    static int (*const rules[])(struct optimizer *, double, const struct parameter *, size_t) = {
        [OPTIMIZER_ADAMW] = step_adamw,
        [OPTIMIZER_SGD] = step_sgd,
    };
    const struct parameter *broken = NULL;
    size_t at = 0;
    optimizer->step++;
    for (int p = 0; p < optimizer->count; p++) {
        const struct parameter *parameter = &optimizer->parameters[p];
        if (!parameter->trained) continue;
        if (rules[optimizer->options.name](optimizer, learning_rate, parameter, at) && !broken) broken = parameter;
        at += parameter->count;
    }
    return broken;
}
