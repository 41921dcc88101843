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
    grep -q '^recall@1  first .* 2 .*-7.50' table
    "$partgrad" compare run --format csv >csv
    [ "$(column csv strategy)" = first ]
    [ "$(column csv pairs)" = 2 ]
    [ "$(column csv mean_difference)" = -0.075 ]
    # t of one degree of freedom, 12.706, times 0.0353553 / sqrt 2
    awk -v low="$(column csv low)" 'BEGIN {exit !(low > -0.3927 && low < -0.3926)}'
}

@test "compare takes any column as factor and metric" {
    "$partgrad" compare run --reference first --by seed | tee table
    [ "$(grep -c '^recall@1  random' table)" -eq 2 ]
    "$partgrad" compare run --factor seed --reference 0 --by none | tee table
    grep -qE '^recall@1  1 +2 +1 ' table
    refuses 1 "did you mean test_recall_at_1?" compare run --metric recall
    refuses 1 "did you mean 'first'?" compare run --reference firts
    refuses 1 "no column strategy,seed" compare run --factor strategy,seed
    refuses 1 "no cell has strategy 'hardest'" compare run --reference hardest
    refuses 1 "no setting epoch" compare run --at-equal test_recall_at_1 --budget epoch
    refuses 1 "runs of one epochs alone" compare run --at-equal test_recall_at_1
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

@test "compare says what is exploratory, what a family shows, and how many seeds it takes" {
    reference=$BATS_TEST_DIRNAME/../../results/reference
    "$partgrad" compare "$reference/cub-strategies" --metric test_map_at_r >table
    grep -q '^MAP@R   hardest .* exploratory' table
    grep -q '^Exploratory: MAP@R of hardest at p = 0.25 lies 4.62 points below that of random' table
    fails grep -q ' worse ' table
    "$partgrad" compare "$reference/cub-strategies" --metric test_recall_at_1,test_map_at_r --family >table
    # scipy.stats.ttest_1samp and Holm over the 24 rows
    grep -q '^MAP@R   hardest .* 0.0007 ' table
    grep -q '^recall@1  hardest .* 0.0101  0.1723 ' table
    [ "$(grep -c 'is worse than random' table)" -eq 4 ]
    [ "$(grep -c 'is better than random' table)" -eq 2 ]
    grep -q 'of other classes nothing is known' table
    grep -q '12 of 12 rows have no interval for other classes: there are no results by class' table
    "$partgrad" compare "$reference/cub-strategies" --seeds-needed 0.01 --format csv >csv 2>notes
    [ "$(column csv seeds_needed | sed -n 8p)" = 12 ] # hardest
    refuses 1 'no column recall; did you mean' compare "$reference/cub-strategies" --metric test_map_at_r,recall
}

@test "compare at equal recall goes between the ends of several lengths and counts what lies outside" {
    reference=$BATS_TEST_DIRNAME/../../results/reference
    "$partgrad" compare "$reference"/cub-{losses,overfitting} --reference full --metric gap_recall_at_1 \
        --at-equal test_recall_at_1 >forward
    "$partgrad" compare "$reference"/cub-{overfitting,losses} --reference full --metric gap_recall_at_1 \
        --at-equal test_recall_at_1 >backward
    cmp forward backward
    grep -q '^gap .* random .* 0.25  8 .* +0.26 ' forward
    grep -q '^38 cells have test_recall_at_1 that the reference never comes to' forward
}

@test "compare shows what a run declared before it began, and takes what came later for exploratory" {
    prepare_small
    write_experiment declared.yaml 'batch_size: 8' 'epochs: 1' 'seed: [0, 1, 2]' 'portion: [0.5, 1]' 'strategy: random' \
        'contrasts:' '  - {metric: [test_recall_at_1, test_map_at_r], factor: strategy, reference: full}'
    "$partgrad" run declared.yaml --out declared --data "$data" --jobs 1 --threads 1 2>/dev/null
    printf '%s\n' family,metric,factor,reference,by,declared contrasts,test_recall_at_1,strategy,full,,before \
        contrasts,test_map_at_r,strategy,full,,before | cmp - declared/contrasts.csv
    "$partgrad" compare declared >table
    [ "$(grep -c "family 'contrasts' of 2 comparisons, declared before the run" table)" -eq 2 ]
    "$partgrad" compare declared --reference full --by none --format csv >csv 2>notes
    [ "$(column csv family)" = exploratory ] # not the rows that were declared
    "$partgrad" compare declared --reference full --format csv >csv 2>notes
    [ "$(column csv family)" = contrasts ]
    [ "$(column csv family_size)" = 2 ]
    "$partgrad" report declared >/dev/null
    grep -q '^## What was declared' declared/report.md

    # Another metric takes the place of the first.
    sed -i 's/test_recall_at_1, test_map_at_r/test_map_at_r, test_r_precision/' declared.yaml
    "$partgrad" run declared.yaml --out declared --data "$data" --jobs 1 --threads 1 2>said
    grep -q '1 contrasts were declared after the run began' said
    grep -q '1 contrasts are no longer in the experiment; they still count' said
    [ "$(column declared/contrasts.csv declared | tr '\n' ' ')" = 'before before after ' ]
    "$partgrad" compare declared >table
    grep -q '^test_r_precision, .*; exploratory, declared after the run began' table
    [ "$(grep -c "family 'contrasts' of 2 comparisons" table)" -eq 2 ]
}

@test "an experiment's contrasts are checked before anything is trained" {
    prepare_small
    declare_wrong() {
        write_experiment wrong.yaml 'batch_size: 8' 'epochs: 1' 'portion: [0.5, 1]' 'strategy: random' "contrasts: $1"
        refuses 1 "$2" plan wrong.yaml --data "$data"
    }
    declare_wrong '[{metric: recall, factor: strategy, reference: full}]' "there is no metric 'recall'"
    declare_wrong '[{metric: test_map_at_r, factor: strategi, reference: full}]' "did you mean 'strategy'?"
    declare_wrong '[{metric: test_map_at_r, factor: strategy, referense: full}]' "did you mean 'reference'?"
    declare_wrong '[{metric: test_map_at_r, factor: strategy}]' 'each needs a metric, a factor and a reference'
    declare_wrong '[{metric: test_map_at_r, factor: strategy, reference: first}]' 'no cell of the experiment has the reference strategy first'
    declare_wrong '[{metric: test_map_at_r, factor: strategy, reference: full, by: color}]' "there is no setting 'color'"
    declare_wrong 'test_map_at_r' 'a contrast is a mapping'
    sed -i 's/^contrasts:.*/contrasts: {metric: test_map_at_r, factor: portion, reference: 1.0}/' wrong.yaml
    "$partgrad" plan wrong.yaml --data "$data" >/dev/null
}
