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

/* One request and the server's answer. */
struct exchange {
    struct transfer *transfer;
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
    enum transfer_outcome outcome;                                    /* valid if `told`: decided while receiving */
    int told;
    struct error *error;
};

void transfer_tell(const struct transfer *transfer, const char *format, ...)
{
    char text[ERROR_SIZE], line[2 * ERROR_SIZE];
    if (!transfer->watch->news) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, "%s: %s", transfer->resource->name, text);
    transfer->watch->news(transfer->watch->context, line);
}

/* ---- what a server answers ---- */

/* Copies a header's value if the line is that header. */
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

/* Resets what earlier answers, such as redirects, said. */
static void forget_answer(struct exchange *exchange)
{
    exchange->length = exchange->first = exchange->total = -1;
    exchange->tag[0] = exchange->modified[0] = '\0';
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t length = size * count;
    char value[256], unit;
    if (length >= 5 && strncasecmp(line, "HTTP/", 5) == 0) forget_answer(exchange);
    header_value(line, length, "ETag:", exchange->tag, sizeof exchange->tag);
    header_value(line, length, "Last-Modified:", exchange->modified, sizeof exchange->modified);
    if (header_value(line, length, "Content-Length:", value, sizeof value)) exchange->length = atoll(value);
    if (header_value(line, length, "Content-Range:", value, sizeof value)) {
        const char *slash = strrchr(value, '/');
        if (sscanf(value, "bytes %lld-%*d%c", &exchange->first, &unit) < 1) exchange->first = -1;
        if (slash && slash[1] >= '0' && slash[1] <= '9') exchange->total = atoll(slash + 1);
    }
    return length;
}

/* What identifies this version of the file: a strong tag, or the date. */
static const char *validator(const struct exchange *exchange)
{
    int strong = exchange->tag[0] == '"';
    return strong ? exchange->tag : exchange->modified;
}

static int decide(struct exchange *exchange, enum transfer_outcome outcome)
{
    exchange->told = 1;
    exchange->outcome = outcome;
    return -1;
}

static long long known_total(const struct exchange *exchange)
{
    long long bytes = exchange->transfer->resource->bytes;
    return bytes > 0 ? bytes : exchange->total > 0 ? exchange->total : 0;
}

/* Refuses a file that cannot be the right one, or that does not fit the disk, before its first byte. */
static int check_answer(struct exchange *exchange, long long held)
{
    struct transfer *transfer = exchange->transfer;
    if (exchange->total < 0 && exchange->length >= 0) exchange->total = held + exchange->length;
    if (transfer->resource->bytes > 0 && exchange->total >= 0 && exchange->total != transfer->resource->bytes) {
        error_set(exchange->error, "%s: %lld bytes expected, the server has %lld", exchange->address,
                  transfer->resource->bytes, exchange->total);
        return decide(exchange, TRANSFER_NEXT);
    }
    return partial_check_room(&transfer->partial, exchange->total - held, exchange->error) == 0
               ? 0
               : decide(exchange, TRANSFER_NOWHERE);
}

/* Before the body's first byte: resumes the partial file if the server does, else restarts it. */
static int begin_body(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    struct partial *partial = &transfer->partial;
    long code = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &code);
    exchange->begun = 1;
    if (code == PARTIAL_CONTENT && exchange->offset > 0) {
        int same = strcmp(partial->address, exchange->address) != 0 || !*partial->validator || !*validator(exchange) ||
                   strcmp(partial->validator, validator(exchange)) == 0;
        if (exchange->first == exchange->offset && same) {
            transfer->mixed = 1;
            return check_answer(exchange, exchange->offset);
        }
        if (partial_restart(partial, exchange->address, "", exchange->error) != 0)
            return decide(exchange, TRANSFER_NOWHERE);
        error_set(exchange->error, "%s: the file has changed", exchange->address);
        return decide(exchange, TRANSFER_AGAIN);
    }
    if (exchange->offset > 0) transfer_tell(transfer, "the server cannot resume; starting again");
    transfer->mixed = 0;
    if (check_answer(exchange, 0) != 0) return -1;
    if (partial_restart(partial, exchange->address, validator(exchange), exchange->error) == 0) return 0;
    return decide(exchange, TRANSFER_NOWHERE);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct partial *partial = &exchange->transfer->partial;
    long long most = known_total(exchange);
    size_t length = size * count;
    if (!exchange->begun && begin_body(exchange) != 0) return CURL_WRITEFUNC_ERROR;
    if (most > 0 && partial->bytes + (long long)length > most) {
        error_set(exchange->error, "%s: more than the %lld bytes expected", exchange->address, most);
        partial_restart(partial, exchange->address, "", exchange->error);
        decide(exchange, TRANSFER_NEXT);
        return CURL_WRITEFUNC_ERROR;
    }
    if (partial_append(partial, bytes, length, exchange->error) == 0) return length;
    decide(exchange, TRANSFER_NOWHERE);
    return CURL_WRITEFUNC_ERROR;
}

/* Called at least once a second; ends the exchange if no byte has come for too long. */
static int on_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up)
{
    (void)total, (void)up_total, (void)up;
    struct exchange *exchange = context;
    const struct transfer *transfer = exchange->transfer;
    const struct transfer_watch *watch = transfer->watch;
    if (done != exchange->moved) {
        exchange->moved = done;
        exchange->moved_at = clock_seconds();
    }
    if (watch->progress && exchange->begun)
        watch->progress(watch->context, transfer->resource->name, transfer->partial.bytes, known_total(exchange));
    if (clock_seconds() - exchange->moved_at < transfer->settings->stall_seconds) return 0;
    error_set(exchange->error, "%s: no byte for %g s", exchange->address, transfer->settings->stall_seconds);
    decide(exchange, TRANSFER_AGAIN);
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

/* Whether the partial file can be resumed from this address: the server can tell whether the file has changed, or the
 * checksum will. */
static int can_go_on(const struct transfer *transfer, const char *address)
{
    const struct partial *partial = &transfer->partial;
    int same = strcmp(partial->address, address) == 0;
    int checked = 0;
    for (int kind = 0; kind < DIGEST_KINDS; kind++) checked |= transfer->resource->digests[kind] != NULL;
    return partial->bytes > 0 && ((same && *partial->validator) || checked);
}

/* Prepares the request for the missing bytes. The caller frees `headers`. */
static int set_request(struct exchange *exchange, char *reason, struct curl_slist **headers)
{
    struct transfer *transfer = exchange->transfer;
    const struct partial *partial = &transfer->partial;
    CURL *curl = exchange->curl;
    char range[32], condition[PARTIAL_TEXT_SIZE + 16];
    long stall = (long)(1000 * transfer->settings->stall_seconds);
    const char *certificates = getenv("SSL_CERT_FILE");
    int failed = 0;
    failed |= curl_easy_setopt(curl, CURLOPT_URL, exchange->address);
    failed |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    failed |= curl_easy_setopt(curl, CURLOPT_USERAGENT, "partgrad");
    failed |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    failed |= curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
                               strncasecmp(exchange->address, "https:", 6) == 0 ? "https" : "http,https");
    failed |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    failed |= curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    failed |= curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    failed |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, stall);
    failed |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    failed |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    failed |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    failed |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    failed |= curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    failed |= curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
    if (certificates && *certificates) failed |= curl_easy_setopt(curl, CURLOPT_CAINFO, certificates);
    if (exchange->offset > 0) {
        snprintf(range, sizeof range, "%lld-", exchange->offset);
        failed |= curl_easy_setopt(curl, CURLOPT_RANGE, range);
        if (*partial->validator && strcmp(partial->address, exchange->address) == 0) {
            snprintf(condition, sizeof condition, "If-Range: %s", partial->validator);
            *headers = curl_slist_append(NULL, condition);
            failed |= !*headers || curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
        }
    }
    return failed ? -1 : 0;
}

/* Faults that another attempt at the same address would meet again. */
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

/* Handles a server that has nothing beyond our last byte: either the file is complete, or it is not the server's
 * file. */
static enum transfer_outcome judge_end(struct exchange *exchange)
{
    struct partial *partial = &exchange->transfer->partial;
    if (exchange->total == partial->bytes) {
        exchange->transfer->mixed = 1;
        return TRANSFER_WHOLE;
    }
    if (partial_restart(partial, exchange->address, "", exchange->error) != 0) return TRANSFER_NOWHERE;
    error_set(exchange->error, "%s: the file has changed", exchange->address);
    return TRANSFER_AGAIN;
}

static enum transfer_outcome judge(struct exchange *exchange, CURLcode code, const char *reason)
{
    long status = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (exchange->told) return exchange->outcome;
    if (code == CURLE_HTTP_RETURNED_ERROR && status == RANGE_NOT_SATISFIABLE && exchange->offset > 0)
        return judge_end(exchange);
    if (code == CURLE_OK && (exchange->begun || exchange->total == 0)) {
        if (exchange->transfer->partial.bytes >= exchange->total)
            return TRANSFER_WHOLE; /* also if the total is not known */
        reason = "the connection was cut";
    }
    error_set(exchange->error, "%s: %s", exchange->address, *reason ? reason : curl_easy_strerror(code));
    return is_lasting(code, status) ? TRANSFER_NEXT : TRANSFER_AGAIN;
}

enum transfer_outcome transfer_run(struct transfer *transfer, const char *address, double *wait, struct error *error)
{
    struct partial *partial = &transfer->partial;
    if (transfer->resource->bytes > 0 && partial->bytes == transfer->resource->bytes) return TRANSFER_WHOLE;
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    struct exchange exchange = {.transfer = transfer,
                                .curl = curl_easy_init(),
                                .address = address,
                                .offset = can_go_on(transfer, address) ? partial->bytes : 0,
                                .moved_at = clock_seconds(),
                                .error = error};
    enum transfer_outcome outcome = TRANSFER_NOWHERE;
    forget_answer(&exchange);
    if (!exchange.curl || set_request(&exchange, reason, &headers) != 0) {
        error_set(error, "the download library cannot be set up");
    } else {
        curl_off_t seconds = 0;
        outcome = judge(&exchange, curl_easy_perform(exchange.curl), reason);
        curl_easy_getinfo(exchange.curl, CURLINFO_RETRY_AFTER, &seconds);
        *wait = (double)seconds;
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(exchange.curl);
    return outcome;
}
