/* fit.c - see fit.h. */
#include "harness/training/fit.h"

#include <math.h>

#include "base/number.h"
#include "base/parallel.h"
#include "harness/training/memory.h"
#include "harness/training/resolve.h"

enum { MICRO_BATCH_MOST = 64 };

const char *const fit_bound_names[] = {"given", "memory", "classes", "at_most", NULL};

/* Candidate batches of n steps of samples, n = first ... last. */
struct search {
    const struct settings *settings;
    const struct update_classes *classes;
    int step, first, last;
    enum fit_bound bound; /* the reason for `last` */
    int micro_batch;      /* under way */
    size_t memory;        /* 0: any */
    size_t least;         /* fewest bytes seen */
    struct error *error;
};

static struct settings settings_of(const struct search *search, int n)
{
    struct settings settings = *search->settings;
    settings.batch_size = n * search->step;
    settings.micro_batch = search->micro_batch;
    return settings;
}

static size_t counted_bytes(const struct settings *settings, const struct update_plan *plan)
{
    return settings->memory_of == MEMORY_OF_ACTIVATIONS ? update_activation_bytes(plan) : memory_tensor_bytes(plan);
}

static int measure(struct search *search, int n, size_t *bytes)
{
    struct settings settings = settings_of(search, n);
    struct update_plan plan;
    if (update_measure(&settings, search->classes, &plan, search->error) != 0) return -1;
    *bytes = counted_bytes(&settings, &plan);
    search->least = number_smaller_size(search->least, *bytes);
    return 0;
}

/* 1, 0, or -1 if it cannot be planned. */
static int fits(struct search *search, int n)
{
    size_t bytes;
    if (search->memory == 0) return 1;
    if (measure(search, n, &bytes) != 0) return -1;
    return bytes <= search->memory;
}

/* Number of steps after which micro-batch sizes recur: those of the tape, which holds a share p of the batch, and those
 * of the samples embedded without one, by several threads at once. */
static int recurring_steps(const struct search *search)
{
    const struct settings *settings = search->settings;
    double rest = settings->portion < 1 ? 1 - settings->portion : 1, micro_batch = search->micro_batch;
    double tape = micro_batch / settings->portion, embedded = micro_batch * parallel_threads() / rest;
    return (int)fmin(ceil(fmax(tape, embedded) / search->step) + 1, search->last);
}

/* From n = `fitting` on, the last n that fits, looking up to `window` steps beyond each that does. */
static int look_on(struct search *search, int fitting, int window)
{
    for (int n = fitting + 1; n <= search->last && n - fitting <= window; n++) {
        int status = fits(search, n);
        if (status < 0) return -1;
        if (status) fitting = n;
    }
    return fitting;
}

/* The largest n > low that fits; low if none does, -1 on failure. */
static int find_largest(struct search *search, int low)
{
    int high = search->last + 1, ahead = 1, status;
    while (low + 1 < high) {
        int doubling = low + ahead < high, n = doubling ? low + ahead : low + (high - low) / 2;
        if ((status = fits(search, n)) < 0) return -1;
        if (status)
            low = n;
        else
            high = n;
        ahead = status && doubling ? 2 * ahead : search->last + 1;
    }
    return look_on(search, low, recurring_steps(search));
}

/* Sets the range of candidate batches. */
static int set_range(struct search *search, int fillable, struct error *error)
{
    const struct settings *settings = search->settings;
    struct error ignored;
    int most = settings->batch_at_most;
    if (settings->batch_size != BATCH_LARGEST) {
        search->step = settings->batch_size;
        search->first = search->last = 1;
        search->bound = FIT_GIVEN;
        if (most == 0 || settings->batch_size <= most) return 0;
        return error_set(error, "batch_size %d is more than at_most %d", settings->batch_size, most);
    }
    if (most == 0 && settings->memory == 0)
        return error_set(error, "batch_size: largest needs a bound: memory, such as memory: 300MiB, or at_most");
    search->step = settings->samples_per_class;
    search->bound = most > 0 && most < fillable ? FIT_AT_MOST : FIT_CLASSES;
    search->last = (search->bound == FIT_AT_MOST ? most : fillable) / search->step;
    struct settings largest = settings_of(search, search->last);
    if (search->last < 1)
        return error_set(error, "batch_size: largest finds no batch: at most %d samples are fewer than %d of one class",
                         search->bound == FIT_AT_MOST ? most : fillable, search->step);
    if (settings_resolve(&largest, error) != 0) return -1;
    for (search->first = 1; search->first < search->last; search->first++) {
        struct settings smallest = settings_of(search, search->first);
        if (settings_resolve(&smallest, &ignored) == 0) break;
    }
    return 0;
}

/* Takes the largest batch with that micro-batch, if it is not smaller than the best. */
static int try_micro_batch(struct search *search, struct fit *best)
{
    int below = number_larger(search->first, best->batch_size / search->step) - 1, n = find_largest(search, below);
    if (n <= below) return n < 0 ? -1 : 0;
    *best = (struct fit){n * search->step, search->micro_batch, .bound = search->bound};
    if (n < search->last) {
        best->bound = FIT_MEMORY;
        best->next_batch_size = (n + 1) * search->step;
        if (measure(search, n + 1, &best->next_bytes) != 0) return -1;
    }
    return measure(search, n, &best->bytes);
}

static int try_all(struct search *search, struct fit *best)
{
    int asked = search->settings->micro_batch;
    if (asked != BATCH_LARGEST) {
        search->micro_batch = asked;
        return try_micro_batch(search, best);
    }
    for (search->micro_batch = 1; search->micro_batch <= MICRO_BATCH_MOST; search->micro_batch *= 2)
        if (try_micro_batch(search, best) != 0) return -1;
    return 0;
}

static int refuse(const struct search *search, struct error *error)
{
    char least[OPTION_SIZE_TEXT], given[OPTION_SIZE_TEXT];
    size_t mebibytes = (search->least + (1 << 20) - 1) >> 20;
    option_format_size(mebibytes << 20, least);
    option_format_size(search->memory, given);
    if (search->settings->batch_size == BATCH_LARGEST)
        return error_set(error, "no batch fits memory: %s (%s); the smallest takes %s", given,
                         settings_memory_of_names[search->settings->memory_of], least);
    return error_set(error, "batch_size %d does not fit memory: %s (%s); it takes %s", search->settings->batch_size,
                     given, settings_memory_of_names[search->settings->memory_of], least);
}

int fit_find(const struct settings *settings, int fillable, const struct update_classes *classes, struct fit *fit,
             struct error *error)
{
    struct search search = {
        .settings = settings,
        .classes = classes,
        .micro_batch = number_larger(settings->micro_batch, 1),
        .memory = settings->memory,
        .least = SIZE_MAX,
        .error = error,
    };
    *fit = (struct fit){0};
    if (set_range(&search, fillable, error) != 0 || try_all(&search, fit) != 0) return -1;
    return fit->batch_size > 0 ? 0 : refuse(&search, error);
}

void fit_apply(const struct fit *fit, struct settings *settings)
{
    settings->batch_size = fit->batch_size;
    settings->micro_batch = fit->micro_batch;
    settings->memory = 0;
    settings->memory_of = MEMORY_OF_TENSORS;
    settings->batch_at_most = 0;
}
