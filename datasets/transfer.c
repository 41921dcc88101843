/* transfer.c - see transfer.h. */
#include "datasets/transfer.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

enum { REDIRECTS_MAX = 10, PARTIAL_CONTENT = 206, RANGE_NOT_SATISFIABLE = 416 };

/* One request and what its server says. */
struct transfer {
    struct fetch *fetch;
    CURL *curl;
    const char *address;
    long long offset;                                                 /* first byte that was asked for */
    long long length;                                                 /* of the body, or -1 */
    long long first;                                                  /* byte that the body begins with, or -1 */
    long long total;                                                  /* bytes of the file by the server, or -1 */
    char tag[PARTIAL_TEXT_SIZE / 2], modified[PARTIAL_TEXT_SIZE / 2]; /* ETag and Last-Modified */
    int begun;                                                        /* 1: the body has begun */
    long long moved;                                                  /* bytes when the clock below was set */
    double moved_at;                                                  /* seconds */
    enum outcome outcome;                                             /* where `told`: decided on the way */
    int told;
    struct error *error;
};

void transfer_tell(const struct fetch *fetch, const char *format, ...)
{
    char text[ERROR_SIZE], line[2 * ERROR_SIZE];
    if (!fetch->watch->news) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, "%s: %s", fetch->resource->name, text);
    fetch->watch->news(fetch->watch->context, line);
}

/* ---- what a server answers ---- */

/* Copies a header's value where the line is that header. */
static int header_value(const char *line, size_t length, const char *name, char *value, size_t size)
{
    size_t name_length = strlen(name);
    if (length <= name_length || strncasecmp(line, name, name_length) != 0) return 0;
    const char *start = line + name_length, *end = line + length;
    while (start < end && (*start == ' ' || *start == '\t')) start++;
    while (end > start && strchr(" \t\r\n", end[-1])) end--;
    if ((size_t)(end - start) >= size) return 0;
    snprintf(value, size, "%.*s", (int)(end - start), start);
    return 1;
}

/* Every answer on the way, redirects included, begins anew. */
static void forget_answer(struct transfer *transfer)
{
    transfer->length = transfer->first = transfer->total = -1;
    transfer->tag[0] = transfer->modified[0] = '\0';
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    char value[256], unit;
    if (length >= 5 && strncasecmp(line, "HTTP/", 5) == 0) forget_answer(transfer);
    header_value(line, length, "ETag:", transfer->tag, sizeof transfer->tag);
    header_value(line, length, "Last-Modified:", transfer->modified, sizeof transfer->modified);
    if (header_value(line, length, "Content-Length:", value, sizeof value)) transfer->length = atoll(value);
    if (header_value(line, length, "Content-Range:", value, sizeof value)) {
        const char *slash = strrchr(value, '/');
        if (sscanf(value, "bytes %lld-%*d%c", &transfer->first, &unit) < 1) transfer->first = -1;
        if (slash && slash[1] >= '0' && slash[1] <= '9') transfer->total = atoll(slash + 1);
    }
    return length;
}

/* What tells this version of the file from another: a strong tag, or the date. */
static const char *validator(const struct transfer *transfer)
{
    int strong = transfer->tag[0] == '"';
    return strong ? transfer->tag : transfer->modified;
}

static int decide(struct transfer *transfer, enum outcome outcome)
{
    transfer->told = 1;
    transfer->outcome = outcome;
    return -1;
}

static long long known_total(const struct transfer *transfer)
{
    long long bytes = transfer->fetch->resource->bytes;
    return bytes > 0 ? bytes : transfer->total > 0 ? transfer->total : 0;
}

/* Refuses a file that cannot be the right one, or that has no room, before its first byte. */
static int check_answer(struct transfer *transfer, long long held)
{
    struct fetch *fetch = transfer->fetch;
    if (transfer->total < 0 && transfer->length >= 0) transfer->total = held + transfer->length;
    if (fetch->resource->bytes > 0 && transfer->total >= 0 && transfer->total != fetch->resource->bytes) {
        error_set(transfer->error, "%s: %lld bytes expected, the server has %lld", transfer->address,
                  fetch->resource->bytes, transfer->total);
        return decide(transfer, NEXT);
    }
    return partial_check_room(&fetch->partial, transfer->total - held, transfer->error) == 0
               ? 0
               : decide(transfer, NOWHERE);
}

/* Before the body's first byte: goes on with the partial file where the server does, begins anew where it does not. */
static int begin_body(struct transfer *transfer)
{
    struct fetch *fetch = transfer->fetch;
    struct partial *partial = &fetch->partial;
    long code = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &code);
    transfer->begun = 1;
    if (code == PARTIAL_CONTENT && transfer->offset > 0) {
        int same = strcmp(partial->address, transfer->address) != 0 || !*partial->validator || !*validator(transfer) ||
                   strcmp(partial->validator, validator(transfer)) == 0;
        if (transfer->first == transfer->offset && same) {
            fetch->mixed = 1;
            return check_answer(transfer, transfer->offset);
        }
        if (partial_restart(partial, transfer->address, "", transfer->error) != 0) return decide(transfer, NOWHERE);
        error_set(transfer->error, "%s: the file has changed", transfer->address);
        return decide(transfer, AGAIN);
    }
    if (transfer->offset > 0) transfer_tell(fetch, "the server does not go on where it stopped; from the start");
    fetch->mixed = 0;
    if (check_answer(transfer, 0) != 0) return -1;
    if (partial_restart(partial, transfer->address, validator(transfer), transfer->error) == 0) return 0;
    return decide(transfer, NOWHERE);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct partial *partial = &transfer->fetch->partial;
    long long most = known_total(transfer);
    size_t length = size * count;
    if (!transfer->begun && begin_body(transfer) != 0) return CURL_WRITEFUNC_ERROR;
    if (most > 0 && partial->bytes + (long long)length > most) {
        error_set(transfer->error, "%s: more than the %lld bytes expected", transfer->address, most);
        partial_restart(partial, transfer->address, "", transfer->error);
        decide(transfer, NEXT);
        return CURL_WRITEFUNC_ERROR;
    }
    if (partial_append(partial, bytes, length, transfer->error) == 0) return length;
    decide(transfer, NOWHERE);
    return CURL_WRITEFUNC_ERROR;
}

/* Called at least once a second, also where nothing moves: then it ends the transfer. */
static int on_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up)
{
    (void)total, (void)up_total, (void)up;
    struct transfer *transfer = context;
    const struct fetch *fetch = transfer->fetch;
    const struct fetch_watch *watch = fetch->watch;
    if (done != transfer->moved) {
        transfer->moved = done;
        transfer->moved_at = clock_seconds();
    }
    if (watch->progress && transfer->begun)
        watch->progress(watch->context, fetch->resource->name, fetch->partial.bytes, known_total(transfer));
    if (clock_seconds() - transfer->moved_at < fetch->settings->stall_seconds) return 0;
    error_set(transfer->error, "%s: no byte for %g s", transfer->address, fetch->settings->stall_seconds);
    decide(transfer, AGAIN);
    return 1;
}

/* ---- one attempt ---- */

int transfer_begin(struct error *error)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == 0) return 0;
    return error_set(error, "the download library cannot be started");
}

void transfer_end(void)
{
    curl_global_cleanup();
}

/* Whether what is there can be gone on with from this address: the server can tell whether it has changed, or the
 * checksum will. */
static int can_go_on(const struct fetch *fetch, const char *address)
{
    const struct partial *partial = &fetch->partial;
    int same = strcmp(partial->address, address) == 0;
    int checked = 0;
    for (int kind = 0; kind < DIGEST_KINDS; kind++) checked |= fetch->resource->digests[kind] != NULL;
    return partial->bytes > 0 && ((same && *partial->validator) || checked);
}

/* Asks for the bytes that are missing. `headers` is the caller's to free. */
static int set_request(struct transfer *transfer, char *reason, struct curl_slist **headers)
{
    struct fetch *fetch = transfer->fetch;
    const struct partial *partial = &fetch->partial;
    CURL *curl = transfer->curl;
    char range[32], condition[PARTIAL_TEXT_SIZE + 16];
    long stall = (long)(1000 * fetch->settings->stall_seconds);
    const char *certificates = getenv("SSL_CERT_FILE");
    int failed = 0;
    failed |= curl_easy_setopt(curl, CURLOPT_URL, transfer->address);
    failed |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    failed |= curl_easy_setopt(curl, CURLOPT_USERAGENT, "partgrad");
    failed |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    failed |= curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
                               strncasecmp(transfer->address, "https:", 6) == 0 ? "https" : "http,https");
    failed |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    failed |= curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    failed |= curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    failed |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, stall);
    failed |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    failed |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    failed |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    failed |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    failed |= curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    failed |= curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
    if (certificates && *certificates) failed |= curl_easy_setopt(curl, CURLOPT_CAINFO, certificates);
    if (transfer->offset > 0) {
        snprintf(range, sizeof range, "%lld-", transfer->offset);
        failed |= curl_easy_setopt(curl, CURLOPT_RANGE, range);
        if (*partial->validator && strcmp(partial->address, transfer->address) == 0) {
            snprintf(condition, sizeof condition, "If-Range: %s", partial->validator);
            *headers = curl_slist_append(NULL, condition);
            failed |= !*headers || curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
        }
    }
    return failed ? -1 : 0;
}

/* The faults that another attempt at the same address would meet again. */
static int is_lasting(CURLcode code, long status)
{
    static const CURLcode codes[] = {
        CURLE_UNSUPPORTED_PROTOCOL,     CURLE_URL_MALFORMAT,      CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE,       CURLE_TOO_MANY_REDIRECTS, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CERTPROBLEM,    CURLE_SSL_CIPHER};
    static const long passing[] = {408, 425, 429, 500, 502, 503, 504};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code == codes[i]) return 1;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (status == passing[i]) return 0;
    return code == CURLE_HTTP_RETURNED_ERROR;
}

/* A server that has nothing behind our last byte: all is there, or what is there is none of its. */
static enum outcome judge_end(struct transfer *transfer)
{
    struct partial *partial = &transfer->fetch->partial;
    if (transfer->total == partial->bytes) {
        transfer->fetch->mixed = 1;
        return WHOLE;
    }
    if (partial_restart(partial, transfer->address, "", transfer->error) != 0) return NOWHERE;
    error_set(transfer->error, "%s: the file has changed", transfer->address);
    return AGAIN;
}

static enum outcome judge(struct transfer *transfer, CURLcode code, const char *reason)
{
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (transfer->told) return transfer->outcome;
    if (code == CURLE_HTTP_RETURNED_ERROR && status == RANGE_NOT_SATISFIABLE && transfer->offset > 0)
        return judge_end(transfer);
    if (code == CURLE_OK && (transfer->begun || transfer->total == 0)) {
        if (transfer->fetch->partial.bytes >= transfer->total) return WHOLE; /* also where the total is not known */
        reason = "the connection was cut";
    }
    error_set(transfer->error, "%s: %s", transfer->address, *reason ? reason : curl_easy_strerror(code));
    return is_lasting(code, status) ? NEXT : AGAIN;
}

enum outcome transfer_run(struct fetch *fetch, const char *address, double *wait, struct error *error)
{
    struct partial *partial = &fetch->partial;
    if (fetch->resource->bytes > 0 && partial->bytes == fetch->resource->bytes) return WHOLE;
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    struct transfer transfer = {.fetch = fetch,
                                .curl = curl_easy_init(),
                                .address = address,
                                .offset = can_go_on(fetch, address) ? partial->bytes : 0,
                                .moved_at = clock_seconds(),
                                .error = error};
    enum outcome outcome = NOWHERE;
    forget_answer(&transfer);
    if (!transfer.curl || set_request(&transfer, reason, &headers) != 0) {
        error_set(error, "the download library cannot be set up");
    } else {
        curl_off_t seconds = 0;
        outcome = judge(&transfer, curl_easy_perform(transfer.curl), reason);
        curl_easy_getinfo(transfer.curl, CURLINFO_RETRY_AFTER, &seconds);
        *wait = (double)seconds;
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(transfer.curl);
    return outcome;
}
