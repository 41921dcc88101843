#!/usr/bin/env bats
# embed: two NumPy files, and the numbers that evaluate finds in them.

load common
load archives

setup() {
    common_setup
    prepare_small
}

embed() {
    "$partgrad" embed --dataset procedural --data "$data" --model conv4 --image-size 16 "$@"
}

# The shape in a .npy file's header, as "48, 64".
shape_of() {
    head -c 128 "$1" | tr -d '\0' | LC_ALL=C sed -n "s/.*'shape': (\([0-9, ]*\)).*/\1/p"
}

@test "embed prints what evaluate finds in its files" {
    embed --embedding-size 24 --out emb >printed
    "$partgrad" evaluate emb.npy emb-labels.npy | diff printed -
    grep -q '^recall@1 0\.[0-9]*$' printed
    [ "$(shape_of emb.npy)" = "48, 24" ]
    [ "$(shape_of emb-labels.npy)" = "48," ]
    [ "$(ls)" = "$(printf '%s\n' data emb-labels.npy emb.npy printed)" ]
}

@test "embed takes train classes, test classes or all" {
    embed --split train --out train >/dev/null
    embed --split test --out test >/dev/null
    embed --split all --out all >/dev/null
    [ "$(shape_of train-labels.npy)" = "48," ]
    [ "$(shape_of test-labels.npy)" = "48," ]
    [ "$(shape_of all-labels.npy)" = "96," ]
    # the first half of the classes trains, and the pack is in the order of classes
    cat <(tail -c +129 train-labels.npy) <(tail -c +129 test-labels.npy) | cmp - <(tail -c +129 all-labels.npy)
    cat <(tail -c +129 train.npy) <(tail -c +129 test.npy) | cmp - <(tail -c +129 all.npy)
}

@test "embeddings are the same on any number of threads and in any micro-batch" {
    embed --precision f32 --threads 1 --out one >/dev/null
    embed --precision f32 --threads 3 --out three >/dev/null
    cmp one.npy three.npy
    embed --precision f32 --threads 1 --micro-batch 5 --out five >/dev/null
    cmp one-labels.npy five-labels.npy
    "$partgrad" evaluate one.npy one-labels.npy | diff - <("$partgrad" evaluate five.npy five-labels.npy)
}

@test "embeddings follow from the seed" {
    embed --seed 1 --out a >/dev/null
    embed --seed 1 --out b >/dev/null
    embed --seed 2 --out c >/dev/null
    cmp a.npy b.npy
    fails cmp -s a.npy c.npy
}

@test "embed writes no files where none are asked for" {
    embed >printed
    [ "$(ls)" = "$(printf '%s\n' data printed)" ]
}

@test "embed writes embeddings that cannot be judged, and says so" {
    "$partgrad" prepare procedural --classes 4 --samples-per-class 1 --name alone --data "$data" 2>/dev/null
    set -- embed --dataset alone --data "$data" --model conv4 --image-size 16 --precision f32
    refuses 1 "no query can be answered: each of the 2 images" "$@"
    "$partgrad" "$@" --out emb >printed 2>stderr
    [ ! -s printed ]
    grep -q "no query can be answered" stderr
    [ "$(shape_of emb-labels.npy)" = "2," ]
}

@test "embed says what it cannot do, and leaves nothing" {
    refuses 1 "$data/nothing.pack is not there" embed --dataset nothing --data "$data" --model conv4
    refuses 1 "nothing.safetensors" embed --dataset procedural --data "$data" --model conv4 --precision f32 \
        --weights nothing.safetensors
    refuses 1 "gone/emb.npy" embed --dataset procedural --data "$data" --model conv4 --precision f32 --image-size 16 \
        --out gone/emb
    truncate -s 5000 "$data/procedural.pack"
    refuses 1 "cut or damaged" embed --dataset procedural --data "$data" --model conv4 --out emb
    [ "$(ls)" = "$(printf '%s\n' data stderr stdout)" ]
}

@test "a crop of a pack that needs no scaling is torchvision's where that is asked for" {
    "$partgrad" prepare procedural --classes 4 --samples-per-class 4 --size 35 --name odd --data "$data" >/dev/null
    for offset in floor round; do
        "$partgrad" embed --dataset odd --data "$data" --model conv4 --image-size 16 --test-crop 0.457143 \
            --test-crop-offset $offset --out $offset >/dev/null
    done
    fails cmp -s floor.npy round.npy
    refuses 2 "floor" embed --dataset odd --data "$data" --model conv4 --test-crop-offset middle
}

# What PyTorch finds with the same weights and crops, torchvision's among them: 73.08 and 72.19, MAP@R 27.84 and 27.37.
# Here colors become RGB at the images' final size, which is worth a few of 2,474 queries.
@test "real images are retrieved as elsewhere" {
    [ -n "$PARTGRAD_SHARED" ] || skip "PARTGRAD_SHARED is not set"
    "$partgrad" prepare cub --archive "$PARTGRAD_SHARED/data/CUB_200_2011.tgz" --size 183 --data "$data"
    for offset in floor round; do
        "$partgrad" embed --dataset cub --data "$data" --precision f32 --padding same --image-size 160 \
            --weights "$PARTGRAD_SHARED/weights/mobilenet_v2_imagenet.safetensors" --test-crop-offset $offset >$offset
        cat $offset
    done
    near() { awk -v name="$2" -v wanted="$3" '$1 == name { d = 100 * $2 - wanted; exit !(d * d < 0.22 ^ 2) }' "$1"; }
    near floor recall@1 73.08
    near floor MAP@R 27.84
    near round recall@1 72.19
    near round MAP@R 27.37
}

@test "embed ranks the queries of a data set against its gallery, as evaluate does" {
    local tree=$BATS_TEST_TMPDIR/shop i
    {
        printf '15\nimage_name item_id evaluation_status\n'
        for i in 1 2 3; do
            write_jpeg "$tree/img/MEN/Denim/id_$i/1.jpg"
            for status in train query gallery; do
                ln -f "$tree/img/MEN/Denim/id_$i/1.jpg" "$tree/img/MEN/Denim/id_$i/$status.jpg"
            done
            ln "$tree/img/MEN/Denim/id_$i/1.jpg" "$tree/img/MEN/Denim/id_$i/2.jpg"
            echo "img/MEN/Denim/id_$i/train.jpg  id_${i}0  train"
            echo "img/MEN/Denim/id_$i/1.jpg  id_${i}0  train"
            echo "img/MEN/Denim/id_$i/query.jpg  id_$i  query"
            echo "img/MEN/Denim/id_$i/gallery.jpg  id_$i  gallery"
            echo "img/MEN/Denim/id_$i/2.jpg  id_$i  gallery"
        done
    } >"$BATS_TEST_TMPDIR/list_eval_partition.txt"
    "$partgrad" prepare inshop --archive "$tree" --archive "$BATS_TEST_TMPDIR/list_eval_partition.txt" --size 32 --data "$data"
    "$partgrad" info inshop --data "$data" | grep -x 'gallery: 3 classes, 6 images'
    "$partgrad" embed --dataset inshop --data "$data" --model conv4 --image-size 16 --out e >told
    cat told
    grep -x 'queries 3' told
    "$partgrad" evaluate e.npy e-labels.npy --gallery e-gallery.npy e-gallery-labels.npy | diff - told
    printf '%s\n' 'dataset: procedural' 'model: {name: conv4, embedding_size: 16}' 'image_size: 16' 'samples_per_class: 2' \
        'batch_size: 8' 'epochs: 1' 'steps_per_epoch: 1' 'evaluate_start: false' 'evaluate_on: [inshop]' >e.yaml
    "$partgrad" run e.yaml --data "$data" --out elsewhere --threads 1
    "$partgrad" embed --cell "$(echo elsewhere/cells/*)" --data "$data" --dataset inshop >told
    for k in 1 2; do
        value=$(awk -F, -v k="inshop,test,recall,$k" '$4 "," $5 "," $6 "," $7 == k {print $8}' elsewhere/evaluations.csv)
        grep -x "recall@$k $(printf '%.4f' "$value")" told
    done
    grep -q 'inshop,test,queries,,3$' elsewhere/evaluations.csv
    write_experiment e.yaml "batch_size: 4" "epochs: 0" "evaluate_on: [procedural]"
    sed -i "s/^dataset: .*/dataset: inshop/" e.yaml
    "$partgrad" run e.yaml --data "$data" --out own 2>/dev/null
    grep -q 'inshop,test,queries,,3$' own/evaluations.csv
    fails grep -q ',gallery,' own/evaluations.csv
}
