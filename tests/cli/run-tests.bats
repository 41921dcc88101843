#!/usr/bin/env bats
# run-tests, on stand-ins for the unit tests and for bats: whatever goes wrong must be counted.
# In check-quick.

load common

setup() {
    build=$BATS_TEST_TMPDIR/build
    mkdir -p "$build" "$BATS_TEST_TMPDIR/bin"
    unit 0 7 0 0
    command_line '1..2' 'ok 1 a' 'ok 2 b'
    in_browser 'browser: 0 passed, 0 failed, 0 skipped'
}

# in_browser LINE - what the tests in a browser print last.
in_browser() {
    export PYTHON=$BATS_TEST_TMPDIR/bin/python
    printf '#!/bin/sh\necho "%s"\n' "$1" >"$PYTHON"
    chmod +x "$PYTHON"
}

# unit STATUS TESTS FAILURES SKIPPED - what the unit tests do; without numbers they end before they have counted.
unit() {
    echo '#!/bin/sh' >"$build/unit-tests"
    if [ $# -gt 1 ]; then
        echo "for a; do case \$a in --xml=*) echo '<testsuites name=\"x\" tests=\"$2\" failures=\"$3\" errors=\"0\"" \
            "disabled=\"$4\">' >\"\${a#--xml=}\" ;; esac; done" >>"$build/unit-tests"
    fi
    echo "exit $1" >>"$build/unit-tests"
    chmod +x "$build/unit-tests"
}

# command_line LINE... - what bats prints.
command_line() {
    printf '#!/bin/sh\ncat <<EOF\n%s\nEOF\n' "$(printf '%s\n' "$@")" >"$BATS_TEST_TMPDIR/bin/bats"
    chmod +x "$BATS_TEST_TMPDIR/bin/bats"
}

# gives STATUS LAST_LINE [OPTION] - what run-tests makes of it. The layers count one more.
gives() {
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$BATS_TEST_DIRNAME/../../scripts/run-tests" "${@:3}" "$build"
    echo "$output"
    [ "$status" -eq "$1" ]
    [ "${lines[-1]}" = "$2" ]
}

@test "passed, failed and skipped tests are counted over all suites" {
    unit 0 7 0 0
    gives 0 "10 passed, 0 failed"
    unit 1 7 2 1
    command_line '1..3' 'ok 1 a' 'not ok 2 b' 'ok 3 c # skip not here'
    gives 1 "6 passed, 3 failed, 2 skipped"
}

@test "tests in a browser are counted, and fail without a count" {
    in_browser 'browser: 5 passed, 1 failed, 2 skipped'
    gives 1 "15 passed, 1 failed, 2 skipped"
    in_browser 'Traceback'
    gives 1 "10 passed, 1 failed"
    rm "$PYTHON"
    gives 0 "10 passed, 0 failed, 1 skipped"
}

@test "unit tests that crash, say no to nothing or run no test are a failure" {
    unit 139
    gives 1 "3 passed, 1 failed"
    unit 1 7 0 0
    gives 1 "3 passed, 1 failed"
    unit 0 5 0 5
    gives 1 "3 passed, 1 failed"
}

@test "command-line tests that end early or run no test are a failure" {
    unit 0 7 0 0
    command_line '1..4' 'ok 1 a'
    gives 1 "9 passed, 1 failed"
    command_line '1..0'
    gives 1 "8 passed, 1 failed"
    command_line 'bats: not a test file'
    gives 1 "8 passed, 1 failed"
}

@test "what a sanitizer has written is a failure" {
    unit 0 7 0 0
    sed -i '1a echo "LeakSanitizer: detected memory leaks" >"${ASAN_OPTIONS#log_path=}.1"' "$build/unit-tests"
    gives 1 "10 passed, 1 failed"
}

@test "the quick ones leave out slow suites, one part alone all else" {
    unit 0 7 0 3
    echo 'echo "$@" >"${0%/*}/asked"' >>"$build/unit-tests"
    sed -i '/^exit/d' "$build/unit-tests"
    gives 0 "7 passed, 0 failed" --quick
    grep -qF -- '--filter !(*_slow)/*' "$build/asked"
    gives 0 "4 passed, 0 failed, 3 skipped" --only unit
    fails grep -q 'filter' "$build/asked"
    in_browser 'browser: 5 passed, 0 failed, 0 skipped'
    gives 0 "2 passed, 0 failed" --only tests/cli/usage.bats
    gives 0 "7 passed, 0 failed" --only browser --only tests/cli/usage.bats
}
