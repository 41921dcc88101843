# archives.bash - small archives in the layouts that data sets are published in.

# An image of 16 x 16 pixels.
write_jpeg() {
    mkdir -p "$(dirname "$1")"
    base64 -d >"$1" <<'JPEG'
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5mo
q6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQABADASIAAhEB
AxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABAX/xAAXEAADAQAAAAAAAAAAAAAAAAAAAwRh/8QAFQEBAQAAAAAAAAAAAAAAAAAAAAH/xAAXEQADAQAAAAAA
AAAAAAAAAAAAAgQD/9oADAMBAAIRAxEAPwCWqfBap8FKnwUqfCvsJqD/2Q==
JPEG
}

# write_cub_tree FOLDER IMAGES - FOLDER/CUB_200_2011 with its lists: four classes, two on each side of the split.
write_cub_tree() {
    local root=$1/CUB_200_2011 i class
    local classes=(001.Albatross 100.Tern 101.Pelican 200.Yellowthroat)
    mkdir -p "$root/images"
    write_jpeg "$root/images/one.jpg"
    for class in "${classes[@]}"; do
        mkdir -p "$root/images/$class"
        echo "$((10#${class%%.*})) $class" >>"$root/classes.txt"
    done
    for ((i = 1; i <= $2; i++)); do
        class=${classes[i % 4]}
        ln "$root/images/one.jpg" "$root/images/$class/$i.jpg"
        echo "$i $class/$i.jpg" >>"$root/images.txt"
        echo "$i $((10#${class%%.*}))" >>"$root/image_class_labels.txt"
        echo "$i 2.0 2.0 12.0 12.0" >>"$root/bounding_boxes.txt"
    done
    rm "$root/images/one.jpg"
}

# write_cub FILE [IMAGES [NOISE_BYTES]] - such an archive, with bytes that do not compress to make it as long as wished.
write_cub() {
    local tree=$BATS_TEST_TMPDIR/tree
    rm -rf "$tree"
    write_cub_tree "$tree" "${2:-8}"
    head -c "${3:-0}" /dev/urandom >"$tree/CUB_200_2011/noise"
    tar -C "$tree" --hard-dereference -czf "$1" CUB_200_2011
}
