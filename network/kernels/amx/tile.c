/* tile.c - see tile.h. */
#include "network/kernels/amx/tile.h"

#if defined(__linux__)

#include <sys/syscall.h>
#include <unistd.h>

int tile_available(void)
{
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

#else

int tile_available(void)
{
    return 0;
}

#endif
