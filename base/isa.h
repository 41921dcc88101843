/* isa.h - loops that the compiler turns into the vector instructions of each CPU, chosen when the program starts. */
#ifndef PARTGRAD_BASE_ISA_H
#define PARTGRAD_BASE_ISA_H

/* Put FOR_EACH_ISA before a static function: it is compiled once for each instruction set that pays, and the loader
 * picks one. The narrow form leaves out 512-bit vectors, for loops where they are no faster. No sum is reordered, so
 * all versions give the same bits. For static functions only, as clang gives the clones other names. Off under
 * sanitizers, which cannot handle clones, without GNU's loader, and with WITHOUT_ISA_CLONES. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ISA_SANITIZED
#endif
#endif
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(ISA_SANITIZED) &&      \
    !defined(WITHOUT_ISA_CLONES)
#define FOR_EACH_ISA __attribute__((target_clones("avx512f", "avx2", "default")))
#define FOR_EACH_NARROW_ISA __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_ISA
#define FOR_EACH_NARROW_ISA
#endif

/* Put this before the functions that those call: they are compiled into each version. */
#define WITHIN_EACH_ISA __attribute__((always_inline)) static inline

#endif
