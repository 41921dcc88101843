#!/usr/bin/env bats
# check-layers, on small trees made for it.

setup() {
    check=$BATS_TEST_DIRNAME/../../scripts/check-layers
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree"/{base,losses,network,harness/training}
    write base/error.h '#include <stdio.h>'
    write losses/loss.c '#include "losses/loss.h"' '#include "base/error.h"'
    write harness/training/step.c '#include "losses/loss.h"' '#  include "network/network.h"' '#include "commit.h"'
}

# write FILE LINE... - a file of the tree.
write() {
    local file=$1
    shift
    printf '%s\n' "$@" >"$tree/$file"
}

# refuses FILE LINE - the tree with such a file is refused, and that file is named.
refuses() {
    write "$1" "" "$2"
    run "$check" "$tree"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"$1:2:"* ]]
    rm "$tree/$1"
}

@test "includes that lead down are let through" {
    run "$check" "$tree"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"6 includes, 0 "* ]]
}

@test "includes that lead back are refused" {
    refuses base/batch.c '#include "harness/training/step.h"'
    refuses base/batch.h '#include "losses/loss.h"'
    refuses losses/triplet.c '#include "harness/training/step.h"'
}

@test "includes that lead sideways are refused" {
    refuses losses/triplet.c '#include "network/network.h"'
    refuses network/model.h ' # include "losses/loss.h" // with a reason'
}

@test "includes that go around the folders' names are refused" {
    refuses losses/triplet.c '#include "../network/network.h"'
    refuses losses/triplet.c '#include "base/../network/network.h"'
    refuses losses/triplet.c '#include <network/network.h>'
    refuses losses/triplet.c '#include "loss.h"'
    refuses losses/triplet.c '#include "tests/fixture.h"'
    refuses losses/triplet.c '#include HEADER'
}

@test "a tree without sources proves nothing" {
    run "$check" "$BATS_TEST_TMPDIR"
    echo "$output"
    [ "$status" -eq 1 ]
}
