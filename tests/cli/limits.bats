#!/usr/bin/env bats
# Cores, memory and time that others take, and signals from outside: nothing hangs, and nothing of it becomes a result.

load common

setup() {
    common_setup
    fixtures=$BATS_TEST_DIRNAME/../fixtures
}

teardown() {
    [ -z "${driver:-}" ] || kill -9 "$driver" 2>/dev/null || true
}

write_quick() { # write_quick LINE...
    write_experiment e.yaml "batch_size: 8" "epochs: 1" "$@"
}

# Two cells that do not end by themselves, with their driver in the background and the first at work.
start_endless() { # start_endless [COMMAND...]
    prepare_small
    write_quick "portion: 1" "seed: [0, 1]" "epochs: 1000" "evaluate_every: 1000"
    sed -i '/^epochs: 1$/d' e.yaml
    "$@" "$partgrad" run e.yaml --data "$data" --out "$out" --jobs 1 --threads 1 >/dev/null 2>stderr 3>&- &
    driver=$!
    for _ in $(seq 200); do
        ! ls "$out"/cells/*/epochs.csv >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    return 1
}

# The driver ends within so many tenths of a second, with status 1, and leaves no row.
ends_without_rows() {
    local status=0
    for _ in $(seq "$1"); do
        kill -0 "$driver" 2>/dev/null || break
        sleep 0.1
    done
    fails kill -0 "$driver" 2>/dev/null
    wait "$driver" || status=$?
    cat stderr
    [ "$status" -eq 1 ]
    [ "$(wc -l <"$out/cells.csv")" -eq 1 ]
}

@test "fewer threads than asked for are enough" {
    prepare_small
    write_quick
    for limit in OMP_THREAD_LIMIT=1 OMP_DYNAMIC=true "OMP_THREAD_LIMIT=2 OMP_DYNAMIC=true"; do
        timeout -s KILL 60 env $limit "$partgrad" evaluate --threads 3 "$fixtures"/retrieval-classes{,-labels}.npy
        timeout -s KILL 60 env $limit "$partgrad" run e.yaml --data "$data" --out "$out-$limit" --threads 3
    done
    timeout -s KILL 60 taskset -c 0 "$partgrad" run e.yaml --data "$data" --out "$out-taskset" --threads 3
}

@test "OMP_NUM_THREADS counts where --threads is not given" {
    prepare_small
    write_quick
    OMP_NUM_THREADS=3 "$partgrad" run e.yaml --data "$data" --out "$out" 2>stderr
    grep -F '"threads": 3' "$out/environment.json"
    OMP_NUM_THREADS=3 "$partgrad" run e.yaml --data "$data" --out "$out-given" --threads 1
    grep -F '"threads": 1' "$out-given/environment.json"
}

@test "more threads than cores are warned of" {
    prepare_small
    write_quick "seed: [0, 1]"
    "$partgrad" run e.yaml --data "$data" --out "$out" --jobs 2 --threads "$(nproc)" 2>stderr
    cat stderr
    [ "$(nproc)" -eq 1 ] || grep -qF "warning: 2 cells of $(nproc) threads each share $(nproc) cores" stderr
    "$partgrad" run e.yaml --data "$data" --out "$out-one" --jobs 1 --threads 1 2>stderr
    fails grep -F 'threads each share' stderr
}

@test "a limit of the address space is an error, not a hang" {
    if is_sanitized; then skip "the sanitizers take more"; fi
    cp "$fixtures"/retrieval-classes{,-labels}.npy .
    for kibibytes in 150000 250000 350000 500000 700000; do
        status=0
        (ulimit -v $kibibytes && exec timeout -s KILL 30 "$partgrad" evaluate --threads 2 retrieval-classes{,-labels}.npy) \
            >stdout 2>stderr || status=$?
        cat stderr
        [ "$status" -ne 137 ]
        [ "$status" -eq 0 ] || grep -qE 'ulimit -v|failed to map' stderr
    done
}

@test "limits of control groups are seen, whatever their version and path" {
    faked() { # faked GROUPS FILE=TEXT... - runs the experiment where control groups look like this
        local groups=$1
        shift
        unshare -m sh -e -c '
            mount -t tmpfs none /sys/fs/cgroup
            printf "%b" "$1" >groups; shift
            while [ "$1" != -- ]; do
                mkdir -p "$(dirname "/sys/fs/cgroup/$1")"
                echo "${1#*=}" >"/sys/fs/cgroup/${1%%=*}"; shift
            done
            shift
            mount --bind groups /proc/$$/cgroup
            exec "$@"' sh "$groups" "$@" -- "$partgrad" run e.yaml --data "$data" --out "$out" --only '-s0$'
    }
    unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip "may not mount"
    prepare_small
    write_quick "seed: [0, 1]"
    faked '1:cpu,cpuacct:/docker/a\n' cpu,cpuacct/cpu.cfs_quota_us=100000 cpu,cpuacct/cpu.cfs_period_us=100000
    grep -F '"jobs": 1' "$out/environment.json"
    rm -r "$out"
    faked '0::/host/path\n' 'cpu.max=100000 100000'
    grep -F '"jobs": 1' "$out/environment.json"
}

@test "runs side by side take their share of the cores and no more" {
    unset OMP_WAIT_POLICY GOMP_SPINCOUNT
    prepare_small
    write_quick "steps_per_epoch: 60" "evaluate_every: 100"
    now() { date +%s%3N; }
    train() { timeout 100 "$partgrad" run e.yaml --data "$data" --out "$1" --threads "$(nproc)" >/dev/null 2>&1; }
    start=$(now)
    train alone
    alone=$(($(now) - start))
    start=$(now)
    train first &
    train second
    wait
    both=$(($(now) - start))
    echo "alone $alone ms, two at once $both ms"
    [ "$both" -le $((2 * 4 * alone + 1000)) ] # generous, for what else the machine does
}

@test "a missing pack is no result: when it is there, the same command trains" {
    write_quick
    refuses_to_train() {
        status=0
        "$partgrad" run e.yaml --data "$data" --out "$out" >/dev/null 2>stderr || status=$?
        cat stderr
        [ "$status" -eq 1 ]
        tail -n 1 stderr | grep -F "$1"
        [ ! -e "$out/cells.csv" ] || [ "$(wc -l <"$out/cells.csv")" -eq 1 ]
    }
    refuses_to_train "procedural.pack is not there"
    prepare_small
    sed -i 's/name: conv4/name: conv4, weights: some.safetensors/' e.yaml
    refuses_to_train "some.safetensors"
    sed -i 's/, weights: some.safetensors//' e.yaml
    "$partgrad" run e.yaml --data "$data" --out "$out"
    [ "$(column "$out/cells.csv" status)" = ok ]
}

@test "a hangup stops a run as an interrupt does, unless it is ignored" {
    start_endless env --default-signal=HUP
    kill -HUP "$driver"
    ends_without_rows 100
    grep -F 'interrupted; the same command' stderr
    rm -r "$out"
    start_endless nohup
    kill -HUP "$driver"
    sleep 1
    kill -0 "$driver"
    kill -TERM "$driver"
    ends_without_rows 100
}

@test "one signal ends a run whose cell does not answer" {
    start_endless env
    kill -STOP "$(pgrep -P "$driver")"
    kill -TERM "$driver"
    ends_without_rows 150
    grep -F 'did not stop within' stderr
}

@test "a cell that somebody terminates leaves no row" {
    start_endless env
    kill -TERM "$(pgrep -P "$driver")"
    ends_without_rows 100
}

@test "what is drawn over and over fits the terminal" {
    command -v script >/dev/null || skip "no script(1)"
    prepare_small
    write_quick "epochs: 20"
    sed -i '/^epochs: 1$/d' e.yaml
    draws() { # draws ARGUMENT... - no line of it, drawn over the one before, is as wide as the terminal
        TERM=xterm script -qefc "stty cols 30 rows 2; '$partgrad' $*" typescript >/dev/null
        tr '\r' '\n' <typescript | sed 's/\x1b\[[0-9]*[A-Z]//g' | grep '^\[[#.]' >drawn
        [ "$(awk '{ if (length($0) > most) most = length($0) } END { print most }' drawn)" -lt 30 ]
    }
    draws run e.yaml --data "'$data'" --out "'$out'"
    draws prepare procedural --classes 40 --samples-per-class 20 --name again --data "'$data'"
    rm -r "$out"
    TERM=xterm script -qefc "stty cols 1 rows 1; '$partgrad' run e.yaml --data '$data' --out '$out'" typescript >/dev/null
    [ "$(column "$out/cells.csv" status)" = ok ]
}
