# common.bash - what the tests of the command line share: the binary, the checks, a small data set, an experiment.

# Call from setup. PARTGRAD names another binary than build/partgrad.
common_setup() {
    partgrad=$(realpath "${PARTGRAD:-$BATS_TEST_DIRNAME/../../build/partgrad}")
    data=$BATS_TEST_TMPDIR/data
    out=$BATS_TEST_TMPDIR/out
    cd "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}" || return 1
}

# Whether the program is built with AddressSanitizer, which takes more addresses than any limit leaves and handles signals itself.
is_sanitized() {
    ldd "$partgrad" | grep -q libasan
}

# refuses STATUS PART ARGUMENT... - partgrad fails with that status, prints nothing on stdout, and one line on stderr that
# begins with its name and holds PART.
refuses() {
    local expected=$1 part=$2 status=0
    shift 2
    "$partgrad" "$@" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    echo "partgrad $*: status $status"
    cat "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/stderr"
    [ "$status" -eq "$expected" ]
    [ ! -s "$BATS_TEST_TMPDIR/stdout" ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -eq 1 ]
    grep -q '^partgrad: ' "$BATS_TEST_TMPDIR/stderr"
    grep -qF -- "$part" "$BATS_TEST_TMPDIR/stderr"
}

# prints PART ARGUMENT... - partgrad succeeds, and its stdout holds PART.
prints() {
    local part=$1
    shift
    "$partgrad" "$@" >"$BATS_TEST_TMPDIR/stdout"
    cat "$BATS_TEST_TMPDIR/stdout"
    grep -qF -- "$part" "$BATS_TEST_TMPDIR/stdout"
}

# fails COMMAND... - whatever fails; `!` alone would not fail a test.
fails() {
    if "$@"; then return 1; fi
}

# Twelve drawn classes of eight samples, half of them to train on, as $data/procedural.pack.
prepare_small() {
    "$partgrad" prepare procedural --classes 12 --samples-per-class 8 --data "$data" 2>/dev/null
}

# write_experiment FILE LINE... - an experiment on prepare_small's data that takes a moment a cell, and the lines besides.
write_experiment() {
    local file=$1
    shift
    cat >"$file" <<'YAML'
dataset: procedural
model: {name: conv4, embedding_size: 16}
image_size: 20
samples_per_class: 2
YAML
    printf '%s\n' "$@" >>"$file"
}

# The names of a CSV file's columns, a line each.
columns_of() {
    head -n 1 "$1" | tr ',' '\n'
}

# column FILE NAME - the column's fields, a line each; for files without quoted fields.
column() {
    local number
    number=$(columns_of "$1" | grep -nx -- "$2" | cut -d: -f1)
    tail -n +2 "$1" | cut -d, -f"$number"
}
