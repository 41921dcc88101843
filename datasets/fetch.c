/* fetch.c - see fetch.h. */
#include "datasets/fetch.h"

#include <fcntl.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { DELAY_MAX = 60 };

static void pause_for(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)};
    nanosleep(&time, NULL);
}

/* Without a known checksum the file cannot be verified; the message has its checksum, so that the user can. */
static int tell_unverified(const struct transfer *transfer, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if (transfer->resource->digests[kind]) return 0;
    if (digest_file(transfer->partial.file, DIGEST_SHA256, digest, error) != 0) return -1;
    transfer_tell(transfer, "no checksum of it is known; its sha256 is %s", digest);
    return 0;
}

/* Checks a complete file against its row. */
static enum transfer_outcome verify(struct transfer *transfer, const char *address, struct error *error)
{
    struct partial *partial = &transfer->partial;
    int different = resource_check(transfer->resource, partial->file, error);
    if (different == 0) return tell_unverified(transfer, error) == 0 ? TRANSFER_WHOLE : TRANSFER_NOWHERE;
    error_context(error, "%s", address);
    if (different < 0 || partial_restart(partial, address, "", error) != 0) return TRANSFER_NOWHERE;
    return transfer->mixed ? TRANSFER_AGAIN : TRANSFER_NEXT;
}

/* Tries one address until the file is complete or the attempts are used up. */
static enum transfer_outcome try_address(struct transfer *transfer, const char *address, struct error *error)
{
    const struct transfer_settings *settings = transfer->settings;
    long long most = transfer->partial.bytes;
    for (int failures = 0;;) {
        double wait = 0;
        enum transfer_outcome outcome = transfer_run(transfer, address, &wait, error);
        if (outcome == TRANSFER_WHOLE) outcome = verify(transfer, address, error);
        if (outcome != TRANSFER_AGAIN) return outcome;
        failures = transfer->partial.bytes > most ? 1 : failures + 1;
        if (transfer->partial.bytes > most) most = transfer->partial.bytes;
        if (failures >= settings->attempts) return TRANSFER_NEXT;
        double delay = fmin(fmax(ldexp(settings->delay_seconds, failures - 1), wait), DELAY_MAX);
        transfer_tell(transfer, "%s; again in %g s", error->message, delay);
        pause_for(delay);
    }
}

static int try_addresses(struct transfer *transfer, struct error *error)
{
    const char *const *addresses = transfer->resource->addresses;
    for (int i = 0; addresses[i]; i++) {
        enum transfer_outcome outcome = try_address(transfer, addresses[i], error);
        if (outcome == TRANSFER_WHOLE) return partial_commit(&transfer->partial, error);
        if (outcome == TRANSFER_NOWHERE) return -1;
        if (addresses[i + 1]) transfer_tell(transfer, "%s; trying %s", error->message, addresses[i + 1]);
    }
    return -1;
}

/* 1 if the file is there and right. */
static int is_there(const struct transfer *transfer, const char *path, int silent)
{
    struct error error;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    int right = resource_check(transfer->resource, file, &error) == 0;
    close(file);
    if (!right && !silent) transfer_tell(transfer, "%s is damaged, %s; fetching it again", path, error.message);
    return right;
}

static void tell_waiting(void *context)
{
    transfer_tell(context, "another process is fetching it; waiting");
}

/* With the partial file locked. */
static int fetch_locked(struct transfer *transfer, const char *path, struct error *error)
{
    struct partial *partial = &transfer->partial;
    long long bytes = transfer->resource->bytes;
    if (is_there(transfer, path, 1)) { /* another process was first */
        partial_discard(partial);
        return 0;
    }
    transfer->mixed = partial->bytes > 0;
    if (bytes > 0 && partial->bytes > bytes && partial_restart(partial, "", "", error) != 0) return -1;
    int status = partial_check_room(partial, bytes - partial->bytes, error);
    if (status == 0) status = try_addresses(transfer, error);
    if (status != 0 && partial->bytes == 0) partial_discard(partial);
    if (status != 0 && partial->bytes > 0)
        transfer_tell(transfer, "%lld bytes are kept; the same command resumes from there", partial->bytes);
    return status;
}

int fetch_file(const struct resource *resource, const char *path, const struct transfer_settings *settings,
               const struct transfer_watch *watch, struct error *error)
{
    struct transfer transfer = {.resource = resource, .settings = settings, .watch = watch};
    if (file_exists(path) && is_there(&transfer, path, 0)) return 0;
    if (!resource->addresses[0])
        return error_set(error, "%s: no address is known; give one with --source or --sources", resource->name);
    if (partial_open(&transfer.partial, path, tell_waiting, &transfer, error) != 0) return -1;
    int status = transfer_begin(error);
    if (status == 0) {
        status = fetch_locked(&transfer, path, error);
        transfer_end();
    }
    partial_close(&transfer.partial);
    return status == 0 ? 0 : error_context(error, "%s", resource->name);
}
