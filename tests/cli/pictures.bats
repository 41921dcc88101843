#!/usr/bin/env bats
# What a report shows of single queries, and whose images.

load common

setup() {
    common_setup
    command -v gnuplot >/dev/null || skip "no gnuplot"
    prepare_small
    # Two cells that no rounding of another CPU brings to one recall.
    write_experiment e.yaml 'batch_size: 8' 'epochs: [0, 20]' 'optimizer: {learning_rate: 3e-3}'
    "$partgrad" run e.yaml --data "$data" --out "$out" >/dev/null 2>&1
}

pictures() {
    find "$out/plots" -name 'queries-*.png' | sed 's|.*/||' | sort | paste -sd ' '
}

@test "a report shows queries of the best and the worst cell, with their images where the license lets it" {
    "$partgrad" report "$out" --data "$data" >/dev/null
    [ "$(pictures)" = "queries-of-first.png queries-of-second.png queries-rank.png queries-worst.png" ]
    [ "$(grep -c 'src="data:image/png;base64,' "$out/report.html")" -eq 3 ]
    grep -q 'The best cell is ' "$out/report.html"
    grep -q 'taken for' "$out/report.md"
    # recall@1 of the curve is the cells'
    awk -F, 'NR > 1 && $0 ~ /best/ {print}' "$out/plots/queries-rank.csv" | head -n 1 >first
    best=$(column "$out/cells.csv" test_recall_at_1 | sort -g | tail -n 1)
    grep -qF "${best:0:5}" first
    cp "$out/report.html" before.html
    "$partgrad" report "$out" --data "$data" >/dev/null
    cmp "$out/report.html" before.html
    names=$(column "$out/cells.csv" cell)
    # shellcheck disable=SC2086
    "$partgrad" report "$out" --data "$data" --pair $names >/dev/null
    grep -q 'The first cell is ' "$out/report.md"
    refuses 1 "--pair: no cell nope has ended well" report "$out" --data "$data" --pair nope nope
}

@test "images of others are shown when asked for, and never among references" {
    # a pack that names no data set of a known license
    mkdir tree && for class in a b; do mkdir -p "tree/$class"; done
    "$partgrad" look procedural --data "$data" --classes 1 --images 1 --side 32 --out tree/a/1.png >/dev/null
    for n in 2 3 4; do "$partgrad" look procedural --data "$data" --classes 1 --images 1 --side 32 --seed $n --out tree/a/$n.png >/dev/null; done
    cp tree/a/*.png tree/b
    mkdir -p tree/c tree/d && cp tree/a/*.png tree/c && cp tree/a/*.png tree/d
    "$partgrad" prepare folder --path tree --size 16 --data "$data" 2>/dev/null
    sed -i 's/^dataset: .*/dataset: folder/; s/^epochs: .*/epochs: 1/; s/batch_size: 8/batch_size: 4/' e.yaml
    rm -r "$out"
    "$partgrad" run e.yaml --data "$data" --out "$out" >/dev/null 2>&1
    "$partgrad" report "$out" --data "$data" >/dev/null
    [ "$(pictures)" = "queries-rank.png" ]
    grep -q 'no license of them is known' "$out/report.md"
    "$partgrad" report "$out" --data "$data" --pictures >/dev/null
    [ "$(pictures)" = "queries-of-first.png queries-rank.png queries-worst.png" ]
    mkdir -p results/reference && mv "$out" results/reference/mine
    refuses 1 "no images are shown under results/reference" report results/reference/mine --data "$data" --pictures
    out=results/reference/mine
    "$partgrad" report "$out" --data "$data" >/dev/null
    [ "$(pictures)" = "queries-rank.png" ]
}

@test "without the pack classes are numbers, and without queries there is no such section" {
    "$partgrad" report "$out" --data nowhere >/dev/null
    grep -q 'Classes are numbers here' "$out/report.md"
    grep -q '| class [0-9]* | ' "$out/report.md"
    for folder in "$out"/cells/*; do printf x >>"$folder/queries"; done
    "$partgrad" report "$out" --data "$data" >/dev/null
    grep -q 'cannot be shown: .*queries: cut off, or longer' "$out/report.md"
    rm "$out"/cells/*/queries
    "$partgrad" report "$out" --data "$data" >/dev/null
    fails grep -q 'Single queries' "$out/report.md"
    [ -z "$(pictures)" ]
}
