/* shell.h - quoting of words for a POSIX shell. */
#ifndef PARTGRAD_BASE_SHELL_H
#define PARTGRAD_BASE_SHELL_H

#include <stdio.h>

/* Writes the text in single quotes, so that a shell reads it as one word, whatever characters it contains. */
void shell_quote(FILE *, const char *text);

#endif
