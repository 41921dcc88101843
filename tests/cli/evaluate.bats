#!/usr/bin/env bats
# evaluate, on the real binary and the embeddings in tests/fixtures.

setup() {
    partgrad=${PARTGRAD:-$BATS_TEST_DIRNAME/../../build/partgrad}
    fixtures=$BATS_TEST_DIRNAME/../fixtures
}

# evaluate fails on these arguments with status $1, prints nothing on stdout and one line with $2 on stderr.
refuses() {
    local expected=$1 part=$2 status=0
    shift 2
    "$partgrad" evaluate "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
    [ "$status" -eq "$expected" ]
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
    grep -F -- "$part" "$BATS_TEST_TMPDIR/err"
}

@test "evaluate prints the numbers of an independent computation, in order" {
    names="recall@1 recall@2 recall@4 recall@8 recall@16 recall@32"
    names+=" precision@1 precision@2 precision@4 precision@8 precision@16 precision@32 MAP@R R-precision"
    while read -r name numbers; do
        paste -d' ' <(tr ' ' '\n' <<<"$names") <(tr ' ' '\n' <<<"$numbers" | xargs printf '%.4f\n') >"$BATS_TEST_TMPDIR/expected"
        "$partgrad" evaluate "$fixtures/retrieval-$name.npy" "$fixtures/retrieval-$name-labels.npy" |
            diff "$BATS_TEST_TMPDIR/expected" -
    done <"$fixtures/retrieval.txt"
}

@test "evaluate prints the same on any number of threads" {
    set -- "$fixtures/retrieval-classes.npy" "$fixtures/retrieval-classes-labels.npy"
    "$partgrad" evaluate "$@" --threads 1 >"$BATS_TEST_TMPDIR/one"
    "$partgrad" evaluate --threads=3 "$@" | cmp - "$BATS_TEST_TMPDIR/one"
}

@test "evaluate refuses wrong usage" {
    refuses 2 "evaluate" "$fixtures/retrieval-ties.npy"
    refuses 2 "evaluate" a b c
    refuses 2 "--speed" a b --speed 3
    refuses 2 "threads" a b --threads many
}

@test "evaluate says which file it cannot use, and why" {
    refuses 1 "missing.npy" missing.npy "$fixtures/retrieval-ties-labels.npy"
    refuses 1 "not a .npy file" "$fixtures/retrieval.txt" "$fixtures/retrieval-ties-labels.npy"
    refuses 1 "'<f8'" "$fixtures/npy-float64.npy" "$fixtures/retrieval-ties-labels.npy"
    refuses 1 "float32 of two dimensions" "$fixtures/npy-int32.npy" "$fixtures/npy-int32.npy"
    refuses 1 "int32 or int64" "$fixtures/retrieval-ties.npy" "$fixtures/retrieval-ties.npy"
    refuses 1 "do not belong together" "$fixtures/retrieval-ties.npy" "$fixtures/retrieval-classes-labels.npy"
}

@test "evaluate refuses values that are no numbers and labels that do not fit" {
    head -c 128 "$fixtures/npy-float32.npy" | sed 's/(2, 3)/(3, 1)/' >"$BATS_TEST_TMPDIR/nan.npy"
    printf '\0\0\200\77\0\0\300\177\0\0\200\77' >>"$BATS_TEST_TMPDIR/nan.npy" # 1, NaN, 1
    refuses 1 "row 1" "$BATS_TEST_TMPDIR/nan.npy" "$fixtures/npy-int32.npy"

    head -c 128 "$fixtures/npy-float32.npy" | sed 's/(2, 3)/(3, 1)/' >"$BATS_TEST_TMPDIR/three.npy"
    head -c 12 /dev/zero >>"$BATS_TEST_TMPDIR/three.npy"
    refuses 1 "label 2 is 1099511627776" "$BATS_TEST_TMPDIR/three.npy" "$fixtures/npy-int64.npy"
}
