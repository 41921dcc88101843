/* shared.c - see shared.h. */
#include "harness/training/shared.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "harness/tables/identity.h"
#include "harness/training/checkpoint.h"
#include "harness/training/embed_pack.h"
#include "harness/training/machine.h"
#include "harness/training/version.h"

/* ---- what embeddings depend on ---- */

static void write_weights(FILE *stream, struct network *network)
{
    int count;
    const struct parameter *parameters = network_parameters(network, &count);
    fputs("weights", stream);
    for (int p = 0; p < count; p++)
        fprintf(stream, " %016" PRIx64, file_checksum(parameters[p].value, parameters[p].count * sizeof(float)));
    fputc('\n', stream);
}

static void write_network(FILE *stream, const struct settings *settings)
{
    char options[AXIS_VALUE_SIZE];
    choice_format_options(&settings->model, options, sizeof options);
    fprintf(stream, "model %s %s\n", settings->model.plugin->name, options);
    for (const struct field *field = network_fields; field->name; field++) {
        option_format(field, &settings->network, options, sizeof options);
        fprintf(stream, "%s %s\n", field->name, options);
    }
    fprintf(stream, "precision %d\nmicro_batch %d\nthreads %d\n", settings->precision, settings->micro_batch,
            parallel_threads());
}

static void write_machine(FILE *stream)
{
    char cpu[128], libraries[128];
    machine_cpu(cpu, sizeof cpu);
    machine_libraries(libraries, sizeof libraries);
    fprintf(stream, "cpu %s\nlibraries %s\ncommit %s\n", cpu, libraries, version_commit);
}

/* All of these as text; the caller frees. NULL if memory runs out. */
static char *describe(const struct settings *settings, struct network *network, const struct pack *pack,
                      const int *image, int count, const struct crop_center *center)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    write_weights(stream, network);
    write_network(stream, settings);
    fprintf(stream, "pack %016" PRIx64 "\nimages %d %016" PRIx64 "\n", pack->checksum, count,
            file_checksum(image, (size_t)count * sizeof *image));
    fprintf(stream, "seen %d %.17g %d\n", center->image_size, center->share, center->offset);
    write_machine(stream);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

/* ---- the file ---- */

static char *file_of(const char *folder, const char *text)
{
    char hash[IDENTITY_SIZE];
    identity_hash(text, hash);
    return file_join(folder, "embeddings-%s", hash);
}

static void keep(const struct checkpoint *file, const char *folder, const char *path)
{
    struct error error;
    if (file_make_folder(folder, &error) != 0 || checkpoint_write(file, path, &error) != 0)
        fprintf(stderr, "note: embeddings are not kept for other cells: %s\n", error.message);
}

int shared_embed(const char *folder, const struct settings *settings, struct network *network, const struct pack *pack,
                 const int *image, int count, const struct crop_center *center, float *embeddings, struct error *error)
{
    struct checkpoint file = {0};
    char *text = describe(settings, network, pack, image, count, center);
    if (!text) return error_set(error, "out of memory");
    char *path = file_of(folder, text);
    checkpoint_require(&file, text, strlen(text));
    checkpoint_add(&file, embeddings, (size_t)count * (size_t)network_dim(network) * sizeof *embeddings);
    int status = 0;
    if (!checkpoint_restore(&file, path)) {
        status = embedding_compute(network, pack, image, count, center, embeddings, error);
        if (status == 0) keep(&file, folder, path);
    }
    free(path);
    free(text);
    return status;
}

void shared_forget(const char *folder)
{
    DIR *stream = opendir(folder);
    if (!stream) return;
    for (struct dirent *entry; (entry = readdir(stream));)
        if (strncmp(entry->d_name, "embeddings-", strlen("embeddings-")) == 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    closedir(stream);
    rmdir(folder); /* fails, and the folder stays, if it is not empty */
}
