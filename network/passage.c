/* passage.c - see passage.h. */
#include "network/passage.h"

void passage_keep_in_slot(struct passage *passage, int slot)
{
    const struct network *network = passage->network;
    passage->slot = network->slots + (size_t)slot * network->tape.slot_bytes;
    passage->head = &network->slot_heads[slot];
}

struct passage passage_of_slot(const struct network *network, int slot)
{
    struct passage passage = {.network = network, .stage = &network->tape, .workspace = &network->workspace};
    passage_keep_in_slot(&passage, slot);
    return passage;
}

char *passage_tensor(const struct passage *passage, int tensor, int sample)
{
    const struct network *network = passage->network;
    const struct stage *stage = passage->stage;
    size_t bytes = engine_activation_bytes(network->engine, 1, network->graph.tensor[tensor]);
    if (passage->slot && network->tape.on_tape[tensor])
        return passage->slot + network->tape.tensor[tensor] + (size_t)sample * bytes;
    return passage->workspace->transient + stage->tensor[tensor] + (size_t)(sample % stage->held[tensor]) * bytes;
}

char *passage_auxiliary(const struct passage *passage, int l, int sample)
{
    const struct stage *tape = &passage->network->tape;
    if (!passage->slot) return NULL;
    size_t bytes = kernel_bytes(tape->kernel[l]).auxiliary / (size_t)tape->samples;
    return passage->slot + tape->auxiliary[l] + (size_t)sample * bytes;
}

struct head passage_unload_features(const struct passage *passage)
{
    const struct network *network = passage->network;
    const struct workspace *workspace = passage->workspace;
    struct head head = network->head;
    head.samples = passage->stage->samples;
    boundary_unload_features(passage->stage->boundary, passage_tensor(passage, network->graph.tensor_count - 1, 0),
                             workspace->features, workspace->scratch);
    return head;
}
