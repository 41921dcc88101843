/* texts.c - see texts.h. Archives are read once and only until all texts are found; in published archives they precede
 * the images. */
#include "datasets/texts.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/extract.h"

enum { FOLDERS_MAX = 16 };

/* A folder that has some of the texts. */
struct folder {
    struct texts texts;
    char *link[TEXTS_MAX]; /* the member to read instead; owned */
    int found;             /* texts and links */
};

struct search {
    const char *path;
    const char *const *names; /* (count) */
    int count;
    int folder_count;
    struct folder folders[FOLDERS_MAX];
};

void texts_release(struct texts *texts)
{
    free(texts->root);
    for (int i = 0; i < TEXTS_MAX; i++) free(texts->text[i]);
    *texts = (struct texts){0};
}

static void folder_release(struct folder *folder)
{
    texts_release(&folder->texts);
    for (int i = 0; i < TEXTS_MAX; i++) free(folder->link[i]);
}

/* Which of the texts a member is, or -1; *root_bytes is the length of what stands before its name. */
static int find_name(const struct search *search, const char *member, size_t *root_bytes)
{
    const char *slash = strrchr(member, '/'), *base = slash ? slash + 1 : member;
    *root_bytes = (size_t)(base - member);
    for (int i = 0; i < search->count; i++)
        if (strcmp(base, search->names[i]) == 0) return i;
    return -1;
}

/* The folder of that name, which may be new; NULL with the error set if there are too many. */
static struct folder *find_folder(struct search *search, const char *member, size_t root_bytes, struct error *error)
{
    for (int i = 0; i < search->folder_count; i++) {
        const char *root = search->folders[i].texts.root;
        if (strlen(root) == root_bytes && memcmp(root, member, root_bytes) == 0) return &search->folders[i];
    }
    if (search->folder_count == FOLDERS_MAX) {
        error_set(error, "%s: more than %d folders have some of its lists and none has all", search->path, FOLDERS_MAX);
        return NULL;
    }
    struct folder *folder = &search->folders[search->folder_count];
    folder->texts.root = strndup(member, root_bytes);
    if (!folder->texts.root) {
        error_set(error, "out of memory");
        return NULL;
    }
    search->folder_count++;
    return folder;
}

static int read_text(struct extract *extract, const char *path, const char *member, char **text, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    if (extract_read(extract, EXTRACT_TEXT_LIMIT, &bytes, &size, error) != 0) return -1;
    *text = (char *)bytes;
    if (strlen(*text) == size) return 0;
    int utf16 = size >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff));
    return error_set(error, "%s: member %s is %s", path, member, utf16 ? "UTF-16; save it again as UTF-8" : "no text");
}

/* Reads the current member if it is one of the texts. Returns 1 when its folder has all of them, 0, or -1. */
static int take_member(struct search *search, struct extract *extract, const char *member, struct folder **whole,
                       struct error *error)
{
    size_t root_bytes;
    int i = find_name(search, member, &root_bytes);
    if (i < 0) return 0;
    struct folder *folder = find_folder(search, member, root_bytes, error);
    if (!folder) return -1;
    if (folder->texts.text[i] || folder->link[i])
        return error_set(error, "%s: member %s appears twice", search->path, member);
    folder->link[i] = extract_link(extract);
    if (!folder->link[i] && read_text(extract, search->path, member, &folder->texts.text[i], error) != 0) return -1;
    if (++folder->found < search->count) return 0;
    *whole = folder;
    return 1;
}

/* Reports what is missing from the folder that has most of them. */
static int tell_missing(const struct search *search, struct error *error)
{
    const struct folder *most = NULL;
    for (int i = 0; i < search->folder_count; i++)
        if (!most || search->folders[i].found > most->found) most = &search->folders[i];
    for (int i = 0; most && i < search->count; i++)
        if (!most->texts.text[i] && !most->link[i])
            return error_set(error, "%s has no member %s%s", search->path, most->texts.root, search->names[i]);
    return error_set(error, "%s has no member %s in any folder", search->path, search->names[0]);
}

static int find_whole(struct search *search, struct folder **whole, struct error *error)
{
    struct extract *extract;
    const char *member;
    int status, found = 0;
    if (extract_open(&extract, search->path, error) != 0) return -1;
    while (found == 0 && (status = extract_next(extract, &member, error)) > 0)
        found = take_member(search, extract, member, whole, error);
    extract_close(extract);
    if (found != 0) return found > 0 ? 0 : -1;
    return status == 0 ? tell_missing(search, error) : -1;
}

/* Reads the archive again for the members that links lead to. */
static int follow_links(const struct search *search, struct folder *folder, struct error *error)
{
    struct extract *extract;
    const char *member;
    int left = 0, status = 1;
    for (int i = 0; i < search->count; i++) left += folder->link[i] != NULL;
    if (left == 0) return 0;
    if (extract_open(&extract, search->path, error) != 0) return -1;
    while (left > 0 && status > 0 && (status = extract_next(extract, &member, error)) > 0)
        for (int i = 0; i < search->count && status > 0; i++) {
            if (!folder->link[i] || folder->texts.text[i] || strcmp(member, folder->link[i]) != 0) continue;
            if (read_text(extract, search->path, member, &folder->texts.text[i], error) != 0) status = -1;
            left--;
            break;
        }
    extract_close(extract);
    for (int i = 0; i < search->count && status == 0; i++)
        if (!folder->texts.text[i])
            status = error_set(error, "%s: member %s%s is a link to %s, which is not in it", search->path,
                               folder->texts.root, search->names[i], folder->link[i]);
    return status < 0 ? -1 : 0;
}

int texts_read(struct texts *texts, const char *path, const char *const *names, int count, struct error *error)
{
    struct folder *whole = NULL;
    struct search *search = calloc(1, sizeof *search);
    *texts = (struct texts){0};
    if (!search) return error_set(error, "out of memory");
    *search = (struct search){.path = path, .names = names, .count = count};
    int status = find_whole(search, &whole, error);
    if (status == 0) status = follow_links(search, whole, error);
    if (status == 0) {
        *texts = whole->texts;
        whole->texts = (struct texts){0};
    }
    for (int i = 0; i < search->folder_count; i++) folder_release(&search->folders[i]);
    free(search);
    return status;
}
