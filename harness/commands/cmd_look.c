/* cmd_look.c - `partgrad look`: shows a pack's images side by side, or queries of a cell with their nearest images. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/listing.h"
#include "datasets/pack_find.h"
#include "harness/commands/command.h"
#include "harness/commands/embed_cell.h"
#include "harness/pictures/contact.h"
#include "harness/pictures/neighbors.h"
#include "harness/pictures/sheet.h"
#include "harness/training/kept_weights.h"

struct options {
    char data[OPTION_TEXT_SIZE], cell[OPTION_TEXT_SIZE], out[OPTION_TEXT_SIZE];
    int split, classes, images, side, worst, seed, format;
};

static const char *const splits[] = {"train", "test", "valid", "gallery", "all", NULL};
_Static_assert(sizeof splits / sizeof *splits == CONTACT_ALL + 2, "a name for each");

static const struct field fields[] = {
    {"out", "the picture, a PNG file", OPTION_TEXT, offsetof(struct options, out), "look.png", 0, 0, NULL},
    {"data", "folder of packs", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"cell", "a cell that has ended: show some of its queries, each with the images nearest to it", OPTION_TEXT,
     offsetof(struct options, cell), NULL, 0, 0, NULL, .values = "RUN/CELL"},
    {"split", "split whose images are shown", OPTION_CHOICE, offsetof(struct options, split), "test", 0, 0, splits},
    {"classes", "number of classes, a row each; with --cell, number of queries, each of another class", OPTION_INT,
     offsetof(struct options, classes), "8", 1, 1000, NULL},
    {"images", "images of each class; with --cell, nearest images of each query, at most 10", OPTION_INT,
     offsetof(struct options, images), "8", 1, 100, NULL},
    {"worst", "with --cell: the queries with the worst answers instead of random ones", OPTION_FLAG,
     offsetof(struct options, worst), "false", 0, 0, NULL},
    {"side", "side of each image, in pixels", OPTION_INT, offsetof(struct options, side), "96", SHEET_SIDE_MIN,
     SHEET_SIDE_MAX, NULL},
    {"seed", "seed of the random choice", OPTION_INT, offsetof(struct options, seed), "0", 0, 1 << 30, NULL},
    LISTING_FORMAT(struct options),
    {0},
};

/* ---- the picture, and what it shows ---- */

static int write_picture(const struct options *options, const struct tiles *tiles, const struct pack *pack,
                         struct error *error)
{
    unsigned char *png = NULL;
    size_t size = 0;
    int status = sheet_draw(tiles, pack, sheet_side(pack, options->side), &png, &size, error);
    if (status == 0) status = file_write(options->out, png, size, error);
    free(png);
    return status;
}

/* The images of a row from a column on, as "12 7 903". */
static void list_images(struct listing *listing, const struct tiles *tiles, int row, int first)
{
    char text[1024] = "";
    size_t length = 0;
    for (int c = first; c < tiles->columns && length < sizeof text; c++)
        if (tiles_at(tiles, row, c)->image >= 0)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%d", c > first ? " " : "",
                                       tiles_at(tiles, row, c)->image);
    listing_text(listing, text);
}

static void list_contact(struct listing *listing, const struct tiles *tiles, const struct pack *pack)
{
    listing_column(listing, "row", LISTING_INTEGER, 0);
    listing_column(listing, "split", LISTING_TEXT, 0);
    listing_column(listing, "class", LISTING_TEXT, 0);
    listing_column(listing, "images", LISTING_TEXT, 0);
    for (int r = 0; r < tiles->rows; r++) {
        int image = tiles_at(tiles, r, 0)->image;
        listing_number(listing, r + 1);
        listing_text(listing, pack_split_names[pack->splits[image]]);
        listing_text(listing, pack_class_name(pack, pack->labels[image]));
        list_images(listing, tiles, r, 0);
    }
}

/* The class of the nearest wrong image; "" if all that are shown are right. */
static const char *mistaken_for(const struct tiles *tiles, int row, const struct pack *pack)
{
    for (int c = 1; c < tiles->columns; c++) {
        const struct tile *tile = tiles_at(tiles, row, c);
        if (tile->image >= 0 && tile->mark == TILE_WRONG) return pack_class_name(pack, pack->labels[tile->image]);
    }
    return NULL;
}

static void list_neighbors(struct listing *listing, const struct neighbors *neighbors, const struct pack *pack)
{
    listing_column(listing, "row", LISTING_INTEGER, 0);
    listing_column(listing, "query", LISTING_INTEGER, 0);
    listing_column(listing, "class", LISTING_TEXT, 0);
    listing_column(listing, "first_right", LISTING_INTEGER, 0);
    listing_column(listing, "map_at_r", LISTING_REAL, 3);
    listing_column(listing, "nearest_wrong_class", LISTING_TEXT, 0);
    listing_column(listing, "nearest", LISTING_TEXT, 0);
    for (int r = 0; r < neighbors->tiles.rows; r++) {
        const struct query_record *record = neighbors->record[r];
        listing_number(listing, r + 1);
        listing_number(listing, record->image);
        listing_text(listing, pack_class_name(pack, record->label));
        listing_number(listing, record->first);
        listing_number(listing, record->average_precision);
        listing_text(listing, mistaken_for(&neighbors->tiles, r, pack));
        list_images(listing, &neighbors->tiles, r, 1);
    }
}

/* Writes the picture, then prints what it shows: of neighbors or, if that is NULL, of a contact sheet. */
static int deliver(const struct options *options, const struct tiles *tiles, const struct neighbors *neighbors,
                   const struct pack *pack, struct error *error)
{
    struct listing listing = {0};
    if (write_picture(options, tiles, pack, error) != 0) return -1;
    if (neighbors)
        list_neighbors(&listing, neighbors, pack);
    else
        list_contact(&listing, tiles, pack);
    int status = listing_print(&listing, (enum listing_format)options->format, stdout, error);
    if (options->format == LISTING_TABLE) printf("%s\n", options->out);
    listing_release(&listing);
    return status;
}

/* ---- the two kinds ---- */

static int show_pack(const struct options *options, const char *name, struct error *error)
{
    struct pack pack = {0};
    struct tiles tiles = {0};
    struct contact_request request = {options->split, options->classes, options->images, options->seed};
    char *path = pack_find(options->data, name);
    int status = pack_open(&pack, path, 0, error);
    if (status == 0 && contact_choose(&tiles, &pack, &request, error) != 0) status = error_context(error, "%s", path);
    if (status == 0) status = deliver(options, &tiles, NULL, &pack, error);
    tiles_release(&tiles);
    pack_release(&pack);
    free(path);
    return status;
}

static int show_queries(const struct options *options, const struct cell_queries *queries, struct error *error)
{
    struct neighbors neighbors = {0};
    struct neighbors_request request = {.order = options->worst ? NEIGHBORS_WORST : NEIGHBORS_DRAWN,
                                        .queries = options->classes,
                                        .nearest = options->images,
                                        .seed = options->seed};
    const struct query_split *split = cell_queries_split(queries, splits[options->split], error);
    int status = split ? neighbors_choose(&neighbors, &queries->pack, split, &request, error) : -1;
    if (status == 0) status = deliver(options, &neighbors.tiles, &neighbors, &queries->pack, error);
    neighbors_release(&neighbors);
    return status;
}

/* Shows queries of a cell, with the named pack or the cell's own data set. */
static int show_cell(const struct options *options, const char *name, struct error *error)
{
    struct run run = {0};
    struct cell_queries queries = {0};
    char *folder = kept_weights_folder(options->cell), *path = NULL;
    int status = -1;
    if (!folder)
        error_set(error, "%s is not a cell: give RUN/CELL, such as results/demo/NAME", options->cell);
    else
        status = embed_cell_open_run(&run, folder, error);
    if (status == 0) {
        path = pack_find(options->data, name ? name : run.grid.cells[0].settings.dataset);
        status = cell_queries_open(&queries, folder, error);
        if (status == 0) status = cell_queries_open_pack(&queries, path, error);
    }
    if (status == 0 && show_queries(options, &queries, error) != 0) status = error_context(error, "%s", options->cell);
    cell_queries_release(&queries);
    run_release(&run);
    free(path);
    free(folder);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    const char *name = line->count > 0 ? line->arguments[0] : NULL;
    if (options->cell[0]) return show_cell(options, name, error);
    if (options->worst) {
        error_set(error, "--worst shows a cell's queries: give --cell RUN/CELL too");
        return COMMAND_USAGE;
    }
    if (name) return show_pack(options, name, error);
    error_set(error, "the name of a prepared data set is missing, or --cell RUN/CELL");
    return COMMAND_USAGE;
}

const struct command cmd_look = {
    .name = "look",
    .arguments = "[NAME|PATH]",
    .summary = "draw images of a pack, or a cell's queries with their nearest images",
    .description = "Writes a PNG file: a row for each of some classes of a pack; or, with --cell, a row for each of "
                   "some queries of test classes with the images nearest to it. Right ones have a solid frame, wrong "
                   "ones a dashed frame with a cross.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .most = 1,
    .run = run,
};
