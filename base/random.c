/* random.c - see random.h. The constants are Philox4x32's, from table 2 of the paper. */
#include "base/random.h"

#include <math.h>

enum { PHILOX_ROUNDS = 10 };

static void philox_round(uint32_t c[4], const uint32_t k[2])
{
    uint64_t p0 = (uint64_t)0xD2511F53u * c[0];
    uint64_t p1 = (uint64_t)0xCD9E8D57u * c[2];
    uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k[0], (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k[1],
                        (uint32_t)p0};
    for (int i = 0; i < 4; i++) c[i] = next[i];
}

static void philox_block(struct random *random)
{
    uint32_t k[2] = {random->key[0], random->key[1]};
    for (int i = 0; i < 4; i++) random->block[i] = random->counter[i];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        philox_round(random->block, k);
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    random->left = 4;
    random->counter[0]++;
}

/* SplitMix64's finalizer: spreads every bit of a small number over all 64. */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint32_t epoch, uint64_t step)
{
    uint64_t key = mix(mix(seed) ^ (uint64_t)purpose);
    struct random random = {
        .key = {(uint32_t)key, (uint32_t)(key >> 32)},
        .counter = {0, epoch, (uint32_t)step, (uint32_t)(step >> 32)},
    };
    return random;
}

uint32_t random_bits(struct random *random)
{
    if (random->left == 0) philox_block(random);
    return random->block[4 - random->left--];
}

float random_uniform(struct random *random)
{
    return (float)(random_bits(random) >> 8) * 0x1p-24f;
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    /* Lemire 2019: multiply, and reject the few values that would make the first ones likelier. */
    uint64_t product = (uint64_t)random_bits(random) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold) product = (uint64_t)random_bits(random) * bound;
    }
    return (uint32_t)(product >> 32);
}

float random_normal(struct random *random)
{
    float radius = sqrtf(-2 * logf(1 - random_uniform(random)));
    return radius * cosf(6.28318531f * random_uniform(random));
}

void random_shuffle(struct random *random, int *values, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int j = (int)random_below(random, (uint32_t)i + 1);
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}
