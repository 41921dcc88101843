/* base64.h - bytes as text (RFC 4648), for images within a page. */
#ifndef PARTGRAD_BASE_BASE64_H
#define PARTGRAD_BASE_BASE64_H

#include <stddef.h>
#include <stdio.h>

/* Writes the bytes (size) as one line without its end, padded with '='. */
void base64_write(FILE *, const void *bytes, size_t size);

#endif
