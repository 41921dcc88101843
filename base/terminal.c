/* terminal.c - see terminal.h. */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS = 80, ROWS = 24 };

int terminal_obeys(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

void terminal_size(int *columns, int *rows)
{
    struct winsize window = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0) window = (struct winsize){0};
    *columns = window.ws_col > 0 ? window.ws_col : COLUMNS;
    *rows = window.ws_row > 0 ? window.ws_row : ROWS;
}

int terminal_fit(const char *text, int columns)
{
    int bytes = 0, used = 0;
    while (text[bytes]) {
        int length = 1, width = (unsigned char)text[bytes] < 0x80 ? 1 : 2;
        while (((unsigned char)text[bytes + length] & 0xC0) == 0x80) length++;
        if (used + width > columns) break;
        used += width;
        bytes += length;
    }
    return bytes;
}
