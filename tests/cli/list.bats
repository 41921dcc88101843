#!/usr/bin/env bats
# list, and that what it lists is what there is.
# In check-quick.

load common

setup() {
    common_setup
    lists="strategies losses samplers models datasets settings columns epoch-columns class-columns evaluation-columns tuning-columns gradient-columns"
}

@test "list shows every list, and each by its name" {
    "$partgrad" list >all
    for list in $lists; do
        grep -q "^$list - " all
        "$partgrad" list "$list" >one
        [ -s one ]
        while IFS= read -r line; do grep -qxF -- "$line" all; done <one
    done
    [ "$(grep -cE '^[a-z-]+ - ' all)" -eq "$(wc -w <<<"$lists")" ]
}

@test "list names the plug-ins that there have to be" {
    "$partgrad" list strategies | grep -q '^full: '
    "$partgrad" list strategies | grep -q '^random: '
    "$partgrad" list losses | grep -q '^multi_similarity: '
    "$partgrad" list samplers | grep -q '^balanced: '
    "$partgrad" list models | grep -q '^conv4: '
    "$partgrad" list datasets | grep -q '^procedural: '
}

@test "list shows options as experiment files spell them" {
    prints "alpha: X" list losses
    prints "image_size: N" list settings
    prints "batch_size: N" list settings
    prints "start_epoch: N" list settings
    prints "embedding_size: N" list settings
    prints "learning_rate: X" list settings
    prints "cases: " list settings
    [ "$(grep -c -- -- stdout)" -eq 0 ]
}

@test "list gives each column once, with what it means" {
    for list in columns epoch-columns class-columns evaluation-columns; do
        "$partgrad" list "$list" >columns
        [ -z "$(awk 'NF < 2' columns)" ]
        [ -z "$(awk '{print $1}' columns | sort | uniq -d)" ]
    done
}

@test "list says which columns vary" {
    "$partgrad" list columns | awk '$2 == "varies:" {print $1}' >varying
    diff varying - <<'END'
peak_activation_bytes
peak_tensor_bytes
peak_rss_bytes
training_rss_bytes
evaluation_rss_bytes
images_per_second
step_milliseconds
wall_seconds
started_at
host
cpu
libraries
commit
others_share
cells_beside
END
}

@test "an unknown list is wrong usage, with the nearest" {
    refuses 2 "no list 'strategis'; did you mean 'strategies'?" list strategis
    refuses 2 "no list 'xyzzyxyzzy'" list xyzzyxyzzy
}
