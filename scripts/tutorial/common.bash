# common.bash - shared by the scripts of figures and blocks. They run in the repository's root, as scripts/tutorial/make does,
# and print CSV (figures) or Markdown (blocks).
set -euo pipefail
export LC_ALL=C.UTF-8
program=${program:-$(realpath build/partgrad)} references=${references:-results/reference}

# run_of ROLE - the folder of the run with that role. Exits with 3 and a message if there is none.
run_of() {
    local role=$1 run
    for run in $(awk -v role="$role" '$1 == role {for (i = 2; i <= NF; i++) print $i}' scripts/tutorial/roles); do
        if [ -d "$references/$run" ]; then
            echo "$references/$run"
            return
        fi
    done
    echo "skipped: no run in $references plays the role '$role' of scripts/tutorial/roles" >&2
    exit 3
}

# name_of ROLE - the run's name.
name_of() {
    local run
    run=$(run_of "$1") || exit
    basename "$run"
}

# compare ROLE[,ROLE...] OPTION... - the rows of `partgrad compare` as CSV. Its notes on stderr are also in the reports.
compare() {
    local roles=$1 role runs=()
    shift
    for role in ${roles//,/ }; do
        local run
        run=$(run_of "$role") || exit
        runs+=("$run")
    done
    "$program" compare "${runs[@]}" --format csv "$@" 2>/dev/null
}

# rows PROGRAM [VAR=VALUE...] - awk with columns by name: at["recall"] is the number of a column, $at["recall"] its field.
# PROGRAM runs for each row after the header. csv.awk has shared functions.
rows() {
    local code=$1
    shift
    local options=()
    for option in "$@"; do options+=(-v "$option"); done
    awk "${options[@]}" -f scripts/tutorial/csv.awk -f <(printf '%s\n' "$code")
}
