#!/usr/bin/env bats
# report and compare on runs of the real binary: variants of one plug-in, cells that are pending, edited, or there twice.

load common

setup() {
    common_setup
    prepare_small
    write_experiment v.yaml 'epochs: 1' 'steps_per_epoch: 2' 'batch_size: 8' 'portion: [0.5, 1]' 'strategy: random' \
        'loss: [{name: triplet, margin: 0.05}, {name: triplet, margin: 1}]' 'seed: [0, 1]'
}

# Runs v.yaml into the folder r, with these options besides.
train() {
    "$partgrad" run v.yaml --out r --data "$data" "$@" 2>/dev/null
}

@test "report and compare take variants of one plug-in for what they are, not for seeds" {
    train
    "$partgrad" report r
    [ "$(grep -c '^| triplet{margin: 0.05} .* | 2 |$' r/report.md)" -eq 2 ]
    [ "$(grep -c '^| triplet{margin: 1} .* | 2 |$' r/report.md)" -eq 2 ]
    grep -F '"triplet{margin: 1}, random",mean,' r/plots/recall-portion.csv
    "$partgrad" compare r --reference full --format csv >csv
    [ "$(column csv loss | sort | tr '\n' ' ')" = 'triplet{margin: 0.05} triplet{margin: 1} ' ]
    "$partgrad" compare r --factor loss --reference 'triplet{margin: 1}' --format csv >csv
    [ "$(column csv pairs | tr '\n' ' ')" = '2 2 ' ]
    refuses 1 'there are triplet{margin: 0.05}, triplet{margin: 1}' compare r --factor loss --reference triplet
}

@test "report and compare count a run once, however often it is named" {
    train
    "$partgrad" report r
    grep '^| ' r/report.md >once
    cp -r r copy
    for other in r copy; do
        "$partgrad" report r "$other"
        cmp <(grep '^| ' r/report.md) once
    done
    "$partgrad" compare r copy --reference full --format csv >csv
    [ "$(column csv pairs | sort -u)" = 2 ]
}

@test "report and compare say what is pending, and set aside what the experiment does not ask for" {
    train --only full
    "$partgrad" report r
    grep -F '4 cells, 0 failed; 4 of 8 cells pending.' r/report.md
    sed -i 's/^epochs: 1/epochs: 2/' v.yaml
    train --only random
    "$partgrad" report r
    grep -F '4 cells, 0 failed; 4 of 8 cells pending.' r/report.md
    grep -F "4 cells of other settings than experiment.yaml's are set aside: " r/report.md
    fails grep -F '| full |' r/report.md
    "$partgrad" compare r --factor loss --reference 'triplet{margin: 1}' | tee table
    grep -F 'r: 4 of 8 cells are pending.' table
    refuses 1 "4 cells of other settings than experiment.yaml's are set aside" compare r --reference full
}

@test "report says what to do before a cell has ended" {
    mkdir r
    cp v.yaml r/experiment.yaml
    refuses 1 'no cell of the run has ended' report r
}
