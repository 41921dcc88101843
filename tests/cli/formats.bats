#!/usr/bin/env bats
# --format: what commands print as CSV and JSON has the same rows and values as what they print for people.
# In check-quick.

load common

setup() {
    common_setup
    prepare_small
}

# same_rows NAME ARGUMENT... - the command's JSON holds as many objects as its CSV has rows, and NAME in each; both are
# alone on stdout.
same_rows() {
    local name=$1 rows
    shift
    "$partgrad" "$@" --format csv >csv 2>notes
    "$partgrad" "$@" --format json >json 2>>notes
    rows=$(($(wc -l <csv) - 1))
    echo "partgrad $*: $rows rows"
    head -n 3 csv
    [ "$rows" -gt 0 ]
    [ "$(head -n 1 json)" = '[' ]
    [ "$(tail -n 1 json)" = ']' ]
    [ "$(grep -c "^    \"$name\": " json)" -eq "$rows" ]
}

@test "plan, status and compare print the same cells as CSV and JSON" {
    write_experiment e.yaml "epochs: 1" "steps_per_epoch: 1" "batch_size: 8" "portion: 0.5" "strategy: [random, first]" \
        "seed: [0, 1]"
    same_rows cell plan e.yaml --data "$data"
    [ "$(column csv K | sort -u)" = 4 ]
    grep -q '^    "K": 4,$' json
    grep -q '^4 cells, ' notes
    same_rows cell plan e.yaml --data "$data" --fit 1GiB
    [ "$(column csv bound | sort -u)" = classes ]
    grep -q '^    "next_bytes": null$' json
    "$partgrad" run e.yaml --data "$data" --out "$out" --only s0 >/dev/null 2>&1
    same_rows cell status "$out"
    [ "$(column csv state | sort | tr '\n' ' ')" = 'ok ok pending pending ' ]
    grep -q '^    "state": "pending",$' json
    grep -q '^4 cells: 2 ok, 2 pending' notes
    same_rows strategy compare "$out"
    grep -q '^    "pairs": 1' json
    grep -q '^    "low": null,$' json
}

@test "list, info, evaluate and embed print the same as CSV and JSON" {
    same_rows name list strategies
    grep -q '^    "name": "selective",$' json
    same_rows name list
    grep -q '^    "name": "batch_size",$' json
    "$partgrad" info procedural --data "$data" --format csv | head -n 2 >csv # then the provenance's other lines
    [ "$(column csv train_images)" = 48 ]
    "$partgrad" info procedural --data "$data" --format json | grep -x '    "train_images": 48,'
    same_rows class info procedural --data "$data" --classes
    [ "$(tail -n +2 csv | tr , ' ')" = "$("$partgrad" info procedural --data "$data" --classes)" ]
    same_rows recall_at_1 embed --dataset procedural --data "$data" --model conv4 --image-size 16 --out e
    "$partgrad" evaluate e.npy e-labels.npy --format csv | diff csv -
    "$partgrad" evaluate e.npy e-labels.npy --format json | diff json -
    [ "$("$partgrad" evaluate e.npy e-labels.npy | sed -n 's/^recall@1 //p')" = "$(column csv recall_at_1 | xargs printf '%.4f\n')" ]
    refuses 2 "'xml' is not one of table, csv, json" list --format xml
}
