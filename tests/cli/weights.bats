#!/usr/bin/env bats
# What a cell has learned: the weights that it keeps, what is embedded with them, and how it does on other data sets.

load common

setup_file() {
    common_setup
    data=$BATS_FILE_TMPDIR/data run=$BATS_FILE_TMPDIR/run
    export data run
    prepare_small
    "$partgrad" prepare procedural --classes 10 --samples-per-class 6 --seed 5 --name other --data "$data" 2>/dev/null
    write_trained "$BATS_FILE_TMPDIR/e.yaml"
    "$partgrad" run "$BATS_FILE_TMPDIR/e.yaml" --data "$data" --out "$run" --threads 1 2>/dev/null
}

setup() {
    local shared=$data
    common_setup
    data=$shared
    cell=$run/$(ls "$run/cells")
    write_trained e.yaml
}

write_trained() {
    write_experiment "$1" "batch_size: 8" "epochs: 3" "portion: 0.5" "strategy: random" "evaluate_on: [other, procedural]"
}

train() { # train OUT [OPTION...]
    "$partgrad" run e.yaml --data "$data" --out "$1" --threads 1 "${@:2}" 2>stderr
}

# figure FILE EPOCH DATASET SPLIT METRIC K - its value in an evaluations.csv
figure() {
    awk -F, -v k="$2,$3,$4,$5,$6" '$3 "," $4 "," $5 "," $6 "," $7 == k {print $8}' "$1"
}

@test "a cell's weights come to its row's numbers, to the last digit" {
    "$partgrad" embed --cell "$cell" --data "$data" --out z >printed 2>note
    grep -q 'recall@1 and MAP@R are those of the cell.s row to the last digit' note
    "$partgrad" evaluate z.npy z-labels.npy | diff - printed
    [ "$(printf '%.4f' "$(column "$run/cells.csv" test_recall_at_1)")" = "$(awk '$1 == "recall@1" {print $2}' printed)" ]
    [ "$(printf '%.4f' "$(column "$run/cells.csv" train_map_at_r)")" = "$("$partgrad" embed --cell "$cell" --data "$data" --split train 2>/dev/null | awk '$1 == "MAP@R" {print $2}')" ]
    "$partgrad" embed --cell "$run/cells/$(ls "$run/cells")/" --data "$data" 2>/dev/null | diff - printed
}

@test "recall_at adds K to evaluations.csv, whatever their order, and nothing to cells.csv" {
    local out=$BATS_TEST_TMPDIR/k
    write_experiment k.yaml "batch_size: 8" "epochs: 1" "steps_per_epoch: 2" "portion: 0.5" "strategy: random" "recall_at: [100, 10, 1]"
    "$partgrad" run k.yaml --data "$data" --out "$out" --threads 1
    [ "$(awk -F, '$3 == 1 && $5 == "test" && $6 == "recall" {print $7}' "$out/evaluations.csv" | xargs)" = "1 2 4 8 10 100" ]
    [ "$(figure "$out/evaluations.csv" 1 procedural test recall 8)" = "$(column "$out/cells.csv" test_recall_at_8)" ]
    [ "$(figure "$out/evaluations.csv" 1 procedural test class_recall 1)" = "$(column "$out/cells.csv" test_class_recall_at_1)" ]
    [ "$(column "$out/cells.csv" recall_at)" = "1; 10; 100" ]
    "$partgrad" plan k.yaml --data "$data" --set 'recall_at=[0]' 2>stderr && return 1
    grep -q 'recall_at' stderr
}

@test "evaluations.csv has other data sets, as embed finds them, and the cell's own" {
    local name
    name=$(ls "$run/cells")
    diff "$run/evaluations.csv" "$run/cells/$name/evaluations.csv"
    "$partgrad" list evaluation-columns | awk '{print $1}' | diff - <(columns_of "$run/evaluations.csv")
    "$partgrad" embed --cell "$cell" --data "$data" --dataset other >printed 2>note
    grep -q 'those of the cell.s evaluations.csv to the last digit$' note
    for k in 1 2 4 8; do
        [ "$(printf '%.4f' "$(figure "$run/evaluations.csv" 3 other test recall "$k")")" = "$(awk -v k="recall@$k" '$1 == k {print $2}' printed)" ]
    done
    [ "$(figure "$run/evaluations.csv" 3 procedural test map_at_r "")" = "$(column "$run/cells.csv" test_map_at_r)" ]
    [ "$(figure "$run/evaluations.csv" 3 procedural train recall 1)" = "$(column "$run/cells.csv" train_recall_at_1)" ]
    [ "$(figure "$run/evaluations.csv" 0 other test queries "")" -eq 30 ]
    [ "$(cut -d, -f3-5 "$run/evaluations.csv" | sort | uniq -c | wc -l)" -eq 7 ] # header, two epochs of three
}

@test "a cell that is killed between its weights and its row is trained to the end again, from its checkpoint" {
    local name
    ${CC:-cc} -shared -fPIC -o faults.so "$BATS_TEST_DIRNAME/faults.c" -ldl
    fails env LD_PRELOAD="$PWD/faults.so" FAULT_KILL=result.csv ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
        "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>/dev/null
    name=$(ls "$out/cells")
    [ -e "$out/cells/$name/weights.safetensors" ]
    [ ! -e "$out/cells/$name/result.csv" ]
    refuses 1 "is not done" embed --cell "$out/$name" --data "$data"
    train "$out"
    grep -q 'resuming after epoch 2' "$out/cells/$name/log.txt"
    cmp "$out/cells/$name/weights.safetensors" "$run/cells/$name/weights.safetensors"
    diff "$out/evaluations.csv" "$run/evaluations.csv"
    [ "$(column "$out/cells.csv" kept_weights)" = "$(column "$run/cells.csv" kept_weights)" ]
}

@test "embed refuses a cell that keeps no weights, others than it says, or is none" {
    refuses 1 "is not a cell" embed --cell "$run/nothing" --data "$data"
    refuses 2 "--image-size cannot be combined with --cell" embed --cell "$cell" --data "$data" --image-size 16
    train "$out" --set save=none --set epochs=0
    [ -z "$(find "$out" -name '*.safetensors')" ]
    refuses 1 "keeps no weights" embed --cell "$out/$(ls "$out/cells")" --data "$data"
    cp -r "$run" copy
    printf x >>"copy/cells/$(ls "$run/cells")/weights.safetensors"
    refuses 1 "is not the file that the cell kept" embed --cell "copy/$(ls "$run/cells")" --data "$data"
    rm "copy/cells/$(ls "$run/cells")/weights.safetensors"
    refuses 1 "is missing, but" embed --cell "copy/$(ls "$run/cells")" --data "$data"
    mkdir elsewhere
    cp "$data/other.pack" elsewhere/procedural.pack
    refuses 1 "is not the pack that the cell was trained on" embed --cell "$cell" --data elsewhere
}

@test "a cell that fails keeps no weights, and a loss's proxies are kept with the network's" {
    fails train failed --set "optimizer={learning_rate: 1, weight_decay: 1, warmup: 0}" --set epochs=20 --set evaluate_every=20
    [ -z "$(find failed -name '*.safetensors')" ]
    refuses 1 "has failed" embed --cell "failed/$(ls failed/cells)" --data "$data"
    train "$out" --set loss=proxy_anchor --set epochs=1
    head -c 20000 "$out"/cells/*/weights.safetensors | grep -aqF '"loss.proxies":{"dtype":"F32","shape":[6,16]'
    "$partgrad" embed --cell "$out/$(ls "$out/cells")" --data "$data" 2>&1 >/dev/null | grep -q 'to the last digit$'
}

@test "what is judged best may be kept, which embed knows from the last" {
    train best --set epochs=6 --set judge=best --set 'validation={share: 0.34}' --set save=best
    train last --set epochs=6 --set judge=best --set 'validation={share: 0.34}'
    [ "$(column best/cells.csv judged_epoch)" -lt 6 ]
    "$partgrad" embed --cell "best/$(ls best/cells)" --data "$data" 2>&1 >/dev/null | grep -q 'MAP@R are those of'
    "$partgrad" embed --cell "last/$(ls last/cells)" --data "$data" 2>&1 >/dev/null | grep -q 'numbers are of the best'
    [ "$(figure best/evaluations.csv "$(column best/cells.csv judged_epoch)" procedural valid map_at_r "")" = "$(column best/cells.csv valid_map_at_r)" ]
    diff <(cut -d, -f3- best/evaluations.csv) <(cut -d, -f3- last/evaluations.csv)
}

@test "a training may start from a cell's weights" {
    train "$out" --set "model.weights=$cell" --set epochs=0
    [ "$(column "$out/cells.csv" test_map_at_r)" = "$(column "$run/cells.csv" test_map_at_r)" ]
    [ "$(column "$out/cells.csv" weights_checksum)" = "$(column "$run/cells.csv" kept_weights)" ]
    fails train other --set "model.weights=$cell" --set epochs=0 --set model.embedding_size=0
    grep -q 'these weights have a head, but the model has none' other/cells.csv
    train new --set "model.weights=$cell" --set epochs=0 --set model.embedding_size=0 --set model.weights_head=new
    fails train third --set "model.weights=$cell" --set epochs=0 --set model.embedding_size=8
    train fourth --set "model.weights=$cell" --set epochs=0 --set model.embedding_size=8 --set model.weights_head=new
    train out3 --set save=none --set epochs=0
    fails train fifth --set "model.weights=out3/$(ls out3/cells)"
    grep -q "keeps no weights" stderr
}

@test "what cannot be saved or evaluated is told before the first cell" {
    refuses 1 "save: best keeps the weights of the epoch that a cell is judged by" plan e.yaml --data "$data" --set save=best
    refuses 1 "evaluate_on: $data/nothing.pack is not there" run e.yaml --data "$data" --out none --set 'evaluate_on=[nothing]'
    refuses 1 "evaluate_on: 'other' is in the list twice" plan e.yaml --data "$data" --set 'evaluate_on=[other, other]'
    refuses 1 "one value is wanted here" plan e.yaml --data "$data" --set 'evaluate_on=[[other]]'
    "$partgrad" plan e.yaml --data "$data" 2>/dev/null | grep -q '; weights kept: [0-9.]* MiB on disk$'
}
