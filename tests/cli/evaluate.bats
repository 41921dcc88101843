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

# rows VALUE... - a file of float32 rows of one column, given as the four bytes of each.
rows() {
    head -c 128 "$fixtures/npy-float32.npy" | sed "s/(2, 3)/($#, 1)/"
    printf '%b' "$@"
}

@test "evaluate prints the numbers of an independent computation, in order" {
    names="recall@1 recall@2 recall@4 recall@8 recall@16 recall@32"
    names+=" precision@1 precision@2 precision@4 precision@8 precision@16 precision@32 MAP@R R-precision"
    while read -r name similarity numbers; do
        read -r -a numbers <<<"$numbers"
        {
            paste -d' ' <(tr ' ' '\n' <<<"$names") <(printf '%s\n' "${numbers[@]:0:14}" | awk '{printf "%.4f\n", $1}')
            printf 'queries %s\nunanswered %s\nsimilarity %s\n' "${numbers[@]:14}" "$similarity"
        } >"$BATS_TEST_TMPDIR/expected"
        "$partgrad" evaluate "$fixtures/retrieval-$name.npy" "$fixtures/retrieval-$name-labels.npy" --similarity "$similarity" |
            grep -v ^class | diff "$BATS_TEST_TMPDIR/expected" -
    done <"$fixtures/retrieval.txt"
}

@test "evaluate has each class's own mean beside that of all queries" {
    read -r _ _ _ _ answered unanswered classes _ map _ class_recall class_map _ < <(grep '^ties euclidean itself' \
        "$fixtures/retrieval-queries.txt")
    "$partgrad" evaluate "$fixtures/retrieval-ties.npy" "$fixtures/retrieval-ties-labels.npy" --similarity euclidean \
        --recall-at 100,1 >"$BATS_TEST_TMPDIR/out"
    awk '{print $1}' "$BATS_TEST_TMPDIR/out" | head -n 4 | xargs | grep -qx "recall@1 recall@100 precision@1 precision@100"
    {
        echo "$map $class_recall $class_map" |
            awk '{printf "MAP@R %.4f\nclass_recall_at_1 %.4f\nclass_map_at_r %.4f\n", $1, $2, $3}'
        printf 'queries %s\nunanswered %s\nclasses %s\n' "$answered" "$unanswered" "$classes"
    } | while read -r line; do grep -qx "$line" "$BATS_TEST_TMPDIR/out"; done
    # Who looks for a metric by its name finds one line.
    [ "$(grep -cE 'recall@1 |MAP@R' "$BATS_TEST_TMPDIR/out")" = 2 ]
}

@test "evaluate ranks another gallery, and tells of queries that it cannot answer" {
    set -- "$fixtures/retrieval-lengths.npy" "$fixtures/retrieval-lengths-labels.npy"
    "$partgrad" evaluate "$@" --gallery "$@" | grep -qx "recall@1 1.0000" # each finds itself
    "$partgrad" evaluate --gallery "$@" "$@" --recall-at 1 | grep -qx "unanswered 0"
    four() { head -c 128 "$fixtures/npy-float32.npy" | sed 's/(2, 3)/(4, 1)/' && head -c 16 /dev/zero | tr '\0' '?'; }
    four >"$BATS_TEST_TMPDIR/e.npy"
    set -- "$BATS_TEST_TMPDIR/e.npy" "$fixtures/npy-labels-i1.npy" --gallery "$BATS_TEST_TMPDIR/e.npy"
    "$partgrad" evaluate "$@" "$fixtures/npy-labels-big-i8.npy" | grep -qx "unanswered 0"
    refuses 1 "the gallery has no image of a class of the 4 queries" "$@" "$fixtures/npy-labels-ids.npy"
    refuses 1 "are strings" "$@" "$fixtures/npy-labels-bytes.npy"
    refuses 1 "embeddings of 1 dimensions" "$BATS_TEST_TMPDIR/e.npy" "$fixtures/npy-labels-i1.npy" \
        --gallery "$fixtures/retrieval-lengths.npy" "$fixtures/retrieval-lengths-labels.npy"
    refuses 2 "--gallery needs two values" a b --gallery c
    refuses 2 "--recall-at" a b --recal-at 1
    refuses 2 "is not a whole number" a b --recall-at 1,x
    refuses 2 "at least one K" a b --recall-at ""
}

@test "evaluate ranks by cosine where nothing else is asked for" {
    set -- "$fixtures/retrieval-lengths.npy" "$fixtures/retrieval-lengths-labels.npy"
    "$partgrad" evaluate "$@" | cmp - <("$partgrad" evaluate --similarity cosine "$@")
    "$partgrad" evaluate "$@" | grep -qx "similarity cosine"
    refuses 2 "similarity" "$@" --similarity cosin
}

@test "evaluate prints the same on any number of threads" {
    set -- "$fixtures/retrieval-classes.npy" "$fixtures/retrieval-classes-labels.npy" --similarity dot
    "$partgrad" evaluate "$@" --threads 1 >"$BATS_TEST_TMPDIR/one"
    "$partgrad" evaluate --threads=3 "$@" | cmp - "$BATS_TEST_TMPDIR/one"
}

@test "evaluate takes floats and labels of any kind" {
    for kind in float32 float16 float64 big-endian fortran unpadded odd-blanks; do
        refuses 1 "2 embeddings and 4 labels do not" "$fixtures/npy-$kind.npy" "$fixtures/npy-labels-column.npy"
    done
    printf '%s' "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 1), }" >"$BATS_TEST_TMPDIR/header"
    {
        printf '\223NUMPY\1\0%b\0' "\\x$(printf %x "$(wc -c <"$BATS_TEST_TMPDIR/header")")"
        cat "$BATS_TEST_TMPDIR/header"
        head -c 16 /dev/zero | tr '\0' '?'
    } >"$BATS_TEST_TMPDIR/four.npy"
    for labels in "$fixtures"/npy-labels-*.npy; do
        "$partgrad" evaluate "$BATS_TEST_TMPDIR/four.npy" "$labels" >"$BATS_TEST_TMPDIR/out"
        grep -qx "queries 2" "$BATS_TEST_TMPDIR/out"
        grep -qx "unanswered 2" "$BATS_TEST_TMPDIR/out"
    done
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
    printf 'PK\3\4 and so on' >"$BATS_TEST_TMPDIR/e.npz"
    refuses 1 "a .npz archive" "$BATS_TEST_TMPDIR/e.npz" "$fixtures/retrieval-ties-labels.npy"
    refuses 1 "'<c8'" "$fixtures/npy-complex.npy" "$fixtures/retrieval-ties-labels.npy"
    refuses 1 "npy-beyond-float32.npy: row 1 (counting from 0) holds 1e+300" "$fixtures/npy-beyond-float32.npy" \
        "$fixtures/npy-int32.npy"
    refuses 1 "npy-int32.npy: its elements are not floats" "$fixtures/npy-int32.npy" "$fixtures/npy-int32.npy"
    rows '\0\0\0200\077' '\0\0\0200\077' >"$BATS_TEST_TMPDIR/floats.npy"
    refuses 1 "floats.npy: its elements are floats, not labels" "$fixtures/npy-float32.npy" "$BATS_TEST_TMPDIR/floats.npy"
    refuses 1 "labels must have one dimension" "$fixtures/npy-float32.npy" "$fixtures/npy-float32.npy"
    refuses 1 "do not belong together" "$fixtures/retrieval-ties.npy" "$fixtures/retrieval-classes-labels.npy"
}

@test "evaluate refuses values that are no numbers, rows of zeros, and classes of one image" {
    one='\0\0\0200\077' nan='\0\0\0300\0177' infinity='\0\0\0200\0377' zero='\0\0\0\0'
    labels=$fixtures/npy-labels-i1.npy # 3, 1, 7, 3
    rows $one $one $nan $one >"$BATS_TEST_TMPDIR/e.npy"
    refuses 1 "row 2 of the embeddings (counting from 0) holds NaN" "$BATS_TEST_TMPDIR/e.npy" "$labels"
    rows $one $infinity $nan $one >"$BATS_TEST_TMPDIR/e.npy"
    refuses 1 "row 1 of the embeddings (counting from 0) holds infinity" "$BATS_TEST_TMPDIR/e.npy" "$labels"
    rows $one $one $one $zero >"$BATS_TEST_TMPDIR/e.npy"
    refuses 1 "row 3 of the embeddings (counting from 0) has only zeros" "$BATS_TEST_TMPDIR/e.npy" "$labels"
    "$partgrad" evaluate "$BATS_TEST_TMPDIR/e.npy" "$labels" --similarity euclidean
    rows $one $one $one >"$BATS_TEST_TMPDIR/e.npy"
    refuses 1 "no query can be answered" "$BATS_TEST_TMPDIR/e.npy" "$fixtures/npy-int32.npy"
}
