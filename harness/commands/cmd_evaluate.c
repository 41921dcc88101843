/* cmd_evaluate.c - partgrad evaluate: retrieval metrics of embeddings from anywhere, as two NumPy files. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/blas_room.h"
#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/retrieval/ranking.h"
#include "base/npy.h"

struct evaluate_options {
    int threads;
};

static const struct field fields[] = {
    {"threads", "threads; 0: OMP_NUM_THREADS, or one for each core", OPTION_INT,
     offsetof(struct evaluate_options, threads), "0", 0, 1024, NULL},
    {.name = NULL},
};

static int check_shapes(const struct npy *embeddings, const struct npy *labels, struct error *error)
{
    if (embeddings->type != NPY_FLOAT32 || embeddings->rank != 2)
        return error_set(error, "embeddings must be float32 of two dimensions, one row a sample");
    if (labels->type == NPY_FLOAT32 || labels->rank != 1)
        return error_set(error, "labels must be int32 or int64 of one dimension, one a sample");
    if (embeddings->shape[0] != labels->shape[0])
        return error_set(error, "%zu embeddings and %zu labels do not belong together", embeddings->shape[0],
                         labels->shape[0]);
    if (embeddings->shape[0] > INT_MAX || embeddings->shape[1] > INT_MAX)
        return error_set(error, "there are more embeddings than can be ranked");
    return 0;
}

/* *labels (count) as ints, on the heap. */
static int convert_labels(const struct npy *file, int **labels, struct error *error)
{
    size_t count = file->shape[0];
    *labels = calloc(count + 1, sizeof **labels);
    if (!*labels) return error_set(error, "not enough memory for %zu labels", count);
    for (size_t i = 0; i < count; i++) {
        int64_t label = file->type == NPY_INT32 ? ((const int32_t *)file->data)[i] : ((const int64_t *)file->data)[i];
        if (label < INT_MIN || label > INT_MAX)
            return error_set(error, "label %zu is %lld, which 32 bits cannot hold", i, (long long)label);
        (*labels)[i] = (int)label;
    }
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct evaluate_options *options = line->options;
    struct npy embeddings = {0}, labels_file = {0};
    struct evaluation evaluation;
    int *labels = NULL, status = COMMAND_FAILED;

    if (blas_room_check(parallel_begin(options->threads), error) != 0) return COMMAND_FAILED;
    if (npy_open(&embeddings, line->arguments[0], error) != 0 || npy_open(&labels_file, line->arguments[1], error) != 0)
        goto done;
    if (check_shapes(&embeddings, &labels_file, error) != 0 || convert_labels(&labels_file, &labels, error) != 0 ||
        evaluate_retrieval(embeddings.data, labels, (int)embeddings.shape[0], (int)embeddings.shape[1], &evaluation,
                           error) != 0) {
        error_context(error, "cannot evaluate %s with %s", line->arguments[0], line->arguments[1]);
        goto done;
    }
    evaluation_print(&evaluation, stdout);
    status = 0;
done:
    free(labels);
    npy_release(&labels_file);
    npy_release(&embeddings);
    return status;
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
