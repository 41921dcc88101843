#!/usr/bin/env bats
# run on a folder whose experiment file has changed: what is told, what runs, what stays.

load common

setup() {
    common_setup
    prepare_small
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1]"
    train
}

train() { # train [OPTION...]
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 "$@" 2>stderr
    cat stderr
}

ran() { # the cells that ran last, by their seeds
    sed -nE 's/^\[.*-s([0-9]+): .*/\1/p' stderr | sort -n | xargs
}

@test "cells that are new run, and no others" {
    sed -i 's/^seed: .*/seed: [1, 2, 3]/' e.yaml
    train
    grep -q "^$out: the experiment has changed: 2 new cells, 1 no longer in it" stderr
    fails grep -q 'settings' stderr
    [ "$(ran)" = "2 3" ]
    [ "$(column "$out/cells.csv" seed | xargs)" = "1 2 3" ]
    cmp e.yaml "$out/experiment.yaml"
    sed -i 's/^seed: .*/seed: [0, 1]/' e.yaml # what went comes back
    train
    [ -z "$(ran)" ]
    [ "$(column "$out/cells.csv" seed | xargs)" = "0 1" ]
}

@test "other words for the same are no change" {
    printf '# a remark\nsteps_per_epoch: 0\n' >>e.yaml
    train
    [ ! -s stderr ]
    cmp e.yaml "$out/experiment.yaml"
}

@test "results of other settings are shown as a difference and stay, until --force" {
    cp "$out/cells.csv" before
    printf 'optimizer: {learning_rate: 0.002}\nseed: [0, 1, 2]\n' >more
    sed -i '/^seed:/d' e.yaml
    cat more >>e.yaml
    train
    grep -q "^$out: the experiment has changed: 1 new cells, 0 no longer in it" stderr
    grep -q "^$out: 2 cells keep results from earlier settings; use --force to retrain them" stderr
    grep -qE '^  - optimizer: .*learning_rate: 0.001,' stderr
    grep -qE '^  \+ optimizer: .*learning_rate: 0.002,' stderr
    [ "$(grep -c '^  [-+] ' stderr)" -eq 2 ]
    [ "$(ran)" = 2 ]
    diff before <(head -n 3 "$out/cells.csv")
    prints "3 cells: 3 ok, 2 from other settings" status "$out"

    train
    grep -q "2 cells keep results from earlier settings" stderr
    [ -z "$(ran)" ]

    train --force
    [ "$(ran)" = "0 1" ]
    fails cmp before <(head -n 3 "$out/cells.csv")
    train --force
    [ ! -s stderr ]
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "3 ok" ]
    printf 'optimizer: {learning_rate: 0.002}\n' >line
    write_experiment fresh.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1, 2]" "$(cat line)"
    "$partgrad" run fresh.yaml --data "$data" --out fresh --threads 1
    kept=$("$partgrad" list columns | awk '$2 != "varies:" {print NR}' | paste -sd,)
    diff <(cut -d, -f"$kept" fresh/cells.csv) <(cut -d, -f"$kept" "$out/cells.csv")
}

@test "a checkpoint of other settings is not resumed from" {
    write_experiment e.yaml "epochs: 12" "batch_size: 8" "evaluate_every: 12" "seed: 5"
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>/dev/null 3>&- &
    driver=$!
    until [ -e "$out/cells/balanced-b8-m2-p1-full-s5/checkpoint" ]; do sleep 0.02; done
    kill -INT "$driver"
    wait "$driver" || true
    [ -e "$out/cells/balanced-b8-m2-p1-full-s5/checkpoint" ]
    printf 'optimizer: sgd\n' >>e.yaml
    train
    fails grep '^resuming' "$out/cells/balanced-b8-m2-p1-full-s5/log.txt"
    "$partgrad" run e.yaml --data "$data" --out fresh --threads 1
    [ "$(column "$out/cells.csv" full_batch_loss)" = "$(column fresh/cells.csv full_batch_loss)" ]
}

@test "each cell's folder holds its own experiment, which runs by itself to the same numbers" {
    "$partgrad" run "$out/cells/balanced-b8-m2-p1-full-s1/experiment.yaml" --data "$data" --out alone --threads 1
    [ "$(column alone/cells.csv full_batch_loss)" = "$(column "$out/cells.csv" full_batch_loss | tail -n 1)" ]
    diff "$out/cells/balanced-b8-m2-p1-full-s1/experiment.yaml" alone/cells/*/experiment.yaml
}

@test "a list that is reordered or grows changes nothing for the cells that are there" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "loss: [{name: triplet, margin: 0.05}, {name: triplet, margin: 1}]"
    train
    sort "$out/cells.csv" >before
    sed -i 's/^loss: .*/loss: [{name: triplet, margin: 1}, {name: triplet, margin: 0.05}]/' e.yaml
    train
    fails grep -q '^\[' stderr
    sort "$out/cells.csv" | diff before -
    sed -i 's/^loss: .*/loss: [{name: triplet, margin: 0.5}, {name: triplet, margin: [0.05, 1]}]/' e.yaml
    train
    [ "$(grep -c '^\[' stderr)" -eq 1 ]
    column "$out/cells.csv" loss_options | paste -sd/ | grep -q 'margin=0.5 .*/.*margin=0.05 .*/.*margin=1 '
    fails grep -q 'earlier settings' stderr
}

@test "a pack that was replaced between two starts is told, and its cells are kept apart" {
    checksum=$(column "$out/cells.csv" pack_checksum | sort -u)
    "$partgrad" prepare procedural --classes 12 --samples-per-class 8 --seed 5 --data "$data" 2>/dev/null
    sed -i 's/^seed: .*/seed: [0, 1, 2]/' e.yaml
    train
    grep -q "^$out: 2 cells keep results from earlier settings" stderr
    grep -q "^  - inputs: .*pack_checksum: \"$checksum\"" stderr
    [ "$(ran)" = 2 ]
    [ "$(column "$out/cells.csv" pack_checksum | uniq -c | awk '{print $1}' | xargs)" = "2 1" ]
    prints "3 cells: 3 ok, 2 from other settings" status "$out"
    train --force
    [ "$(column "$out/cells.csv" pack_checksum | sort -u | wc -l)" -eq 1 ]
}
