#!/usr/bin/env bats
# run --slurm, status and gather, with a real Slurm on this machine; skipped where it cannot run.

load common
load slurm

setup_file() {
    slurm_can_run || return 0
    common_setup
    start_slurm "$BATS_FILE_TMPDIR/slurm" >&2
    data=$BATS_FILE_TMPDIR/data local=$BATS_FILE_TMPDIR/local
    export data local
    prepare_small
    write_grid "$BATS_FILE_TMPDIR/e.yaml"
    "$partgrad" run "$BATS_FILE_TMPDIR/e.yaml" --data "$data" --out "$local" --threads 1 2>/dev/null
}

teardown_file() {
    stop_slurm "$BATS_FILE_TMPDIR/slurm"
}

setup() {
    slurm_can_run || skip "Slurm is not installed, or there are no control groups"
    shared=$data # of the file
    common_setup
    data=$shared
    PATH=$PATH:/usr/sbin
}

# Eight cells of about a second: more than one array of the test's Slurm, which takes six.
write_grid() {
    write_experiment "$1" "batch_size: 8" "portion: [0.25, 0.5]" "strategy: random" "backprop: [direct, two_pass]" \
        "seed: [0, 1]" "epochs: 60" "evaluate_every: 20"
}

submit() { # submit [OPTION...]
    "$partgrad" run e.yaml --data "$data" --out "$out" --slurm "$@"
}

until_done() { # until the queue is empty
    local tries=0
    while [ -n "$(squeue --noheader)" ]; do
        sleep 0.2
        tries=$((tries + 1))
        [ "$tries" -lt 400 ]
    done
}

until_training() { # until_training CELL - until it has a checkpoint
    local tries=0
    until [ -e "$out/cells/$1/checkpoint" ]; do
        sleep 0.02
        tries=$((tries + 1))
        [ "$tries" -lt 2000 ]
    done
}

stable() { # stable FILE LIST - the columns that are the same wherever it ran
    local kept
    kept=$("$partgrad" list "$2" | awk '$2 != "varies:" {print NR}' | paste -sd,)
    cut -d, -f"$kept" "$1"
}

@test "a grid through Slurm, one cell of it cancelled and handed over again, comes to the local run's rows" {
    write_grid e.yaml
    submit | tee submitted
    [ "$(grep -c '^job [0-9]*: [62] cells, each with 1 threads and [0-9]* MiB' submitted)" -eq 2 ]
    submit | tee again
    grep -q '^8 cells are queued or running already' again
    fails grep -q '^job' again
    prints "8 cells: " status "$out"
    grep -qE '^(queued|running) ' "$BATS_TEST_TMPDIR/stdout"

    until_training balanced-b8-m2-p0.25-random-direct-s0
    scancel "$(sed -nE '1s/^job ([0-9]+): .*/\1/p' submitted)_0"
    until_done
    prints "8 cells: 7 ok, 1 begun" status "$out"
    submit | grep -q '^job [0-9]*: 1 cells,'
    until_done
    prints "8 cells: 8 ok" status "$out"
    grep -q '^interrupted after epoch' "$out/cells/balanced-b8-m2-p0.25-random-direct-s0/log.txt"
    grep -q '^resuming after epoch' "$out/cells/balanced-b8-m2-p0.25-random-direct-s0/log.txt"
    prints "$out/cells.csv" gather "$out"
    diff <(stable "$local/cells.csv" columns) <(stable "$out/cells.csv" columns)
    diff <(stable "$local/epochs.csv" epoch-columns) <(stable "$out/epochs.csv" epoch-columns)
    submit | grep -q "^8 of 8 cells in $out/cells.csv"
    grep -q '"cpu"' "$out/slurm/environment-$(hostname).json"
}

@test "a cell that crashes on a cluster becomes a row too, and is handed over again" {
    write_experiment e.yaml "batch_size: 8" "seed: 0" "epochs: 400" "evaluate_every: 400"
    submit --cell-timeout 60
    until_training balanced-b8-m2-p1-full-s0
    pkill -ABRT -f "^partgrad cell $out "
    until_done
    grep -q ',failed,killed by signal 6' "$out/cells/balanced-b8-m2-p1-full-s0/result.csv"
    prints "1 cells: 1 failed" status "$out"
    sed -i 's/^epochs: .*/epochs: 1/; s/^evaluate_every: .*/evaluate_every: 1/' e.yaml
    submit --only s0
    until_done
    prints "1 cells: 1 ok" status "$out"
}

@test "what sbatch has against a job is told, and nothing is left of it" {
    write_experiment e.yaml "batch_size: 8" "epochs: 1"
    status=0
    "$partgrad" run e.yaml --data "$data" --out "$out" "--slurm=--partition='no where'" 2>stderr || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    grep -q '^partgrad: run: sbatch failed with status 1: .*[Ii]nvalid partition' stderr
    [ -z "$(ls "$out/slurm")" ]
    status=0
    "$partgrad" run e.yaml --data "$data" --out "$out" "--slurm='" 2>stderr || status=$?
    [ "$status" -eq 1 ]
    grep -q "^partgrad: run: --slurm: ''' cannot be split" stderr
}

# Four trials, then a job that waits for them and hands over two final cells.
@test "the final cells of a tuned experiment are handed over when its trials have ended" {
    write_experiment e.yaml "batch_size: 8" "seed: [0, 1]" "epochs: 8" "evaluate_every: 8" \
        "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2]}"
    submit | tee submitted
    grep -q '^job [0-9]*: 4 cells,' submitted
    [ "$(grep -c '^job [0-9]* hands over the following cells' submitted)" -eq 1 ]
    submit | tee again
    grep -q '^4 cells are queued or running already' again
    fails grep -q '^job' again
    prints "the final cells follow when all have ended" status "$out"
    until_done
    prints "6 cells: 6 ok" status "$out"
    prints "$out/cells.csv" gather "$out"
    "$partgrad" run e.yaml --data "$data" --out here --threads 1 2>/dev/null
    diff here/tuning.csv "$out/tuning.csv"
    diff <(stable here/cells.csv columns) <(stable "$out/cells.csv" columns)
}

@test "trials that were cancelled are not handed over again but by the user" {
    write_experiment e.yaml "batch_size: 8" "seed: 0" "epochs: 4000" "evaluate_every: 4000" \
        "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2], folds: 0}"
    submit | tee submitted
    scancel "$(sed -nE 's/^job ([0-9]+): .*/\1/p' submitted)"
    until_done
    grep -q '2 trials have not ended, and none is queued or running' "$out"/slurm/next-*.txt
    [ "$(ls "$out/slurm" | grep -cx '[0-9]*')" -eq 1 ]
}
