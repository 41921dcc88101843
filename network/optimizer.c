/* optimizer.c - see optimizer.h. */
#include "network/optimizer.h"

#include <math.h>

#include "network/kernels/elementwise.h"

static const char *const names[] = {"adamw", "sgd", "rmsprop", NULL};
static const char *const schedules[] = {"cosine", "constant", "step", NULL};

const struct field optimizer_fields[] = {
    {"name", "the rule", OPTION_CHOICE, offsetof(struct optimizer_options, name), "adamw", 0, 0, names, .tag = "",
     .label = "optimizer"},
    {"learning_rate", "peak learning rate", OPTION_REAL, offsetof(struct optimizer_options, learning_rate), "1e-3", 0,
     100, .tag = "lr", .label = "learning rate"},
    {"final_learning_rate", "where the cosine decay ends", OPTION_REAL,
     offsetof(struct optimizer_options, final_learning_rate), "1e-7", 0, 100, NULL},
    {"warmup", "share of all steps over which the rate rises from 0", OPTION_REAL,
     offsetof(struct optimizer_options, warmup), "0.1", 0, 1, NULL},
    {"schedule", "what the rate does after the warm-up", OPTION_CHOICE, offsetof(struct optimizer_options, schedule),
     "cosine", .choices = schedules, .tag = "", .label = "schedule", .later = 1},
    {"step_every", "schedule step: share of all steps after which the rate falls, each time", OPTION_REAL,
     offsetof(struct optimizer_options, step_every), "0.3", 1e-6, 1, .later = 1},
    {"step_factor", "schedule step: what the rate is multiplied by then", OPTION_REAL,
     offsetof(struct optimizer_options, step_factor), "0.1", 0, 1, .later = 1},
    {"head_learning_rate", "peak learning rate of the linear head; auto: the network's", OPTION_REAL,
     offsetof(struct optimizer_options, head_learning_rate), "auto", 0, 100, .tag = "headlr",
     .label = "learning rate of the head", .later = 1},
    {"head_warmup", "epochs at the start in which only the linear head is trained", OPTION_REAL,
     offsetof(struct optimizer_options, head_warmup), "0", 0, 100000, .label = "epochs of the head alone", .later = 1},
    {"weight_decay", "of weights; biases and norms do not decay", OPTION_REAL,
     offsetof(struct optimizer_options, weight_decay), "1e-4", 0, 10, NULL},
    {"momentum", "of sgd and rmsprop", OPTION_REAL, offsetof(struct optimizer_options, momentum), "0.9", 0, 0.99999,
     NULL},
    {"beta1", "adamw: decay of the gradient's mean", OPTION_REAL, offsetof(struct optimizer_options, beta1), "0.9", 0,
     0.99999, NULL},
    {"beta2", "adamw: decay of the squared gradient's mean", OPTION_REAL, offsetof(struct optimizer_options, beta2),
     "0.999", 0, 0.9999999, NULL},
    {"rms_decay", "rmsprop: decay of the squared gradient's mean, alpha elsewhere", OPTION_REAL,
     offsetof(struct optimizer_options, rms_decay), "0.99", 0, 0.9999999, .later = 1},
    {"epsilon", "adamw, rmsprop: added to the root", OPTION_REAL, offsetof(struct optimizer_options, epsilon), "1e-8",
     1e-30, 1, NULL},
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
    if (options->name != OPTIMIZER_SGD) optimizer->second = arena_take(arena, trained, sizeof(float));
}

/* The schedule's rate, without the warm-up's factor. */
static double scheduled(const struct optimizer_options *options, double step, double steps)
{
    double warmup = options->warmup * steps, peak = options->learning_rate, last = options->final_learning_rate;
    if (options->schedule == SCHEDULE_CONSTANT) return peak;
    if (options->schedule == SCHEDULE_STEP)
        return peak * pow(options->step_factor, floor(step / (options->step_every * steps) + 1e-9));
    if (step < warmup) return peak;
    double progress = steps > warmup ? (step - warmup) / (steps - warmup) : 1;
    return last + (peak - last) * 0.5 * (1 + cos(3.14159265358979323846 * progress));
}

double optimizer_rate(const struct optimizer_options *options, long step, long steps)
{
    double warmup = options->warmup * (double)steps, rate = scheduled(options, (double)step, (double)steps);
    /* The warm-up may end between two steps; without fmin the last one would exceed the peak. */
    return (double)step < warmup ? rate * fmin((double)(step + 1) / fmax(warmup, 1), 1) : rate;
}

int optimizer_decays(const struct optimizer_options *options)
{
    switch (options->schedule) {
    case SCHEDULE_CONSTANT:
        return 0;
    case SCHEDULE_STEP:
        return options->step_factor < 1 && options->step_every < 1;
    default:
        return options->final_learning_rate < options->learning_rate;
    }
}

static int step_adamw(struct optimizer *optimizer, double rate, const struct parameter *parameter, size_t at)
{
    const struct optimizer_options *o = &optimizer->options;
    double steps = (double)(optimizer->step - (parameter->is_head ? 0 : optimizer->head_steps)); /* of its own */
    struct adamw adamw = {
        .rate = (float)rate,
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .epsilon = (float)o->epsilon,
        .correction1 = (float)(1 - pow(o->beta1, steps)),
        .correction2 = (float)(1 - pow(o->beta2, steps)),
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

static int step_rmsprop(struct optimizer *optimizer, double rate, const struct parameter *parameter, size_t at)
{
    const struct optimizer_options *o = &optimizer->options;
    struct rmsprop rmsprop = {.rate = (float)rate,
                              .alpha = (float)o->rms_decay,
                              .momentum = (float)o->momentum,
                              .epsilon = (float)o->epsilon,
                              .decay = parameter->decay ? (float)o->weight_decay : 0};
    return elementwise_rmsprop(&rmsprop, parameter->value, parameter->gradient, optimizer->first + at,
                               optimizer->second + at, parameter->count);
}

static double head_share(const struct optimizer_options *options)
{
    int own = !isnan(options->head_learning_rate) && options->learning_rate > 0;
    return own ? options->head_learning_rate / options->learning_rate : 1;
}

const struct parameter *optimizer_step(struct optimizer *optimizer, double learning_rate)
{
    static int (*const rules[])(struct optimizer *, double, const struct parameter *, size_t) = {
        [OPTIMIZER_ADAMW] = step_adamw,
        [OPTIMIZER_SGD] = step_sgd,
        [OPTIMIZER_RMSPROP] = step_rmsprop,
    };
    const struct parameter *broken = NULL;
    double head_rate = learning_rate * head_share(&optimizer->options);
    size_t at = 0;
    optimizer->step++;
    optimizer->head_steps += optimizer->head_only;
    for (int p = 0; p < optimizer->count; p++) {
        const struct parameter *parameter = &optimizer->parameters[p];
        if (!parameter->trained) continue;
        double rate = parameter->is_head ? head_rate : learning_rate;
        int left_alone = optimizer->head_only && !parameter->is_head;
        if (!left_alone && rules[optimizer->options.name](optimizer, rate, parameter, at) && !broken)
            broken = parameter;
        at += parameter->count;
    }
    return broken;
}
