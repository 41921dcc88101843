/* tile_emulation.h - AMX tile instructions in plain C, so that what is written for them is tested where they are not.
 *
 * `make TILES=emulated` includes this before everything else: the instructions' names, and what tells whether the CPU
 * has them, lead here. bf16 has to be native still. What they compute is Intel's definition (Intel 64 and IA-32
 * Architectures Software Developer's Manual, volume 2, TDPBF16PS), but that numbers below the normal ones are kept. */
#ifndef PARTGRAD_TESTS_SUPPORT_TILE_EMULATION_H
#define PARTGRAD_TESTS_SUPPORT_TILE_EMULATION_H

#include <immintrin.h>
#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>

void tile_emulation_configure(const void *config); /* the 64 bytes of LDTILECFG; for the thread that calls */
void tile_emulation_release(void);
void tile_emulation_zero(int tile);
void tile_emulation_load(int tile, const void *rows, size_t stride);
void tile_emulation_store(int tile, void *rows, size_t stride);
void tile_emulation_multiply(int sums, int left, int right);
/* What oneDNN says of the CPU, and the tiles. */
dnnl_cpu_isa_t tile_emulation_isa(void);

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbf16ps
#define _tile_loadconfig tile_emulation_configure
#define _tile_release tile_emulation_release
#define _tile_zero tile_emulation_zero
#define _tile_loadd tile_emulation_load
#define _tile_stored tile_emulation_store
#define _tile_dpbf16ps tile_emulation_multiply
#define dnnl_get_effective_cpu_isa tile_emulation_isa

#endif
