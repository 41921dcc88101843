#!/usr/bin/env bats
# What all commands have in common: help, wrong usage, output that cannot be written.
# In check-quick.

load common

setup() {
    common_setup
    commands="prepare info look run status gather plan report compare gradients embed evaluate bench list completion"
}

@test "help lists every command and each has its own" {
    "$partgrad" --help >help
    for command in $commands; do
        grep -qE "^  $command +[a-z]" help
        "$partgrad" "$command" --help >own 2>errors
        grep -q "^usage: partgrad $command" own
        grep -q -- "--help" own
        [ ! -s errors ]
        "$partgrad" "$command" -h | cmp - own
        "$partgrad" help "$command" | cmp - own
    done
    [ "$(grep -cE '^  [a-z]+ ' help)" -eq "$(wc -w <<<"$commands")" ]
    "$partgrad" help | cmp - help
    "$partgrad" -h | cmp - help
    "$partgrad" cell --help | grep -q 'usage: partgrad cell' # what run starts is not listed, but there
}

@test "help shows every option once" {
    for command in $commands; do
        "$partgrad" "$command" --help | awk '/^data set |^model /{exit} {print}' | grep -oE '^  --[a-z0-9-]+' | sort | uniq -d >twice
        cat twice
        [ ! -s twice ]
    done
}

@test "the version is the file's, with commit, compiler and libraries" {
    run "$partgrad" --version
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "partgrad $(cat "$BATS_TEST_DIRNAME/../../VERSION")" ]
    [[ "${lines[1]}" =~ ^commit\ [^[:space:]]+$ ]]
    [[ "${lines[2]}" == compiler\ * ]]
    [[ "${lines[3]}" == libraries\ *openblas-* ]]
    [ "${#lines[@]}" -eq 4 ]
}

@test "no command at all is wrong usage and shows them" {
    status=0
    "$partgrad" >output 2>errors || status=$?
    [ "$status" -eq 2 ]
    [ ! -s output ]
    grep -q '^  prepare ' errors
    [ "$(tail -n 1 errors)" = "partgrad: no command given" ]
}

@test "an unknown command is named, with the nearest" {
    refuses 2 "unknown command 'prepar'; did you mean 'prepare'?" prepar
    refuses 2 "unknown command 'rum'; did you mean 'run'?" rum x.yaml
    refuses 2 "unknown command 'xyzzyxyzzy'" xyzzyxyzzy
    refuses 2 "unknown command ''" ""
    refuses 2 "unknown command 'listt'" help listt
    refuses 2 "unknown command '--nonsense'" --nonsense
}

@test "an unknown option is named, with the nearest" {
    for command in $commands; do
        refuses 2 "$command: unknown option --hepl; did you mean --help?" "$command" --hepl
        refuses 2 "$command: unknown option --xyzzyxyzzy" "$command" --xyzzyxyzzy=3
        refuses 2 "$command: unknown option -x" "$command" -x
    done
    refuses 2 "did you mean --threads?" run x.yaml --thraeds 2
    refuses 2 "did you mean --archive?" prepare cub --archiv3 x
    refuses 2 "did you mean --portion?" bench --potrion 1
}

@test "missing and surplus arguments are wrong usage" {
    for command in prepare info run plan gradients report evaluate; do
        refuses 2 "$command: too few arguments; usage: partgrad $command" "$command"
    done
    for command in info run plan gradients; do
        refuses 2 "$command: too many arguments" "$command" a b
    done
    refuses 2 "too many arguments" list strategies losses
    refuses 2 "too many arguments" bench stray
    refuses 2 "too many arguments" embed stray --dataset x
    refuses 2 "embed: --dataset is missing" embed
    refuses 2 "option --data needs a value" run x.yaml --data
}

@test "an unknown plug-in is named, with the nearest" {
    refuses 2 "unknown data set 'procedurel'; did you mean 'procedural'?" prepare procedurel
    refuses 2 "unknown model 'conv5'; did you mean 'conv4'?" bench --model conv5
    refuses 2 "unknown strategy 'frist'; did you mean 'first'?" bench --model conv4 --strategy frist
    refuses 2 "unknown loss 'multi_similarty'; did you mean 'multi_similarity'?" bench --model conv4 --loss multi_similarty
    refuses 2 "unknown model 'mobilenet_v3'; did you mean 'mobilenet_v2'?" embed --dataset x --model mobilenet_v3
}

@test "values out of range are wrong usage" {
    refuses 2 "threads: '1e3' is not a whole number" run x.yaml --threads 1e3
    refuses 2 "jobs: 257 is out of range: give 0 to 256" run x.yaml --jobs 257
    refuses 2 "portion: 2 is out of range" bench --portion 2
    refuses 2 "backprop: 'both' is not one of auto, direct, two_pass" bench --backprop both
    refuses 2 "rate: 'nan' is not a number" plan x.yaml --rate nan
    refuses 2 "split: 'tset' is not one of train, test, valid, gallery, all" embed --split tset
    refuses 2 "data: longer than 511 characters" run x.yaml --data "$(printf 'a%.0s' {1..512})"
}

@test "errors are one line, whatever the words in them" {
    refuses 2 "unknown command 'two?lines'" $'two\nlines'
    refuses 2 "unknown command '?[31mred'" $'\033[31mred'
    refuses 1 "cannot read two?lines.yaml" run $'two\nlines.yaml'
}

@test "output that cannot be written is an error" {
    [ -e /dev/full ] || skip "no /dev/full"
    for arguments in --help --version list "list strategies" "run --help"; do
        for output in /dev/full closed; do
            status=0
            if [ "$output" = closed ]; then
                # shellcheck disable=SC2086
                "$partgrad" $arguments >&- 2>errors || status=$?
            else
                # shellcheck disable=SC2086
                "$partgrad" $arguments >"$output" 2>errors || status=$?
            fi
            echo "$arguments, $output: $status"
            cat errors
            [ "$status" -eq 1 ]
            [ "$(wc -l <errors)" -eq 1 ]
            grep -q "partgrad: cannot write to standard output: " errors
        done
    done
}

@test "a closed error stream does no harm" {
    "$partgrad" list 2>&- >output
    [ -s output ]
    status=0
    "$partgrad" nonsense 2>&- >output || status=$?
    [ "$status" -eq 2 ]
    [ ! -s output ]
}

@test "the man page has every option that help shows, but --help" {
    for command in $commands; do
        "$partgrad" "$command" --help | awk '/^data set |^model |^shell /{exit} {print}' | sed -nE '/^  --help/d; s/^  --([a-z-]+).*/\1/p'
    done | sort >shown
    "$partgrad" manual | sed -nE 's/\\-/-/g; s/^\\fB--([a-z-]+).*/\1/p' | sort >described
    [ "$(wc -l <shown)" -ge 80 ]
    diff shown described
}

@test "the man page has every command, and no other" {
    "$partgrad" --help | sed -nE 's/^  ([a-z]+)  +.*/\1/p' | sort >commands
    [ "$(wc -l <commands)" -ge 10 ]
    "$partgrad" manual | sed -nE 's/^\\fB([a-z]+)\\fR \\fI.*/\1/p' | sort >described
    diff commands described
}
