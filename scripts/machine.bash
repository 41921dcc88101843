# machine.bash - which machine a measurement was made on: `source` it.

# machine_model - the CPU's name, without commas, so that it is one field of a CSV.
machine_model() {
    local model
    model=$(sed -nE 's/^(model name|CPU part)[[:space:]]*: *//p' /proc/cpuinfo | head -n 1 | tr -d ',')
    echo "${model:-$(uname -m)}"
}
