#!/usr/bin/env bats
# prepare and info, on the real binary. PARTGRAD_SHARED names a folder with data/CUB_200_2011.tgz and the like, for the
# tests on real images; they are skipped without it.

load archives

setup() {
    partgrad=$(realpath "${PARTGRAD:-$BATS_TEST_DIRNAME/../../build/partgrad}")
    data=$BATS_TEST_TMPDIR/data
}

# The command fails with status $1 and one line on stderr that holds $2; the rest is the command.
fails() {
    local expected=$1 part=$2
    shift 2
    run "$@"
    echo "$output"
    [ "$status" -eq "$expected" ]
    [[ "$output" == *"$part"* ]]
}

@test "prepare draws the built-in data set and info counts it" {
    "$partgrad" prepare procedural --classes 10 --samples-per-class 6 --data "$data"
    run "$partgrad" info procedural --data "$data"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"images: 60"* ]]
    [[ "$output" == *"classes: 10"* ]]
    [[ "$output" == *"train: 5 classes, 30 images"* ]]
    [[ "$output" == *"test: 5 classes, 30 images"* ]]
    [[ "$output" == *"image size: 32 x 32"* ]]
    [[ "$output" == *", verified"* ]]
    [[ "$output" == *"dataset: procedural"* ]]
}

@test "prepare gives the pack another name and size" {
    "$partgrad" prepare procedural --classes 4 --samples-per-class 2 --size 48 --name tiny --data "$data"
    [ "$(ls "$data")" = tiny.pack ]
    "$partgrad" info tiny --data "$data" | grep -x 'image size: 48 x 48'
}

@test "the same settings make the same pack, byte for byte" {
    "$partgrad" prepare procedural --classes 6 --samples-per-class 9 --name a --threads 1 --data "$data"
    "$partgrad" prepare procedural --classes 6 --samples-per-class 9 --name b --threads 3 --data "$data"
    cmp "$data/a.pack" "$data/b.pack"
}

@test "prepare says which archive is missing" {
    fails 1 "CUB_200_2011.tgz" "$partgrad" prepare cub --archive "$data/CUB_200_2011.tgz" --data "$data"
    fails 1 "car_ims.tgz: no address is known" "$partgrad" prepare cars196 --form whole --data "$data"
    fails 1 "there is shards, whole, halves" "$partgrad" prepare cars196 --form none --data "$data"
    fails 1 "several files are wanted" "$partgrad" prepare cars196 --source http://127.0.0.1:1/x.tgz --data "$data"
    fails 1 "--path DIR" "$partgrad" prepare folder --data "$data"
    [ -z "$(find "$data" -type f)" ]
}

@test "prepare names a broken image and leaves nothing" {
    mkdir -p "$BATS_TEST_TMPDIR/tree/one"
    echo nonsense >"$BATS_TEST_TMPDIR/tree/one/broken.jpg"
    fails 1 "one/broken.jpg: not a JPEG, PNG or WebP image" \
        "$partgrad" prepare folder --path "$BATS_TEST_TMPDIR/tree" --data "$data"
    [ "${#lines[@]}" -eq 1 ]
    [ -z "$(ls "$data")" ]
}

@test "prepare leaves out broken images when asked, and info tells" {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p tree/one tree/two
    write_jpeg tree/one/good.jpg
    write_jpeg tree/two/good.jpg
    echo nonsense >tree/two/broken.jpg
    run "$partgrad" prepare folder --path tree --size 16 --skip-broken --data "$data"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"skipped image: tree/two/broken.jpg: not a JPEG, PNG or WebP image"* ]]
    run "$partgrad" info folder --data "$data"
    echo "$output"
    [[ "$output" == *"images: 2"* ]]
    [[ "$output" == *"listed: 3 images"* ]]
    [[ "$output" == *"skipped: 1 broken images"* ]]
    [[ "$output" == *"skipped image: tree/two/broken.jpg: not a JPEG, PNG or WebP image"* ]]
}

@test "prepare cuts to bounding boxes, and info tells of it and of the archive" {
    write_cub "$BATS_TEST_TMPDIR/birds.tgz"
    "$partgrad" prepare cub --archive "$BATS_TEST_TMPDIR/birds.tgz" --size 16 --data "$data"
    "$partgrad" prepare cub --archive "$BATS_TEST_TMPDIR/birds.tgz" --size 16 --crop-boxes --name cut --data "$data"
    "$partgrad" info cut --data "$data" | grep -x 'crop_boxes: true'
    sum=$(sha256sum "$BATS_TEST_TMPDIR/birds.tgz" | cut -d' ' -f1)
    "$partgrad" info cut --data "$data" | grep -x "archive: birds.tgz, [0-9]* bytes, sha256 $sum"
    run cmp "$data/cub.pack" "$data/cut.pack"
    [ "$status" -eq 1 ]
}

@test "prepare refuses wrong usage" {
    fails 2 "procedural" "$partgrad" prepare procedurel --data "$data"
    fails 2 "classes" "$partgrad" prepare procedural --classes none --data "$data"
    fails 2 "--name" "$partgrad" prepare procedural --name ../up --data "$data"
    fails 2 "" "$partgrad" prepare
}

@test "info says what is missing or damaged" {
    fails 1 "nothing.pack is not there" "$partgrad" info nothing --data "$data"
    "$partgrad" prepare procedural --classes 4 --samples-per-class 2 --name p --data "$data"
    printf 'x' | dd of="$data/p.pack" bs=1 seek=5000 conv=notrunc status=none
    fails 1 "checksum" "$partgrad" info p --data "$data"
    truncate -s 5000 "$data/p.pack"
    fails 1 "cut or damaged" "$partgrad" info p --data "$data"
}

@test "info takes the path that prepare prints, and names the packs there are" {
    cd "$BATS_TEST_TMPDIR"
    path=$("$partgrad" prepare procedural --classes 4 --samples-per-class 2 --name tiny)
    [ "$path" = data/tiny.pack ]
    "$partgrad" info "$path" | grep -x 'images: 8'
    "$partgrad" info "$PWD/$path" | grep -x 'images: 8'
    "$partgrad" info tiny | grep -x 'images: 8'
    fails 1 "data/tini.pack is not there; did you mean 'tiny'?" "$partgrad" info tini
    fails 1 "There are tiny" "$partgrad" info elephants
    fails 1 "did you mean 'tiny'?" "$partgrad" embed --dataset tinny --model conv4
}

@test "prepare keeps validation classes apart, and info and embed show them" {
    cd "$BATS_TEST_TMPDIR"
    for class in Train/a Train/b test/c val/d; do
        for image in 1 2; do write_jpeg "tree/$class/$image.jpeg"; done
    done
    "$partgrad" prepare folder --path tree --size 16 2>news
    cat news
    grep -F 'note: same image in classes of two splits (4): ' news
    grep -F 'note: seen twice in a class (1): tree/Train/a/1.jpeg = tree/Train/a/2.jpeg' news
    run "$partgrad" info folder
    echo "$output"
    [[ "$output" == *"train: 2 classes, 4 images"*"test: 1 classes, 2 images"*"valid: 1 classes, 2 images"* ]]
    [[ "$output" == *"note: same image in classes of two splits (4): "* ]]
    "$partgrad" embed --dataset folder --model conv4 --image-size 16 --split valid --out e
    rm -r tree/val
    "$partgrad" prepare folder --path tree --size 16 --name two
    [ -z "$("$partgrad" info two | grep valid)" ]
    fails 1 "two has no valid classes" "$partgrad" embed --dataset two --model conv4 --image-size 16 --split valid
}

@test "prepare passes over files of other kinds and says which" {
    cd "$BATS_TEST_TMPDIR"
    for class in a b; do
        write_jpeg "tree/$class/1.jpg"
        write_jpeg "tree/$class/2.JFIF"
    done
    touch tree/a/x.gif tree/a/x.bmp tree/b/y.tif tree/loose.jpg
    mkdir tree/empty
    "$partgrad" prepare folder --path tree --size 16 2>news
    cat news
    "$partgrad" info folder | grep -x 'images: 4'
    grep -F 'WebP images (3): tree/a/x.bmp, tree/a/x.gif, tree/b/y.tif' news
    grep -F 'in no class folder (1): tree/loose.jpg' news
    grep -F 'class folders without images (1): tree/empty' news
}

@test "prepare takes an archive with any folder, and an unpacked one" {
    cd "$BATS_TEST_TMPDIR"
    write_cub_tree . 8
    mkdir extra twice
    cp -r CUB_200_2011 extra
    cp -r extra twice/extra
    tar --hard-dereference -czf extra.tgz extra
    tar --hard-dereference -cf twice.tar twice
    tar --hard-dereference -czf flat.tgz -C CUB_200_2011 .
    for archive in extra.tgz twice.tar flat.tgz CUB_200_2011 ./twice; do
        "$partgrad" prepare cub --archive "$archive" --size 16
        "$partgrad" info cub | grep -x 'images: 8'
    done
}

@test "real CUB-200-2011 images are counted right" {
    [ -n "$PARTGRAD_SHARED" ] || skip "PARTGRAD_SHARED is not set"
    "$partgrad" prepare cub --archive "$PARTGRAD_SHARED/data/CUB_200_2011.tgz" --size 64 --data "$data"
    run "$partgrad" info cub --data "$data"
    echo "$output"
    [[ "$output" == *"images: 7456"* ]]
    [[ "$output" == *"classes: 127"* ]]
    [[ "$output" == *"train: 85 classes, 4982 images"* ]]
    [[ "$output" == *"test: 42 classes, 2474 images"* ]]
    "$partgrad" prepare cub --archive "$PARTGRAD_SHARED/data/CUB_200_2011.tgz" --size 64 --data "$data" --name one --threads 1
    cmp "$data/one.pack" "$data/cub.pack"
}

@test "real Cars196 images are counted right" {
    [ -n "$PARTGRAD_SHARED" ] || skip "PARTGRAD_SHARED is not set"
    "$partgrad" prepare cars196 --archive "$PARTGRAD_SHARED/data/cars_annos.mat" \
        --archive "$PARTGRAD_SHARED/data/car_ims.tgz" --size 64 --data "$data"
    run "$partgrad" info cars196 --data "$data"
    echo "$output"
    [[ "$output" == *"images: 16185"* ]]
    [[ "$output" == *"train: 98 classes, 8054 images"* ]]
    [[ "$output" == *"test: 98 classes, 8131 images"* ]]
}

@test "prepare --split takes what info --classes prints, edited" {
    cd "$BATS_TEST_TMPDIR"
    "$partgrad" prepare procedural --classes 4 --samples-per-class 2 --data "$data"
    "$partgrad" info procedural --classes --data "$data" >split
    "$partgrad" prepare procedural --classes 4 --samples-per-class 2 --name same --split split --data "$data"
    cmp <("$partgrad" info same --classes --data "$data") split
    sed 's/^train \(kind-0000000\)$/valid \1/; s/^test \(kind-0000003\)$/none \1/' split >other
    "$partgrad" prepare procedural --classes 4 --samples-per-class 2 --name other --split other --data "$data"
    "$partgrad" info other --data "$data" | tee told
    grep -x 'valid: 1 classes, 2 images' told
    grep -x 'test: 1 classes, 2 images' told
    grep -x "split: other, .* bytes, sha256 $(sha256sum other | cut -d' ' -f1)" told
    grep -x 'note: other leaves out 1 classes with 2 images' told
    echo 'train kind-0000009' >wrong
    fails 1 "wrong line 1: there is no class 'kind-0000009'" \
        "$partgrad" prepare procedural --classes 4 --name wrong --split wrong --data "$data"
    [ ! -e "$data/wrong.pack" ]
}
