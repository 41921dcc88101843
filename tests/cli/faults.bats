#!/usr/bin/env bats
# A run that is killed, finds its disk full or its folder gone loses nothing: run again, it comes to the rows of one that
# was left alone.

load common

setup_file() {
    common_setup
    data=$BATS_FILE_TMPDIR/data whole=$BATS_FILE_TMPDIR/whole shim=$BATS_FILE_TMPDIR/faults.so
    export data whole shim
    prepare_small
    write_grid "$BATS_FILE_TMPDIR/e.yaml"
    "$partgrad" run "$BATS_FILE_TMPDIR/e.yaml" --data "$data" --out "$whole" --threads 1 2>/dev/null
    ${CC:-cc} -shared -fPIC -o "$shim" "$BATS_TEST_DIRNAME/faults.c" -ldl
}

setup() {
    local shared=$data # of the file
    common_setup
    data=$shared
    write_grid e.yaml
}

teardown() {
    [ -z "${driver:-}" ] || kill -9 "$driver" 2>/dev/null || true
    ! mountpoint -q "$BATS_TEST_TMPDIR/disk" || umount "$BATS_TEST_TMPDIR/disk"
}

# Six cells of a moment each.
write_grid() {
    write_experiment "$1" "batch_size: 8" "portion: [0.25, 0.5, 1]" "strategy: random" "seed: [0, 1]" "epochs: 12" \
        "evaluate_every: 4"
}

train() { # train [OPTION...]
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 "$@"
}

# The driver itself in the background, not a shell around it.
start() { # start [OPTION...]
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 "$@" >/dev/null 2>stderr 3>&- &
    driver=$!
}

train_with() { # train_with VARIABLE=VALUE [OPTION...], with the shim
    env LD_PRELOAD="$shim" ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$1" \
        "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 "${@:2}"
}

fails_with() { # fails_with TEXT COMMAND... - status 1, and the last line of stderr holds TEXT
    local text=$1 status=0
    shift
    "$@" 2>stderr || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    tail -n 1 stderr | grep -q '^partgrad: run: '
    tail -n 1 stderr | grep -qF -- "$text"
}

stable() { # stable FILE LIST
    local kept
    kept=$("$partgrad" list "$2" | awk '$2 != "varies:" {print NR}' | paste -sd,)
    cut -d, -f"$kept" "$1"
}

is_whole() { # the rows of the run that was left alone, and nothing half done
    diff <(stable "$whole/cells.csv" columns) <(stable "$out/cells.csv" columns)
    diff <(stable "$whole/epochs.csv" epoch-columns) <(stable "$out/epochs.csv" epoch-columns)
    [ -z "$(find "$out" -name '*.tmp' -o -name checkpoint)" ]
}

rest() { # up to a quarter of a second
    sleep "0.$(printf %03d $((RANDOM % 250)))"
}

@test "killed at thirty random moments, drivers, cells or both, a run comes to the very same rows" {
    local killed=0 cells victims
    RANDOM=6
    while [ "$killed" -lt 30 ]; do
        start --retry-failed --jobs 2
        rest
        # Cells that are to be killed have begun, however slow the driver is, or there are none left to begin.
        until [ $((killed % 3)) -eq 0 ] || pgrep -P "$driver" >/dev/null || ! jobs -rp | grep -qx "$driver"; do sleep 0.02; done
        cells=$(pgrep -P "$driver" | xargs)
        victims=("$driver" "$driver $cells" "$cells")
        # shellcheck disable=SC2086 # none, one or more
        if kill -9 ${victims[killed % 3]}; then killed=$((killed + 1)); fi
        [ $((killed % 3)) -ne 0 ] || rest # for the driver to take in what became of its cells
        kill -9 "$driver" || true
        if wait "$driver"; then # all had been done: from the beginning
            is_whole
            rm -rf "$out"
        fi
    done 2>/dev/null
    train --retry-failed 2>stderr || { cat stderr; return 1; }
    is_whole
}

@test "a disk that is full at any moment is told, and the run goes on when there is room" {
    local after
    for after in 0 1 2 3 5 9 17; do # of each process: the driver fails first, or its cells do
        fails_with "No space left on device" train_with FAULT_FSYNC="$after"
        [ -z "$(find "$out" -name '*.tmp' 2>/dev/null)" ]
        fails grep -qs failed "$out/cells.csv"
    done
    train 2>/dev/null
    is_whole
}

@test "a disk that really is full is told, and the run goes on when there is room" {
    mkdir disk
    mount -t tmpfs -o size=1m tmpfs disk 2>/dev/null || skip "mounting is not allowed"
    out=$BATS_TEST_TMPDIR/disk/out
    fails_with "No space left on device" train
    [ -z "$(find "$out" -name '*.tmp')" ]
    mount -o remount,size=40m disk
    train 2>/dev/null
    is_whole
}

@test "a folder that cannot be written to is told, and left alone" {
    mkdir disk
    mount -t tmpfs -o size=40m tmpfs disk 2>/dev/null || skip "mounting is not allowed"
    out=$BATS_TEST_TMPDIR/disk/out
    cp -a "$whole" "$out"
    rm -r "$out"/cells/*s1
    mount -o remount,ro disk
    fails_with "$out/lock: Read-only file system" train
    prints "6 cells: 3 ok, 3 pending" status "$out"
    mount -o remount,rw disk
    train 2>/dev/null
    is_whole
}

@test "a folder that is taken away while cells run is told, and does not come back by halves" {
    start --jobs 2
    until [ "$(find "$out" -name checkpoint 2>/dev/null | wc -l)" -eq 2 ]; do
        kill -0 "$driver"
        sleep 0.02
    done
    mv "$out" "$out-elsewhere"
    status=0
    wait "$driver" || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    tail -n 1 stderr | grep -qF "partgrad: run: $out has been deleted or moved while cells ran"
    [ ! -e "$out" ]
    out=$out-elsewhere
    train 2>/dev/null
    is_whole
}

@test "a clock that jumps changes nothing" {
    train_with FAULT_CLOCK=1 --cell-timeout 100 2>/dev/null
    is_whole
    [ "$(column "$out/cells.csv" started_at | cut -c 1-10 | sort -u | wc -l)" -gt 0 ]
}

@test "cells that memory has no room for together are not started together" {
    local most=0 now
    printf 'MemTotal: 8000000 kB\nMemAvailable: 50000 kB\n' >meminfo # a cell of this grid is given 100 MB
    export LD_PRELOAD=$shim FAULT_MEMINFO=$PWD/meminfo ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
    start --jobs 3 --only s0
    unset LD_PRELOAD
    while kill -0 "$driver" 2>/dev/null; do
        now=$(pgrep -cP "$driver") || true
        [ "$now" -le "$most" ] || most=$now
        sleep 0.05
    done
    [ "$most" -eq 1 ]
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "3 ok" ]
}

@test "files that are gone or damaged are made again" {
    cp -a "$whole" "$out"
    cells=("$out"/cells/*)
    rm "$out/cells.csv" "$out/environment.json"
    rm -r "${cells[0]}"
    truncate -s 100 "${cells[1]}/result.csv"
    : >"${cells[2]}/experiment.yaml"
    head -c 5000 /dev/urandom >"${cells[1]}/checkpoint"
    train --force 2>stderr
    [ "$(grep -c '^\[' stderr)" -eq 3 ]
    is_whole
}
