/* shell.h - words of a command line as a POSIX shell reads them. */
#ifndef PARTGRAD_BASE_SHELL_H
#define PARTGRAD_BASE_SHELL_H

#include <stdio.h>

/* Writes the text in single quotes, in which a shell expands nothing: as one word, whatever signs it holds. */
void shell_quote(FILE *, const char *text);

#endif
