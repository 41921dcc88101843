/* tally.h - counts things of one kind for one message: how many, and the names of the first. */
#ifndef PARTGRAD_DATASETS_TALLY_H
#define PARTGRAD_DATASETS_TALLY_H

enum { TALLY_NAMES = 5, TALLY_TEXT_SIZE = 1024 };

/* Zeroed is empty. */
struct tally {
    int count;
    char names[TALLY_TEXT_SIZE]; /* "a, b, c"; those that do not fit are counted only */
    int named;
};

/* Counts one more and keeps its name, with control characters replaced by "?". */
void tally_add(struct tally *, const char *name);

/* Writes "a, b, c", or "a, b, c, d, e and 12 more"; returns `text`. */
const char *tally_text(const struct tally *, char text[TALLY_TEXT_SIZE + 32]);

#endif
