#!/usr/bin/env bats
# gradients: what partial gradients are, beside whole ones, at given weights.

load common

setup() {
    common_setup
    prepare_small
    write_experiment e.yaml "batch_size: 8" "portion: 0.5" "gradient_scale: inverse_portion" "strategy: [random, top_loss]"
}

measure() {
    OMP_NUM_THREADS=1 "$partgrad" gradients e.yaml --data "$data" --batches 8 --references 8 --selections 4 --dimensions 4096 "$@"
}

# figures FILE STRATEGY TARGET COLUMN... - of the point of that strategy; no field of these has a comma.
figures() {
    local file=$1 strategy=$2 target=$3
    shift 3
    awk -F, -v strategy="$strategy" -v target="$target" -v wanted="$*" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; count = split(wanted, names, " "); next }
        $at["strategy"] == strategy && $at["target"] == target && $at["batch_size"] == 8 {
            for (n = 1; n <= count; n++) printf "%s%s", $at[names[n]], n < count ? " " : "\n"
        }' "$file"
}

@test "random is unbiased within its noise, top_loss is not, and the whole batch is its own gradient" {
    measure --out a
    for target in own_batch same_size large; do
        figures a/gradients.csv random $target bias_square bias_square_error | awk '{exit !($1 < 3 * $2 && $1 > -3 * $2)}'
    done
    figures a/gradients.csv random same_size paired_bias_square paired_bias_square_error | awk '{exit !($1 < 3 * $2 && $1 > -3 * $2)}'
    figures a/gradients.csv top_loss own_batch bias_square bias_square_error | awk '{exit !($1 > 3 * $2)}'
    [ "$(figures a/gradients.csv top_loss own_batch variance_selection)" = 0 ]
    [ "$(figures a/gradients.csv full own_batch distance cosine compute_x)" = "0 1 1" ]
    [ "$(grep -c '^whole_B4,whole,' a/gradients.csv)" -eq 3 ] # a batch of K stands beside, with three targets
    [ "$(wc -l <a/gradients.csv)" -eq 13 ]
    for column in $(columns_of a/gradients.csv); do
        grep -qF "\`$column\`" "$BATS_TEST_DIRNAME/../../docs/columns.md" || { echo "no word of $column"; return 1; }
    done
    cmp e.yaml a/gradients/experiment.yaml
    grep -qE 'procedural.pack": "[0-9a-f]{16}"' a/gradients/environment.json
    for column in $("$partgrad" list gradient-columns | awk '{print $1}'); do
        head -n 1 a/gradients.csv | tr , '\n' | grep -qx "$column"
    done
    # A report of it needs no cells.
    "$partgrad" report a
    [ "$(grep -cE '^\| (4|8) \| (0.5|1) \| ' a/report.md)" -eq 4 ]
    grep -qE '^\| 8 \| 1 \| full \| 8 \| 1 \| 0 ± 0 ' a/report.md
    grep -q 'batch_size: 8' a/report.html
    for plot in cosine bias variance error; do
        [ -s a/plots/gradient-$plot.png ]
        grep -q "plots/gradient-$plot.png" a/report.md
    done
    [ "$(grep -c '^batch size 8,p = 0.5,' a/plots/gradient-cosine.csv)" -eq 2 ]
    # What is measured stays, and is the same when it is measured again.
    cp -p a/gradients.csv before
    figures=$(grep -L full a/gradients/*.csv | head -n 1)
    rm a/gradients.csv "$figures"
    measure --out a 2>errors
    cmp before a/gradients.csv
    [ "$(grep -c "points, the last" errors)" -eq 1 ] # that one family
    for whole in a/gradients/*.whole; do
        printf 'x' | dd of="$whole" bs=1 seek=999 conv=notrunc 2>/dev/null
    done
    rm "$figures"
    fails measure --out a 2>errors
    grep -q 'is damaged: remove it' errors
}

@test "a table of gradients that is none is refused, and a report of cells has it too" {
    "$partgrad" run e.yaml --data "$data" --out b --threads 1 --set epochs=0 --set strategy=random
    printf 'cell,kind,strategy,strategy_options,batch_size,portion,target,target_norm,cosine\nw,whole,full,,8,1,%s,1,1\n' same_size >b/gradients.csv
    fails "$partgrad" report b 2>errors
    grep -q 'equal_compute_mse' errors # a table of before
    sed -i '1s/$/,equal_compute_mse/; 2s/$/,2/' b/gradients.csv
    fails "$partgrad" report b 2>errors
    grep -q 'row 1: the target is same_size, not own_batch' errors
    printf 'w,whole,full,,8,1,%s,1,1,2\n' own_batch >rows
    head -n 1 b/gradients.csv | cat - rows >b/table && mv b/table b/gradients.csv
    fails "$partgrad" report b 2>errors
    grep -q 'ends in the midst of a point' errors
    printf 'w,whole,full,,8,1,%s,1,1,2\n' own_batch same_size large >rows
    head -n 1 b/gradients.csv | cat - rows >b/table && mv b/table b/gradients.csv
    "$partgrad" report b
    grep -qE '^\| 8 \| 1 \| full \|' b/report.md
    grep -q '## Numbers' b/report.md
}

@test "what would be more than a batch is refused" {
    refuses 1 "memory_bank: gradients are measured of batches alone" gradients e.yaml --data "$data" --out a --set memory_bank.size=64
    refuses 1 "accumulate: gradients are measured of one batch each" gradients e.yaml --data "$data" --out a --set accumulate=2
    refuses 1 "--large 64" gradients e.yaml --data "$data" --out a --large 64
    refuses 2 "selections: 1 is out of range" gradients e.yaml --selections 1
    fails [ -e a/gradients.csv ]
}
