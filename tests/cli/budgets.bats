#!/usr/bin/env bats
# budgets: cells that have as much of something as another training run, and schedules of the portion.

load common

setup() {
    common_setup
    prepare_small
}

# steps CELL - the steps that cells.csv says; in one epoch there are 6, of p = 1 in three epochs 18.
steps() {
    paste -d' ' <(column "$out/cells.csv" cell) <(column "$out/cells.csv" "${2:-steps}") | sed -n "s/^$1 //p"
}

@test "cells get the steps that make budgets equal, plan says which, and the last epoch is cut short" {
    write_experiment e.yaml "epochs: 3" "batch_size: 8" "strategy: random" "optimizer: {head_warmup: 0.5}" \
        "cases: [{portion: [1, 0.25], equal: gradients}, {portion: 0.5, equal: compute}," \
        "{portion: 1, equal: compute, equal_to: 0.25}, {batch_size: 4, equal: updates, equal_to: {batch_size: 8}}]"
    "$partgrad" plan e.yaml --data "$data" | awk 'NR > 1 && !/ cells, |^Slurm/ {print $1, $4, $8, $9}' >planned
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>/dev/null
    cat planned
    [ "$(steps balanced-b8-m2-p1-full-s0)" -eq 0 ]
    [ "$(steps balanced-b8-m2-p0.25-random-equal_gradients-s0)" -eq 72 ]
    [ "$(steps balanced-b4-m2-p1-full-equal_updates-tob8-s0)" -eq 18 ]
    diff <(cut -d' ' -f3,4 planned) <(paste -d' ' <(column "$out/cells.csv" updates) <(column "$out/cells.csv" gradients))
    # 72 steps are 12 epochs, whatever number the experiment names.
    "$partgrad" status "$out" --format csv >status.csv
    [ "$(grep -c 'equal_gradients-s0,ok,,0,12,12,' status.csv)" -eq 1 ]
    compute=$(steps balanced-b8-m2-p0.5-random-equal_compute-s0)
    [ "$compute" -gt 18 ] && [ "$compute" -lt 36 ]
    awk -F, -v last=$(((compute + 5) / 6)) 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next}
        /p0.5-random-equal_compute/ {rows++; share = $c["share_done"]} END {exit !(rows == last + 1 && share == 1)}' \
        "$out/epochs.csv"
}

@test "equal time is measured once, kept, and not measured for other machines" {
    write_experiment e.yaml "epochs: 2" "batch_size: 8" "portion: [1, 0.25]" "strategy: random" "equal: time" \
        "evaluate_every: 100"
    refuses 1 "have 'partgrad run' without --slurm measure it there" run e.yaml --data "$data" --out "$out" --slurm
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>/dev/null >first
    grep -q '^equal: time: a step of portion 0.25, batch_size 8 takes [0-9.]* ms, the median of 20' first
    before=$(steps 'balanced-b8-m2-p0.25-random-equal_time-s0')
    [ "$before" -ge 1 ]
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>&1 | tee again
    fails grep -q 'equal: time' again
    [ "$(column "$out/times.csv" kind | wc -l)" -eq 2 ]
    [ "$(steps 'balanced-b8-m2-p0.25-random-equal_time-s0')" -eq "$before" ]
}

@test "a cell that is judged by an earlier epoch has cost what all epochs did" {
    write_experiment e.yaml "epochs: 4" "batch_size: 8" "seed: [0, 1, 2, 3]" "validation: 0.34" "judge: best" "evaluate_start: false"
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1
    column "$out/cells.csv" judged_epoch | grep -qv 4
    for name in updates gradients multiply_adds; do
        [ "$(column "$out/cells.csv" $name | sort -u)" = "$(column "$out/epochs.csv" $name | tail -n 1)" ]
    done
}
