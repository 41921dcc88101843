# systems.bash - clean Debian and Ubuntu systems in folders, made by debootstrap, for scripts that try something in one or keep
# another release beside the machine's own: `source` it. All of it needs root.

# system_make SUITE FOLDER [PACKAGE...] - a minimal system and those packages, unless FOLDER has one already. What debootstrap
# mounts ends with it, even if it is killed, so that removing the folder never walks into the machine's own /proc.
system_make() {
    local suite=$1 root=$2 options=(--variant=minbase) script=()
    if [ -e "$root/made" ]; then return; fi
    if ! command -v debootstrap >/dev/null; then
        echo "not reached: debootstrap is not installed"
        return 1
    fi
    if [ "$suite" = noble ]; then
        if [ ! -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ]; then
            echo "not reached: there is no keyring of Ubuntu's archive here"
            return 1
        fi
        options+=(--components=main,universe)
        # An older debootstrap does not know it by name: all of Ubuntu are made alike.
        if [ ! -e /usr/share/debootstrap/scripts/noble ]; then script=('' gutsy); fi
    fi
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    unshare --mount debootstrap "${options[@]}" --include="$(IFS=,; echo "ca-certificates,${*:3}")" "$suite" "$root" "${script[@]}" || {
        tail -n 3 "$root/debootstrap/debootstrap.log" 2>/dev/null
        echo "not reached: debootstrap cannot make $suite"
        return 1
    }
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/thrown-away" # it can be made again, so nobody waits for the disk
    touch "$root/made"
}

# system_run FOLDER COMMAND - runs a shell's command line in that system, with mounts and processes that end with it. It stops
# at the first command that fails.
system_run() {
    unshare --mount --pid --fork --kill-child sh -ec '
        mount -t proc proc "$0/proc"
        mount -t tmpfs tmpfs "$0/dev/shm"
        mount -t devpts devpts "$0/dev/pts"
        exec chroot "$0" /usr/bin/env -i PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CCACHE_DIR=/var/cache/ccache \
            DEBIAN_FRONTEND=noninteractive OMP_WAIT_POLICY=passive sh -ec "$1"' "$1" "$2"
}
