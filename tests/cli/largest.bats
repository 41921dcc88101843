#!/usr/bin/env bats
# batch_size: largest - the batch that a budget of memory allows, through plan, run and status.

load common

setup() {
    common_setup
    prepare_small
}

@test "largest is found for each point, is what the run then takes, and equals the number" {
    write_experiment e.yaml "epochs: 1" "steps_per_epoch: 1" "evaluate_start: false" "batch_size: largest" \
        "memory: 5MiB" "portion: [0.25, 1]" "strategy: random" "backprop: [direct, two_pass]"
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 --only p1-full >/dev/null 2>&1
    cat "$out/batches.csv" "$out/grid.csv"
    "$partgrad" status "$out" >status
    grep -q '^4 cells: 2 ok, 2 pending$' status
    for cell in $(column "$out/cells.csv" cell); do
        planned=$(grep "^$cell," "$out/batches.csv" | cut -d, -f8)
        [ "$planned" -le $((5 << 20)) ]
        [ "$planned" -eq "$(paste -d, <(column "$out/cells.csv" cell) <(column "$out/cells.csv" peak_tensor_bytes) |
            grep "^$cell," | cut -d, -f2)" ]
    done
    awk -F, 'NR > 1 && $9 == "memory" && $11 <= 5242880 {exit 1} NR > 1 {print $9}' "$out/batches.csv" | sort -u |
        tr '\n' ' ' >bounds
    [ "$(cat bounds)" = 'classes memory ' ]
    batch=$(column "$out/cells.csv" batch_size | sort -n | head -n 1)
    write_experiment e.yaml "epochs: 1" "steps_per_epoch: 1" "evaluate_start: false" "batch_size: [$batch, 12]"
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 >told 2>&1
    cat told
    fails grep -q "b$batch-.*: epoch" told
    [ ! -e "$out/batches.csv" ]
}

@test "plan --fit shows the largest batches, and says the least memory where none fits" {
    write_experiment e.yaml "batch_size: [4, 8]" "backprop: [direct, two_pass]"
    "$partgrad" plan e.yaml --data "$data" --threads 1 --fit 1GiB >plan
    cat plan
    grep -qE '^balanced-b12-m2-p1-full-direct-s0 +1024.0 MiB +tensors .* classes' plan
    refuses 1 "no batch fits memory: 1KiB (tensors); the smallest takes" plan e.yaml --data "$data" --fit 1KiB
    refuses 2 "300MiB" plan e.yaml --data "$data" --fit 300
}
