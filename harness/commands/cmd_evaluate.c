/* cmd_evaluate.c - partgrad evaluate: retrieval metrics of embeddings from anywhere, as two NumPy files. */
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
    int threads;
};

static const struct field fields[] = {
    {"similarity", "what embeddings are ranked by", OPTION_CHOICE, offsetof(struct evaluate_options, similarity),
     "cosine", 0, 0, row_similarity_names},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one for each core", OPTION_INT,
     offsetof(struct evaluate_options, threads), "0", 0, 1024, NULL},
    {.name = NULL},
};

/* An open pair of files. */
struct inputs {
    struct npy embeddings, labels;
    int *ids; /* (rows) a number for each label */
};

static int check_shapes(const struct npy *embeddings, const struct npy *labels, struct error *error)
{
    size_t rows = embeddings->shape[0], count = labels->shape[0] * labels->shape[1];
    if (embeddings->rank != 2)
        return error_set(error, "embeddings must have two dimensions, one row a sample: use numpy's reshape");
    if (labels->shape[0] != count && labels->shape[1] != count)
        return error_set(error, "labels must have one dimension, one a sample, not %zu x %zu", labels->shape[0],
                         labels->shape[1]);
    if (rows != count) return error_set(error, "%zu embeddings and %zu labels do not belong together", rows, count);
    if (rows > INT_MAX || embeddings->shape[1] > INT_MAX)
        return error_set(error, "there are more embeddings than can be ranked");
    return 0;
}

static int read_labels(struct inputs *inputs, const char *path, struct error *error)
{
    inputs->ids = calloc(inputs->embeddings.shape[0] + 1, sizeof *inputs->ids);
    if (!inputs->ids) return error_set(error, "not enough memory for %zu labels", inputs->embeddings.shape[0]);
    return npy_labels(&inputs->labels, inputs->ids, error) == 0 ? 0 : error_context(error, "cannot read %s", path);
}

/* Cosine asks for a direction, which a row of zeros has not. */
static int check_directions(const struct ranking *metrics, struct error *error)
{
    if (metrics->similarity != ROW_COSINE || metrics->query_zeros.count == 0) return 0;
    return error_set(
        error,
        "row %d of the embeddings (counting from 0) has only zeros, so it has no cosine%s: leave it out, or "
        "use --similarity dot or euclidean",
        metrics->query_zeros.first, metrics->query_zeros.count > 1 ? ", and others have not either" : "");
}

static int evaluate(struct inputs *inputs, const char *const *paths, enum row_similarity similarity,
                    struct ranking *metrics, struct error *error)
{
    const float *values;
    if (npy_open(&inputs->embeddings, paths[0], error) != 0 || npy_open(&inputs->labels, paths[1], error) != 0)
        return -1;
    if (npy_floats(&inputs->embeddings, &values, error) != 0) return error_context(error, "cannot read %s", paths[0]);
    if (check_shapes(&inputs->embeddings, &inputs->labels, error) != 0)
        return error_context(error, "cannot evaluate %s with %s", paths[0], paths[1]);
    if (read_labels(inputs, paths[1], error) != 0) return -1;
    struct ranking_request request = {.queries = {values, inputs->ids, (int)inputs->embeddings.shape[0]},
                                      .dim = (int)inputs->embeddings.shape[1],
                                      .similarity = similarity};
    if (ranking_measure(metrics, &request, error) != 0 || check_directions(metrics, error) != 0)
        return error_context(error, "cannot evaluate %s with %s", paths[0], paths[1]);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct evaluate_options *options = line->options;
    const char *const paths[] = {line->arguments[0], line->arguments[1]};
    struct inputs inputs = {0};
    struct ranking metrics;
    if (blas_room_check(parallel_begin(options->threads), error) != 0) return COMMAND_FAILED;
    int status = evaluate(&inputs, paths, (enum row_similarity)options->similarity, &metrics, error);
    if (status == 0) ranking_print(&metrics, stdout);
    free(inputs.ids);
    npy_release(&inputs.labels);
    npy_release(&inputs.embeddings);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .arguments = "EMB.npy LABELS.npy",
    .summary = "recall@K, precision@K, MAP@R and R-precision of embeddings from NumPy files",
    .fields = fields,
    .options_size = sizeof(struct evaluate_options),
    .least = 2,
    .most = 2,
    .run = run,
};
