#!/usr/bin/env bats
# What strangers do first: install, complete, build from a tarball, add a strategy.

load common

setup() {
    common_setup
    source=$(realpath "$BATS_TEST_DIRNAME/../..")
    build=$(dirname "$partgrad")
}

# Of the build that is tested, which is in a folder of its own where it was made with other flags.
make_here() {
    [ "$build" = "$source/build" ] || skip "of the plain build alone"
    make -C "$source" --no-print-directory "$@"
}

@test "what is installed is found from anywhere, and uninstalled whole" {
    make_here -s install DESTDIR="$PWD/image" PREFIX=/usr
    installed=$PWD/image/usr
    mkdir elsewhere
    cd elsewhere
    "$installed/bin/partgrad" prepare procedural --classes 80 --samples-per-class 4 --data data 2>/dev/null
    "$installed/bin/partgrad" plan demo --data data >plan
    grep -q 'p1' plan
    PARTGRAD_PLOTS='' refuses 1 "no-such-experiment" plan no-such-experiment
    for file in man/man1/partgrad.1 doc/partgrad/tutorial.md doc/partgrad/figures/batch.png partgrad/plots/figure.gp partgrad/report/curves.js; do [ -s "$installed/share/$file" ]; done
    grep -q '^\\fBrun\\fR' "$installed/share/man/man1/partgrad.1"
    make_here -s uninstall DESTDIR="$BATS_TEST_TMPDIR/image" PREFIX=/usr
    [ "$(find "$installed" -type f | wc -l)" -eq 0 ]
}

# completes WORD... - what bash offers for the last word.
completes() {
    "$partgrad" completion bash >completion.bash
    bash -c 'source ./completion.bash; compopt() { :; }; COMP_WORDS=(partgrad "$@"); COMP_CWORD=$#; _partgrad
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

@test "bash completes commands, options and their words" {
    [ "$(completes pre)" = prepare ]
    [ "$(completes prepare cu)" = cub ]
    [ "$(completes run --retry)" = --retry-failed ]
    [ "$(completes evaluate --similarity = dot)" = dot ]
    [ "$(completes evaluate --similarity = | paste -sd' ')" = "cosine dot euclidean" ]
    touch an-experiment.yaml
    [ "$(completes run an-)" = an-experiment.yaml ]
}

@test "zsh and fish take their completions" {
    "$partgrad" completion zsh >_partgrad
    "$partgrad" completion fish >partgrad.fish
    grep -q -- "--similarity=\[.*:(cosine dot euclidean)'" _partgrad
    grep -q -- "-l similarity -x -a 'cosine dot euclidean'" partgrad.fish
    if command -v zsh >/dev/null; then zsh -n _partgrad; fi
    if command -v fish >/dev/null; then fish -n partgrad.fish; fi
    refuses 2 "did you mean 'fish'?" completion fisch
}

@test "a tarball says its version and its commit without git" {
    [ -e "$source/.git" ] || skip "not in a repository"
    make_here -s dist >/dev/null
    release=$(cat "$source/VERSION")
    grep -qx "version: $release" "$source/CITATION.cff"
    tar xzf "$source/build/partgrad-$release.tar.gz"
    make -s -C "partgrad-$release" build/commit.h
    grep -q "RELEASE \"$release\"" "partgrad-$release/build/commit.h"
    grep -q "COMMIT \"$(git -C "$source" rev-parse --short=12 HEAD)\"" "partgrad-$release/build/commit.h"
}

@test "the strategy that CONTRIBUTING.md writes builds, passes the contract and trains" {
    [ "$build" = "$source/build" ] || skip "of the plain build alone"
    mkdir tree
    cd "$source"
    cp -a Makefile VERSION base datasets network losses strategies harness tests scripts "$BATS_TEST_TMPDIR/tree"
    mkdir "$BATS_TEST_TMPDIR/tree/build"
    cp -a build/base build/datasets build/network build/losses build/strategies build/harness build/tests build/commit.h \
        "$BATS_TEST_TMPDIR/tree/build"
    cd "$BATS_TEST_TMPDIR/tree"
    awk '/^<!-- strategies\/median_loss.c -->/{found = 1} found && /^```$/{exit} found && code {print} /^```c$/{code = found}' \
        "$source/CONTRIBUTING.md" >strategies/median_loss.c
    sed -i 's/^const struct plugin \*const strategy_registry\[\] = {/extern const struct strategy strategy_median_loss;\n&\n    \&strategy_median_loss.plugin,/' \
        strategies/registry.c
    make -s WERROR=1 -j2 build/partgrad build/unit-tests
    build/unit-tests --filter 'strategies/*'
    partgrad=$PWD/build/partgrad
    cd ..
    prepare_small
    write_experiment e.yaml "epochs: 1" "batch_size: 8" "portion: 0.5" "strategy: median_loss"
    "$partgrad" run e.yaml --data "$data" --out "$out"
    [ "$(column "$out/cells.csv" strategy)" = median_loss ]
    [ "$(column "$out/cells.csv" status)" = ok ]
}
