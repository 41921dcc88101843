#!/usr/bin/env bats
# Watching a run: status --watch and run --watch.

load common

setup() {
    common_setup
    prepare_small
    write_experiment e.yaml 'batch_size: 8' 'epochs: 3' 'seed: [0, 1]'
}

teardown() {
    if [ -n "${live:-}" ]; then kill -KILL "$live" 2>/dev/null || true; fi
    if [ -n "${driver:-}" ]; then kill "$driver" 2>/dev/null || true; fi
}

@test "status --watch tells what is new until the run ends" {
    "$partgrad" run e.yaml --data "$data" --out "$out" >/dev/null 2>&1 &
    until [ -e "$out/grid.csv" ]; do sleep 0.02; done
    timeout 60 "$partgrad" status "$out" --watch --every 0.1 >lines
    wait $!
    cat lines
    [ "$(tail -n 1 lines)" = "2 cells: 2 ok" ]
    [ "$(grep -c '^ok ' lines)" -eq 2 ]
    [ -z "$(grep -v 'cells' lines | sort | uniq -d)" ]
    fails grep -q $'\x1b' lines
}

@test "status --watch ends at once where nothing runs, and says so" {
    "$partgrad" run e.yaml --data "$data" --out "$out" --only 's0$' >/dev/null 2>&1
    timeout 60 "$partgrad" status "$out" --watch --every 0.1 >lines
    [ "$(tail -n 2 lines | head -n 1)" = "2 cells: 1 ok, 1 pending" ]
    grep -q "nothing of it is running; 'partgrad run' resumes it" lines
    refuses 1 "nowhere" status nowhere --watch
    refuses 2 "every: 0 is out of range" status "$out" --watch --every 0
}

@test "on a terminal, run --watch and status --watch draw curves in one place" {
    command -v script >/dev/null || skip "no script(1)"
    for size in "cols 100 rows 20" "cols 20 rows 3" "cols 1 rows 1"; do
        rm -rf "$out"
        LC_ALL=C TERM=xterm script -qefc "stty $size; '$partgrad' run e.yaml --data '$data' --out '$out' --watch" run >/dev/null
        LC_ALL=C TERM=xterm script -qefc "stty $size; '$partgrad' status '$out' --watch --every 0.1" status >/dev/null
        grep -q '2 cells: 2 ok' status
        [ "$size" != "cols 100 rows 20" ] || grep -q 'recall@1 by epoch' run
    done
}

@test "report --live rewrites the page while the run goes on, and leaves one that stays" {
    command -v gnuplot >/dev/null || skip "no gnuplot"
    "$partgrad" run e.yaml --data "$data" --out "$out" --set epochs=200 >/dev/null 2>&1 &
    driver=$!
    until [ -e "$out/grid.csv" ]; do sleep 0.02; done
    "$partgrad" report "$out" --live --every 1 >live &
    live=$!
    for _ in $(seq 300); do [ -e "$out/report.html" ] && break; sleep 0.1; done
    grep -q '<meta http-equiv="refresh" content="1">' "$out/report.html"
    kill "$driver"
    wait "$driver" || true
    wait "$live"
    [ "$(cat live)" = "$out/report.html" ]
    fails grep -q 'http-equiv="refresh"' "$out/report.html"
    grep -q '2 of 2 cells pending' "$out/report.html"
    refuses 2 "--live takes one run, not 2" report a b --live
}

@test "a signal ends status --watch with a line, and report --live with a page that stays" {
    command -v gnuplot >/dev/null || skip "no gnuplot"
    "$partgrad" run e.yaml --data "$data" --out "$out" --set epochs=400 >/dev/null 2>&1 &
    driver=$!
    until [ -e "$out/grid.csv" ]; do sleep 0.02; done
    "$partgrad" status "$out" --watch --every 0.1 >lines &
    watch=$!
    "$partgrad" report "$out" --live --every 60 >live &
    live=$!
    until [ -s live ] && [ -s lines ]; do sleep 0.1; done
    kill "$watch" "$live"
    ended=0
    wait "$watch" || ended=$?
    [ "$ended" -eq 143 ]
    tail -n 1 lines | grep -q '^2 cells: .*running'
    fails grep -q 'nothing of it is running' lines
    wait "$live"
    fails grep -q 'http-equiv="refresh"' "$out/report.html"
    kill -0 "$driver"
    kill "$driver"
    wait "$driver" || true
}

# comes COMMAND... - it succeeds within a minute.
comes() {
    for _ in $(seq 600); do
        if "$@"; then return; fi
        sleep 0.1
    done
    return 1
}

@test "report --live ends at signals to its whole group while it draws, and leaves a whole page" {
    command -v gnuplot >/dev/null || skip "no gnuplot"
    "$partgrad" run e.yaml --data "$data" --out "$out" --set 'epochs=[1, 100000]' --set seed=0 >/dev/null 2>&1 &
    driver=$!
    comes grep -qs ',ok,' "$out/cells.csv"
    mkdir bin
    printf '#!/bin/sh\n: >"%s/drawing"\nexec %s "$@"\n' "$PWD" "$(command -v gnuplot)" >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH setsid "$partgrad" report "$out" --live --every 600 >live 2>&1 &
    live=$!
    comes [ -e drawing ]
    kill -TERM -- "-$live"
    kill -INT -- "-$live" # impatient
    timeout 60 tail --pid="$live" -f /dev/null
    wait "$live"
    [ "$(cat live)" = "$out/report.html" ]
    [ "$(tail -n 1 "$out/report.html")" = "</html>" ]
    fails grep -q 'http-equiv="refresh"' "$out/report.html"
    [ -z "$(find "$out/plots" -name '*.tmp')" ]
    kill "$driver"
    wait "$driver" || true
}
