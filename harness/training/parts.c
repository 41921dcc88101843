/* parts.c - see parts.h. Each image gets the number of its part; then the images are grouped by class. */
#include "harness/training/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/random.h"
#include "harness/training/label_noise.h"
#include "strategies/samplers/sampler.h"

const char *const part_names[PARTS] = {[PART_TRAIN] = "train",
                                       [PART_SEEN] = "seen",
                                       [PART_VALID] = "valid",
                                       [PART_TEST] = "test",
                                       [PART_GALLERY] = "gallery"};

enum { UNUSED = PARTS, UNMEASURED };

static int asks_for_classes(const struct settings *settings)
{
    return settings->validation.share > 0 || settings->validation.classes > 0;
}

/* ---- validation classes ---- */

/* Where block `fold` begins among `count` classes. */
static int block_start(const struct validation *wanted, int fold, int count)
{
    double start = wanted->classes > 0 ? (double)wanted->classes * fold : round(wanted->share * count * fold);
    return start < count ? (int)start : count;
}

static int count_folds(const struct validation *wanted, int count)
{
    return wanted->classes > 0 ? (count - 1) / wanted->classes + 1 : validation_fold_count(wanted->share);
}

static int find_block(const struct validation *wanted, int count, int *first, int *end, struct error *error)
{
    int folds = count_folds(wanted, count);
    *first = block_start(wanted, wanted->fold, count);
    *end = block_start(wanted, wanted->fold + 1, count);
    if (wanted->fold >= folds)
        return error_set(error, "validation: there is no fold %d: the %d train classes make %d, numbered from 0",
                         wanted->fold, count, folds);
    if (*end - *first == count)
        return error_set(error,
                         "validation: fold %d takes all %d train classes; ask for a smaller share or fewer classes",
                         wanted->fold, count);
    if (*end > *first) return 0;
    return error_set(error,
                     "validation: fold %d of share %g of the %d train classes has no class; ask for a larger share",
                     wanted->fold, wanted->share, count);
}

static int keep_out_classes(uint8_t *numbers, const struct pack_classes *train, const struct settings *settings,
                            struct error *error)
{
    int first, end;
    if (!asks_for_classes(settings)) return 0;
    if (find_block(&settings->validation, train->class_count, &first, &end, error) != 0) return -1;
    for (int i = train->start[first]; i < train->start[end]; i++) numbers[train->image[i]] = PART_VALID;
    return 0;
}

/* ---- images ---- */

/* Gives `wanted` of a class's images that number; which ones depends only on purpose and class. `scratch` (count). */
static void draw_images(uint8_t *numbers, const int *images, int count, int wanted, uint8_t number,
                        enum random_purpose purpose, int label, int *scratch)
{
    struct random random = random_stream(0, purpose, (uint32_t)label, 0);
    memcpy(scratch, images, (size_t)count * sizeof *scratch);
    sampler_draw(&random, scratch, count, wanted);
    for (int i = 0; i < wanted; i++) numbers[scratch[i]] = number;
}

/* Keeps images out of training, but leaves at least one of each class. */
static void keep_out_images(uint8_t *numbers, const struct pack_classes *train, double share, int *scratch)
{
    for (int c = 0; c < train->class_count; c++) {
        const int *images = train->image + train->start[c];
        int count = train->start[c + 1] - train->start[c];
        int wanted = number_smaller((int)lround(share * count), count - 1);
        if (numbers[images[0]] == PART_TRAIN)
            draw_images(numbers, images, count, wanted, PART_SEEN, RANDOM_SEEN, train->label[c], scratch);
    }
}

/* Leaves whole classes unmeasured, so that each measured image can find all images of its class; keeps at least two
 * classes. Seen images are measured with their classes. `scratch` has room for all classes. */
static void leave_unmeasured(uint8_t *numbers, const struct pack_classes *train, double share, int *scratch)
{
    struct random random = random_stream(0, RANDOM_MEASURED, 0, 0);
    int count = 0;
    for (int c = 0; c < train->class_count; c++)
        if (numbers[train->image[train->start[c]]] != PART_VALID) scratch[count++] = c;
    int measured = number_smaller(number_larger((int)lround(share * count), 2), count);
    sampler_draw(&random, scratch, count, count - measured);
    for (int i = 0; i < count - measured; i++)
        for (int at = train->start[scratch[i]]; at < train->start[scratch[i] + 1]; at++)
            numbers[train->image[at]] = UNMEASURED;
}

/* ---- all of it ---- */

static void number_images(uint8_t *numbers, const struct pack *pack, const struct settings *settings)
{
    static const uint8_t parts[PACK_SPLITS] = {
        [PACK_TRAIN] = PART_TRAIN, [PACK_TEST] = PART_TEST, [PACK_VALID] = PART_VALID, [PACK_GALLERY] = PART_GALLERY};
    for (int i = 0; i < pack->count; i++) {
        numbers[i] = parts[pack->splits[i]];
        if (numbers[i] == PART_VALID && asks_for_classes(settings)) numbers[i] = UNUSED;
    }
}

static int check_choice(const struct parts *parts, const struct settings *settings, struct error *error)
{
    const char *what = settings->judge == JUDGE_BEST ? "judge: best" : settings->patience > 0 ? "patience" : NULL;
    if (!what || parts_have(parts, PART_VALID)) return 0;
    return error_set(error,
                     "%s chooses an epoch by validation classes, and there are none: ask for some, as in "
                     "validation: {share: 0.25}",
                     what);
}

/* Groups the training images by the labels that training sees, which may be wrong. */
static int group_trained(struct parts *parts, const struct pack *pack, const struct settings *settings,
                         const uint8_t *numbers, struct error *error)
{
    size_t bytes = (size_t)pack->count * sizeof *parts->labels;
    parts->as_trained = *pack;
    if (pack_classes_pick(&parts->trained, pack, numbers, PART_TRAIN, error) != 0) return -1;
    if (settings->label_noise == 0) return 0;
    parts->labels = malloc(bytes);
    if (!parts->labels) return error_set(error, "out of memory for %d labels", pack->count);
    memcpy(parts->labels, pack->labels, bytes);
    parts->as_trained.labels = parts->labels;
    if (label_noise_add(parts->labels, &parts->trained, settings->label_noise, settings->seed, error) != 0) return -1;
    pack_classes_release(&parts->trained);
    return pack_classes_pick(&parts->trained, &parts->as_trained, numbers, PART_TRAIN, error);
}

static int init(struct parts *parts, const struct pack *pack, const struct settings *settings,
                struct pack_classes *train, uint8_t *numbers, int *scratch, struct error *error)
{
    number_images(numbers, pack, settings);
    if (pack_classes_init(train, pack, PACK_TRAIN, error) != 0) return -1;
    if (keep_out_classes(numbers, train, settings, error) != 0) return -1;
    if (settings->validation.seen > 0) keep_out_images(numbers, train, settings->validation.seen, scratch);
    if (group_trained(parts, pack, settings, numbers, error) != 0) return -1;
    leave_unmeasured(numbers, train, settings->evaluate_train.share, scratch);
    for (int p = 0; p < PARTS; p++)
        if (pack_classes_pick(&parts->measured[p], pack, numbers, p, error) != 0) return -1;
    return check_choice(parts, settings, error);
}

int parts_init(struct parts *parts, const struct pack *pack, const struct settings *settings, struct error *error)
{
    struct pack_classes train = {0};
    uint8_t *numbers = malloc((size_t)pack->count);
    int *scratch = malloc((size_t)pack->count * sizeof *scratch);
    *parts = (struct parts){0};
    int status = numbers && scratch ? init(parts, pack, settings, &train, numbers, scratch, error)
                                    : error_set(error, "out of memory for %d images", pack->count);
    pack_classes_release(&train);
    free(numbers);
    free(scratch);
    if (status != 0) parts_release(parts);
    return status;
}

void parts_release(struct parts *parts)
{
    free(parts->labels);
    parts->labels = NULL;
    pack_classes_release(&parts->trained);
    for (int p = 0; p < PARTS; p++) pack_classes_release(&parts->measured[p]);
}

int parts_have(const struct parts *parts, enum part part)
{
    return parts->measured[part].count > 0;
}

int parts_replace_valid(const struct pack *pack, const struct settings *settings)
{
    int has_own = 0;
    for (int i = 0; i < pack->count && !has_own; i++) has_own = pack->splits[i] == PACK_VALID;
    return has_own && asks_for_classes(settings);
}

/* Labels are ascending. */
int parts_answerable(const struct pack_classes *queries, const struct pack_classes *gallery)
{
    if (!gallery) return queries->count > queries->class_count;
    for (int q = 0, g = 0; q < queries->class_count && g < gallery->class_count;) {
        if (queries->label[q] == gallery->label[g]) return 1;
        if (queries->label[q] < gallery->label[g])
            q++;
        else
            g++;
    }
    return 0;
}
