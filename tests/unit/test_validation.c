/* test_validation.c - which classes and images are kept out of training, and what is chosen by them. */
#include <criterion/criterion.h>

#include <math.h>
#include <signal.h>

#include "base/interrupt.h"
#include "harness/training/cell.h"
#include "harness/training/label_noise.h"
#include "harness/training/parts.h"
#include "tests/support/experiment_fixture.h"

/* ---- a pack ---- */

enum { EACH = 5, SIDE = 16, CLASSES_MAX = 40, IMAGES_MAX = CLASSES_MAX * EACH };

/* A pack of classes that differ in color; `rotate` gives the labels of test images to other ones. */
static void write_pack(const char *folder, int train, int valid, int test, int rotate)
{
    static unsigned char planes[IMAGES_MAX][3 * SIDE * SIDE];
    static char text[CLASSES_MAX][16];
    const char *names[CLASSES_MAX];
    int classes = train + valid + test, count = classes * EACH;
    int32_t labels[IMAGES_MAX];
    uint8_t splits[IMAGES_MAX];
    struct pack_writer writer;
    struct error error;
    cr_assert_leq(classes, CLASSES_MAX);
    for (int c = 0; c < classes; c++) {
        snprintf(text[c], sizeof text[c], "c%03d", c);
        names[c] = text[c];
    }
    for (int i = 0; i < count; i++) {
        struct random random = random_stream(7, RANDOM_TEST, 0, (uint64_t)i);
        int light = (int)random_below(&random, 100);
        int own = i / EACH, first = train + valid;
        labels[i] = own < first ? own : first + (own - first + i * rotate) % test;
        splits[i] = own < train ? PACK_TRAIN : own < first ? PACK_VALID : PACK_TEST;
        for (int p = 0; p < 3 * SIDE * SIDE; p++)
            planes[i][p] =
                (unsigned char)(light + own * 29 * (p / (SIDE * SIDE) + 1) % 50 + (int)random_below(&random, 100));
    }
    struct pack_contents contents = {count, classes, SIDE, labels, splits, names};
    char *path = file_join(folder, "colors.pack");
    cr_assert_eq(pack_writer_open(&writer, path, &contents, &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_put(&writer, 0, count, planes[0], &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_commit(&writer, "made: here\n", &error), 0, "%s", error.message);
    pack_writer_release(&writer);
    free(path);
}

struct sample {
    char *folder;
    struct pack pack;
    struct settings settings;
    struct parts parts;
    struct error error;
};

static struct sample *sample_of(int train, int valid, int test)
{
    struct sample *sample = calloc(1, sizeof *sample);
    sample->folder = fixture_folder();
    write_pack(sample->folder, train, valid, test, 0);
    char *path = file_join(sample->folder, "colors.pack");
    cr_assert_eq(pack_open(&sample->pack, path, 1, &sample->error), 0, "%s", sample->error.message);
    free(path);
    settings_defaults(&sample->settings);
    return sample;
}

static void sample_release(struct sample *sample)
{
    parts_release(&sample->parts);
    pack_release(&sample->pack);
    fixture_remove(sample->folder);
    free(sample);
}

static const struct pack_classes *measured(struct sample *sample, enum part part)
{
    parts_release(&sample->parts);
    cr_assert_eq(parts_init(&sample->parts, &sample->pack, &sample->settings, &sample->error), 0, "%s",
                 sample->error.message);
    return &sample->parts.measured[part];
}

static void refuses(struct sample *sample, const char *part)
{
    struct parts parts;
    cr_expect_eq(parts_init(&parts, &sample->pack, &sample->settings, &sample->error), -1);
    cr_expect_not_null(strstr(sample->error.message, part), "'%s' does not say '%s'", sample->error.message, part);
}

/* ---- classes ---- */

Test(validation, folds_are_disjoint_and_cover)
{
    static const struct {
        double share;
        int classes, folds;
    } cases[] = {{0.25, 0, 4}, {0.3, 0, 4}, {0.1, 0, 10}, {0, 3, 4}, {0.5, 0, 2}, {1.0 / 3, 0, 3}};
    struct sample *sample = sample_of(10, 0, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int times[10] = {0};
        sample->settings.validation = (struct validation){.share = cases[i].share, .classes = cases[i].classes};
        for (int f = 0; f < cases[i].folds; f++) {
            sample->settings.validation.fold = f;
            const struct pack_classes *valid = measured(sample, PART_VALID), *trained = &sample->parts.trained;
            for (int c = 0; c < valid->class_count; c++) times[valid->label[c]]++;
            cr_expect_eq(valid->class_count + trained->class_count, 10);
            for (int c = 1; c < valid->class_count; c++)
                cr_expect_eq(valid->label[c], valid->label[c - 1] + 1, "a block of labels");
        }
        for (int c = 0; c < 10; c++) cr_expect_eq(times[c], 1, "share %g: class %d", cases[i].share, c);
        sample->settings.validation.fold = cases[i].folds;
        refuses(sample, "there is no fold");
    }
    sample_release(sample);
}

Test(validation, the_data_sets_own_classes_are_used_unless_others_are_asked_for)
{
    struct sample *sample = sample_of(8, 3, 2);
    const struct pack_classes *valid = measured(sample, PART_VALID);
    cr_expect_eq(valid->class_count, 3);
    cr_expect_eq(valid->label[0], 8);
    cr_expect_eq(sample->parts.trained.class_count, 8);
    cr_expect_not(parts_replace_valid(&sample->pack, &sample->settings));
    sample->settings.validation = (struct validation){.classes = 2, .fold = 1};
    valid = measured(sample, PART_VALID);
    cr_expect_eq(valid->class_count, 2);
    cr_expect_eq(valid->label[0], 2);
    cr_expect_eq(sample->parts.trained.class_count, 6);
    cr_expect(parts_replace_valid(&sample->pack, &sample->settings));
    sample_release(sample);
}

Test(validation, what_cannot_be_chosen_is_refused)
{
    struct sample *sample = sample_of(4, 0, 2);
    sample->settings.judge = JUDGE_BEST;
    refuses(sample, "judge: best chooses an epoch by validation classes, and there are none");
    sample->settings.judge = JUDGE_LAST;
    sample->settings.patience = 2;
    refuses(sample, "patience chooses");
    sample->settings.patience = 0;
    sample->settings.validation.classes = 4;
    refuses(sample, "takes all 4 train classes");
    sample->settings.validation = (struct validation){.share = 0.1};
    refuses(sample, "has no class");
    sample_release(sample);
}

/* ---- images ---- */

static int is_in(const struct pack_classes *classes, int image)
{
    for (int i = 0; i < classes->count; i++)
        if (classes->image[i] == image) return 1;
    return 0;
}

Test(validation, seen_images_are_of_classes_that_are_trained_on)
{
    struct sample *sample = sample_of(8, 0, 2);
    sample->settings.validation = (struct validation){.share = 0.25, .seen = 0.4};
    const struct pack_classes *seen = measured(sample, PART_SEEN), *trained = &sample->parts.trained;
    cr_expect_eq(seen->class_count, 6);
    cr_expect_eq(seen->count, 6 * 2);
    cr_expect_eq(trained->count, 6 * 3);
    for (int i = 0; i < seen->count; i++) cr_expect_not(is_in(trained, seen->image[i]));
    int first = seen->image[0], all[2] = {seen->image[0], seen->image[1]};
    sample->settings.seed = 5;
    seen = measured(sample, PART_SEEN);
    cr_expect_eq(seen->image[0], first, "the seed has no say in it");
    cr_expect_eq(seen->image[1], all[1]);
    sample->settings.validation.seen = 0.99;
    measured(sample, PART_SEEN);
    cr_expect_eq(sample->parts.trained.count, 6, "one image of each class stays");
    sample_release(sample);
}

Test(validation, a_share_of_the_train_classes_is_measured_and_all_are_trained_on)
{
    struct sample *sample = sample_of(10, 0, 2);
    sample->settings.evaluate_train.share = 0.5;
    sample->settings.validation = (struct validation){.classes = 2, .seen = 0.2};
    const struct pack_classes *train = measured(sample, PART_TRAIN), *seen = &sample->parts.measured[PART_SEEN];
    cr_expect_eq(train->class_count, 4);
    cr_expect_eq(train->count, 4 * (EACH - 1));
    cr_expect_eq(sample->parts.trained.count, 8 * (EACH - 1));
    for (int i = 0; i < train->count; i++) cr_expect(is_in(&sample->parts.trained, train->image[i]));
    cr_assert_eq(seen->class_count, 4);
    for (int c = 0; c < 4; c++) cr_expect_eq(seen->label[c], train->label[c], "seen images are of what is measured");
    sample->settings.evaluate_train.share = 1e-6;
    cr_expect_eq(measured(sample, PART_TRAIN)->class_count, 2);
    sample_release(sample);
}

/* ---- settings ---- */

#define SMALL                                                                                                          \
    "dataset: colors\nmodel: {name: conv4, channels: 16, embedding_size: 8}\nimage_size: 16\nbatch_size: 8\n"          \
    "samples_per_class: 2\n"

static void is_refused(const char *lines, const char *part)
{
    struct made made;
    struct error error;
    char *text;
    cr_assert_geq(asprintf(&text, SMALL "%s", lines), 0);
    cr_assert_eq(made_read(&made, text, NULL, 0, &error), -1, "%s", lines);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    free(text);
}

Test(validation, settings_that_contradict_each_other_are_refused)
{
    is_refused("validation: {share: 0.25, classes: 3}\n", "give one of them");
    is_refused("validation: 0.25\npatience: 2\n", "a learning rate that decays");
    is_refused("validation: {classes: 3, fold: all}\n", "fold: all needs a share");
    is_refused("validation: {share: [0.25, 0.5], fold: all}\n", "fold: all needs a single share");
    is_refused("validation: {share: [0.25, 0.5], fold: all}\n", "needs a single share");
    is_refused("validation: {share: 0.25, fold: [all, 1]}\n", "cannot be part of a list");
    is_refused("validation: {share: 0.25, fold: some}\n", "fold");
    is_refused("validation: {share: 0.01, fold: all}\n", "more than the 64 values");
}

Test(validation, all_folds_are_as_many_as_the_share_makes)
{
    struct made *made = made_of(SMALL "validation: {fold: all, share: 0.3}\nseed: [0, 1]\n");
    cr_assert_eq(made->grid.count, 8);
    for (int c = 0; c < 8; c++) cr_expect_eq(made->grid.cells[c].settings.validation.fold, c / 2);
    cr_expect_str_eq(made->grid.cells[2].name, "balanced-b8-m2-p1-full-f1-s0");
    made_release(made);
    made = made_with(SMALL "validation: {fold: all, share: 0.3}\n", "validation.share=0.5");
    cr_expect_eq(made->grid.count, 2);
    made_release(made);
    made = made_of(SMALL "validation: {fold: [0, 1], share: [0, 0.5]}\n");
    cr_expect_eq(made->grid.count, 3, "without validation classes there are no folds");
    made_release(made);
}

/* ---- cells ---- */

static int stop_after = -1; /* epoch; of one test's own process */

static void stop(void *context, const struct epoch_record *row, int epochs)
{
    (void)context, (void)epochs;
    if (row->epoch == stop_after) raise(SIGTERM);
}

static void forget_signal(void)
{
    sigset_t set;
    struct timespec none = {0};
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigtimedwait(&set, NULL, &none);
}

/* Trains in FOLDER/NAME; returns its epochs.csv, which the caller releases. With `stopped` it is stopped after each of
 * these epochs (ends with -1), and resumed. */
static struct csv_table train(const char *folder, const char *name, const char *lines, const int *stopped)
{
    struct csv_table table;
    struct error error = {0};
    char *text, *cell = file_join(folder, "%s", name), *epochs = file_join(folder, "%s/epochs.csv", name);
    cr_assert_geq(asprintf(&text, SMALL "%s", lines), 0);
    struct made *made = made_of(text);
    cr_assert_eq(file_make_folder(cell, &error), 0);
    interrupt_hold();
    for (; stopped && *stopped >= 0; stopped++) {
        stop_after = *stopped;
        cr_assert_eq(cell_train(&made->grid.cells[0], folder, cell, NULL, stop, NULL, &error), LOOP_INTERRUPTED);
        forget_signal();
    }
    stop_after = -1;
    cr_assert_eq(cell_train(&made->grid.cells[0], folder, cell, NULL, stop, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(csv_read(&table, epochs, &error), 0, "%s", error.message);
    made_release(made);
    free(text);
    free(cell);
    free(epochs);
    return table;
}

static const char *at(const struct csv_table *table, int row, const char *column)
{
    return csv_text(table, row, csv_column(table, column));
}

static int judged(const struct csv_table *table)
{
    int found = -1;
    for (int r = 0; r < table->row_count; r++)
        if (strcmp(at(table, r, "judged"), "1") == 0) {
            cr_expect_eq(found, -1, "one epoch is judged");
            found = r;
        }
    return found;
}

/* The rate is so high that the network is as good at one time as at another. */
#define RESTLESS                                                                                                       \
    "optimizer: {name: sgd, learning_rate: 1.5, final_learning_rate: 1.5}\nvalidation: 0.4\njudge: best\nepochs: 6\n"  \
    "steps_per_epoch: 2\n"

static char *new_folder(int rotate)
{
    char *folder = fixture_folder();
    write_pack(folder, 14, 0, 4, rotate);
    return folder;
}

static void forget(char *folder, struct csv_table *a, struct csv_table *b)
{
    csv_release(a);
    csv_release(b);
    fixture_remove(folder);
}

Test(validation, the_best_epoch_is_chosen_and_tested_with_its_own_weights)
{
    char *folder = new_folder(0);
    struct csv_table best = train(folder, "best", RESTLESS, NULL);
    struct csv_table always = train(folder, "always", RESTLESS "evaluate_test: always\n", NULL);
    int chosen = judged(&best);
    cr_assert_geq(chosen, 1);
    for (int r = 0; r < best.row_count; r++) {
        cr_expect_str_eq(at(&best, r, "valid_map_at_r"), at(&always, r, "valid_map_at_r"));
        if (r > 0) cr_expect_leq(atof(at(&best, r, "valid_map_at_r")), atof(at(&best, chosen, "valid_map_at_r")));
        cr_expect_str_eq(at(&best, r, "test_map_at_r"), r == chosen ? at(&always, r, "test_map_at_r") : "");
        cr_expect_str_neq(at(&always, r, "test_map_at_r"), "");
    }
    cr_expect_eq(judged(&always), chosen);
    forget(folder, &best, &always);
}

Test(validation, the_labels_of_test_images_have_no_say_in_any_choice)
{
    char *folder = new_folder(0), *other = new_folder(1);
    struct csv_table as_is = train(folder, "as-is", RESTLESS, NULL);
    struct csv_table scrambled = train(other, "scrambled", RESTLESS, NULL);
    int chosen = judged(&as_is);
    cr_expect_eq(judged(&scrambled), chosen);
    cr_expect_str_neq(at(&scrambled, chosen, "test_map_at_r"), at(&as_is, chosen, "test_map_at_r"));
    for (int r = 0; r < as_is.row_count; r++)
        cr_expect_str_eq(at(&scrambled, r, "valid_map_at_r"), at(&as_is, r, "valid_map_at_r"));
    csv_release(&scrambled);
    fixture_remove(other);
    forget(folder, &as_is, &as_is);
}

Test(validation, a_cell_that_is_stopped_and_resumed_comes_to_the_same_choice_and_numbers)
{
    static const char *const columns[] = {"judged",         "valid_map_at_r", "test_map_at_r",
                                          "train_map_at_r", "test_loss",      "full_batch_loss"};
    char *folder = new_folder(0);
    struct csv_table whole = train(folder, "whole", RESTLESS "evaluate_train: end\n", NULL);
    struct csv_table pieces = train(folder, "pieces", RESTLESS "evaluate_train: end\n", (const int[]){1, 2, 4, 5, -1});
    cr_assert_eq(whole.row_count, pieces.row_count);
    for (int r = 0; r < whole.row_count; r++)
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
            cr_expect_str_eq(at(&pieces, r, columns[c]), at(&whole, r, columns[c]), "%s of epoch %d", columns[c], r);
    forget(folder, &whole, &pieces);
}

Test(validation, patience_ends_a_training_that_gets_no_better)
{
    char *folder = new_folder(0);
    struct csv_table whole = train(folder, "whole", RESTLESS, NULL);
    struct csv_table patient = train(folder, "patient", RESTLESS "patience: 1\n", NULL);
    int last = patient.row_count - 1;
    for (int r = 2; r < last; r++)
        cr_expect_gt(atof(at(&patient, r, "valid_map_at_r")), atof(at(&patient, r - 1, "valid_map_at_r")));
    if (last < 6)
        cr_expect_leq(atof(at(&patient, last, "valid_map_at_r")), atof(at(&patient, last - 1, "valid_map_at_r")));
    for (int r = 0; r <= last; r++)
        cr_expect_str_eq(at(&patient, r, "valid_map_at_r"), at(&whole, r, "valid_map_at_r"));
    cr_expect_str_neq(at(&patient, judged(&patient), "test_map_at_r"), "");
    forget(folder, &whole, &patient);
}

/* ---- wrong labels ---- */

static int count_wrong(const struct sample *sample)
{
    int wrong = 0;
    for (int i = 0; i < sample->pack.count; i++) wrong += sample->parts.as_trained.labels[i] != sample->pack.labels[i];
    return wrong;
}

Test(label_noise, is_of_training_alone)
{
    struct sample *sample = sample_of(5, 2, 2);
    sample->settings.label_noise = 0.2;
    const struct pack_classes *train = measured(sample, PART_TRAIN), *trained = &sample->parts.trained;
    cr_expect_eq(count_wrong(sample), EACH); /* a fifth of five classes */
    cr_expect_eq(train->count, 5 * EACH);
    cr_expect_eq(trained->count, 5 * EACH);
    cr_expect_arr_eq(train->label, trained->label, 5 * sizeof(int));
    for (int c = 0; c < 5; c++) {
        cr_expect_eq(train->start[c + 1] - train->start[c], EACH);
        for (int at = trained->start[c]; at < trained->start[c + 1]; at++) {
            cr_expect_eq(sample->parts.as_trained.labels[trained->image[at]], trained->label[c]);
            cr_expect_eq(sample->pack.splits[trained->image[at]], PACK_TRAIN);
        }
    }
    sample_release(sample);
}

Test(label_noise, depends_on_the_seed_and_grows_with_its_share)
{
    struct sample *sample = sample_of(5, 0, 2);
    int32_t labels[3][9 * EACH];
    const double shares[] = {0.5, 0.2, 0.2};
    size_t bytes = (size_t)sample->pack.count * sizeof(int32_t);
    for (int run = 0; run < 3; run++) {
        sample->settings.label_noise = shares[run];
        sample->settings.seed = run == 2;
        measured(sample, PART_TRAIN);
        memcpy(labels[run], sample->parts.labels, bytes);
    }
    cr_expect_neq(memcmp(labels[1], labels[2], bytes), 0);
    for (int i = 0; i < sample->pack.count; i++)
        if (labels[1][i] != sample->pack.labels[i]) cr_expect_eq(labels[0][i], labels[1][i]);
    sample->settings.label_noise = 0;
    measured(sample, PART_TRAIN);
    cr_expect_eq(count_wrong(sample), 0);
    sample_release(sample);
}

Test(label_noise, leaves_no_class_without_an_image)
{
    struct error error;
    int label[] = {3, 5}, start[] = {0, 1, 2}, image[] = {0, 1};
    int32_t labels[] = {3, 5};
    struct pack_classes trained = {2, 2, label, start, image};
    cr_expect_eq(label_noise_add(labels, &trained, 0.2, 0, &error), 0, "no whole image");
    cr_expect_eq(label_noise_add(labels, &trained, 0.5, 0, &error), -1);
    cr_expect_not_null(strstr(error.message, "smaller share"), "%s", error.message);
    trained.class_count = trained.count = 1;
    cr_expect_eq(label_noise_add(labels, &trained, 0.5, 0, &error), -1);
}
