/* test_pictures.c - which images pictures show, and how they are drawn. */
#include <criterion/criterion.h>

#include "datasets/png.h"
#include "datasets/provenance.h"
#include "harness/pictures/contact.h"
#include "harness/pictures/neighbors.h"
#include "harness/pictures/sheet.h"
#include "tests/support/dataset_fixture.h"

/* Eight drawn classes of six images, four of them to test on. */
static struct pack make_pack(struct try *try)
{
    try_init(try, &dataset_procedural);
    try_set(try, "classes", "8");
    try_set(try, "samples_per_class", "6");
    return try_pack(try);
}

static void drop_pack(struct try *try, struct pack *pack)
{
    pack_release(pack);
    try_release(try);
}

Test(pictures, contact_sheet_has_rows_of_one_class_each)
{
    struct try try;
    struct tiles tiles, again, other;
    struct error error;
    struct pack pack = make_pack(&try);
    struct contact_request request = {PACK_TEST, 3, 4, 0};
    cr_assert_eq(contact_choose(&tiles, &pack, &request, &error), 0, "%s", error.message);
    cr_assert_eq(contact_choose(&again, &pack, &request, &error), 0);
    request.seed = 1;
    cr_assert_eq(contact_choose(&other, &pack, &request, &error), 0);
    cr_assert(tiles.rows == 3 && tiles.columns == 4);
    cr_expect_eq(memcmp(tiles.tile, again.tile, 12 * sizeof *tiles.tile), 0, "the same seed");
    cr_expect_neq(memcmp(tiles.tile, other.tile, 12 * sizeof *tiles.tile), 0, "another seed");
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++) {
            int image = tiles_at(&tiles, r, c)->image;
            cr_assert(image >= 0 && pack.splits[image] == PACK_TEST);
            cr_expect_eq(pack.labels[image], pack.labels[tiles_at(&tiles, r, 0)->image]);
            cr_expect(c == 0 || image > tiles_at(&tiles, r, c - 1)->image, "no image twice");
        }
    tiles_release(&tiles);
    tiles_release(&again);
    tiles_release(&other);
    drop_pack(&try, &pack);
}

Test(pictures, license_is_that_of_the_data_set_that_a_pack_names)
{
    struct try try;
    struct pack pack = make_pack(&try);
    cr_expect_eq(provenance_dataset(pack.provenance), &dataset_procedural);
    cr_expect_not_null(dataset_procedural.license);
    cr_expect_not_null(dataset_omniglot.license);
    cr_expect_null(dataset_cub.license);
    cr_expect_null(provenance_dataset("dataset: procedura\n"));
    cr_expect_null(provenance_dataset("dataset: procedurals\n"));
    cr_expect_null(provenance_dataset("archive: dataset: cub\n"));
    cr_expect_null(provenance_dataset(""));
    drop_pack(&try, &pack);
}

Test(pictures, contact_sheet_takes_what_there_is)
{
    struct try try;
    struct tiles tiles;
    struct error error;
    struct pack pack = make_pack(&try);
    struct contact_request all = {CONTACT_ALL, 100, 100, 0}, none = {PACK_VALID, 1, 1, 0};
    cr_assert_eq(contact_choose(&tiles, &pack, &all, &error), 0);
    cr_expect(tiles.rows == 8 && tiles.columns == 6);
    tiles_release(&tiles);
    cr_expect_eq(contact_choose(&tiles, &pack, &none, &error), -1);
    cr_expect_str_eq(error.message, "the pack has no valid images");
    drop_pack(&try, &pack);
}

/* ---- drawing ---- */

static struct decoded decode(const struct tiles *tiles, const struct pack *pack, int side)
{
    struct decoded decoded = {0};
    struct decode_want want = {0};
    struct error error;
    unsigned char *png;
    size_t size;
    cr_assert_eq(sheet_draw(tiles, pack, side, &png, &size, &error), 0, "%s", error.message);
    cr_assert_eq(png_decode(&decoded, png, size, &want, &error), 0, "%s", error.message);
    free(png);
    return decoded;
}

static int channel(const struct decoded *decoded, int c, int x, int y)
{
    const struct plane *plane = &decoded->planes[c].plane;
    return plane->pixels[(size_t)y * plane->stride + (size_t)x];
}

Test(pictures, sheet_holds_the_pixels_of_the_pack_and_white_between)
{
    struct try try;
    struct tiles tiles;
    struct error error;
    struct pack pack = make_pack(&try);
    int side = sheet_side(&pack, 40), margin = 6;
    cr_assert_eq(side, 2 * SIZE, "a whole factor");
    cr_assert_eq(sheet_side(&pack, 9), 9);
    cr_assert_eq(tiles_init(&tiles, 2, 3, &error), 0);
    tiles_at(&tiles, 1, 2)->image = 17;
    struct decoded decoded = decode(&tiles, &pack, side);
    cr_assert(decoded.width == 3 * (side + 2 * margin) && decoded.height == 2 * (side + 2 * margin));
    int left = 2 * (side + 2 * margin) + margin, top = side + 3 * margin;
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < SIZE * SIZE; i++)
            for (int part = 0; part < 4; part++)
                cr_assert_eq(channel(&decoded, c, left + 2 * (i % SIZE) + part % 2, top + 2 * (i / SIZE) + part / 2),
                             pack_image(&pack, 17)[c * SIZE * SIZE + i]);
        cr_expect_eq(channel(&decoded, c, left - 1, top), 255);
        cr_expect_eq(channel(&decoded, c, margin + 3, margin + 3), 255, "an empty place");
    }
    decoded_release(&decoded);
    tiles_release(&tiles);
    drop_pack(&try, &pack);
}

/* Right and wrong differ by more than color: along a frame, how many pixels of a row are not white. */
static int count_frame(const struct decoded *decoded, int from, int to, int y)
{
    int count = 0;
    for (int x = from; x < to; x++) count += channel(decoded, 0, x, y) != 255 || channel(decoded, 2, x, y) != 255;
    return count;
}

Test(pictures, marks_are_seen_without_color)
{
    struct try try;
    struct tiles tiles;
    struct error error;
    struct pack pack = make_pack(&try);
    int side = 64, step = side + 12;
    cr_assert_eq(tiles_init(&tiles, 1, 3, &error), 0);
    *tiles_at(&tiles, 0, 0) = (struct tile){0, TILE_QUERY};
    *tiles_at(&tiles, 0, 1) = (struct tile){1, TILE_RIGHT};
    *tiles_at(&tiles, 0, 2) = (struct tile){2, TILE_WRONG};
    struct decoded decoded = decode(&tiles, &pack, side);
    int start = step + 10 + 2; /* where the right one's frame begins: a query stands apart */
    cr_expect_eq(count_frame(&decoded, start, start + side + 8, 3), side + 8, "whole");
    cr_expect_eq(count_frame(&decoded, start + step, start + step + side + 8, 3), (side + 8) / 2 + 4, "dashed");
    cr_expect_eq(count_frame(&decoded, 0, step, 3), 0, "a query's frame is thin");
    cr_expect_eq(count_frame(&decoded, 0, step, 5), side + 2);
    decoded_release(&decoded);
    tiles_release(&tiles);
    drop_pack(&try, &pack);
}

Test(pictures, images_are_scaled_down_where_they_are_larger)
{
    struct try try;
    struct tiles tiles;
    struct error error;
    struct pack pack = make_pack(&try);
    double sums[2] = {0};
    cr_assert_eq(tiles_init(&tiles, 1, 1, &error), 0);
    tiles_at(&tiles, 0, 0)->image = 5;
    struct decoded decoded = decode(&tiles, &pack, SIZE / 2);
    for (int i = 0; i < SIZE * SIZE; i++) sums[0] += pack_image(&pack, 5)[i] / 4.0;
    for (int i = 0; i < SIZE * SIZE / 4; i++) sums[1] += channel(&decoded, 0, 6 + i % (SIZE / 2), 6 + i / (SIZE / 2));
    cr_expect_float_eq(sums[0], sums[1], 0.03 * sums[0], "as bright: %g, %g", sums[0], sums[1]);
    decoded_release(&decoded);
    tiles_release(&tiles);
    drop_pack(&try, &pack);
}

Test(pictures, one_that_is_too_large_is_refused)
{
    struct try try;
    struct tiles tiles;
    struct error error;
    unsigned char *png;
    size_t size;
    struct pack pack = make_pack(&try);
    cr_assert_eq(tiles_init(&tiles, 1000, 101, &error), 0);
    cr_expect_eq(sheet_draw(&tiles, &pack, 1024, &png, &size, &error), -1);
    cr_expect_not_null(strstr(error.message, "too many for one picture"));
    tiles_release(&tiles);
    drop_pack(&try, &pack);
}

/* ---- neighbors ---- */

enum { QUERIES = 12, TEST_START = 24 };

/* Queries of the first two test classes, each with its R, first rank and precision, and three images near it. The last
 * has no answer. */
static void keep_queries(const char *folder, const struct pack *pack, uint64_t checksum)
{
    struct query_result results[QUERIES];
    int images[QUERIES];
    struct error error;
    for (int q = 0; q < QUERIES; q++) {
        images[q] = TEST_START + q;
        results[q] = (struct query_result){
            pack->labels[TEST_START + q], 5,   1 + q % 3,
            (q * 7 % 12) / 16.0,          0.5, {(q + 1) % QUERIES, (q + 6) % QUERIES, (q + 2) % QUERIES}};
        for (int n = 3; n < QUERY_NEAREST; n++) results[q].nearest[n] = -1;
    }
    results[QUERIES - 1] = (struct query_result){.label = results[QUERIES - 1].label, .nearest = {0}};
    struct query_results split = {"test", QUERIES, results, images, images};
    struct query_source source = {1, checksum, 3};
    char *path = file_join(folder, "queries");
    cr_assert_eq(query_file_write(path, &source, &split, 1, &error), 0, "%s", error.message);
    free(path);
}

static void open_queries(struct cell_queries *queries, const struct try *try)
{
    struct error error;
    cr_assert_eq(cell_queries_open(queries, try->folder, &error), 0, "%s", error.message);
    cr_assert_eq(cell_queries_open_pack(queries, try->pack, &error), 0, "%s", error.message);
}

Test(pictures, neighbors_are_those_that_the_cell_kept)
{
    struct try try;
    struct cell_queries queries;
    struct neighbors drawn, worst;
    struct error error;
    struct pack pack = make_pack(&try);
    struct neighbors_request request = {NEIGHBORS_DRAWN, 5, 8, 0};
    keep_queries(try.folder, &pack, pack.checksum);
    open_queries(&queries, &try);
    const struct query_split *split = cell_queries_split(&queries, "test", &error);
    cr_assert_eq(neighbors_choose(&drawn, &queries.pack, split, &request, &error), 0, "%s", error.message);
    cr_assert(drawn.tiles.rows == 2 && drawn.tiles.columns == 9, "one query of each class");
    for (int r = 0; r < 2; r++) {
        int q = drawn.record[r]->image - TEST_START, label = pack.labels[TEST_START + q];
        cr_expect(r == 0 || label > drawn.record[0]->label);
        cr_expect(tiles_at(&drawn.tiles, r, 0)->image == TEST_START + q);
        cr_expect_eq(tiles_at(&drawn.tiles, r, 2)->image, TEST_START + (q + 6) % QUERIES);
        cr_expect_eq(tiles_at(&drawn.tiles, r, 2)->mark, TILE_WRONG, "six on is the other class");
        cr_expect_eq(tiles_at(&drawn.tiles, r, 4)->image, -1, "three were kept");
    }
    request = (struct neighbors_request){NEIGHBORS_WORST, 100, 1, 0};
    cr_assert_eq(neighbors_choose(&worst, &queries.pack, split, &request, &error), 0);
    cr_assert(worst.tiles.rows == QUERIES - 1 && worst.tiles.columns == 2, "but for the one without an answer");
    for (int r = 1; r < worst.tiles.rows; r++)
        cr_expect_leq(worst.record[r - 1]->average_precision, worst.record[r]->average_precision);
    neighbors_release(&drawn);
    neighbors_release(&worst);
    cell_queries_release(&queries);
    drop_pack(&try, &pack);
}

Test(pictures, queries_of_another_pack_are_refused)
{
    struct try try;
    struct cell_queries queries;
    struct error error;
    struct pack pack = make_pack(&try);
    cr_expect_eq(cell_queries_open(&queries, try.folder, &error), -1);
    cr_expect_not_null(strstr(error.message, "keeps no queries"), "%s", error.message);
    keep_queries(try.folder, &pack, pack.checksum + 1);
    cr_assert_eq(cell_queries_open(&queries, try.folder, &error), 0);
    cr_expect_eq(cell_queries_open_pack(&queries, try.pack, &error), -1);
    cr_expect_eq(queries.pack.count, 0);
    cell_queries_release(&queries);
    cr_expect_not_null(strstr(error.message, "not the pack that the cell was evaluated on"), "%s", error.message);
    keep_queries(try.folder, &pack, pack.checksum);
    open_queries(&queries, &try);
    cr_expect_null(cell_queries_split(&queries, "valid", &error));
    cr_expect_str_eq(error.message, "the cell kept no queries of valid classes, only of: test");
    cell_queries_release(&queries);
    drop_pack(&try, &pack);
}
