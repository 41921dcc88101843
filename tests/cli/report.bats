#!/usr/bin/env bats
# report, on the real binary, gnuplot and the run that tests/fixtures/cells.py made up.

# One report whose images are drawn, for the tests that only look at it.
setup_file() {
    export drawn=$BATS_FILE_TMPDIR/made-up
    cp -r "$BATS_TEST_DIRNAME/../fixtures/run" "$drawn"
    "${PARTGRAD:-$BATS_TEST_DIRNAME/../../build/partgrad}" report "$drawn/" >"$BATS_FILE_TMPDIR/said"
}

setup() {
    partgrad=${PARTGRAD:-$BATS_TEST_DIRNAME/../../build/partgrad}
    root=$BATS_TEST_DIRNAME/../..
    run_folder=$BATS_TEST_TMPDIR/made-up
    cp -r "$BATS_TEST_DIRNAME/../fixtures/run" "$run_folder"
    export PARTGRAD_PLOTS=$root/tests/fixtures/plots # draws nothing, in no time
}

# From here on images are drawn.
draw_images() {
    unset PARTGRAD_PLOTS
}

# report fails on these arguments with status $1 and one line with $2 on stderr.
refuses() {
    local expected=$1 part=$2 status=0
    shift 2
    "$partgrad" report "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    cat "$BATS_TEST_TMPDIR/err"
    [ "$status" -eq "$expected" ]
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
    grep -F -- "$part" "$BATS_TEST_TMPDIR/err"
}

# grep finds nothing with these arguments.
lacks() {
    if grep "$@"; then return 1; fi
}

# Keeps the header and the rows that match $1.
keep_rows() {
    sed -n -i -e 1p -e "2,\$ {/$1/p}" "$run_folder/cells.csv"
}

@test "report draws plots in two formats with their data, and says where the report is" {
    [ "$(cat "$BATS_FILE_TMPDIR/said")" = "$drawn/report.html" ]
    for plot in recall-portion gap-portion recall-epoch gap-recall memory-batch speed-portion; do
        [ "$(head -c 8 "$drawn/plots/$plot.png" | tail -c 7 | head -c 3)" = PNG ]
        grep -q '</svg>' "$drawn/plots/$plot.svg"
        lacks -F 'scale(0.00' "$drawn/plots/$plot.svg" # some viewers refuse the whole image then
        grep -qF "](plots/$plot.png)" "$drawn/report.md"
        head -n 1 "$drawn/plots/$plot.csv" | grep '^panel,series,of,.*,low,high,note$'
    done
    [ -z "$(find "$drawn" -name '*.tmp')" ]
}

@test "report.html is one file that loads nothing" {
    "$partgrad" report "$run_folder"
    [ "$(grep -c '<svg' "$run_folder/report.html")" -eq "$(find "$run_folder/plots" -name '*.svg' | wc -l)" ]
    lacks -nE '(src|href)="?(http|//)|src="?[^d"]|<script[^>]|<link [^>]*href="[^d]|@import|url[(]' "$run_folder/report.html"
}

@test "report lists failed cells, with their errors as plain text" {
    "$partgrad" report "$run_folder"
    grep -F '84 cells, 1 failed' "$run_folder/report.md"
    grep -F 'loss &lt;b&gt;&quot;exploded&quot;&lt;/b&gt;, at | step 3 &amp; died' "$run_folder/report.html"
    grep -F 'loss \<b\>"exploded"\</b\>, at \| step 3 \& died' "$run_folder/report.md"
}

@test "report compares strategies with ordinary training as compare does, a row for each group" {
    "$partgrad" report "$run_folder"
    local strategy batch portion backprop pairs seeds mean reference difference low high
    "$partgrad" compare --reference full --format csv "$run_folder" >"$BATS_TEST_TMPDIR/compared" 2>"$BATS_TEST_TMPDIR/notes"
    while IFS=, read -r strategy batch portion backprop pairs seeds mean reference difference low high _; do
        grep -F "$(awk -v s="$strategy | $batch | $portion | ${backprop/_/\\_} | $pairs | $seeds" -v m="$mean" -v r="$reference" \
            -v d="$difference" -v l="$low" -v h="$high" 'BEGIN {printf "| recall@1 | %s | %.2f | %.2f | %+.2f | %+.2f … %+.2f |",
            s, 100 * m, 100 * r, 100 * d, 100 * l, 100 * h}')" "$run_folder/report.md"
    done < <(tail -n +2 "$BATS_TEST_TMPDIR/compared")
    [ "$(grep -c '^| gap |' "$run_folder/report.md")" -eq 24 ]

    keep_rows random
    "$partgrad" report "$run_folder"
    lacks 'Against ordinary training' "$run_folder/report.md"
}

@test "report says what was trained, and that it was several losses" {
    "$partgrad" report "$run_folder"
    grep -F 'made-up: multi\_similarity on procedural with conv4 in f32; 84 cells' "$run_folder/report.md"
    sed -i '40,$s/multi_similarity/triplet/' "$run_folder/cells.csv"
    "$partgrad" report "$run_folder"
    grep -F 'made-up: several losses on procedural with conv4 in f32; 84 cells' "$run_folder/report.md"
}

@test "report shows the machine" {
    "$partgrad" report "$run_folder"
    grep -F 'nowhere' "$run_folder/report.html"
    grep -F '"host": "nowhere"' "$run_folder/report.md"
}

@test "report is the same when it is made again" {
    "$partgrad" report "$run_folder"
    cp -r "$run_folder/report.md" "$run_folder/report.html" "$run_folder/plots" "$BATS_TEST_TMPDIR"
    "$partgrad" report "$run_folder"
    cmp "$run_folder/report.md" "$BATS_TEST_TMPDIR/report.md"
    cmp "$run_folder/report.html" "$BATS_TEST_TMPDIR/report.html"
    diff -r "$run_folder/plots" "$BATS_TEST_TMPDIR/plots"
}

@test "report ends every line at the whole batch" {
    "$partgrad" report "$run_folder"
    [ "$(grep -c ',mean,1,' "$run_folder/plots/recall-portion.csv")" -eq 4 ]
    [ "$(grep ',mean,1,' "$run_folder/plots/recall-portion.csv" | cut -d, -f3- | sort -u | wc -l)" -eq 2 ]
}

@test "report draws no epochs where none is told of or only one was evaluated" {
    local epochs="$run_folder/epochs.csv"
    grep -E '^cell|,5,' "$epochs" >"$BATS_TEST_TMPDIR/last.csv"
    for table in "$BATS_TEST_TMPDIR/last.csv" ''; do
        if [ "$table" ]; then cp "$table" "$epochs"; else rm "$epochs"; fi
        "$partgrad" report "$run_folder"
        lacks -F 'plots/recall-epoch' "$run_folder/report.md"
        [ ! -e "$run_folder/plots/recall-epoch.svg" ]
    done
}

@test "report refuses epochs that are no numbers" {
    sed -i '2s/,0,0,/,0,many,/' "$run_folder/epochs.csv"
    refuses 1 'epochs.csv: row 1 has no epoch' "$run_folder"
    printf 'cell,recall\n' >"$run_folder/epochs.csv"
    refuses 1 'epochs.csv: no column epoch' "$run_folder"
}

@test "report takes a single seed, and draws no bar" {
    draw_images
    keep_rows 's0,ok'
    "$partgrad" report "$run_folder"
    grep -E ',mean,0.5,[0-9.]+,,,$' "$run_folder/plots/recall-portion.csv"
    lacks -F '±' <(grep '^| 32' "$run_folder/report.md")
}

@test "report takes a grid of one point" {
    draw_images
    keep_rows 'b32-m4-p1-full-direct-s0'
    "$partgrad" report "$run_folder"
    [ -s "$run_folder/plots/speed-portion.png" ]
}

@test "report takes metrics that are nothing but zero" {
    zero=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "images_per_second") print i }' "$run_folder/cells.csv")
    awk -F, -v OFS=, -v zero="$zero" 'NR > 1 && $2 == "ok" { $zero = 0 } $2 != "failed"' "$run_folder/cells.csv" >"$BATS_TEST_TMPDIR/zero"
    cp "$BATS_TEST_TMPDIR/zero" "$run_folder/cells.csv"
    "$partgrad" report "$run_folder"
    grep -E ',mean,0.5,0,0,0,$' "$run_folder/plots/speed-portion.csv"
}

@test "report takes a run in which every cell failed" {
    keep_rows ',failed,'
    "$partgrad" report "$run_folder"
    grep -F 'no cell has ended well; 1 cells, 1 failed' "$run_folder/report.md"
    [ ! -e "$run_folder/plots/recall-portion.png" ]
}

@test "report says that no cell has ended" {
    sed -i '2,$d' "$run_folder/cells.csv"
    "$partgrad" report "$run_folder"
    grep -F 'made-up: no cell has ended; 0 cells, 0 failed' "$run_folder/report.md"
}

@test "report puts several runs into a folder that is none of theirs, told apart" {
    local both=$BATS_TEST_TMPDIR/made-up+other
    cp -r "$run_folder" "$BATS_TEST_TMPDIR/other"
    sed -i 's/0123456789ab$/ba9876543210/' "$BATS_TEST_TMPDIR/other/cells.csv"
    [ "$("$partgrad" report "$run_folder" "$BATS_TEST_TMPDIR/other")" = "$both/report.html" ]
    grep -F '"other, random",mean,' "$both/plots/recall-portion.csv"
    grep -F 'several program versions: 0123456789ab (83 cells), ba9876543210 (83 cells)' "$both/report.md"
    [ ! -e "$run_folder/report.html" ]
    [ ! -e "$BATS_TEST_TMPDIR/other/report.html" ]
}

@test "report goes where --out says, and its links lead back" {
    local out=$BATS_TEST_TMPDIR/to/here cell=balanced-b32-m4-p1-full-direct-s0
    mkdir -p "$run_folder/cells/$cell"
    touch "$run_folder/cells/$cell/log.txt"
    [ "$("$partgrad" report "$run_folder" --out "$out")" = "$out/report.html" ]
    [ -s "$out/report.md" ]
    [ ! -e "$run_folder/report.html" ]
    [ -e "$out/$(grep -o '[^"]*/log.txt' "$out/report.html")" ]
    touch "$BATS_TEST_TMPDIR/file"
    refuses 1 "$BATS_TEST_TMPDIR/file" "$run_folder" --out "$BATS_TEST_TMPDIR/file"
}

@test "a row's command is one that a shell and a regular expression read as meant" {
    keep_rows 'b32-m4-p1-full-direct-s0'
    sed -i 's/balanced-b32-m4-p1-full-direct-s0/it'\''s $HOME `x` (a|b).*/' "$run_folder/cells.csv"
    mv "$run_folder" "$BATS_TEST_TMPDIR/odd & \"o'ld\""
    run_folder="$BATS_TEST_TMPDIR/odd & \"o'ld\""
    cp "$root/experiments/demo.yaml" "$run_folder/experiment.yaml"
    "$partgrad" report "$run_folder"
    sed -n 's/.*<tr id="cell-1" data-command="\([^"]*\)".*/\1/p' "$run_folder/report.html" |
        sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >"$BATS_TEST_TMPDIR/command"
    partgrad() { printf '%s\n' "$@"; }
    . "$BATS_TEST_TMPDIR/command" >"$BATS_TEST_TMPDIR/words"
    diff "$BATS_TEST_TMPDIR/words" <(printf '%s\n' run "$run_folder/experiment.yaml" --out "$run_folder-again" --only \
        '^it'\''s \$HOME `x` \(a\|b\)\.\*$')
    grep -E "$(tail -n 1 "$BATS_TEST_TMPDIR/words")" <<<"it's \$HOME \`x\` (a|b).*"
}

@test "report writes its tables for papers, with their signs escaped" {
    sed -i 's/,random,/,50%_{a}\&#$^~\\,/' "$run_folder/cells.csv"
    "$partgrad" report "$run_folder" --tables latex
    grep -F '50\%\_\{a\}\&\#\$\textasciicircum{}\textasciitilde{}\textbackslash{} & direct & ' "$run_folder/tables.tex"
    [ "$(grep -c '\\toprule' "$run_folder/tables.tex")" -eq "$(grep -c '\\end{table}' "$run_folder/tables.tex")" ]
    "$partgrad" report "$run_folder" --tables markdown
    diff <(grep '^| ' "$run_folder/tables.md") <(grep '^| ' "$run_folder/report.md")
    lacks '^#' "$run_folder/tables.md"
    refuses 2 'tables' "$run_folder" --tables word
}

@test "report counts a cell once, however often it is named" {
    "$partgrad" report "$run_folder"
    grep '^| ' "$run_folder/report.md" >"$BATS_TEST_TMPDIR/once"
    cp -r "$run_folder" "$BATS_TEST_TMPDIR/copy"
    for other in "$run_folder" "$BATS_TEST_TMPDIR/copy"; do
        "$partgrad" report "$run_folder" "$other" --out "$run_folder"
        cmp <(grep '^| ' "$run_folder/report.md") "$BATS_TEST_TMPDIR/once"
        grep -F 'repeat a training that is counted already' "$run_folder/report.md"
    done
    for table in cells epochs; do
        tail -n +2 "$run_folder/$table.csv" >"$BATS_TEST_TMPDIR/rows"
        cat "$BATS_TEST_TMPDIR/rows" >>"$run_folder/$table.csv"
    done
    "$partgrad" report "$run_folder"
    cmp <(grep '^| ' "$run_folder/report.md") "$BATS_TEST_TMPDIR/once"
}

@test "report says that lines meet at p = 1 only under plots in which they do" {
    "$partgrad" report "$run_folder"
    [ "$(grep -c 'so there the lines meet' "$run_folder/report.md")" -eq 2 ]
    keep_rows random
    "$partgrad" report "$run_folder"
    lacks 'so there the lines meet' "$run_folder/report.md"
}

@test "report marks speeds that other work spoiled, and says so" {
    "$partgrad" report "$run_folder"
    [ "$(grep -c 'Whether other work slowed the cells down is not known' "$run_folder/report.md")" -eq 2 ] # plot and table
    sed -i -e '1s/$/,others_share/' -e '2,$s/$/,0.01/' -e '3s/0.01$/0.8/' "$run_folder/cells.csv"
    "$partgrad" report "$run_folder"
    [ "$(grep -c 'more than 25 % of the cores busy during 1 cell' "$run_folder/report.md")" -eq 2 ]
    [ "$(grep -c '^| 32 .* \\\* | 3 |$' "$run_folder/report.md")" -eq 1 ]
}

@test "report leaves no loss without a name or a row" {
    reference=$root/results/reference
    cp -r "$reference/cub-strategies" "$reference/cub-losses" "$BATS_TEST_TMPDIR"
    "$partgrad" report "$BATS_TEST_TMPDIR/cub-strategies" "$BATS_TEST_TMPDIR/cub-losses" --out "$BATS_TEST_TMPDIR/cub-strategies"
    [ "$(grep -c ',mean,0.25,' "$BATS_TEST_TMPDIR/cub-strategies/plots/recall-portion.csv")" -eq 22 ]
    [ "$(sed -n '/^## Against ordinary training/,/^## [^A]/p' "$BATS_TEST_TMPDIR/cub-strategies/report.md" | grep -c '^| recall@1 |')" -eq 22 ]
}

@test "report names every line, however many there are" {
    draw_images
    for i in 1 2 3 4 5 6 7 8; do
        sed -n "/,balanced,first,/ s/first/strategy$i/gp" "$BATS_TEST_DIRNAME/../fixtures/run/cells.csv" >>"$run_folder/cells.csv"
    done
    "$partgrad" report "$run_folder"
    for name in strategy{1,2,3,4,5,6,7,8},\ batch\ size\ {32,128} direct two_pass; do
        grep -qF ">$name<" "$run_folder/plots/speed-portion.svg"
    done
}

@test "report draws names as they are, whatever gnuplot could make of them" {
    draw_images
    sed -i "s|,random,|,it's \`touch $BATS_TEST_TMPDIR/done\` @x,|" "$run_folder/cells.csv"
    "$partgrad" report "$run_folder"
    [ ! -e "$BATS_TEST_TMPDIR/done" ]
    grep -F "it's \`touch $BATS_TEST_TMPDIR/done\` @x" "$run_folder/plots/recall-portion.svg"
}

@test "report draws alike whatever gnuplot does for the user" {
    draw_images
    echo 'no such statement' >"$BATS_TEST_TMPDIR/.gnuplot"
    HOME=$BATS_TEST_TMPDIR "$partgrad" report "$run_folder"
    cmp "$run_folder/plots/recall-portion.svg" "$drawn/plots/recall-portion.svg"
}

@test "report refuses folders without results" {
    refuses 1 "nothing/cells.csv" "$BATS_TEST_TMPDIR/nothing"
    refuses 2 "too few arguments"
    echo 'cell,status' >"$run_folder/cells.csv"
    refuses 1 "no column seed" "$run_folder"
    echo 'cell,status,seed' >"$run_folder/cells.csv"
    refuses 1 "no column dataset" "$run_folder"
    printf 'cell,status\n"open' >"$run_folder/cells.csv"
    refuses 1 "row 2" "$run_folder"
}

@test "report passes on what gnuplot says, and leaves no half image" {
    cp -r "$root/scripts/plots" "$BATS_TEST_TMPDIR/templates"
    echo 'plot nothing_of_that_name' >"$BATS_TEST_TMPDIR/templates/figure.gp"
    PARTGRAD_PLOTS=$BATS_TEST_TMPDIR/templates refuses 1 "undefined variable: nothing_of_that_name" "$run_folder"
    [ -z "$(find "$run_folder" -name '*.tmp')" ]
    [ ! -e "$run_folder/plots/recall-portion.svg" ]
}

@test "report says what to do where gnuplot is missing" {
    mkdir "$BATS_TEST_TMPDIR/empty"
    status=0
    env PATH="$BATS_TEST_TMPDIR/empty" "$partgrad" report "$run_folder" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    [ "$status" -eq 1 ]
    grep -F 'is it installed?' "$BATS_TEST_TMPDIR/err"
}

# Puts a program named gnuplot in the way that does what $1 says.
replace_gnuplot() {
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/bin/gnuplot"
    chmod +x "$BATS_TEST_TMPDIR/bin/gnuplot"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "report says what became of gnuplot" {
    draw_images
    replace_gnuplot 'kill -9 $$'
    refuses 1 ".svg: figure.gp: gnuplot was killed by signal 9" "$run_folder"
    replace_gnuplot 'exit 0'
    refuses 1 "wrote no image" "$run_folder"
    replace_gnuplot 'exit 127'
    refuses 1 "gnuplot failed with status 127" "$run_folder"
    [ -z "$(find "$run_folder" -name '*.tmp' -o -name '*.svg' -o -name '*.png')" ]
}

@test "gnuplot ends with the report that waits for it" {
    replace_gnuplot "echo \$\$ >'$BATS_TEST_TMPDIR/pid'; exec sleep 100"
    "$partgrad" report "$run_folder" >/dev/null 2>&1 3>&- &
    until [ -s "$BATS_TEST_TMPDIR/pid" ]; do sleep 0.05; done
    kill -TERM $!
    for _ in $(seq 50); do
        kill -0 "$(cat "$BATS_TEST_TMPDIR/pid")" 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}

@test "report takes folders of any name" {
    program=$(realpath "$partgrad")
    for name in "it's \"odd\"" '<pipe' '| touch bad' $'lat\xe4in'; do
        cp -r "$BATS_TEST_DIRNAME/../fixtures/run" "$BATS_TEST_TMPDIR/$name"
        (cd "$BATS_TEST_TMPDIR" && "$program" report "$name")
        [ -s "$BATS_TEST_TMPDIR/$name/plots/speed-portion.png" ]
    done
    [ ! -e "$BATS_TEST_TMPDIR/bad" ]
}

@test "report takes more points than a command line holds" {
    draw_images
    head -n 1 "$run_folder/epochs.csv" >"$BATS_TEST_TMPDIR/epochs"
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "epoch") epoch = i; next }
        { row[NR] = $0 } END { for (r in row) { $0 = row[r]; first = $epoch * 40; for (e = 0; e < 40; e++) { $epoch = first + e; print } } }' \
        "$run_folder/epochs.csv" >>"$BATS_TEST_TMPDIR/epochs"
    cp "$BATS_TEST_TMPDIR/epochs" "$run_folder/epochs.csv"
    "$partgrad" report "$run_folder"
    [ -s "$run_folder/plots/recall-epoch.svg" ]
}

@test "every column is described in docs/columns.md" {
    for column in $("$partgrad" list columns | awk '{print $1}') $("$partgrad" list epoch-columns | awk '{print $1}') \
        $("$partgrad" list class-columns | awk '{print $1}') $("$partgrad" list tuning-columns | awk '{print $1}'); do
        grep -qF "\`$column\`" "$root/docs/columns.md" || { echo "no word of $column"; return 1; }
    done
}

@test "report's images follow dark pages, show values under the pointer and say what they show" {
    image=$drawn/plots/recall-portion.svg
    grep -qF '@media (prefers-color-scheme:dark)' "$image"
    grep -qE '<title>first, seed 2: p 0.5, test recall@1 [0-9.]+ %</title>' "$image"
    grep -qE '<svg id="recall-portion" role="img" aria-label="Test recall@1 by gradient portion. 4 lines in 2 panels; highest ' "$image"
    grep -qF '![Test recall@1 by gradient portion. 4 lines in 2 panels; highest ' "$drawn/report.md"
    lacks -E 'showHypertext|rgb\(|"gnuplot_|GNUPLOT' "$image"
    xmllint --noout "$image" 2>/dev/null || ! command -v xmllint
}

@test "report answers first: with what is declared, for the budgets that are asked for, the same for programs" {
    printf 'family,metric,factor,reference,by,declared\nf,test_recall_at_1,strategy,full,,before\n' >"$run_folder/contrasts.csv"
    "$partgrad" report "$run_folder"
    grep -A4 '^## Answer' "$run_folder/report.md" | grep -F 'Preliminary: 0 cells are pending, 1 failed'
    grep -E '^- At equal epochs, recall@1 differs .* worse in [0-9] of 8 settings.*Declared before the run; 2 to 3 seeds' \
        "$run_folder/report.md"
    cp "$run_folder/answer.json" "$BATS_TEST_TMPDIR/first.json"
    "$partgrad" report "$run_folder"
    cmp "$BATS_TEST_TMPDIR/first.json" "$run_folder/answer.json"
    jq -r '.answer[] | select(.detail | not) | .text' "$run_folder/answer.json" | head -2 | while read -r text; do
        grep -F -- "- $text" <(sed 's/\\//g' "$run_folder/report.md")
    done
    # the rows are those of compare
    "$partgrad" compare "$run_folder" --format json >"$BATS_TEST_TMPDIR/compared" 2>"$BATS_TEST_TMPDIR/notes"
    [ "$(jq -c '[.answer[] | select(.topic == "cost") | .rows[] | select(.metric == "test_recall_at_1") | del(.sentence)]' \
        "$run_folder/answer.json")" = "$(jq -c . "$BATS_TEST_TMPDIR/compared")" ]
    jq -e '[.budgets[].cost] | unique == ["peak_rss_bytes", "peak_tensor_bytes", "wall_seconds"]' "$run_folder/answer.json"

    "$partgrad" report "$run_folder" --memory 30MiB --time 25
    grep -F 'For 30.0 MiB (0.17 of p = 1'"'"'s): nothing fits; the least is' "$run_folder/report.md"
    jq -e '.budgets | length == 3 and all(.asked) and .[0].budget == 31457280 and .[0].best == null' "$run_folder/answer.json"
}

@test "report never chooses among settings of other packs, whatever their name" {
    local both=$BATS_TEST_TMPDIR/made-up+other
    cp -r "$run_folder" "$BATS_TEST_TMPDIR/other"
    sed -i -e '1s/$/,pack_checksum/' -e '2,$s/$/,0000000000000001/' "$run_folder/cells.csv"
    sed -i -e '1s/$/,pack_checksum/' -e '2,$s/$/,0000000000000002/' "$BATS_TEST_TMPDIR/other/cells.csv"
    "$partgrad" report "$run_folder" "$BATS_TEST_TMPDIR/other"
    [ "$(grep -cE '^- Memory of planned tensors on [a-z]+ of (made-up|other) [(]' "$both/report.md")" -eq 2 ]
    [ "$(grep -oE '"run": "(made-up|other)"' "$both/answer.json" | sort -u | wc -l)" -eq 2 ]
    sed -i '2,$s/2$/1/' "$BATS_TEST_TMPDIR/other/cells.csv" # the same pack
    "$partgrad" report "$run_folder" "$BATS_TEST_TMPDIR/other"
    [ "$(grep -c '^- Memory of planned tensors [(]' "$both/report.md")" -eq 1 ]
}

@test "report refuses counts of packs that are none" {
    printf 'pack,dataset\nprocedural,procedural\n' >"$run_folder/packs.csv"
    refuses 1 'packs.csv: no column checksum' "$run_folder"
}
