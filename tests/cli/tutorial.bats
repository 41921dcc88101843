#!/usr/bin/env bats
# README.md and docs/ hold to the tables that are kept, and links lead somewhere.

load common

setup() {
    common_setup
    source=$(realpath "$BATS_TEST_DIRNAME/../..")
}

# make_tutorial - as `make tutorial` does, into the folder `made`; its words in the file `words`.
make_tutorial() {
    command -v gnuplot >/dev/null || skip "gnuplot is not installed"
    mkdir made
    "$source/scripts/tutorial/make" "$partgrad" "$PWD/made" 2>words
}

# drawn_by FILE - the gnuplot that drew an SVG, by its own words.
drawn_by() {
    grep -o 'Produced by GNUPLOT [^<]*' "$1"
}

@test "tables, sentences and figures are those of the runs that are kept" {
    make_tutorial
    for document in README.md docs/tutorial.md docs/findings.md docs/performance.md; do [ -e "made/$document" ]; done
    for document in made/*.md made/docs/*.md; do diff "$source/${document#made/}" "$document"; done
    diff <(ls "$source/docs/figures") <(ls made/docs/figures)
    if [ "$(drawn_by "$source/docs/figures/batch.svg")" != "$(drawn_by made/docs/figures/batch.svg)" ]; then
        skip "another gnuplot drew the figures"
    fi
    for figure in made/docs/figures/*.svg; do cmp "$source/docs/figures/$(basename "$figure")" "$figure"; done
}

@test "what has no run is told, and the documents say so" {
    mkdir kept
    cp -r "$source/results/reference/batch" kept
    REFERENCES=$PWD/kept make_tutorial
    grep -q "^skipped: no run in .* plays the role 'strategies'" words
    [ "$(ls made/docs/figures)" = "$(printf '%s\n' batch.png batch.svg by-hand.png by-hand.svg picks.png picks.svg)" ]
    grep -q 'Not measured yet' made/docs/findings.md
    fails grep -q '](docs/figures/' made/README.md
    grep -q '](figures/picks.png)' made/docs/tutorial.md
}

# heading_names FILE - the anchors of its headings, as GitHub makes them.
heading_names() {
    grep -E '^#+ ' "$1" | sed -E 's/^#+ //' | tr '[:upper:]' '[:lower:]' | sed -E 's/[^[:alnum:] _-]//g; s/ /-/g'
}

@test "links between documents lead to files and headings" {
    cd "$source"
    for document in README.md CONTRIBUTING.md docs/*.md; do
        grep -oE '\]\([^)#:]*(#[^)]*)?\)' "$document" | sed -E 's/^\]\(//; s/\)$//' | while read -r link; do
            file=${link%%#*} anchor=
            if [[ $link == *#* ]]; then anchor=${link#*#}; fi
            target=$(dirname "$document")/$file
            if [ -z "$file" ]; then target=$document; fi
            echo "$document: $link"
            [ -e "$target" ]
            if [ -n "$anchor" ]; then heading_names "$target" | grep -qxF -- "$anchor"; fi
        done
    done
}

@test "the demo compares what it declares: portions at both budgets, a smaller whole batch, and two passes with one" {
    prepare_small
    sed 's/batch_size: 32/batch_size: 4/; s/128/8/' "$source/experiments/demo.yaml" >demo.yaml
    "$partgrad" run demo.yaml --data "$data" --out "$out" --set samples_per_class=2 \
        --set model.channels=16 --set image_size=16 --set 'seed=[0, 1]' 2>/dev/null
    [ "$(column "$out/cells.csv" status | sort | uniq -c | xargs)" = "10 ok" ]
    [ "$(column "$out/epochs.csv" epoch | sort -rn | head -n 1)" -ge 4 ]
    "$partgrad" compare "$out" >compared
    grep -q "^test_recall_at_1, portion against 1; .* declared before the run" compared
    grep -q "^p = 0.25 with .*compute is " compared
    grep -q "^test_recall_at_1, batch_size against 8; .* declared before the run" compared
    grep -q "^two_pass with full" compared
}
