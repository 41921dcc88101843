/* cmd_evaluate.c - partgrad evaluate: retrieval metrics of any embeddings, given as two NumPy files. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/blas_room.h"
#include "base/npy.h"
#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/retrieval/ranking.h"

struct evaluate_options {
    int similarity; /* enum row_similarity */
    int threads, format;
    struct option_pair gallery;
    struct option_ints recall_at;
};

static const struct field fields[] = {
    {"gallery",
     "the gallery that queries are ranked against, and its labels; if not given, each query is ranked against the "
     "others",
     OPTION_PAIR, offsetof(struct evaluate_options, gallery), .values = "EMB.npy LABELS.npy"},
    {"recall_at", "the K of recall@K and precision@K", OPTION_INTS, offsetof(struct evaluate_options, recall_at),
     "1,2,4,8,16,32", 1, CUTOFF_LARGEST, .values = "K,K,..."},
    {"similarity", "how embeddings are compared", OPTION_CHOICE, offsetof(struct evaluate_options, similarity),
     "cosine", 0, 0, row_similarity_names},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one per core", OPTION_INT, offsetof(struct evaluate_options, threads),
     "0", 0, 1024, NULL},
    LISTING_FORMAT(struct evaluate_options),
    {.name = NULL},
};

enum { QUERIES, GALLERY, SETS };

/* Files that are open: the queries, and the gallery if there is one. */
struct inputs {
    int count;                         /* of sets */
    const char *embeddings_path[SETS]; /* NULL beyond count, as is the next */
    const char *labels_path[SETS];
    struct npy embeddings[SETS], labels[SETS];
    struct ranked_set set[SETS];
    int *ids; /* (rows of all sets) a number for each label */
};

static int check_shapes(const struct npy *embeddings, const struct npy *labels, struct error *error)
{
    size_t rows = embeddings->shape[0], count = labels->shape[0] * labels->shape[1];
    if (embeddings->rank != 2)
        return error_set(error, "embeddings must have two dimensions, one row per sample: use numpy's reshape");
    if (labels->shape[0] != count && labels->shape[1] != count)
        return error_set(error, "labels must have one dimension, one per sample, not %zu x %zu", labels->shape[0],
                         labels->shape[1]);
    if (rows != count) return error_set(error, "%zu embeddings and %zu labels do not belong together", rows, count);
    if (rows > INT_MAX || embeddings->shape[1] > INT_MAX)
        return error_set(error, "there are more embeddings than can be ranked");
    return 0;
}

static int open_set(struct inputs *inputs, int s, struct error *error)
{
    const char *path = inputs->embeddings_path[s], *labels_path = inputs->labels_path[s];
    struct npy *embeddings = &inputs->embeddings[s];
    const float *values;
    if (npy_open(embeddings, path, error) != 0 || npy_open(&inputs->labels[s], labels_path, error) != 0) return -1;
    if (npy_floats(embeddings, &values, error) != 0) return error_context(error, "cannot read %s", path);
    if (check_shapes(embeddings, &inputs->labels[s], error) != 0)
        return error_context(error, "cannot evaluate %s with %s", path, labels_path);
    inputs->set[s] = (struct ranked_set){values, NULL, (int)embeddings->shape[0]};
    return 0;
}

static int check_dimensions(const struct inputs *inputs, struct error *error)
{
    if (inputs->count == 1 || inputs->embeddings[QUERIES].shape[1] == inputs->embeddings[GALLERY].shape[1]) return 0;
    return error_set(error, "%s has embeddings of %zu dimensions, %s of %zu", inputs->embeddings_path[QUERIES],
                     inputs->embeddings[QUERIES].shape[1], inputs->embeddings_path[GALLERY],
                     inputs->embeddings[GALLERY].shape[1]);
}

static int read_labels(struct inputs *inputs, struct error *error)
{
    size_t queries = (size_t)inputs->set[QUERIES].count, rows = queries + (size_t)inputs->set[GALLERY].count;
    inputs->ids = calloc(rows + 1, sizeof *inputs->ids);
    if (!inputs->ids) return error_set(error, "not enough memory for %zu labels", rows);
    inputs->set[QUERIES].labels = inputs->ids;
    inputs->set[GALLERY].labels = inputs->ids + queries;
    if (inputs->count == 1)
        return npy_labels(inputs->labels, inputs->ids, error) == 0
                   ? 0
                   : error_context(error, "cannot read %s", inputs->labels_path[QUERIES]);
    return npy_labels_of_two(inputs->labels, inputs->ids, error) == 0
               ? 0
               : error_context(error, "cannot compare %s with %s", inputs->labels_path[QUERIES],
                               inputs->labels_path[GALLERY]);
}

/* Cosine needs a direction, which a row of zeros does not have. */
static int check_directions(const struct ranking *metrics, struct error *error)
{
    const struct zero_rows *queries = &metrics->query_zeros, *gallery = &metrics->gallery_zeros;
    const struct zero_rows *zeros = queries->count > 0 ? queries : gallery;
    if (metrics->similarity != ROW_COSINE || zeros->count == 0) return 0;
    return error_set(error,
                     "row %d of the %s (counting from 0) has only zeros, so it has no cosine%s: leave it out, or "
                     "use --similarity dot or euclidean",
                     zeros->first, zeros == queries ? "embeddings" : "gallery",
                     zeros->count > 1 ? ", and others do not either" : "");
}

static int rank(const struct inputs *inputs, const struct cutoffs *at, enum row_similarity similarity,
                struct ranking *metrics, struct error *error)
{
    struct ranking_request request = {.queries = inputs->set[QUERIES],
                                      .gallery = inputs->count > 1 ? &inputs->set[GALLERY] : NULL,
                                      .dim = (int)inputs->embeddings[QUERIES].shape[1],
                                      .similarity = similarity,
                                      .at = at};
    if (ranking_measure(metrics, &request, error) == 0 && check_directions(metrics, error) == 0) return 0;
    return error_context(error, "cannot evaluate %s with %s", inputs->embeddings_path[QUERIES],
                         inputs->count > 1 ? inputs->embeddings_path[GALLERY] : inputs->labels_path[QUERIES]);
}

static int evaluate(struct inputs *inputs, const struct cutoffs *at, enum row_similarity similarity,
                    struct ranking *metrics, struct error *error)
{
    for (int s = 0; s < inputs->count; s++)
        if (open_set(inputs, s, error) != 0) return -1;
    if (check_dimensions(inputs, error) != 0 || read_labels(inputs, error) != 0 ||
        rank(inputs, at, similarity, metrics, error) != 0)
        return -1;
    if (inputs->count > 1 && metrics->unanswered > 0)
        fprintf(stderr, "note: %d of %d queries have no image of their class in the gallery: left out of all metrics\n",
                metrics->unanswered, inputs->set[QUERIES].count);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct evaluate_options *options = line->options;
    struct inputs inputs = {.count = options->gallery.path[0] ? 2 : 1,
                            .embeddings_path = {line->arguments[0], options->gallery.path[0]},
                            .labels_path = {line->arguments[1], options->gallery.path[1]}};
    struct cutoffs at = {0};
    struct ranking metrics;
    if (options->recall_at.count == 0) {
        error_set(error, "recall_at: at least one K is wanted");
        return COMMAND_USAGE;
    }
    cutoffs_add(&at, &options->recall_at);
    if (blas_room_check(parallel_begin(options->threads), error) != 0) return COMMAND_FAILED;
    int status = evaluate(&inputs, &at, (enum row_similarity)options->similarity, &metrics, error);
    if (status == 0) status = ranking_show(&metrics, (enum listing_format)options->format, stdout, error);
    free(inputs.ids);
    for (int s = 0; s < SETS; s++) {
        npy_release(&inputs.labels[s]);
        npy_release(&inputs.embeddings[s]);
    }
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .arguments = "EMB.npy LABELS.npy",
    .summary = "print recall@K, precision@K, MAP@R and R-precision of embeddings in NumPy files",
    .description = "EMB.npy has a row for each sample, LABELS.npy a class for each. Every sample is a query, ranked "
                   "against the others or against --gallery.",
    .fields = fields,
    .options_size = sizeof(struct evaluate_options),
    .least = 2,
    .most = 2,
    .run = run,
};
