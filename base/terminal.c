/* terminal.c - see terminal.h. */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS = 80, ROWS = 24 };

int terminal_obeys(int file)
{
    const char *kind = getenv("TERM");
    return isatty(file) && kind && strcmp(kind, "dumb") != 0;
}

void terminal_size(int file, int *columns, int *rows)
{
    struct winsize window = {0};
    if (ioctl(file, TIOCGWINSZ, &window) != 0) window = (struct winsize){0};
    *columns = window.ws_col > 0 ? window.ws_col : COLUMNS;
    *rows = window.ws_row > 0 ? window.ws_row : ROWS;
}

int terminal_takes_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const char *value = getenv(names[n]);
        if (value && value[0]) return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8"); /* the first decides */
    }
    return 0;
}

/* Bytes and columns of the character that `text` begins with. */
static int character(const char *text, int *columns)
{
    const unsigned char *byte = (const unsigned char *)text;
    int length = 1, is_block = byte[0] == 0xE2 && byte[1] == 0x96 && byte[2] >= 0x80 && byte[2] <= 0x9F;
    while ((byte[length] & 0xC0) == 0x80) length++;
    *columns = byte[0] < 0x80 || is_block ? 1 : 2;
    return length;
}

int terminal_fit(const char *text, int columns)
{
    int bytes = 0, used = 0, width;
    while (text[bytes]) {
        int length = character(text + bytes, &width);
        if (used + width > columns) break;
        used += width;
        bytes += length;
    }
    return bytes;
}

int terminal_width(const char *text, int bytes)
{
    int used = 0, width;
    for (int at = 0; at < bytes && text[at]; used += width) at += character(text + at, &width);
    return used;
}
