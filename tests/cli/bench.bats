#!/usr/bin/env bats
# bench: one row of CSV, whose numbers follow from what was asked for.

load common

setup() {
    common_setup
}

bench() {
    "$partgrad" bench --model conv4 --image-size 16 --steps 2 --threads 1 "$@"
}

@test "bench prints a header and a row" {
    bench --batch 16 --portion 0.25 --backprop two_pass --precision f32 | tee row
    [ "$(wc -l <row)" -eq 2 ]
    [ "$(column row model)" = conv4 ]
    [ "$(column row image_size)" = 16 ]
    [ "$(column row batch_size)" = 16 ]
    [ "$(column row portion)" = 0.25 ]
    [ "$(column row backprop)" = two_pass ]
    [ "$(column row precision)" = f32 ]
    [ "$(column row threads)" = 1 ]
    for name in images_per_second step_milliseconds peak_activation_bytes peak_tensor_bytes peak_rss_bytes; do
        awk -v x="$(column row "$name")" 'BEGIN {exit !(x > 0)}'
    done
    awk -v least="$(column row least_milliseconds)" -v median="$(column row step_milliseconds)" \
        -v greatest="$(column row greatest_milliseconds)" 'BEGIN {exit !(0 < least && least <= median && median <= greatest)}'
    # B images in the median step; both are rounded to a tenth
    awk -v s="$(column row step_milliseconds)" -v r="$(column row images_per_second)" \
        'BEGIN {exit !(r * (s - 0.06) <= 16000 * 1.01 && r * (s + 0.06) >= 16000 * 0.99)}'
}

@test "bench chooses direct where the strategy allows it" {
    for strategy in first random; do
        bench --batch 8 --portion 0.5 --strategy "$strategy" >row
        [ "$(column row backprop)" = direct ]
    done
    bench --batch 8 >row
    [ "$(column row backprop)" = direct ]
}

@test "direct takes memory with the portion, two_pass does not" {
    for backprop in direct two_pass; do
        for portion in 0.25 0.5 1; do
            bench --batch 64 --portion "$portion" --backprop "$backprop" >row
            eval "${backprop}_${portion/./_}=$(column row peak_activation_bytes)"
        done
    done
    # shellcheck disable=SC2154
    [ "$direct_0_25" -lt "$direct_0_5" ]
    [ "$direct_0_5" -lt "$direct_1" ]
    # shellcheck disable=SC2154
    [ "$two_pass_0_25" -eq "$two_pass_0_5" ]
    [ "$two_pass_0_5" -eq "$two_pass_1" ]
    [ "$two_pass_1" -lt "$direct_0_25" ]
}

@test "bench takes the options of models" {
    bench --batch 8 --embedding-size 16 >small
    bench --batch 8 --embedding-size 4096 >large
    [ "$(column small peak_tensor_bytes)" -lt "$(column large peak_tensor_bytes)" ]
}

@test "bench says what cannot work" {
    refuses 1 "nothing.safetensors" bench --model conv4 --image-size 16 --batch 8 --precision f32 --weights nothing.safetensors
    refuses 2 "batch: 1 is out of range" bench --model conv4 --batch 1
    refuses 2 "portion: 0 is out of range" bench --model conv4 --portion 0
    refuses 2 "steps: 0 is out of range" bench --model conv4 --steps 0
    refuses 2 "image_size: 4 is out of range" bench --model conv4 --image-size 4
}

@test "auto takes f32 where the CPU has no native bf16, and says so once" {
    ONEDNN_MAX_CPU_ISA=AVX2 bench --batch 8 >row 2>notes
    [ "$(column row precision)" = f32 ]
    [ "$(grep -c "no native bf16" notes)" -eq 1 ]
    ONEDNN_MAX_CPU_ISA=AVX2 refuses 1 "no native bf16" bench --model conv4 --image-size 16 --batch 8 --precision bf16
}

# 72 pixels: maps of 2 x 2, which smaller images end in, are what oneDNN has only its slow reference kernels for.
@test "bench shows its memory by part, and the process takes little more" {
    bench --model resnet18 --image-size 72 --batch 16 --steps 1 --warmup 0 >row 2>parts
    for part in weights gradients optimizer tape transient workspace loss loader; do grep -q "^$part .* MiB" parts; done
    awk -v planned="$(column row peak_tensor_bytes)" -v rss="$(column row peak_rss_bytes)" \
        'BEGIN {exit !(rss <= 1.15 * planned + 100 * 2 ^ 20)}'
}

@test "bench embeds without a tape" {
    bench --measure embed --batch 16 >row
    [ "$(column row backprop)" = none ]
    [ "$(column row portion)" = 0 ]
}

@test "selection times every strategy there is" {
    selection=$(dirname "$partgrad")/selection
    [ -x "$selection" ] || skip "make tests has not built it"
    "$selection" 12 0.25 8 16 1 1 >rows
    [ "$(tail -n +2 rows | cut -d, -f1)" = "$("$partgrad" list strategies --format csv | awk -F, '$2 == "" && NR > 1 {print $3}')" ]
    [ -z "$(tail -n +2 rows | grep -vE '^[a-z_]+,12,3,8,16,1,[0-9.]+,[0-9.]+$')" ]

    run "$selection" 12
    [ "$status" -eq 2 ]
    [[ $output == "usage: selection "* ]]
}

@test "limit times the kernels alone" {
    limit=$(dirname "$partgrad")/limit
    [ -x "$limit" ] || skip "make bench has not built it"
    "$limit" conv4 16 16 0.25 direct f32 1 1 >row
    [ "$(column row portion)" = 0.25 ]
    awk -v all="$(column row images_per_second)" -v embed="$(column row embed_images_per_second)" \
        'BEGIN {exit !(all > 0 && embed > all)}'
    run "$limit" conv5 16 16 0.25 direct f32
    [ "$status" -eq 1 ]
    [[ $output == *"did you mean 'conv4'"* ]]
    run "$limit" conv4
    [ "$status" -eq 2 ]
    [[ $output == "usage: limit "* ]]
}

@test "a frozen trunk takes neither tape nor gradients nor optimizer state" {
    bench --model resnet18 --image-size 72 --batch 8 --steps 1 --warmup 0 >all 2>all.parts
    bench --model resnet18 --image-size 72 --batch 8 --steps 1 --warmup 0 --trainable-from layer4 >part 2>part.parts
    bench --model resnet18 --image-size 72 --batch 8 --steps 1 --warmup 0 --trainable-from head >head 2>head.parts
    for part in tape gradients optimizer; do
        awk -v part=$part '$1 == part {print $2}' all.parts part.parts head.parts | paste -sd' ' |
            awk '{exit !($1 > $2 && $2 > $3)}'
    done
    refuses 1 "did you mean layer4.1.conv1" bench --model resnet18 --image-size 72 --batch 8 --trainable-from laier4.1.conv1
}

@test "batch norm by the batch trains directly, and not in two passes" {
    bench --model resnet18 --image-size 72 --batch 8 --batch-norm batch --portion 0.5 >row
    [ "$(column row backprop)" = direct ]
    refuses 1 "two_pass does not work with batch_norm: batch" bench --model resnet18 --image-size 72 --batch 8 --batch-norm batch --backprop two_pass
}

@test "bench takes any setting of an experiment by --set" {
    bench --batch 8 --set batch_size=16 --set portion=0.5 --set strategy=hardest --set model.embedding_size=32 >row
    [ "$(column row batch_size)" = 16 ]
    [ "$(column row portion)" = 0.5 ]
    [ "$(column row backprop)" = two_pass ]
    refuses 1 "not a list" bench --model conv4 --image-size 16 --set 'portion=[0.5, 1]' --set strategy=random
    refuses 1 "key 'learning_rate' belongs in optimizer" bench --model conv4 --image-size 16 --set learning_rate=1
}
