/* fetch.c - see fetch.h. */
#include "datasets/fetch.h"

#include <fcntl.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "datasets/transfer.h"

enum { DELAY_MAX = 60 };

static void pause_for(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)};
    nanosleep(&time, NULL);
}

/* Without a checksum nobody can tell whether it is the right file; but the user can, and the next download. */
static int tell_unverified(const struct fetch *fetch, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if (fetch->resource->digests[kind]) return 0;
    if (digest_file(fetch->partial.file, DIGEST_SHA256, digest, error) != 0) return -1;
    transfer_tell(fetch, "no checksum of it is known; its sha256 is %s", digest);
    return 0;
}

/* All bytes are there: are they the right ones? */
static enum outcome verify(struct fetch *fetch, const char *address, struct error *error)
{
    struct partial *partial = &fetch->partial;
    int different = resource_check(fetch->resource, partial->file, error);
    if (different == 0) return tell_unverified(fetch, error) == 0 ? WHOLE : NOWHERE;
    error_context(error, "%s", address);
    if (different < 0 || partial_restart(partial, address, "", error) != 0) return NOWHERE;
    return fetch->mixed ? AGAIN : NEXT;
}

/* Tries one address until it has brought the file or patience ends. */
static enum outcome try_address(struct fetch *fetch, const char *address, struct error *error)
{
    const struct fetch_settings *settings = fetch->settings;
    long long most = fetch->partial.bytes;
    for (int failures = 0;;) {
        double wait = 0;
        enum outcome outcome = transfer_run(fetch, address, &wait, error);
        if (outcome == WHOLE) outcome = verify(fetch, address, error);
        if (outcome != AGAIN) return outcome;
        failures = fetch->partial.bytes > most ? 1 : failures + 1;
        if (fetch->partial.bytes > most) most = fetch->partial.bytes;
        if (failures >= settings->attempts) return NEXT;
        double delay = fmin(fmax(ldexp(settings->delay_seconds, failures - 1), wait), DELAY_MAX);
        transfer_tell(fetch, "%s; again in %g s", error->message, delay);
        pause_for(delay);
    }
}

static int try_addresses(struct fetch *fetch, struct error *error)
{
    const char *const *addresses = fetch->resource->addresses;
    for (int i = 0; addresses[i]; i++) {
        enum outcome outcome = try_address(fetch, addresses[i], error);
        if (outcome == WHOLE) return partial_commit(&fetch->partial, error);
        if (outcome == NOWHERE) return -1;
        if (addresses[i + 1]) transfer_tell(fetch, "%s; trying %s", error->message, addresses[i + 1]);
    }
    return -1;
}

/* 1 where the file is there and right. */
static int is_there(const struct fetch *fetch, const char *path, int silent)
{
    struct error error;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    int right = resource_check(fetch->resource, file, &error) == 0;
    close(file);
    if (!right && !silent) transfer_tell(fetch, "%s is damaged, %s; fetching it again", path, error.message);
    return right;
}

static void tell_waiting(void *context)
{
    transfer_tell(context, "another process is fetching it; waiting");
}

/* With the partial file locked. */
static int fetch_locked(struct fetch *fetch, const char *path, struct error *error)
{
    struct partial *partial = &fetch->partial;
    long long bytes = fetch->resource->bytes;
    if (is_there(fetch, path, 1)) { /* another process was first */
        partial_discard(partial);
        return 0;
    }
    fetch->mixed = partial->bytes > 0;
    if (bytes > 0 && partial->bytes > bytes && partial_restart(partial, "", "", error) != 0) return -1;
    int status = partial_check_room(partial, bytes - partial->bytes, error);
    if (status == 0) status = try_addresses(fetch, error);
    if (status != 0 && partial->bytes == 0) partial_discard(partial);
    if (status != 0 && partial->bytes > 0)
        transfer_tell(fetch, "%lld bytes are kept; the same command goes on from there", partial->bytes);
    return status;
}

int fetch_file(const struct resource *resource, const char *path, const struct fetch_settings *settings,
               const struct fetch_watch *watch, struct error *error)
{
    struct fetch fetch = {.resource = resource, .settings = settings, .watch = watch};
    if (file_exists(path) && is_there(&fetch, path, 0)) return 0;
    if (!resource->addresses[0])
        return error_set(error, "%s: no address is known; give one with --source or --sources", resource->name);
    if (partial_open(&fetch.partial, path, tell_waiting, &fetch, error) != 0) return -1;
    int status = transfer_begin(error);
    if (status == 0) {
        status = fetch_locked(&fetch, path, error);
        transfer_end();
    }
    partial_close(&fetch.partial);
    return status == 0 ? 0 : error_context(error, "%s", resource->name);
}
