/* memory.c - see memory.h. To add a part, add its row. */
#include "harness/training/memory.h"

#include <stdio.h>

const struct memory_part memory_parts[] = {
    {"weights", "master weights, and folded copies in the kernels' arrangement",
     offsetof(struct update_plan, network.weights)},
    {"gradients", "gradients of the weights", offsetof(struct update_plan, network.gradients)},
    {"optimizer", "its state", offsetof(struct update_plan, optimizer_bytes)},
    {"tape", "activations kept for the backward pass", offsetof(struct update_plan, network.tape)},
    {"transient", "activations without a tape, and gradients of activations",
     offsetof(struct update_plan, network.transient)},
    {"workspace", "scratch memory of the kernels", offsetof(struct update_plan, network.workspace)},
    {"loss", "embeddings, their gradients and tiles of similarities", offsetof(struct update_plan, step_bytes)},
    {"loader", "batches of pixels", offsetof(struct update_plan, loader_bytes)},
    {0},
};

size_t memory_part_bytes(const struct update_plan *plan, const struct memory_part *part)
{
    return *(const size_t *)((const char *)plan + part->offset);
}

size_t memory_tensor_bytes(const struct update_plan *plan)
{
    size_t sum = 0;
    for (const struct memory_part *part = memory_parts; part->name; part++) sum += memory_part_bytes(plan, part);
    return sum;
}

void memory_print(const struct update_plan *plan)
{
    for (const struct memory_part *part = memory_parts; part->name; part++)
        fprintf(stderr, "%-10s %9.1f MiB  %s\n", part->name, (double)memory_part_bytes(plan, part) / (1 << 20),
                part->summary);
    fprintf(stderr, "%-10s %9.1f MiB\n", "all", (double)memory_tensor_bytes(plan) / (1 << 20));
}
