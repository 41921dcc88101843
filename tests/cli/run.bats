#!/usr/bin/env bats
# run, on the real binary: what it leaves, that it goes on where it stopped, and that the same experiment is the same bytes.

load common
load archives

# The slow experiment undisturbed, which the disturbed ones must come to.
setup_file() {
    common_setup
    data=$BATS_FILE_TMPDIR/data whole=$BATS_FILE_TMPDIR/whole
    export whole
    prepare_small
    write_slow_experiment "$BATS_FILE_TMPDIR/slow.yaml"
    "$partgrad" run "$BATS_FILE_TMPDIR/slow.yaml" --data "$data" --out "$whole" --threads 1 2>/dev/null
}

setup() {
    common_setup
    prepare_small
}

teardown() {
    [ -z "${driver:-}" ] || kill -9 "$driver" 2>/dev/null || true
}

train() { # train EXPERIMENT [OPTION...]
    "$partgrad" run "$1" --data "$data" --out "$out" --threads 1 "${@:2}"
}

# Three cells of about a second each: time enough to be disturbed.
write_slow_experiment() {
    write_experiment "$1" "batch_size: 8" "portion: 0.25" "strategy: random" "seed: [0, 1, 2]" "epochs: 60" \
        "evaluate_every: 60"
}

# The columns of FILE that are the same in every run of an experiment.
stable() { # stable FILE LIST
    local kept
    kept=$("$partgrad" list "$2" | awk '$2 != "varies:" {print NR}' | paste -sd,)
    cut -d, -f"$kept" "$1"
}

# Starts the slow experiment and waits until its first cell is done and its second is training.
start_slow() { # start_slow [COMMAND...], put in front
    write_slow_experiment slow.yaml
    "$@" "$partgrad" run slow.yaml --data "$data" --out "$out" --jobs 1 --threads 1 >stdout 2>stderr 3>&- &
    driver=$!
    local tries=0
    until [ -e "$out/cells/balanced-b8-m2-p0.25-random-s0/result.csv" ] &&
        grep -qs 'epoch [1-9]' "$out/cells/balanced-b8-m2-p0.25-random-s1/log.txt"; do
        sleep 0.02
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ]
    done
}

# The disturbed experiment comes to the same rows, and only what was missing is trained.
resumes() {
    [ ! -e "$out/cells/balanced-b8-m2-p0.25-random-s2/result.csv" ]
    train slow.yaml >stdout 2>stderr
    cat stderr
    [ "$(grep -c '^\[[0-9]/3' stderr)" -eq 2 ]
    fails grep -q 'random-s0: ' stderr
    diff <(stable "$whole/cells.csv" columns) <(stable "$out/cells.csv" columns)
    diff <(stable "$whole/epochs.csv" epoch-columns) <(stable "$out/epochs.csv" epoch-columns)
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "3 ok" ]
}

# classes_agree SPLIT - sums over its rows of classes.csv are what cells.csv has.
classes_agree() {
    for name in recall_at_1 map_at_r r_precision; do
        {
            paste <(column "$out/classes.csv" settings) <(column "$out/classes.csv" split) \
                <(column "$out/classes.csv" queries) <(column "$out/classes.csv" "$name")
            paste <(column "$out/cells.csv" settings) <(column "$out/cells.csv" "$1_$name")
        } | awk -v split_name="$1" '
            NF == 4 && $2 == split_name {queries[$1] += $3; sum[$1] += $4}
            NF == 2 {cells++; off = sum[$1] / queries[$1] - $2; wrong += off > 1e-7 || off < -1e-7}
            END {exit !(cells > 0 && wrong == 0)}'
    done
}

@test "run leaves a row for each cell, with the columns that list names" {
    write_experiment e.yaml "epochs: 2" "batch_size: [8, 12]" "portion: [0.25, 1]" "strategy: [first, random]"
    train e.yaml | tee stdout
    grep -q "6 of 6 cells in $out/cells.csv" stdout
    "$partgrad" list columns | awk '{print $1}' | diff - <(columns_of "$out/cells.csv")
    "$partgrad" list epoch-columns | awk '{print $1}' | diff - <(columns_of "$out/epochs.csv")
    "$partgrad" list class-columns | awk '{print $1}' | diff - <(columns_of "$out/classes.csv")
    [ "$(column "$out/classes.csv" settings | sort -u)" = "$(column "$out/cells.csv" settings | sort -u)" ]
    "$partgrad" plan e.yaml --data "$data" | awk 'NR > 1 && !/ cells, |^Slurm/ {print $1}' | diff - <(column "$out/cells.csv" cell)
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "6 ok" ]
    [ "$(column "$out/cells.csv" selected | xargs)" = "2 2 8 3 3 12" ]
    [ "$(column "$out/cells.csv" epochs_finished | sort -u)" = 2 ]
    [ "$(column "$out/cells.csv" settings | sort -u | wc -l)" -eq 6 ]
    [ "$(wc -l <"$out/epochs.csv")" -eq 19 ] # three epochs a cell, 0 being before training
    cmp e.yaml "$out/experiment.yaml"
    grep -q '"cores"' "$out/environment.json"
    [ "$(find "$out" -name '*.tmp' | wc -l)" -eq 0 ]
}

@test "every metric is there and within its range" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "portion: 0.5" "strategy: first"
    train e.yaml
    for name in test_recall_at_{1,2,4,8} test_map_at_r test_r_precision test_class_recall_at_1 \
        test_class_map_at_r train_recall_at_1 train_map_at_r gradient_norm_share; do
        value=$(column "$out/cells.csv" "$name")
        echo "$name $value"
        awk -v x="$value" 'BEGIN {exit !(x != "" && x >= 0 && x <= 1)}'
    done
    classes_agree test
    for name in train_loss test_loss full_batch_loss selected_loss peak_activation_bytes peak_tensor_bytes peak_rss_bytes \
        images_per_second step_milliseconds wall_seconds; do
        value=$(column "$out/cells.csv" "$name")
        echo "$name $value"
        awk -v x="$value" 'BEGIN {exit !(x > 0)}'
    done
    awk -v all="$(column "$out/cells.csv" peak_rss_bytes)" -v training="$(column "$out/cells.csv" training_rss_bytes)" \
        -v evaluation="$(column "$out/cells.csv" evaluation_rss_bytes)" \
        'BEGIN {exit training != "" && !(evaluation > 0 && all >= training && all >= evaluation)}'
    [ "$(column "$out/packs.csv" dataset)" = procedural ]
    [ "$(column "$out/packs.csv" official_test_images)" = 0 ]
    for name in recall_at_1 map_at_r; do
        gap=$(column "$out/cells.csv" "gap_$name") train=$(column "$out/cells.csv" "train_$name")
        awk -v g="$gap" -v a="$train" -v b="$(column "$out/cells.csv" "test_$name")" \
            'BEGIN {d = g - (a - b); exit !(d < 1e-8 && d > -1e-8)}'
    done
}

@test "queries that are kept are of the network that the row reports" {
    write_experiment e.yaml "epochs: 3" "batch_size: 8" "seed: [0, 1, 2]" "judge: best" "evaluate_test: always" \
        "validation: {share: 0.4}" "optimizer: {learning_rate: 0.02}"
    train e.yaml
    classes_agree test
    classes_agree valid
}

@test "running again runs nothing and rebuilds what is gone" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1]"
    train e.yaml
    cp "$out/cells.csv" before
    touch -d '2001-01-01' "$out"/cells/*/result.csv
    rm "$out/epochs.csv"
    train e.yaml 2>stderr
    [ "$(grep -c '^\[' stderr)" -eq 0 ]
    cmp before "$out/cells.csv"
    [ "$(wc -l <"$out/epochs.csv")" -eq 5 ]
    [ "$(find "$out/cells" -name result.csv -newermt 2002-01-01 | wc -l)" -eq 0 ]
}

@test "the same experiment gives the same bytes, however many cells run at once" {
    write_experiment e.yaml "epochs: 2" "batch_size: 8" "portion: [0.25, 0.5, 1]" "strategy: random" "backprop: [direct, two_pass]"
    train e.yaml
    out=$out-again
    train e.yaml
    out=$out-jobs
    train e.yaml --jobs 3
    for other in again again-jobs; do
        diff <(stable "$BATS_TEST_TMPDIR/out/cells.csv" columns) <(stable "$BATS_TEST_TMPDIR/out-$other/cells.csv" columns)
        diff <(stable "$BATS_TEST_TMPDIR/out/epochs.csv" epoch-columns) \
            <(stable "$BATS_TEST_TMPDIR/out-$other/epochs.csv" epoch-columns)
    done
    [ "$(stable "$out/cells.csv" columns | tail -n +2 | sort -u | wc -l)" -eq 6 ] # and cells differ
}

@test "the environment tells machine, program and inputs, and what was otherwise in an earlier start" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "seed: [0, 1]"
    train e.yaml --only s0
    for key in host cpu instruction_sets cores memory_bytes kernel commit dirty compiler flags libraries \
        network_kernels algebra c_library experiment files jobs threads; do
        grep -q "\"$key\": " "$out/environment.json"
    done
    grep -qE 'data/procedural.pack": "[0-9a-f]{16}"' "$out/environment.json"
    grep -q '"earlier": \[\]' "$out/environment.json"
    prepare_other() { "$partgrad" prepare procedural --classes 12 --samples-per-class 8 --seed 5 --data "$data"; }
    prepare_other 2>/dev/null
    train e.yaml
    [ "$(grep -oE 'data/procedural.pack": "[0-9a-f]{16}"' "$out/environment.json" | sort -u | wc -l)" -eq 2 ]
}

@test "a run keeps its threads, on which the last digits depend" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "seed: [0, 1]"
    "$partgrad" run e.yaml --data "$data" --out "$out" --threads 3 --only s0
    "$partgrad" run e.yaml --data "$data" --out "$out"
    [ "$(grep -c '"threads": 3' "$out/environment.json")" -eq 1 ]
}

@test "other seeds give other numbers" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1]"
    train e.yaml
    [ "$(column "$out/cells.csv" full_batch_loss | sort -u | wc -l)" -eq 2 ]
}

@test "what is measured of train classes changes no training, whose labels may be wrong" {
    write_experiment e.yaml "epochs: 3" "steps_per_epoch: 3" "batch_size: 8" "sampler: hard_classes" "label_noise: [0, 0.3]" \
        "evaluate_start: false" "cases: [{evaluate_train: always}, {evaluate_train: end}, {evaluate_train: {share: 0.5}}]"
    train e.yaml
    [ "$(column "$out/cells.csv" full_batch_loss | sort -u | wc -l)" -eq 2 ]
}

@test "a cell that cannot work becomes a failed row with its reason, and the others go on" {
    write_experiment e.yaml "epochs: 20" "evaluate_every: 20" "batch_size: 8" \
        "optimizer: {learning_rate: [10, 0.001], weight_decay: 10, warmup: 0}"
    status=0
    train e.yaml >stdout 2>stderr || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    [ ! -s stdout ]
    tail -n 1 stderr | grep -q "^partgrad: run: 1 of 2 cells failed; $out/cells.csv says why"
    grep -q '^balanced-b8-m2-p1-full-lr10-s0,failed,"diverged: ' "$out/cells.csv"
    grep -q '^balanced-b8-m2-p1-full-lr0.001-s0,ok,,' "$out/cells.csv"
}

@test "failed cells are left alone unless they are to be tried again" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1]"
    status=0
    train e.yaml --cell-timeout 0.001 2>/dev/null || status=$?
    [ "$status" -eq 1 ]
    [ "$(grep -c ',failed,.*ran longer' "$out/cells.csv")" -eq 2 ]
    status=0
    train e.yaml 2>stderr || status=$?
    [ "$status" -eq 1 ]
    fails grep -q '^\[' stderr
    train e.yaml --retry-failed
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "2 ok" ]
}

@test "a training that diverges becomes a failed row with its reason, and the others go on" {
    write_experiment e.yaml "epochs: 20" "evaluate_every: 20" "batch_size: 8" "loss: [multi_similarity, pn]" \
        "optimizer: {learning_rate: 1, weight_decay: 1, warmup: 0}"
    status=0
    train e.yaml 2>stderr || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    [ "$(grep -c ',failed,diverged: all embeddings have become equal after epoch 20; try' "$out/cells.csv")" -eq 2 ]
    grep -q 'epoch' "$out"/cells/*/log.txt # which is kept
}

@test "a training ends at the step whose parameters are no longer finite, and names one" {
    write_experiment e.yaml "epochs: 20" "evaluate_every: 20" "batch_size: 8" "loss: [multi_similarity, proxy_anchor]" \
        "optimizer: {learning_rate: 10, weight_decay: 10, warmup: 0}"
    status=0
    train e.yaml 2>stderr || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    [ "$(grep -cE ',failed,"diverged: tensor blocks\.[0-9]+\.conv\.weight .* after epoch [0-9]+, step [0-9]+; try' "$out/cells.csv")" -eq 2 ]
}

@test "test images without another of their class are counted, and no query at all is a reason" {
    for image in train/a/1 train/a/2 train/b/1 train/b/2 test/c/1 test/c/2 test/d/1; do write_jpeg "tree/$image.jpg"; done
    "$partgrad" prepare folder --path tree --size 16 --name birds --data "$data" >/dev/null
    printf '%s\n' "dataset: birds" "model: {name: conv4, embedding_size: 16}" "image_size: 16" "samples_per_class: 2" \
        "batch_size: 4" "epochs: 0" >e.yaml
    train e.yaml
    [ "$(column "$out/cells.csv" test_queries_unanswered)" = 1 ]
    rm tree/test/c/2.jpg
    "$partgrad" prepare folder --path tree --size 16 --name birds --data "$data" >/dev/null
    refuses 1 "no query can be answered: each of the 2 images of test classes" plan e.yaml --data "$data"
    train e.yaml --out again 2>stderr && return 1
    grep -q "no query can be answered: each of the 2 images of test classes" stderr
}

@test "inputs that are missing or damaged are told before the first cell, and leave no row" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8"
    refuses 1 "elsewhere/procedural.pack is not there; 'partgrad prepare' makes it" \
        run e.yaml --data elsewhere --out "$out"
    refuses 1 "weights nothing.safetensors do not exist" \
        run e.yaml --data "$data" --out "$out" --set model.weights=nothing.safetensors
    printf 'other pixels' | dd of="$data/procedural.pack" bs=1 seek=5000 conv=notrunc status=none
    refuses 1 "procedural.pack" run e.yaml --data "$data" --out "$out"
    [ -z "$(ls "$out/cells" 2>/dev/null)" ]
    [ ! -e "$out/cells.csv" ]
    train e.yaml --no-verify # who trusts it may
    [ "$(column "$out/cells.csv" status)" = ok ]
    truncate -s 5000 "$data/procedural.pack"
    refuses 1 "cut or damaged" run e.yaml --data "$data" --out "$out"
}

# disturbs_input COMMAND... - what changes the pack while a cell reads it. The cell fails by the pack's name, and no other
# cell is trained on what came instead.
disturbs_input() {
    export ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_sigbus=0" # a cell that reads what is cut off is killed, as in other builds
    start_slow
    "$@"
    status=0
    wait "$driver" || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    grep -q "^balanced-b8-m2-p0.25-random-s1,failed,.*$data/procedural.pack has changed while the cell ran" "$out/cells.csv"
    [ "$(column "$out/cells.csv" cell | xargs)" = "balanced-b8-m2-p0.25-random-s0 balanced-b8-m2-p0.25-random-s1" ]
    tail -n 1 stderr | grep -q '^partgrad: run: .*procedural.pack'
}

@test "a pack that is overwritten while a cell reads it makes the cell fail by name" {
    "$partgrad" prepare procedural --classes 12 --samples-per-class 8 --seed 5 --data other 2>/dev/null
    overwrite() { cat other/procedural.pack >"$data/procedural.pack"; }
    disturbs_input overwrite
}

@test "so does one that is cut off" {
    disturbs_input truncate -s 5000 "$data/procedural.pack"
}

@test "settings given with --set replace the experiment's, and are kept" {
    write_experiment e.yaml "epochs: 3" "batch_size: 8" "portion: 0.5" "strategy: random"
    train e.yaml --set 'optimizer.learning_rate=[0.1, 0.2]' --set epochs=0
    [ "$(column "$out/cells.csv" optimizer_learning_rate | xargs)" = "0.1 0.2" ]
    [ "$(column "$out/cells.csv" epochs | xargs)" = "0 0" ]
    [ "$(tail -n 1 "$out/experiment.yaml")" = "set: ['optimizer.learning_rate=[0.1, 0.2]', 'epochs=0']" ]
    prints "2 cells: 2 ok" status "$out"
    cp "$out/experiment.yaml" again.yaml
    train again.yaml 2>stderr # is the same experiment
    [ ! -s stderr ]
    refuses 1 "--set epoch=3:1: unknown key 'epoch'; did you mean 'epochs'?" run e.yaml --data "$data" --out "$out" --set epoch=3
    refuses 1 "'epochs' is not KEY=VALUE" run e.yaml --data "$data" --out "$out" --set epochs
}

@test "an experiment may come from standard input" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8"
    "$partgrad" run - --data "$data" --out "$out" --threads 1 <e.yaml
    cmp e.yaml "$out/experiment.yaml"
    [ "$(column "$out/cells.csv" status)" = ok ]
    refuses 2 "no name: give the folder of its results with --out" run - --data "$data" <e.yaml
    refuses 1 "standard input: an experiment is a mapping" run - --data "$data" --out "$out" </dev/null
}

@test "points that cannot be are left out and told" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "portion: 0.5" "strategy: [random, hardest]" "backprop: direct"
    train e.yaml 2>stderr
    grep -q '^left out: 1 point, such as balanced-b8-m2-p0.5-hardest-direct-s0: backprop: direct does not work' stderr
    [ "$(column "$out/cells.csv" strategy)" = random ]
    refuses 1 "direct does not work with strategy hardest" run e.yaml --data "$data" --out "$out" --set strategy=hardest
}

@test "two variants of a loss are two trainings, in the rows too" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "loss: [{name: triplet, margin: 0.05}, {name: triplet, margin: 1}]"
    train e.yaml
    [ "$(column "$out/cells.csv" loss | xargs)" = "triplet triplet" ]
    column "$out/cells.csv" loss_options | paste -sd/ | grep -q 'margin=0.05 .*/.*margin=1 '
    [ "$(column "$out/cells.csv" settings | sort -u | wc -l)" -eq 2 ]
    [ "$(column "$out/cells.csv" full_batch_loss | sort -u | wc -l)" -eq 2 ]
    fails grep -q '"' "$out/cells.csv" # so that it can be cut at its commas
}

@test "a folder that was renamed, or a result of another cell, is no result" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "seed: [0, 1]"
    train e.yaml
    mv "$out/cells/balanced-b8-m2-p1-full-s1" "$out/cells/elsewhere"
    prints "2 cells: 1 ok, 1 pending" status "$out"
    mkdir "$out/cells/balanced-b8-m2-p1-full-s1"
    cp "$out/cells/balanced-b8-m2-p1-full-s0/result.csv" "$out/cells/balanced-b8-m2-p1-full-s1/"
    prints "2 cells: 1 ok, 1 pending" status "$out"
    train e.yaml 2>stderr
    [ "$(grep -c '^\[' stderr)" -eq 1 ]
    [ "$(column "$out/cells.csv" seed | xargs)" = "0 1" ]
    prints "2 cells: 2 ok" status "$out"
}

@test "no epochs at all measure the network as it starts" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8"
    train e.yaml
    [ "$(column "$out/cells.csv" epochs)" = 0 ]
    [ -n "$(column "$out/cells.csv" test_recall_at_1)" ]
    [ -z "$(column "$out/cells.csv" full_batch_loss)" ]
}

@test "a killed driver takes its cell along" {
    start_slow
    cell=$(pgrep -P "$driver")
    kill -9 "$driver"
    wait "$driver" || true
    for _ in {1..100}; do
        kill -0 "$cell" 2>/dev/null || break
        sleep 0.02
    done
    fails kill -0 "$cell"
}

@test "an interrupted driver says how to go on, and does" {
    start_slow
    kill -INT "$driver"
    status=0
    wait "$driver" || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    grep -q '^partgrad: run: interrupted; the same command resumes' stderr
    [ "$(wc -l <"$out/cells.csv")" -eq 2 ] # the header and the cell that was done
    resumes
}

@test "a driver and its cells interrupted together leave no failed row" {
    start_slow setsid env --default-signal=INT # as Ctrl-C on a terminal does
    kill -INT -- "-$driver"
    status=0
    wait "$driver" || status=$?
    [ "$status" -eq 1 ]
    fails grep -q failed "$out/cells.csv"
}

@test "a terminated driver is like an interrupted one" {
    start_slow
    kill -TERM "$driver"
    status=0
    wait "$driver" || status=$?
    [ "$status" -eq 1 ]
    grep -q '^partgrad: run: interrupted; the same command resumes' stderr
    [ "$(column "$out/cells.csv" status)" = ok ]
}

@test "a killed cell is a failed row, and the others go on" {
    start_slow
    kill -9 "$(pgrep -P "$driver")"
    status=0
    wait "$driver" || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    grep -q '^balanced-b8-m2-p0.25-random-s1,failed,killed by signal 9' "$out/cells.csv"
    [ "$(grep -c ',ok,' "$out/cells.csv")" -eq 2 ]
    train slow.yaml --retry-failed 2>stderr
    [ "$(grep -c '^\[' stderr)" -eq 1 ]
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "3 ok" ]
}

@test "a bad experiment is told with file and line, and leaves nothing" {
    write_experiment e.yaml "batch_size: 8" "portion: [0.5, 1.5]"
    refuses 1 "e.yaml:6: portion: 1.5 is out of range" run e.yaml --data "$data" --out "$out"
    write_experiment e.yaml "strateg: first"
    refuses 1 "e.yaml:5: unknown key 'strateg'; did you mean 'strategy'?" run e.yaml --data "$data" --out "$out"
    write_experiment e.yaml "strategy: first" "  portion: 1"
    refuses 1 "e.yaml:6: not valid YAML" run e.yaml --data "$data" --out "$out"
    refuses 1 "nothing.yaml: No such file" run nothing.yaml --data "$data" --out "$out"
    refuses 1 "not a regular file" run . --data "$data" --out "$out"
    [ ! -e "$out" ]
}

@test "a folder that cannot be made is told" {
    write_experiment e.yaml "batch_size: 8"
    echo in the way >"$out"
    refuses 1 "$out" run e.yaml --data "$data" --out "$out"
    refuses 1 "$out" run e.yaml --data "$data" --out "$out/below"
}

@test "results go to results/NAME where no folder is given" {
    mkdir sub
    write_experiment sub/some.name.yaml "epochs: 0" "batch_size: 8"
    "$partgrad" run sub/some.name.yaml --data "$data" --threads 1 2>/dev/null
    [ -e results/some.name/cells.csv ]
}

@test "a closed output costs no results and no logs" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8"
    status=0
    train e.yaml >&- 2>&- || status=$?
    [ "$status" -eq 1 ] # it could not say that it is done
    [ "$(column "$out/cells.csv" status)" = ok ]
    grep -q '^epoch 1/1 ' "$out"/cells/*/log.txt
}

@test "a cell that is not in the run is refused" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8"
    train e.yaml
    refuses 1 "has no cell nonsense" cell "$out" nonsense --data "$data"
    refuses 1 "elsewhere has no cell nonsense" cell elsewhere nonsense --data "$data"
}

# comes_back LINE... - an experiment with these lines, killed after checkpoints, comes to the numbers of an undisturbed one.
comes_back() {
    rm -rf "$out" undisturbed
    write_experiment e.yaml "batch_size: 8" "portion: 0.25" "epochs: 30" "evaluate_every: 7" \
        "diagnostics: {steps: true}" "$@"
    "$partgrad" run e.yaml --data "$data" --out undisturbed --threads 1 2>/dev/null
    for _ in 1 2 3; do
        touch marker
        "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>/dev/null &
        driver=$!
        for _ in {1..600}; do
            [ -z "$(find "$out" -name checkpoint -newer marker 2>/dev/null)" ] || break
            sleep 0.02
        done
        kill -9 "$driver"
        wait "$driver" || true
    done
    train e.yaml 2>/dev/null
    grep -q '^resuming after epoch' "$out"/cells/*/log.txt
    diff <(stable undisturbed/cells.csv columns) <(stable "$out/cells.csv" columns)
    diff <(stable undisturbed/epochs.csv epoch-columns) <(stable "$out/epochs.csv" epoch-columns)
    diff <(cut -d, -f1-9 undisturbed/cells/*/steps.csv) <(cut -d, -f1-9 "$out"/cells/*/steps.csv)
    fails ls "$out"/cells/*/checkpoint
}

@test "a cell that was killed resumes from its checkpoint to the very same numbers" {
    comes_back "strategy: importance" "memory_bank: {size: 16, start_epoch: 3}" "sampler: hard_classes"
}

@test "so does one with proxies, accumulated batches and another optimizer" {
    comes_back "strategy: random" "loss: proxy_anchor" "accumulate: 2" "optimizer: sgd" "equal: compute"
    tail -n +2 "$out/cells.csv" | grep -q ',compute,' # whose last epoch is cut short
}

# is_stopped_within_an_epoch LINE... - an experiment with these lines and two long epochs is interrupted, three times, and
# comes to the numbers of an undisturbed one.
is_stopped_within_an_epoch() {
    local signal
    rm -rf "$out" undisturbed
    write_experiment e.yaml "batch_size: 8" "portion: 0.25" "epochs: 2" "diagnostics: {steps: true}" "$@"
    "$partgrad" run e.yaml --data "$data" --out undisturbed --threads 1 2>/dev/null
    for signal in INT TERM INT; do
        "$partgrad" run e.yaml --data "$data" --out "$out" --threads 1 2>stderr 3>&- &
        driver=$!
        until pgrep -P "$driver" >/dev/null && [ -e "$(echo "$out"/cells/*/epochs.csv)" ]; do sleep 0.01; done
        sleep 0.15
        kill "-$signal" "$driver" || break # on a machine on which it had come to its end
        status=0
        wait "$driver" || status=$?
        [ "$status" -eq 1 ]
        grep -q '^partgrad: run: interrupted; the same command resumes' stderr
    done
    train e.yaml 2>/dev/null
    grep -E '^(resuming|interrupted) after epoch [01], step [1-9]' "$out"/cells/*/log.txt
    fails ls "$out"/cells/*/checkpoint
    diff <(stable undisturbed/cells.csv columns) <(stable "$out/cells.csv" columns)
    diff <(stable undisturbed/epochs.csv epoch-columns) <(stable "$out/epochs.csv" epoch-columns)
    diff <(cut -d, -f1-9 undisturbed/cells/*/steps.csv) <(cut -d, -f1-9 "$out"/cells/*/steps.csv)
}

@test "an interrupted cell stops at its next step and resumes from there to the very same numbers" {
    is_stopped_within_an_epoch "steps_per_epoch: 400" "strategy: rotating" "memory_bank: {size: 16, start_epoch: 2}" "sampler: hard_classes"
}

@test "so does one that adds up gradients, at its next update" {
    is_stopped_within_an_epoch "steps_per_epoch: 200" "strategy: random" "loss: proxy_anchor" "accumulate: 4" \
        "portion_schedule: {start: 0.1, end: 0.9, whole_every: 5}" \
        "optimizer: {name: rmsprop, learning_rate: 1e-4, schedule: step, head_learning_rate: 3e-4, head_warmup: 0.4}"
}

@test "a second interrupt stops at once" {
    start_slow
    cell=$(pgrep -P "$driver")
    kill -STOP "$cell" # so that it cannot stop at a step
    kill -INT "$driver"
    until grep -q '^stopping 1 cells' stderr; do sleep 0.02; done
    kill -INT "$driver"
    status=0
    wait "$driver" || status=$?
    [ "$status" -eq 1 ]
    fails kill -0 "$cell" 2>/dev/null
}

@test "only the cells that are named run, and no others" {
    write_experiment e.yaml "epochs: 0" "batch_size: 8" "seed: [0, 1, 2]"
    train e.yaml --only 's[12]$' 2>stderr
    [ "$(grep -cE '^\[[12]/2' stderr)" -eq 2 ]
    [ "$(column "$out/cells.csv" seed | xargs)" = "1 2" ]
    train e.yaml
    [ "$(column "$out/cells.csv" seed | xargs)" = "0 1 2" ]
    refuses 1 "--only: 'zzz' matches none of the 3 cells, such as balanced-b8-m2-p1-full-s0" \
        run e.yaml --data "$data" --out "$out" --only zzz
    refuses 2 "is not a regular expression" run e.yaml --data "$data" --out "$out" --only '('
}

@test "a cell that takes too long is ended and says so" {
    write_experiment e.yaml "epochs: 100000" "batch_size: 8" "evaluate_every: 100000"
    status=0
    train e.yaml --cell-timeout 1 2>/dev/null || status=$?
    [ "$status" -eq 1 ]
    grep -q ',failed,"*ran longer than 1 seconds' "$out/cells.csv"
}

@test "two drivers do not work in one folder" {
    start_slow
    prints "3 cells: 1 ok, 1 running, 1 pending; time left " status "$out"
    grep -q '^running  balanced-b8-m2-p0.25-random-s1: epoch [0-9]* of 60, ' "$BATS_TEST_TMPDIR/stdout"
    kill -STOP "$driver" # so that it does not come to its end meanwhile
    refuses 1 "another partgrad run is working in $out" run slow.yaml --data "$data" --out "$out"
}

@test "status tells what is done, and gather rebuilds the tables" {
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "seed: [0, 1]"
    train e.yaml --only 's0$'
    prints "2 cells: 1 ok, 1 pending" status "$out"
    grep -q '^pending  balanced-b8-m2-p1-full-s1' "$BATS_TEST_TMPDIR/stdout"
    cp "$out/cells.csv" before
    rm "$out/cells.csv" "$out/epochs.csv"
    prints "$out/cells.csv" gather "$out"
    diff before "$out/cells.csv"
    refuses 1 "nowhere" status nowhere
}

@test "a machine without Slurm is told, and what can be seen without it is shown" {
    write_experiment e.yaml "batch_size: 8" "epochs: 1"
    status=0
    env PATH=/nowhere "$partgrad" run e.yaml --data "$data" --out "$out" --slurm 2>stderr || status=$?
    [ "$status" -eq 1 ]
    grep -q '^partgrad: run: cannot run scontrol: is it installed?' stderr
    mkdir -p "$out/slurm/1"
    echo balanced-b8-m2-p1-full-s0 >"$out/slurm/1/cells.txt"
    env PATH=/nowhere "$partgrad" status "$out" >stdout 2>stderr
    grep -q '^1 cells: 1 pending' stdout
    grep -q '^note: queued cells are not known: cannot run squeue' stderr
}
