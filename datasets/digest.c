/* digest.c - see digest.h. */
#include "datasets/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *name;
    const EVP_MD *(*method)(void);
    int length;
} kinds[DIGEST_KINDS] = {
    [DIGEST_MD5] = {"md5", EVP_md5, 32},
    [DIGEST_SHA256] = {"sha256", EVP_sha256, 64},
};

const char *digest_name(enum digest_kind kind)
{
    return kinds[kind].name;
}

int digest_length(enum digest_kind kind)
{
    return kinds[kind].length;
}

/* Feeds the whole file to the digest. */
static int update_from(EVP_MD_CTX *context, int file, struct error *error)
{
    enum { PIECE_BYTES = 1 << 20 };
    unsigned char *piece = malloc(PIECE_BYTES);
    if (!piece) return error_set(error, "out of memory for a checksum");
    ssize_t got;
    for (off_t at = 0; (got = pread(file, piece, PIECE_BYTES, at)) > 0; at += got)
        if (EVP_DigestUpdate(context, piece, (size_t)got) != 1) break;
    free(piece);
    if (got < 0) return error_errno(error, "cannot read for a checksum");
    return got == 0 ? 0 : error_set(error, "cannot compute a checksum");
}

int digest_file(int file, enum digest_kind kind, char text[DIGEST_TEXT_SIZE], struct error *error)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int status = -1;
    if (!context || EVP_DigestInit_ex(context, kinds[kind].method(), NULL) != 1)
        error_set(error, "cannot compute a %s checksum on this system", kinds[kind].name);
    else
        status = update_from(context, file, error);
    if (status == 0 && EVP_DigestFinal_ex(context, bytes, NULL) != 1)
        status = error_set(error, "cannot compute a %s checksum", kinds[kind].name);
    for (int i = 0; i < kinds[kind].length / 2 && status == 0; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    EVP_MD_CTX_free(context);
    return status;
}
