/* isa.h - loops that the compiler turns into the vector instructions of each CPU, chosen when the program starts. */
#ifndef PARTGRAD_BASE_ISA_H
#define PARTGRAD_BASE_ISA_H

/* Before a static function: compiled for each instruction set that pays; narrow: where 512 bits do not. No sum is
 * reordered, so all give the same bits. Other files would not find such a function (clang gives it another name), and
 * sanitizers do not know them; WITHOUT_ISA_CLONES does without them too. The loader picks one,
 * which only GNU's can. */
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

/* Before what such functions are made of: compiled within each of them. */
#define WITHIN_EACH_ISA __attribute__((always_inline)) static inline

#endif
