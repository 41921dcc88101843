# systems.bash - makes clean Debian and Ubuntu systems in folders with debootstrap, for scripts that test something in one or
# need another release: `source` it. All functions need root.

# system_make SUITE FOLDER [PACKAGE...] - a minimal system with those packages, unless FOLDER has one already. Mounts made by
# debootstrap end with it, even if it is killed, so that removing the folder never reaches the machine's own /proc.
system_make() {
    local suite=$1 root=$2 options=(--variant=minbase) script=()
    if [ -e "$root/made" ]; then return; fi
    if ! command -v debootstrap >/dev/null; then
        echo "not reached: debootstrap is not installed"
        return 1
    fi
    if [ "$suite" = noble ]; then
        if [ ! -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ]; then
            echo "not reached: there is no keyring of Ubuntu's archive here: Debian 13's package ubuntu-keyring has it"
            return 1
        fi
        options+=(--components=main,universe)
        # An older debootstrap does not know its name, but all Ubuntu releases are made in the same way.
        if [ ! -e /usr/share/debootstrap/scripts/noble ]; then script=('' gutsy); fi
    fi
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    unshare --mount debootstrap "${options[@]}" --include="$(IFS=,; echo "ca-certificates,${*:3}")" "$suite" "$root" "${script[@]}" || {
        tail -n 3 "$root/debootstrap/debootstrap.log" 2>/dev/null
        echo "not reached: debootstrap cannot make $suite"
        return 1
    }
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/thrown-away" # it can be made again, so there is no need to wait for the disk
    touch "$root/made"
}

# system_run FOLDER COMMAND - runs a shell command line in that system, with mounts and processes that end with it. Stops at the
# first command that fails.
system_run() {
    unshare --mount --pid --fork --kill-child sh -ec '
        mount -t proc proc "$0/proc"
        mount -t tmpfs tmpfs "$0/dev/shm"
        mount -t devpts devpts "$0/dev/pts"
        exec chroot "$0" /usr/bin/env -i PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CCACHE_DIR=/var/cache/ccache \
            DEBIAN_FRONTEND=noninteractive OMP_WAIT_POLICY=passive sh -ec "$1"' "$1" "$2"
}
