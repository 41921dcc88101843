#!/usr/bin/env bats
# compare: a table and a CSV of paired differences, and what it says when there is nothing to pair.

load common

setup() {
    common_setup
    mkdir run
    printf '%s\n' 'cell,status,strategy,portion,seed,test_recall_at_1' \
        'a,ok,random,0.5,0,0.5' 'b,ok,random,0.5,1,0.6' 'c,ok,first,0.5,0,0.4' 'd,ok,first,0.5,1,0.55' >run/cells.csv
}

@test "compare prints a table and a CSV of paired differences" {
    "$partgrad" compare run | tee table
    grep -q '^first .* 2 .*-0.075' table
    "$partgrad" compare run --format csv >csv
    [ "$(column csv strategy)" = first ]
    [ "$(column csv pairs)" = 2 ]
    [ "$(column csv mean_difference)" = -0.075 ]
    # t of one degree of freedom, 12.706, times 0.0353553 / sqrt 2
    awk -v low="$(column csv low)" 'BEGIN {exit !(low > -0.3927 && low < -0.3926)}'
}

@test "compare takes any column as factor and metric" {
    "$partgrad" compare run --reference first --by seed | tee table
    [ "$(grep -c '^random' table)" -eq 2 ]
    refuses 1 "no column recall" compare run --metric recall
    refuses 1 "no column strategy,seed" compare run --factor strategy,seed
    refuses 1 "nothing to compare" compare run --reference hardest
    refuses 1 "cells.csv" compare nowhere
    refuses 2 "RUN_DIR" compare
}
