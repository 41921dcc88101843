#!/usr/bin/env bats
# plan: the cells of an experiment, and that what it predicts is what a run takes.

load common

setup() {
    common_setup
}

@test "plan shows every cell, its K, its steps and how it back-propagates" {
    prepare_small
    write_experiment e.yaml "epochs: 3" "batch_size: [8, 12]" "portion: [0.25, 1]" "strategy: [first, random]" \
        "backprop: [direct, two_pass]"
    "$partgrad" plan e.yaml --data "$data" | tee plan
    awk 'NR > 1 && !/ cells, |^Slurm/ {print $1, $2, $3, $4}' plan >cells
    diff cells - <<'END'
balanced-b8-m2-p0.25-first-direct-s0 2 direct 18
balanced-b8-m2-p0.25-first-two_pass-s0 2 two_pass 18
balanced-b8-m2-p0.25-random-direct-s0 2 direct 18
balanced-b8-m2-p0.25-random-two_pass-s0 2 two_pass 18
balanced-b8-m2-p1-full-direct-s0 8 direct 18
balanced-b8-m2-p1-full-two_pass-s0 8 two_pass 18
balanced-b12-m2-p0.25-first-direct-s0 3 direct 12
balanced-b12-m2-p0.25-first-two_pass-s0 3 two_pass 12
balanced-b12-m2-p0.25-random-direct-s0 3 direct 12
balanced-b12-m2-p0.25-random-two_pass-s0 3 two_pass 12
balanced-b12-m2-p1-full-direct-s0 12 direct 12
balanced-b12-m2-p1-full-two_pass-s0 12 two_pass 12
END
    grep -q '^12 cells, ' plan
    tail -n 1 plan | grep -qE '^Slurm: --array=0-11 --cpus-per-task=1 --mem=[0-9]+M --time=0:10:00 at most'
}

@test "plan warns of a loss that does not fit the dimensions of its embeddings" {
    prepare_small
    write_experiment e.yaml "loss: [margin, {name: margin, negatives: all}, {name: triplet, margin: 0.1}]" "seed: [0, 1]" \
        "batch_size: 8"
    sed -i 's/embedding_size: 16/embedding_size: 257/' e.yaml
    "$partgrad" plan e.yaml --data "$data" >/dev/null 2>warning
    grep -q '^warning: loss margin in 2 cells: above 256 dimensions ' warning
    sed -i 's/embedding_size: 257/embedding_size: 256/' e.yaml
    "$partgrad" plan e.yaml --data "$data" >/dev/null 2>warning
    [ ! -s warning ]
}

@test "plan runs nothing and writes nothing" {
    prepare_small
    write_experiment e.yaml "batch_size: 8"
    ls -R . >before
    "$partgrad" plan e.yaml --data "$data" >/dev/null
    ls -R . | diff before -
}

@test "plan predicts the memory that the run then reports" {
    prepare_small
    write_experiment e.yaml "epochs: 1" "batch_size: 12" "portion: [0.25, 1]" "strategy: [first, random]" \
        "backprop: [direct, two_pass]"
    "$partgrad" plan e.yaml --data "$data" --threads 1 | awk 'NR > 1 && !/ cells, |^Slurm/ {print $1, $5, $6}' >planned
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 >/dev/null 2>&1
    paste -d' ' <(column "$out/cells.csv" cell) \
        <(column "$out/cells.csv" peak_activation_bytes | awk '{printf "%.1f\n", $1 / 1048576}') \
        <(column "$out/cells.csv" peak_tensor_bytes | awk '{printf "%.1f\n", $1 / 1048576}') >measured
    diff planned measured
}

@test "what plan asks Slurm for is enough for every cell, and not much more" {
    if is_sanitized; then skip "the sanitizers take more"; fi
    prepare_small
    write_experiment e.yaml "epochs: 1" "batch_size: [8, 12]" "portion: [0.25, 1]" "backprop: [direct, two_pass]" \
        "strategy: random"
    asked=$("$partgrad" plan e.yaml --data "$data" | sed -nE 's/^Slurm: .*--mem=([0-9]+)M.*/\1/p')
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 >/dev/null 2>&1
    taken=$(column "$out/cells.csv" peak_rss_bytes | sort -n | tail -n 1)
    echo "$asked MiB asked for, $taken bytes taken"
    [ "$taken" -le $((asked * 1048576)) ]
    [ "$taken" -ge $((asked * 131072)) ]
}

@test "plan reckons time with the rate that is given" {
    prepare_small
    write_experiment e.yaml "epochs: 1000" "batch_size: 8"
    fast=$("$partgrad" plan e.yaml --data "$data" --rate 0.001 | awk '!/cells,|^Slurm/ && NR > 1 {print $7}')
    slow=$("$partgrad" plan e.yaml --data "$data" --rate 0.002 | awk '!/cells,|^Slurm/ && NR > 1 {print $7}')
    echo "$fast $slow"
    [ "$slow" -gt 0 ]
    [ $((fast - 2 * slow)) -ge -1 ]
    [ $((fast - 2 * slow)) -le 1 ]
}

@test "plan counts steps that no int holds" {
    prepare_small
    write_experiment e.yaml "batch_size: 8" "epochs: 100000" "steps_per_epoch: 1000000"
    prints "100000000000" plan e.yaml --data "$data"
}

@test "plan says what is wrong with the experiment, and where" {
    prepare_small
    write_experiment e.yaml "batch_sizes: 8"
    refuses 1 "e.yaml:5: unknown key 'batch_sizes'; did you mean 'batch_size'?" plan e.yaml --data "$data"
    refuses 1 "nothing.yaml: No such file" plan nothing.yaml
    write_experiment e.yaml
    refuses 1 "elsewhere/procedural.pack is not there; 'partgrad prepare' makes it" plan e.yaml --data elsewhere
    write_experiment e.yaml "strategy: full" "portion: 0.5"
    refuses 1 "strategy full" plan e.yaml --data "$data"
    write_experiment e.yaml "dataset: cub"
    refuses 1 "e.yaml:5: key 'dataset' is given twice" plan e.yaml --data "$data"
}

@test "plan sees batches that the data set cannot fill" {
    prepare_small
    write_experiment e.yaml "batch_size: 64"
    run "$partgrad" plan e.yaml --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"takes 32 classes"* ]]
}

@test "plan sees a batch that cannot be filled wherever it stands in the grid" {
    prepare_small
    write_experiment e.yaml "batch_size: 16"
    sed -i 's/^samples_per_class: 2/samples_per_class: [4, 2]/' e.yaml # 4 classes of the 6 there are, then 8
    "$partgrad" plan e.yaml --data "$data" >plan 2>stderr
    grep -q '^1 cells, ' plan
    grep -q "^left out: 1 point, such as balanced-b16-m2-p1-full-s0: batch_size 16 with samples_per_class 2 takes 8 classes" stderr
    refuses 1 "takes 8 classes, and there are 6 to train on" plan e.yaml --data "$data" --set samples_per_class=2
}

@test "plan tells which points are left out, and takes --set and standard input" {
    prepare_small
    write_experiment e.yaml "batch_size: 8" "portion: [0.5, 0.51]" "strategy: [random, hardest]" "backprop: [direct, two_pass]"
    "$partgrad" plan - --data "$data" --set 'seed=[0, 1]' <e.yaml >plan 2>stderr
    grep -q '^6 cells, ' plan # 0.5 and 0.51 are the same four images
    grep -q '^left out: 4 points, such as balanced-b8-m2-p0.5-hardest-direct-s0: backprop: direct does not work' stderr
    refuses 1 "no point of the grid can be trained" plan e.yaml --data "$data" --set strategy=hardest --set backprop=direct
}

@test "plan says that keys come from other mappings" {
    prepare_small
    write_experiment e.yaml "batch_size: 8" "optimizer: &base {learning_rate: 0.5}" "cases: [{optimizer: {<<: *base, warmup: 0}}]"
    "$partgrad" plan e.yaml --data "$data" 2>stderr
    grep -q '^note: some keys come from other mappings' stderr
}

@test "plan tells which validation classes leave too few to train on, or do not exist" {
    prepare_small
    write_experiment e.yaml "batch_size: 8" "validation: {share: [0, 0.25], fold: [0, 4]}" "judge: [last, best]"
    "$partgrad" plan e.yaml --data "$data" >plan 2>stderr
    grep -q '^3 cells, ' plan
    grep -q '^left out: 1 point, such as .*: judge: best chooses an epoch by validation classes, and there are none' stderr
    grep -q '^left out: 2 points, .*: there is no fold 4: the 6 train classes make 4, numbered from 0' stderr
    refuses 1 "takes 4 classes, and there are 3 to train on" plan e.yaml --data "$data" --set validation=0.5
    refuses 1 "a learning rate that decays" plan e.yaml --data "$data" --set patience=2
}
