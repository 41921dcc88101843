#!/usr/bin/env bats
# check-layers, on small trees that bring tables of their own.
# In check-quick.

setup() {
    check=$BATS_TEST_DIRNAME/../../scripts/check-layers
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree"/{base,losses,network/kernels,harness/training,scripts}
    write scripts/layers '# which room may include which' 'base:' 'losses: base' 'network: network/kernels' \
        'network/kernels: base' 'harness/training: losses network'
    write base/error.h '#include <stdio.h>'
    write losses/loss.c '#include "losses/loss.h"' '#include "base/error.h"'
    write network/network.c '#include "network/kernels/kernel.h"'
    write network/kernels/kernel.c '#include "base/error.h"'
    write harness/training/step.c '#include "losses/loss.h"' '#  include "network/network.h"' '#include "commit.h"'
}

# write FILE LINE... - a file of the tree.
write() {
    local file=$1
    shift
    printf '%s\n' "$@" >"$tree/$file"
}

# checks STATUS TEXT - what check-layers says of the tree.
checks() {
    run "$check" "$tree"
    echo "$output"
    [ "$status" -eq "$1" ]
    [[ $output == *"$2"* ]]
}

# refuses FILE LINE - the tree with such a file is refused for it, and for nothing else.
refuses() {
    write "$1" "" "$2"
    checks 1 "$1:2:"
    [[ $output == *" 1 wrong" ]]
    rm "$tree/$1"
}

@test "includes that lead down are let through" {
    checks 0 "8 includes, 0 wrong"
}

@test "includes that lead back are refused" {
    refuses base/batch.c '#include "harness/training/step.h"'
    refuses base/batch.h '#include "losses/loss.h"'
    refuses losses/triplet.c '#include "harness/training/step.h"'
    refuses network/kernels/call.c '#include "network/network.h"'
}

@test "includes that no arrow allows are refused, from room to room below the same folder too" {
    refuses losses/triplet.c '#include "network/network.h"'
    refuses network/model.h ' # include "losses/loss.h" // with a reason'
    refuses harness/training/loop.c '#include "network/kernels/kernel.h"'
    refuses harness/training/loop.c '#include "base/error.h"'
}

@test "includes that go around the folders' names are refused" {
    refuses losses/triplet.c '#include "../network/network.h"'
    refuses losses/triplet.c '#include "base/../network/network.h"'
    refuses losses/triplet.c '#include <network/network.h>'
    refuses losses/triplet.c '#include "loss.h"'
    refuses losses/triplet.c '#include "tests/fixture.h"'
    refuses losses/triplet.c '#include HEADER'
}

@test "an arrow that no include uses is refused" {
    write scripts/layers 'base:' 'losses: base network' 'network: network/kernels' 'network/kernels: base' \
        'harness/training: losses network'
    checks 1 "nothing in losses includes network"
    [[ $output == *" 1 wrong" ]]
}

@test "a room that the table does not know is refused" {
    mkdir "$tree/harness/reports"
    refuses harness/reports/plot.c '#include <stdio.h>'
}

@test "a circle of files is refused and named, and a file's own header is none" {
    write losses/loss.h '#include "losses/pairs.h"'
    write losses/pairs.c '#include "losses/pairs.h"' '#include "losses/tile.h"'
    write losses/tile.c '#include "losses/tile.h"'
    checks 0 ", 0 wrong"
    write losses/tile.c '#include "losses/tile.h"' '#include "losses/loss.h"'
    checks 1 "a circle of includes: losses/loss -> losses/pairs -> losses/tile -> losses/loss"
    [[ $output == *" 1 wrong" ]]
}

@test "each of several circles is named" {
    write losses/a.c '#include "losses/b.h"'
    write losses/b.h '#include "losses/a.h"'
    write base/c.c '#include "base/d.h"'
    write base/d.c '#include "base/c.h"'
    checks 1 "losses/a -> losses/b -> losses/a"
    [[ $output == *"base/c -> base/d -> base/c"* && $output == *" 2 wrong" ]]
}

@test "a tree without sources or without a table proves nothing" {
    mkdir -p "$BATS_TEST_TMPDIR/empty/scripts"
    cp "$tree/scripts/layers" "$BATS_TEST_TMPDIR/empty/scripts"
    run "$check" "$BATS_TEST_TMPDIR/empty"
    [ "$status" -eq 1 ]
    rm "$tree/scripts/layers"
    checks 1 "no scripts/layers"
}

# places NAME - the files outside of the training itself, which uses it, that know a name.
places() {
    (cd "$BATS_TEST_DIRNAME/../.." && grep -rlw "$1" --include=*.[ch] base harness | grep -v '^harness/training/' | sort | xargs)
}

@test "an axis is a member, a row and what uses it; so is a metric" {
    for axis in color_jitter crop_area evaluate_every; do
        [ "$(places "$axis")" = "harness/tables/settings.c harness/tables/settings.h" ]
    done
    for metric in selected_share selected_overlap; do
        [ "$(places "$metric")" = "harness/tables/metrics.c harness/tables/metrics.h" ]
    done
}
