/* gunzip.c - see gunzip.h. */
#include "datasets/gunzip.h"

#include <errno.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 18 };

struct gunzip {
    int file;
    int is_ended; /* 1: all of the file was read */
    struct inflate_state state;
    unsigned char input[PIECE_BYTES], output[PIECE_BYTES];
};

/* Refills the buffer if it is used up. */
static int fill(struct gunzip *gunzip, struct error *error)
{
    if (gunzip->state.avail_in > 0 || gunzip->is_ended) return 0;
    ssize_t got;
    do got = read(gunzip->file, gunzip->input, PIECE_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0) return error_errno(error, "cannot read");
    gunzip->is_ended = got == 0;
    gunzip->state.next_in = gunzip->input;
    gunzip->state.avail_in = (uint32_t)got;
    return 0;
}

/* 1 if a gzip member begins with the next bytes. */
static int at_member(const struct gunzip *gunzip)
{
    const struct inflate_state *state = &gunzip->state;
    return state->avail_in > 0 && state->next_in[0] == 0x1f && (state->avail_in < 2 || state->next_in[1] == 0x8b);
}

static void begin_member(struct gunzip *gunzip)
{
    isal_inflate_reset(&gunzip->state);
    gunzip->state.crc_flag = ISAL_GZIP;
}

int gunzip_open(struct gunzip **opened, const char *path, struct error *error)
{
    *opened = NULL;
    struct gunzip *gunzip = malloc(sizeof *gunzip);
    if (!gunzip) return error_set(error, "out of memory");
    isal_inflate_init(&gunzip->state);
    gunzip->is_ended = 0;
    gunzip->file = open(path, O_RDONLY | O_CLOEXEC);
    int status = gunzip->file < 0 ? error_errno(error, "cannot read") : fill(gunzip, error);
    if (status == 0 && !at_member(gunzip)) status = GUNZIP_OTHER;
    if (status == 0) {
        begin_member(gunzip);
        *opened = gunzip;
        return 0;
    }
    gunzip_close(gunzip);
    return status;
}

void gunzip_close(struct gunzip *gunzip)
{
    if (!gunzip) return;
    if (gunzip->file >= 0) close(gunzip->file);
    free(gunzip);
}

/* One step: 1, 0 at the file's end, or -1. Several members may follow one another; like gzip, ignores whatever follows
 * the last one. */
static int inflate_some(struct gunzip *gunzip, struct error *error)
{
    struct inflate_state *state = &gunzip->state;
    if (fill(gunzip, error) != 0) return -1;
    if (state->block_state == ISAL_BLOCK_FINISH) {
        if (!at_member(gunzip)) return 0;
        begin_member(gunzip);
    }
    uint32_t input = state->avail_in, room = state->avail_out;
    if (isal_inflate(state) < 0) return error_set(error, "gzip: the data are damaged");
    int moved = state->avail_in < input || state->avail_out < room || state->block_state == ISAL_BLOCK_FINISH;
    return moved || !gunzip->is_ended ? 1 : error_set(error, "gzip: the file is cut short");
}

long gunzip_next(struct gunzip *gunzip, const void **piece, struct error *error)
{
    struct inflate_state *state = &gunzip->state;
    state->next_out = gunzip->output;
    state->avail_out = PIECE_BYTES;
    int status = 1;
    while (status > 0 && state->avail_out == PIECE_BYTES) status = inflate_some(gunzip, error);
    *piece = gunzip->output;
    return status < 0 ? -1 : (long)(PIECE_BYTES - state->avail_out);
}
