/* npy_header.c - see npy_header.h. */
#include "base/npy_header.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_SIZE = 64 };

/* What numpy.dtype calls the types besides <f4 and the like. */
static const struct {
    const char *name;
    enum npy_kind kind;
    size_t bytes;
} type_names[] = {
    {"float16", NPY_FLOAT, 2},   {"half", NPY_FLOAT, 2},      {"e", NPY_FLOAT, 2},         {"float32", NPY_FLOAT, 4},
    {"single", NPY_FLOAT, 4},    {"f", NPY_FLOAT, 4},         {"float64", NPY_FLOAT, 8},   {"double", NPY_FLOAT, 8},
    {"float", NPY_FLOAT, 8},     {"d", NPY_FLOAT, 8},         {"int8", NPY_SIGNED, 1},     {"byte", NPY_SIGNED, 1},
    {"b", NPY_SIGNED, 1},        {"int16", NPY_SIGNED, 2},    {"short", NPY_SIGNED, 2},    {"h", NPY_SIGNED, 2},
    {"int32", NPY_SIGNED, 4},    {"intc", NPY_SIGNED, 4},     {"i", NPY_SIGNED, 4},        {"int64", NPY_SIGNED, 8},
    {"int", NPY_SIGNED, 8},      {"longlong", NPY_SIGNED, 8}, {"l", NPY_SIGNED, 8},        {"q", NPY_SIGNED, 8},
    {"uint8", NPY_UNSIGNED, 1},  {"ubyte", NPY_UNSIGNED, 1},  {"B", NPY_UNSIGNED, 1},      {"uint16", NPY_UNSIGNED, 2},
    {"ushort", NPY_UNSIGNED, 2}, {"H", NPY_UNSIGNED, 2},      {"uint32", NPY_UNSIGNED, 4}, {"uintc", NPY_UNSIGNED, 4},
    {"I", NPY_UNSIGNED, 4},      {"uint64", NPY_UNSIGNED, 8}, {"uint", NPY_UNSIGNED, 8},   {"L", NPY_UNSIGNED, 8},
    {"Q", NPY_UNSIGNED, 8},      {"bool", NPY_BOOL, 1},       {"?", NPY_BOOL, 1},
};
enum { TYPE_NAMES = sizeof type_names / sizeof *type_names };

/* Types that are a letter and a number of bytes, or of characters. */
static const struct {
    char letter;
    enum npy_kind kind;
    size_t unit;         /* bytes that the number counts in */
    unsigned long sizes; /* the numbers there are, a bit each; 0: any */
} type_letters[] = {
    {'f', NPY_FLOAT, 1, 1 << 2 | 1 << 4 | 1 << 8},
    {'i', NPY_SIGNED, 1, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8},
    {'u', NPY_UNSIGNED, 1, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8},
    {'b', NPY_BOOL, 1, 1 << 1},
    {'S', NPY_STRING, 1, 0},
    {'a', NPY_STRING, 1, 0},
    {'U', NPY_STRING, 4, 0},
};
enum { TYPE_LETTERS = sizeof type_letters / sizeof *type_letters };

/* The header while it is read, with a NUL behind it. */
struct cursor {
    const char *at;
};

static void skip_blanks(struct cursor *cursor)
{
    cursor->at += strspn(cursor->at, " \t\r\n\f");
}

/* Takes the character if it comes next. */
static int take(struct cursor *cursor, char wanted)
{
    skip_blanks(cursor);
    if (*cursor->at != wanted || wanted == '\0') return 0;
    cursor->at++;
    return 1;
}

/* Takes a string in either kind of quotes. */
static int take_string(struct cursor *cursor, char word[WORD_SIZE])
{
    skip_blanks(cursor);
    char quote = *cursor->at;
    if (quote != '\'' && quote != '"') return 0;
    const char *start = cursor->at + 1, *end = strchr(start, quote);
    if (!end || end - start >= WORD_SIZE || memchr(start, '\\', (size_t)(end - start))) return 0;
    memcpy(word, start, (size_t)(end - start));
    word[end - start] = '\0';
    cursor->at = end + 1;
    return 1;
}

static int find_type(const char *name, struct npy *npy)
{
    for (int t = 0; t < TYPE_NAMES; t++)
        if (strcmp(type_names[t].name, name) == 0) {
            npy->kind = type_names[t].kind;
            npy->element_bytes = npy->unit_bytes = type_names[t].bytes;
            return 1;
        }
    size_t digits = name[0] ? strspn(name + 1, "0123456789") : 0;
    if (digits == 0 || digits > 6 || name[1 + digits]) return 0;
    unsigned long number = strtoul(name + 1, NULL, 10);
    for (int t = 0; t < TYPE_LETTERS; t++)
        if (type_letters[t].letter == name[0] &&
            (type_letters[t].sizes == 0 || (number <= 8 && type_letters[t].sizes >> number & 1))) {
            npy->kind = type_letters[t].kind;
            npy->element_bytes = number * type_letters[t].unit;
            npy->unit_bytes = npy->kind == NPY_STRING ? type_letters[t].unit : number;
            return 1;
        }
    return 0;
}

static int take_type(struct cursor *cursor, struct npy *npy, struct error *error)
{
    char word[WORD_SIZE];
    const char *start = cursor->at + strspn(cursor->at, " \t");
    if (!take_string(cursor, word))
        return error_set(error, "its elements are records or something else that is not a number: %.60s", start);
    int ordered = word[0] && strchr("<>=|", word[0]) != NULL;
    npy->big_endian = word[0] == '>';
    if (find_type(word + ordered, npy)) return 0;
    return error_set(error,
                     "its elements are '%s', and only floats of 16, 32 and 64 bits, integers, booleans and strings are "
                     "read: convert it with numpy's astype",
                     word);
}

static int take_order(struct cursor *cursor, struct npy *npy, struct error *error)
{
    static const char *const words[] = {"False", "True"};
    skip_blanks(cursor);
    for (int truth = 0; truth < 2; truth++) {
        size_t length = strlen(words[truth]);
        if (strncmp(cursor->at, words[truth], length) != 0 || isalnum((unsigned char)cursor->at[length])) continue;
        npy->fortran = truth;
        cursor->at += length;
        return 0;
    }
    return error_set(error, "its header does not say in which order the elements are");
}

/* "(3, 4)", "(3,)"; Python 2 wrote 3L for 3. */
static int take_shape(struct cursor *cursor, struct npy *npy, struct error *error)
{
    int commas = 0;
    npy->rank = 0;
    npy->shape[0] = npy->shape[1] = 1;
    if (!take(cursor, '(')) return error_set(error, "its header has no shape");
    for (skip_blanks(cursor); isdigit((unsigned char)*cursor->at); skip_blanks(cursor)) {
        char *end;
        unsigned long long size = strtoull(cursor->at, &end, 10); /* too large a number is refused by the file's size */
        if (npy->rank < NPY_RANK_MAX) npy->shape[npy->rank] = (size_t)size;
        npy->rank++;
        cursor->at = end + (*end == 'L');
        if (!take(cursor, ',')) break;
        commas++;
    }
    if (!take(cursor, ')') || (npy->rank == 1 && commas == 0)) return error_set(error, "its header has no shape");
    if (npy->rank >= 1 && npy->rank <= NPY_RANK_MAX) return 0;
    return error_set(error, "it has %d dimensions, and only arrays of one or two are read", npy->rank);
}

static int take_entry(struct cursor *cursor, struct npy *npy, unsigned *seen, struct error *error)
{
    static const struct {
        const char *key;
        int (*take)(struct cursor *, struct npy *, struct error *);
    } entries[] = {{"descr", take_type}, {"fortran_order", take_order}, {"shape", take_shape}};
    char key[WORD_SIZE];
    if (!take_string(cursor, key) || !take(cursor, ':')) return error_set(error, "its header is broken");
    for (unsigned e = 0; e < 3; e++)
        if (strcmp(entries[e].key, key) == 0) {
            *seen |= 1u << e;
            return entries[e].take(cursor, npy, error);
        }
    return error_set(error, "its header has an entry that NumPy does not know: %s", key);
}

static int parse(struct cursor *cursor, struct npy *npy, struct error *error)
{
    unsigned seen = 0;
    int more = take(cursor, '{');
    if (!more) return error_set(error, "its header is broken");
    while (more && !take(cursor, '}')) {
        if (take_entry(cursor, npy, &seen, error) != 0) return -1;
        more = take(cursor, ',');
        if (!more && !take(cursor, '}')) return error_set(error, "its header is broken");
    }
    skip_blanks(cursor);
    if (*cursor->at) return error_set(error, "its header is broken");
    return seen == 7 ? 0 : error_set(error, "its header lacks descr, fortran_order or shape");
}

int npy_header_parse(struct npy *npy, const char *text, size_t length, struct error *error)
{
    char *copy = strndup(text, length);
    if (!copy) return error_set(error, "memory runs out");
    int status =
        strlen(copy) == length ? parse(&(struct cursor){copy}, npy, error) : error_set(error, "its header is broken");
    free(copy);
    return status;
}
