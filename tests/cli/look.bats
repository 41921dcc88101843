#!/usr/bin/env bats
# look: pictures of packs and of what cells found.

load common

setup() {
    common_setup
    prepare_small
}

# The width and height in a PNG file's head.
png_size() {
    [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
    od -An -j 16 -N 8 -t u1 "$1" | awk '{print ($1 * 256 + $2) * 65536 + $3 * 256 + $4, ($5 * 256 + $6) * 65536 + $7 * 256 + $8}'
}

@test "look draws a contact sheet of a pack, the same for the same seed" {
    prints "kind-00000" look procedural --data "$data" --classes 3 --images 4 --side 32
    [ "$(tail -n 1 stdout)" = look.png ]
    [ "$(png_size look.png)" = "176 132" ]
    "$partgrad" look procedural --data "$data" --classes 3 --images 4 --side 32 --out again.png --format csv >rows.csv
    cmp look.png again.png
    [ "$(wc -l <rows.csv)" -eq 4 ]
    [ "$(columns_of rows.csv | paste -sd ' ')" = "row split class images" ]
    "$partgrad" look "$data/procedural.pack" --classes 3 --images 4 --side 32 --seed 1 --out other.png >/dev/null
    fails cmp -s look.png other.png
    "$partgrad" look procedural --data "$data" --split all --classes 100 --format json --out all.png | jq -e 'length == 12'
}

@test "look shows a cell's queries and what is nearest to them" {
    write_experiment e.yaml 'batch_size: 8' 'epochs: 1'
    "$partgrad" run e.yaml --data "$data" --out "$out" 2>/dev/null
    cell=$out/$(basename "$(ls -d "$out"/cells/*)")
    "$partgrad" look --cell "$cell" --data "$data" --classes 4 --images 5 --side 32 --format csv >rows.csv
    [ "$(png_size look.png)" = "274 176" ]
    [ "$(columns_of rows.csv | paste -sd ' ')" = "row query class first_right map_at_r nearest_wrong_class nearest" ]
    [ "$(wc -l <rows.csv)" -eq 5 ]
    "$partgrad" look procedural --cell "$cell" --data "$data" --classes 100 --worst --format json |
        jq -e '[.[].map_at_r] as $m | ($m | length) == 48 and $m == ($m | sort)'
    refuses 1 "kept no queries of valid classes, only of: test" look --cell "$cell" --data "$data" --split valid
    "$partgrad" prepare procedural --classes 4 --samples-per-class 3 --data other 2>/dev/null
    refuses 1 "not the pack that the cell was evaluated on" look --cell "$cell" --data other
    rm "$out"/cells/*/queries
    refuses 1 "keeps no queries" look --cell "$cell" --data "$data"
}

@test "look says what is missing, and leaves no half picture" {
    refuses 2 "the name of a prepared data set is missing" look
    refuses 2 "--worst shows a cell's queries" look procedural --data "$data" --worst
    refuses 1 "nope is not a cell" look --cell nope --data "$data"
    refuses 1 "procedurel" look procedurel --data "$data"
    refuses 1 "has no valid images" look procedural --data "$data" --split valid
    refuses 1 "nowhere/x.png" look procedural --data "$data" --out nowhere/x.png
    refuses 1 "too many for one picture" look procedural --data "$data" --split all --classes 100 --images 100 --side 1024
    [ "$(find . -name '*.png*' | wc -l)" -eq 0 ]
}
