#!/usr/bin/env bats
# strategy reference_loss: what is chosen by the losses of a network that has learned from other images.

load common

setup() {
    common_setup
    prepare_small
    write_experiment e.yaml "batch_size: 4" "epochs: 1" "evaluate_train: end"
    "$partgrad" run e.yaml --data "$data" --out r --threads 1 --set 'validation={share: 0.5, fold: 1}' 2>/dev/null
    reference=r/$(ls r/cells)
    fold="validation={share: 0.5, fold: 0}"
}

train() {
    "$partgrad" run e.yaml --data "$data" --threads 1 --set portion=0.5 --set "$fold" "$@"
}

@test "a reference of other images chooses what to learn from, and belongs to what a cell is" {
    train --out a --set "strategy={name: reference_loss, reference: $reference}"
    [ "$(column a/cells.csv status)" = ok ]
    [ "$(column a/cells.csv reference_checksum)" = "$(column r/cells.csv kept_weights)" ]
    grep -q "$reference\"" a/environment.json
    train --out b --set strategy=top_loss
    fails diff <(column a/cells.csv selected_loss) <(column b/cells.csv selected_loss)
    # Resumed or repeated, the numbers are the same; another reference makes another cell.
    train --out c --set "strategy={name: reference_loss, reference: $reference}"
    diff <(column a/cells.csv test_map_at_r) <(column c/cells.csv test_map_at_r)
    # Gradients are measured with it too: each selection is run as a step.
    "$partgrad" gradients e.yaml --data "$data" --out g --batches 4 --references 4 --threads 1 --set portion=0.5 --set "$fold" \
        --set "strategy=[{name: reference_loss, reference: $reference}, first]" 2>errors
    grep -q "note: portions of 2 samples have no whole batch of that size to compare with" errors
    [ "$(grep -c reference_loss g/gradients.csv)" -eq 3 ]
}

@test "a reference that has seen the images, is none, or cannot be compared is refused" {
    refuses 1 "has no reference" plan e.yaml --data "$data" --set portion=0.5 --set strategy=reference_loss
    fails train --out a --set "strategy={name: reference_loss, reference: r/none}" 2>errors
    grep -q "not a cell: give RUN/CELL\|r/none" errors
    fold="validation={share: 0.25, fold: 0}"
    fails train --out a --set "strategy={name: reference_loss, reference: $reference}" 2>errors
    grep -q "was trained on images that are trained on here" errors
    fold="validation={share: 0.5, fold: 0}"
    fails train --out a --set "strategy={name: reference_loss, reference: $reference}" --set loss=proxy_anchor 2>errors
    grep -q "does not work with proxies" errors
    # So is one that started from weights that have.
    train --out all --set validation=0 --set portion=1 2>/dev/null
    "$partgrad" run e.yaml --data "$data" --out s --threads 1 --set 'validation={share: 0.5, fold: 1}' --set "model.weights=all/$(ls all/cells)" 2>/dev/null
    fails train --out a --set "strategy={name: reference_loss, reference: s/$(ls s/cells)}" 2>errors
    grep -q "was trained on images that are trained on here" errors
}
