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
    "$partgrad" compare run --factor seed --reference 0 --by none | tee table
    grep -qE '^1 +2 +1 ' table
    refuses 1 "did you mean test_recall_at_1?" compare run --metric recall
    refuses 1 "did you mean 'first'?" compare run --reference firts
    refuses 1 "no column strategy,seed" compare run --factor strategy,seed
    refuses 1 "no cell has strategy 'hardest'" compare run --reference hardest
    refuses 1 "cells.csv" compare nowhere
    refuses 2 "RUN_DIR" compare
}

@test "compare names what has no partner, on stderr beside a CSV" {
    printf '%s\n' 'e,ok,first,0.25,0,0.9' 'f,failed,first,0.5,2,' >>run/cells.csv
    "$partgrad" compare run | tee table
    grep -qF '1 cell has no partner and is left out: e.' table
    grep -qF '1 cell failed and is left out: f.' table
    "$partgrad" compare run --format csv >csv 2>notes
    [ "$(wc -l <csv)" -eq 2 ]
    grep -qF 'left out: e.' notes
}

@test "compare pairs no cells that were trained for other lengths, whatever the order of runs" {
    reference=$BATS_TEST_DIRNAME/../../results/reference
    "$partgrad" compare "$reference"/cub-{strategies,overfitting} --reference full --by portion --format csv >forward
    "$partgrad" compare "$reference"/cub-{overfitting,strategies} --reference full --by portion --format csv >backward
    cmp forward backward
    grep '^random,0.25,8,5,' forward
    "$partgrad" compare "$reference"/cub-{strategies,overfitting} --reference full --format csv >apart
    "$partgrad" compare "$reference"/cub-strategies --reference full --format csv >alone
    [ "$(grep '^random,0.25,1,' apart | cut -d, -f4-)" = "$(grep '^random,0.25,' alone | cut -d, -f3-)" ]
}

@test "compare takes portions, backward modes, lengths and runs for factors" {
    reference=$BATS_TEST_DIRNAME/../../results/reference
    "$partgrad" compare "$reference/cub-quick" --factor backprop --reference direct --format csv >csv
    [ "$(column csv mean_difference | sort -u)" = 0 ] # they are the same bit for bit
    "$partgrad" compare "$reference/cub-strategies" --factor portion --reference 1 --format csv >portion
    "$partgrad" compare "$reference/cub-strategies" --factor strategy --reference full --format csv >strategy
    [ "$(column portion mean_difference)" = "$(column strategy mean_difference)" ]
    "$partgrad" compare "$reference"/cub-{losses,overfitting} --factor epochs --reference 2 --format csv >longer
    "$partgrad" compare "$reference"/cub-{losses,overfitting} --factor epochs --reference 8 --format csv >shorter
    [ "$(column longer mean_difference)" = "$(column shorter mean_difference | tr -d -)" ]
    cp -r run other
    sed -i 's/0.5$/0.7/' other/cells.csv
    "$partgrad" compare run other --factor run --reference run --format csv >csv
    [ "$(column csv pairs | sort -u)" = 2 ]
}
