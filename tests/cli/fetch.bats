#!/usr/bin/env bats
# prepare from a real web server on loopback: what is on disk afterwards, and what is said. Skipped without nginx.

load common
load server
load archives

setup() {
    common_setup
    server_setup
    name=CUB_200_2011.tgz
    archive=$www/$name
    cache=$data/downloads/cub
    table=$BATS_TEST_TMPDIR/table
    unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
    prepare=("$partgrad" prepare cub --data "$data" --size 16 --sources "$table" --stall 0.5 --delay 0.05)
}

teardown() {
    server_teardown
}

# write_table ADDRESS... - where the archive is, with its true length and checksum.
write_table() {
    echo "cub/$name $(stat -c %s "$archive") - $(sha256sum "$archive" | cut -d' ' -f1) $*" >"$table"
}

# downloads PART - prepare succeeds, says PART, and leaves archive and pack and nothing else.
downloads() {
    run "${prepare[@]}"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"$1"* ]]
    is_complete
}

is_complete() {
    cmp "$archive" "$cache/$name"
    [ "$(ls "$cache")" = "$name" ]
    [ "$(ls "$data")" = "$(printf 'cub.pack\ndownloads')" ]
    "$partgrad" info cub --data "$data" | grep -q 'verified'
}

# gives_up PART - prepare fails with status 1 and a last line that holds PART, and leaves neither archive nor pack.
gives_up() {
    run "${prepare[@]}"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ "${lines[-1]}" == "partgrad: prepare: cub: "*"$1"* ]]
    [ ! -e "$cache/$name" ]
    [ ! -e "$data/cub.pack" ]
}

# begin_download - starts prepare and waits until a part of the archive is there; its process is $client.
begin_download() {
    env --default-signal=INT "${prepare[@]}" >"$BATS_TEST_TMPDIR/client.log" 2>&1 3>&- &
    client=$!
    for _ in $(seq 200); do
        [ -s "$cache/$name.part" ] && return
        sleep 0.02
    done
    cat "$BATS_TEST_TMPDIR/client.log"
    return 1
}

@test "a data set is downloaded, verified and packed" {
    write_cub "$archive"
    server_start web
    write_table "$web_url/$name"
    downloads "cub/$name: 0.0/0.0 MB"
    grep -x "GET /$name 200 -" "$BATS_TEST_TMPDIR/web.log"
    downloads "" # from the cache
    [ "$(wc -l <"$BATS_TEST_TMPDIR/web.log")" -eq 1 ]
    printf x | dd of="$cache/$name" bs=1 seek=100 conv=notrunc status=none
    downloads "is damaged, sha256"
}

@test "weights are downloaded and verified" {
    head -c 10000 /dev/urandom >"$www/model.bin"
    server_start web
    echo "weights/mine.safetensors - $(md5sum "$www/model.bin" | cut -d' ' -f1) - $web_url/model.bin" >"$table"
    "$partgrad" prepare weights/mine --sources "$table" --weights "$out"
    cmp "$www/model.bin" "$out/mine.safetensors"
    [ "$(ls "$out")" = mine.safetensors ]
    refuses 1 "there is weights/mine.safetensors" prepare weights/mina --sources "$table"
}

@test "where no checksum is known, one is told, and other files are refused" {
    printf '\2\0\0\0\0\0\0\0{}' >"$www/model.bin"
    echo '<html>Please log in</html>' >"$www/page.html"
    server_start web
    echo "weights/mine.safetensors - - - $web_url/page.html $web_url/model.bin" >"$table"
    PARTGRAD_SOURCES=$table run "$partgrad" prepare weights/mine --weights "$out"
    [ "$status" -eq 0 ]
    [[ "$output" == *"page.html: what came is no .safetensors file; trying $web_url/model.bin"* ]]
    [[ "$output" == *"no checksum of it is known; its sha256 is $(sha256sum "$www/model.bin" | cut -d' ' -f1)"* ]]
    cmp "$www/model.bin" "$out/mine.safetensors"
    echo "weights/other.safetensors - - - $web_url/page.html" >"$table"
    run "$partgrad" prepare weights/other --sources "$table" --weights "$out"
    [ "$status" -eq 1 ]
    [[ "${lines[-1]}" == *"page.html: what came is no .safetensors file" ]]
    [ "$(ls "$out")" = mine.safetensors ]
}

@test "an address from the command line or the environment comes first" {
    write_cub "$archive"
    server_start web
    write_table http://127.0.0.1:1/nothing
    prepare+=(--source "$web_url/")
    downloads ""
    rm -r "$data"
    prepare[-1]="$web_url/$name?download=1"
    downloads ""
    rm -r "$data"
    unset 'prepare[-1]' 'prepare[-1]'
    PARTGRAD_SOURCE=$web_url/ downloads ""
}

@test "a cut connection is taken up where it ended" {
    write_cub "$archive" 8 1000000
    server_start web 'limit_rate 400k;'
    write_table "$web_url/$name"
    prepare+=(--attempts 9)
    begin_download
    server_stop web
    server_start web
    wait "$client"
    cat "$BATS_TEST_TMPDIR/client.log"
    grep -q '; again in 0.05 s' "$BATS_TEST_TMPDIR/client.log"
    grep -qx "GET /$name 206 bytes=[1-9][0-9]*-" "$BATS_TEST_TMPDIR/web.log"
    is_complete
}

@test "Ctrl-C leaves a part that the next call goes on with" {
    write_cub "$archive" 8 1000000
    server_start web 'limit_rate 400k;'
    write_table "$web_url/$name"
    begin_download
    kill -INT "$client"
    fails wait "$client"
    part=$(stat -c %s "$cache/$name.part")
    cmp -n "$part" "$archive" "$cache/$name.part"
    [ ! -e "$cache/$name" ]
    server_stop web
    server_start web
    downloads ""
    tail -n 1 "$BATS_TEST_TMPDIR/web.log" | grep -qx "GET /$name 206 bytes=$part-"
}

@test "a server that ignores Range is read from the start" {
    write_cub "$archive" 8 1000000
    server_start web 'limit_rate 400k;'
    write_table "$web_url/$name"
    begin_download
    kill -KILL "$client"
    server_stop web
    server_start web 'max_ranges 0;'
    downloads "the server cannot resume; starting again"
    tail -n 1 "$BATS_TEST_TMPDIR/web.log" | grep -q "GET /$name 200 bytes=[1-9]"
}

@test "a file that has changed is read from the start" {
    write_cub "$archive" 8 1000000
    server_start web 'limit_rate 400k;'
    echo "cub/$name - - - $web_url/$name" >"$table" # nothing but the server's word
    begin_download
    kill -KILL "$client"
    server_stop web
    write_cub "$archive" 8 900000
    touch -d '1 hour' "$archive"
    server_start web
    downloads "starting again"
}

@test "a part of another version is told by the checksum and read again" {
    write_cub "$archive" 8 100000
    server_start web
    write_table "$web_url/$name"
    mkdir -p "$cache"
    head -c 5000 /dev/zero >"$cache/$name.part"
    downloads "sha256"
    grep -qx "GET /$name 206 bytes=5000-" "$BATS_TEST_TMPDIR/web.log"
    rm -r "$data"
    mkdir -p "$cache"
    head -c 500000 /dev/zero >"$cache/$name.part" # longer than the file
    downloads ""
}

@test "a part that is whole is not read again" {
    write_cub "$archive"
    server_start web
    echo "cub/$name - $(md5sum "$archive" | cut -d' ' -f1) - $web_url/$name" >"$table" # no length
    mkdir -p "$cache"
    cp "$archive" "$cache/$name.part"
    downloads ""
    grep -q "GET /$name 416 " "$BATS_TEST_TMPDIR/web.log"
}

@test "the next mirror has its turn after 404" {
    write_cub "$archive"
    server_start web "location /gone/ { return 404; }"
    write_table "$web_url/gone/$name" "$web_url/$name"
    downloads "404; trying $web_url/$name"
    rm -r "$data"
    write_table "$web_url/gone/$name"
    gives_up "404"
    [ "$(find "$data" -type f | wc -l)" -eq 0 ]
}

@test "a server that is busy is asked again" {
    write_cub "$archive"
    server_start web "location /busy/ { return 503; }"
    write_table "$web_url/busy/$name" "$web_url/$name"
    prepare+=(--attempts 3)
    downloads "503; again in 0.1 s"
    [ "$(grep -c "GET /busy/$name 503" "$BATS_TEST_TMPDIR/web.log")" -eq 3 ]
}

@test "a wrong checksum is told and nothing kept" {
    write_cub "$archive"
    server_start web
    write_table "$web_url/$name"
    wrong=$(printf '%064d' 7)
    right=$(cut -d' ' -f4 "$table")
    sed -i "s/$right/$wrong/" "$table"
    gives_up "sha256 $wrong expected, $right found"
    [ "$(find "$data" -type f | wc -l)" -eq 0 ]
    write_table "$web_url/$name"
    sed -i "s/^\([^ ]*\) [0-9]*/\1 12345/" "$table"
    gives_up "12345 bytes expected, the server has $(stat -c %s "$archive")"
    [ "$(find "$data" -type f | wc -l)" -eq 0 ]
}

@test "a stalled transfer ends and the mirror brings the rest" {
    write_cub "$archive" 8 1000000
    server_start web 'limit_rate 400k;'
    server_start mirror
    write_table "$web_url/$name" "$mirror_url/$name"
    prepare+=(--attempts 1)
    begin_download
    server_signal web STOP
    wait "$client"
    cat "$BATS_TEST_TMPDIR/client.log"
    grep -q "no byte for 0.5 s; trying $mirror_url" "$BATS_TEST_TMPDIR/client.log"
    grep -qx "GET /$name 206 bytes=[1-9][0-9]*-" "$BATS_TEST_TMPDIR/mirror.log"
    is_complete
}

@test "redirects are followed, but not in a circle" {
    write_cub "$archive"
    server_start web "location /there/ { return 302 /here/; }" "location /here/ { return 301 /$name?x=1; }" \
        "location /round/ { return 302 /round/; }"
    write_table "$web_url/there/"
    downloads ""
    rm -r "$data"
    write_table "$web_url/round/"
    gives_up "redirects"
}

@test "a certificate that is not trusted is refused" {
    command -v openssl >/dev/null || skip "openssl is not installed"
    write_cub "$archive"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out certificate.pem 2>/dev/null
    server_start web 'listen 127.0.0.1:%port ssl;' "ssl_certificate $PWD/certificate.pem;" "ssl_certificate_key $PWD/key.pem;"
    write_table "https://127.0.0.1:$web_port/$name"
    gives_up "certificate"
    [ "$(find "$data" -type f | wc -l)" -eq 0 ]
    SSL_CERT_FILE=$PWD/certificate.pem downloads ""
}

@test "a proxy of the environment is used" {
    write_cub "$archive"
    server_start web
    write_table "http://nowhere.invalid/$name"
    http_proxy=$web_url downloads ""
}

@test "two calls at once do not get in each other's way" {
    write_cub "$archive" 8 400000
    server_start web 'limit_rate 400k;'
    write_table "$web_url/$name"
    begin_download
    downloads "another process is fetching it; waiting"
    wait "$client"
    is_complete
    [ "$(wc -l <"$BATS_TEST_TMPDIR/web.log")" -eq 1 ]
}

@test "a disk that has no room is told before the first byte" {
    write_cub "$archive"
    server_start web
    echo "cub/$name 100000000000000000 - - $web_url/$name" >"$table"
    gives_up "100000000000.0 MB are needed"
    [ ! -s "$BATS_TEST_TMPDIR/web.log" ]
    [ "$(find "$data" -type f | wc -l)" -eq 0 ]
}

@test "a table with a mistake is told with its line" {
    echo "# name bytes md5 sha256 address" >"$table"
    while read -r row part; do
        [ -z "$row" ] || printf '%s\n' "${row//,/ }" >"$table"
        refuses 1 "$part" prepare cub --data "$data" --sources "$table"
    done <<'ROWS'
cub/a,x,-,-,http://a 'x' is no number of bytes
cub/a,1,2,-,http://a '2' is no md5 checksum of 32 hexadecimal digits
cub/a,1,-,-,ftp://a 'ftp://a' is no address
a,1,-,-,http://a 'a' is not DATASET/FILE
cub/a,1 line 1: a column is missing
ROWS
}

# kill_at_random TIMES - starts prepare and kills it at a moment within the first 0.3 s, so many times.
kill_at_random() {
    local i moment client
    for ((i = 0; i < $1; i++)); do
        "${prepare[@]}" >/dev/null 2>&1 3>&- &
        client=$!
        moment=$((RANDOM % 300))
        sleep "0.$(printf %03d "$moment")"
        kill -KILL "$client" 2>/dev/null || true
        wait "$client" 2>/dev/null || true
    done
}

@test "killed at any moment of a download, the next call completes" {
    write_cub "$archive" 8 3000000
    server_start web 'limit_rate 600k;'
    write_table "$web_url/$name"
    "$partgrad" prepare cub --archive "$archive" --size 16 --data "$out"
    kill_at_random 20
    server_stop web
    server_start web
    downloads ""
    cmp "$out/cub.pack" "$data/cub.pack"
}

@test "killed at any moment of packing, the next call completes" {
    write_cub "$archive" 400 0
    server_start web
    write_table "$web_url/$name"
    prepare+=(--size 512 --threads 1) # the last size counts
    "$partgrad" prepare cub --archive "$archive" --size 512 --data "$out"
    kill_at_random 20
    downloads ""
    cmp "$out/cub.pack" "$data/cub.pack"
}
