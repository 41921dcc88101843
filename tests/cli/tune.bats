#!/usr/bin/env bats
# tuned experiments: trials, what they choose, final cells, whatever happens in between.

load common

setup_file() {
    common_setup
    data=$BATS_FILE_TMPDIR/data whole=$BATS_FILE_TMPDIR/whole
    export data whole
    prepare_small
    write_tuned "$BATS_FILE_TMPDIR/e.yaml" "[1.0e-3, 1.0e-2]"
    "$partgrad" run "$BATS_FILE_TMPDIR/e.yaml" --data "$data" --out "$whole" --threads 1 2>/dev/null
}

setup() {
    shared=$data # of the file
    common_setup
    data=$shared
}

write_tuned() { # write_tuned FILE RATES [OPTION...]
    local file=$1 rates=$2
    shift 2
    write_experiment "$file" "batch_size: 8" "portion: [0.5, 1]" "strategy: random" "seed: [0, 1]" "epochs: 2" \
        "evaluate_every: 2" "tune: {optimizer.learning_rate: $rates$(printf ', %s' "$@")}"
    sed -i 's/, }$/}/' "$file"
}

train() { # train [OPTION...]
    status=0
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 "$@" >stdout 2>stderr || status=$?
    cat stdout stderr
}

stable() { # the columns that are the same whenever it ran
    local kept
    kept=$("$partgrad" list columns | awk '$2 != "varies:" {print NR}' | paste -sd,)
    cut -d, -f"$kept" "$1"
}

# Until a file matches, as the run in the background makes them.
until_there() {
    local tries=0
    until compgen -G "$1" >/dev/null; do
        sleep 0.02
        tries=$((tries + 1))
        [ "$tries" -lt 1500 ]
    done
}

start() {
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 >/dev/null 2>&1 3>&- &
    driver=$!
}

@test "trials are followed by final cells with what their point chose" {
    [ "$(column "$whole/cells.csv" wave | sort | uniq -c | xargs)" = "4 final 8 trial" ]
    [ "$(column "$whole/tuning.csv" chosen | sort | uniq -c | xargs)" = "4 0 4 1" ]
    { # the header that `list` has, with the tuned setting in it
        "$partgrad" list tuning-columns | awk '{print $1}' | sed '/^point$/a optimizer_learning_rate'
    } | diff - <(columns_of "$whole/tuning.csv")
    for portion in 0.5 1; do
        chosen=$(awk -F, -v at="p$portion-" 'index($1, at) && $14 == 1 {print $5}' "$whole/tuning.csv" | sort -u)
        finals=$(grep -- "-p$portion-.*,final," "$whole/cells.csv" | sed -nE 's/.*-lr([0-9.]+)-s.*/\1/p' | cut -d, -f1 | sort -u)
        [ "$chosen" = "$finals" ]
    done
    prints "8 trials of tuning are set aside" compare "$whole" --reference 1 --factor portion
    prints "12 cells: 12 ok" status "$whole"
}

@test "a driver killed in either wave comes to the same choices and rows" {
    write_tuned e.yaml "[1.0e-3, 1.0e-2]"
    start
    until_there "$out/cells/*-f1-*/result.csv"
    kill -9 "$driver"
    wait "$driver" || true
    fails compgen -G "$out/cells/*-s0" >/dev/null
    start
    until_there "$out/cells/*-s0/result.csv"
    kill -9 "$driver"
    wait "$driver" || true
    train
    [ "$status" -eq 0 ]
    diff "$whole/tuning.csv" "$out/tuning.csv"
    diff <(stable "$whole/cells.csv") <(stable "$out/cells.csv")
    rm "$out/tuning.csv" "$out/cells.csv"
    prints "$out/cells.csv" gather "$out"
    diff "$whole/tuning.csv" "$out/tuning.csv"
}

@test "--only picks cells of either wave, and finals wait for all trials" {
    write_tuned e.yaml "[1.0e-3, 1.0e-2]"
    train --only 'f0-s1000$'
    [ "$status" -eq 0 ]
    grep -q '^4 of 8 trials in .*/cells.csv; the final cells follow when all have ended' stdout
    [ "$(column "$out/tuning.csv" status | sort | uniq -c | xargs)" = "4 ok 4 open" ]
    [ -z "$(column "$out/tuning.csv" chosen | tr -d '\n')" ]
    prints "the final cells follow" status "$out"
    train --only 's0$'
    [ "$status" -eq 1 ]
    grep -q "matches none of the 8 trials" stderr
    train --only 'f[01]-|s0$'
    [ "$(column "$out/cells.csv" wave | sort | uniq -c | xargs)" = "2 final 8 trial" ]
    diff "$whole/tuning.csv" "$out/tuning.csv"
}

@test "a list that grows half-way trains the new trials and chooses again" {
    write_tuned e.yaml "[1.0e-2]"
    sed -i 's/^portion: .*/portion: 1/' e.yaml
    train
    [ "$(column "$out/cells.csv" wave | sort | uniq -c | xargs)" = "2 final 2 trial" ]
    write_tuned e.yaml "[1.0e-3, 1.0e-2]"
    sed -i 's/^portion: .*/portion: 1/' e.yaml
    train
    grep -q "the experiment has changed: 2 new cells, 0 no longer in it" stderr
    # their folders keep the names that they had
    diff <(grep -- '-p1-' "$whole/tuning.csv" | cut -d, -f2-) <(tail -n +2 "$out/tuning.csv" | cut -d, -f2-)
    diff <(stable "$whole/cells.csv" | grep -- '-p1-' | cut -d, -f2-) \
        <(stable "$out/cells.csv" | tail -n +2 | cut -d, -f2-)
}

@test "trials that diverge are worst, and told; a point without any other has no finals" {
    write_tuned e.yaml "[1.0e-3, 100]"
    sed -i 's/^portion: .*/portion: 1/' e.yaml
    sed -i "s|^epochs: .*|epochs: 4|" e.yaml
    echo "optimizer: {weight_decay: 10, warmup: 0}" >>e.yaml
    train
    [ "$status" -eq 0 ]
    grep -q '2 trials failed and count as worst' stderr
    [ "$(column "$out/cells.csv" optimizer_learning_rate | tail -n 2 | sort -u)" = 0.001 ]
    train --retry-failed
    [ "$(grep -c '^\[' stderr)" -eq 2 ]
    [ "$status" -eq 0 ]
    out=$out-2
    sed -i 's/1.0e-3, 100/90, 100/; s/^seed: .*/seed: 0/' e.yaml
    train
    [ "$status" -eq 1 ]
    grep -q "1 of 1 points have no final cells, since all their trials failed" stderr
    [ "$(column "$out/cells.csv" wave | sort -u)" = trial ]
}

@test "plan shows both waves, and what is wrong with tune is told" {
    write_tuned e.yaml "[1.0e-3, 1.0e-2]" "extend: 1"
    prints "trials: 8 cells, " plan e.yaml --data "$data"
    grep -q "finals: 4 cells, " "$BATS_TEST_TMPDIR/stdout"
    grep -q "^extend: .* another 4 trials" "$BATS_TEST_TMPDIR/stdout"
    write_tuned e.yaml "[1.0e-3, 1.0e-2]" "metric: test_map_at_r"
    refuses 1 "is measured on test classes, which cannot judge what they have chosen" plan e.yaml --data "$data"
}
