/* test_shared.c - embeddings before training are made once for all cells that would make the same. */
#include <criterion/criterion.h>

#include "harness/training/cell.h"
#include "harness/training/shared.h"
#include "tests/support/experiment_fixture.h"

#define LINES                                                                                                          \
    "dataset: birds\nmodel: {name: conv4, channels: 16, embedding_size: 8}\nimage_size: 16\nsamples_per_class: 2\n"

enum { IMAGES = 24, DIM = 8 };

struct shop {
    char *folder, *shared;
    struct pack pack;
    struct made *made;
    struct network *network;
    float embeddings[IMAGES * DIM];
};

static struct network *make_network(const struct settings *settings)
{
    struct network_request request = update_network_request(settings, IMAGES, 0);
    struct network *network;
    struct error error;
    cr_assert_eq(network_create(&network, &request, &error), 0, "%s", error.message);
    return network;
}

static struct shop *open_shop(void)
{
    struct shop *shop = calloc(1, sizeof *shop);
    struct error error;
    shop->folder = fixture_folder();
    shop->shared = file_join(shop->folder, "shared");
    fixture_write_pack(shop->folder, "birds", 0);
    char *path = file_join(shop->folder, "birds.pack");
    cr_assert_eq(pack_open(&shop->pack, path, 1, &error), 0, "%s", error.message);
    free(path);
    shop->made = made_of(LINES "batch_size: 4\n");
    shop->network = make_network(&shop->made->grid.cells[0].settings);
    return shop;
}

static void close_shop(struct shop *shop)
{
    network_free(shop->network);
    made_release(shop->made);
    pack_release(&shop->pack);
    free(shop->shared);
    fixture_remove(shop->folder);
    free(shop);
}

static void embed(struct shop *shop, struct network *network, const struct pack *pack)
{
    const struct settings *settings = &shop->made->grid.cells[0].settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    int image[IMAGES];
    struct error error;
    for (int i = 0; i < IMAGES; i++) image[i] = i;
    memset(shop->embeddings, 0, sizeof shop->embeddings);
    cr_assert_eq(shared_embed(shop->shared, settings, network, pack, image, IMAGES, &center, shop->embeddings, &error),
                 0, "%s", error.message);
}

/* The only file in the shared folder; the caller frees. */
static char *only_file(const struct shop *shop)
{
    struct dirent **entries;
    int count = scandir(shop->shared, &entries, NULL, alphasort);
    cr_assert_eq(count, 3); /* ".", ".." and the file */
    char *path = file_join(shop->shared, "%s", entries[2]->d_name);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return path;
}

Test(shared, what_was_embedded_once_is_read)
{
    struct shop *shop = open_shop();
    float first[IMAGES * DIM];
    embed(shop, shop->network, &shop->pack);
    memcpy(first, shop->embeddings, sizeof first);
    struct pack black = shop->pack; /* says that it is the same pack, but has other pixels */
    black.pixels = calloc((size_t)black.count, 3 * (size_t)black.size * (size_t)black.size);
    embed(shop, shop->network, &black);
    cr_expect_arr_eq(shop->embeddings, first, sizeof first);
    free((void *)black.pixels);
    shared_forget(shop->shared);
    cr_expect_not(file_exists(shop->shared));
    shared_forget(shop->shared);
    close_shop(shop);
}

Test(shared, a_file_that_is_damaged_or_of_something_else_is_not_believed)
{
    struct shop *shop = open_shop();
    float first[IMAGES * DIM];
    struct error error;
    char *bytes;
    size_t size;
    embed(shop, shop->network, &shop->pack);
    memcpy(first, shop->embeddings, sizeof first);
    char *path = only_file(shop);
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    static const struct {
        double at; /* of the file's bytes that one is changed at */
        double kept;
    } harms[] = {{0, 1}, {0.2, 1}, {0.9, 1}, {0.5, 0.7}, {0, 0}};
    for (size_t h = 0; h < sizeof harms / sizeof *harms; h++) {
        size_t at = (size_t)(harms[h].at * (double)size);
        bytes[at] ^= 1;
        cr_assert_eq(file_write(path, bytes, (size_t)(harms[h].kept * (double)size), &error), 0);
        bytes[at] ^= 1;
        embed(shop, shop->network, &shop->pack);
        cr_expect_arr_eq(shop->embeddings, first, sizeof first);
    }
    free(bytes);
    free(path);
    close_shop(shop);
}

Test(shared, other_weights_have_a_file_of_their_own)
{
    struct shop *shop = open_shop();
    float first[IMAGES * DIM];
    struct settings other = shop->made->grid.cells[0].settings;
    other.seed = 1;
    struct network *network = make_network(&other);
    embed(shop, shop->network, &shop->pack);
    memcpy(first, shop->embeddings, sizeof first);
    embed(shop, network, &shop->pack);
    cr_expect_neq(memcmp(shop->embeddings, first, sizeof first), 0);
    cr_expect_eq(fixture_count(shop->shared), 2);
    network_free(network);
    close_shop(shop);
}

/* Trains a cell for no epoch at all; its row of epoch 0. */
static char *measure(const struct shop *shop, const struct cell *cell, const char *shared, const char *column)
{
    struct csv_table table;
    struct error error;
    char *folder = file_join(shop->folder, "%s", shared ? "with" : "alone"), *path = file_join(folder, "epochs.csv");
    cr_assert_eq(file_make_folder(folder, &error), 0);
    cr_assert_eq(cell_train(cell, shop->folder, folder, shared, NULL, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    char *value = strdup(csv_text(&table, 0, csv_column(&table, column)));
    csv_release(&table);
    free(folder);
    free(path);
    return value;
}

Test(shared_slow, cells_of_other_batches_and_portions_share_and_come_to_the_same_numbers)
{
    static const char *const columns[] = {"test_map_at_r", "train_recall_at_1", "test_loss", "train_loss"};
    struct shop *shop = open_shop();
    struct made *made =
        made_of(LINES "epochs: 0\nbatch_size: [4, 6]\nportion: [0.5, 1]\nstrategy: [random, hardest]\n");
    cr_assert_geq(made->grid.count, 5);
    for (int c = 0; c < made->grid.count; c++)
        for (size_t m = 0; m < sizeof columns / sizeof *columns; m++) {
            const struct cell *cell = &made->grid.cells[c];
            char *alone = measure(shop, cell, NULL, columns[m]), *with = measure(shop, cell, shop->shared, columns[m]);
            cr_expect_str_eq(with, alone, "%s of %s", columns[m], cell->name);
            free(alone);
            free(with);
        }
    cr_expect_eq(fixture_count(shop->shared), 2, "train and test classes");
    made_release(made);
    close_shop(shop);
}
