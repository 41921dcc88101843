/* webdataset.c - see webdataset.h. */
#include "datasets/webdataset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/decode.h"
#include "datasets/extract.h"

enum { CLASS_BYTES = 32, NONE = -1 };

/* What has been seen of one sample. */
struct sample {
    const char *shard; /* its archive; borrowed */
    char key[EXTRACT_NAME_SIZE];
    char image[EXTRACT_NAME_SIZE]; /* the member; "" for none */
    int class;                     /* or NONE */
};

/* Adds the sample to the catalogue and clears it. */
static int finish_sample(struct sample *sample, int archive, struct catalogue *catalogue, struct error *error)
{
    struct catalogue_image image = {.path = sample->image, .archive = archive, .class = sample->class};
    int status = 0;
    if (sample->image[0] && sample->class == NONE)
        status = error_set(error, "%s: member %s has no class: there is no %s.cls beside it", sample->shard,
                           sample->image, sample->key);
    else if (!sample->image[0] && sample->class != NONE)
        status = error_set(error, "%s: member %s.cls has no image beside it", sample->shard, sample->key);
    else if (sample->image[0])
        status = catalogue_add_image(catalogue, &image, error);
    *sample = (struct sample){.shard = sample->shard, .class = NONE};
    return status;
}

static int read_class(struct extract *extract, const char *name, int class_count, struct sample *sample,
                      struct error *error)
{
    unsigned char *bytes;
    size_t size;
    char *end;
    if (extract_read(extract, CLASS_BYTES, &bytes, &size, error) != 0) return -1;
    errno = 0;
    long value = strtol((char *)bytes, &end, 10);
    size_t digits = (size_t)(end - (char *)bytes);
    int whole = digits > 0 && digits + strspn(end, " \r\n") == size && !errno && value >= 0 && value < class_count;
    free(bytes);
    if (!whole)
        return error_set(error, "%s: member %s is no class within 0 .. %d", sample->shard, name, class_count - 1);
    sample->class = (int)value;
    return 0;
}

static int add_member(struct extract *extract, const char *name, int archive, struct sample *sample,
                      struct catalogue *catalogue, struct error *error)
{
    const char *slash = strrchr(name, '/'), *ending = strchr(slash ? slash : name, '.');
    int is_image = ending && decode_is_image_name(ending);
    if (!ending || (!is_image && strcasecmp(ending, ".cls") != 0)) return 0;
    size_t length = (size_t)(ending - name);
    if (strlen(sample->key) != length || strncmp(sample->key, name, length) != 0) {
        if (finish_sample(sample, archive, catalogue, error) != 0) return -1;
        memcpy(sample->key, name, length); /* every name fits into EXTRACT_NAME_SIZE */
        sample->key[length] = '\0';
    }
    if (is_image ? sample->image[0] : sample->class != NONE)
        return error_set(error, "%s: sample %s has two images or classes", sample->shard, sample->key);
    if (!is_image) return read_class(extract, name, catalogue->class_count, sample, error);
    strcpy(sample->image, name);
    return 0;
}

int webdataset_list(const char *shard, struct catalogue *catalogue, struct error *error)
{
    struct extract *extract;
    struct sample sample = {.shard = shard, .class = NONE};
    const char *name;
    int archive, status;
    if (catalogue_add_archive(catalogue, shard, &archive, error) != 0 || extract_open(&extract, shard, error) != 0)
        return -1;
    while ((status = extract_next(extract, &name, error)) > 0)
        if ((status = add_member(extract, name, archive, &sample, catalogue, error)) != 0) break;
    if (status == 0) status = finish_sample(&sample, archive, catalogue, error);
    extract_close(extract);
    return status;
}
