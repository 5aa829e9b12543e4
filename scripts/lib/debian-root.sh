# shellcheck shell=bash
# Sourced after common.sh: a Debian of this machine's release with Chromium, in a directory. It is made once, from the
# repositories of this machine's apt, and anew when they have a newer Chromium or systemd, or when this file has changed.

# What a server that somebody installs has at least, and what the program is documented to need.
root_packages=(systemd-sysv dbus procps sudo ca-certificates curl sqlite3 chromium)

# boot_obstacle: why no Debian can be booted here; nothing where it can.
boot_obstacle() {
    if [[ $EUID -ne 0 ]]; then
        echo 'only root can'
    elif ! grep -qx 'ID=debian' /etc/os-release; then
        echo 'only a Debian makes another one'
    elif ! command -v debootstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
        echo 'there is no debootstrap or no systemd-nspawn'
    elif ! unshare --mount true 2>/dev/null; then
        echo 'this root may not mount'
    fi
}

# debian_root DIR: leaves the system in DIR/root.
debian_root() {
    mkdir -p "$1"
    # Without its lists apt does not know whose repositories they are.
    [[ -n $(repositories) ]] || supervised apt-get update -qq
    [[ -n $(repositories) ]] || fail 69 'no repository of Debian is among those of apt'
    made_of >"$1/wanted"
    ! cmp --quiet "$1/wanted" "$1/made-of" || return 0
    say "a Debian in $1/root"
    rm -rf "$1"/root* "$1/made-of"
    make_root "$1/root" >"$1/log" 2>&1 || fail 70 "no Debian could be made: $(tail -n 20 "$1/log")"
    mv "$1/wanted" "$1/made-of"
}

made_of() {
    repositories
    LC_ALL=C apt-cache policy chromium systemd | grep -E '^[a-z]|Candidate'
    cat "${BASH_SOURCE[0]}"
}

# repositories: address, suite and component of each from which this machine takes its own release.
repositories() {
    local release
    release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        grep -E " $release(-updates|-security)? " | sort -u
}

make_root() {
    local mirror suite
    read -r mirror suite _ < <(repositories | grep -vE -- '-(updates|security) ') || return
    supervised debootstrap --variant=minbase "$suite" "$1" "$mirror" || return
    # Else it has this machine's name, which it could not resolve.
    echo localhost >"$1/etc/hostname"
    echo '127.0.0.1 localhost' >"$1/etc/hosts"
    repositories | sed 's/^/deb /' >"$1/etc/apt/sources.list"
    lend "$1.lent"
    in_root "$1" apt-get update && in_root "$1" apt-get install --yes --no-install-recommends "${root_packages[@]}" &&
        in_root "$1" apt-get clean || return
    # It is booted without a network, where asking for what is new would only take time.
    rm -rf "$1"/etc/apt/sources.list "$1"/var/lib/apt/lists/* "$1.lent"
}

# lend DIR: what this machine's apt needs to reach its repositories, such as a proxy, whose address may hold a password.
lend() {
    local certificates=/etc/ssl/certs/ca-certificates.crt
    install -d -m 0700 "$1"
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' >"$1/apt.conf"
    [[ -e $certificates ]] || return 0
    cp "$certificates" "$1/"
    echo 'Acquire::https::CaInfo "/run/lent/ca-certificates.crt";' >>"$1/apt.conf"
}

# What is lent lies in /run and does not stay.
in_root() {
    supervised container "$1" --as-pid2 --resolv-conf=bind-host --bind-ro="$1.lent:/run/lent" \
        --setenv=APT_CONFIG=/run/lent/apt.conf --setenv=DEBIAN_FRONTEND=noninteractive "${@:2}"
}

# container ROOT OPTION…: becomes systemd-nspawn. It leaves files in its corner of /run, which is therefore one of its own.
container() {
    local options=(--quiet --register=no --machine="outlook-syncd-test-$BASHPID" --link-journal=no --suppress-sync=yes)
    # Where systemd does not run, nobody could make a control group for it.
    [[ -d /run/systemd/system ]] || options+=(--keep-unit)
    mkdir -p /run/systemd/nspawn
    # shellcheck disable=SC2016  # for the inner shell
    exec unshare --mount sh -c 'mount -t tmpfs tmpfs /run/systemd/nspawn && exec systemd-nspawn "$@"' sh \
        "${options[@]}" --directory="$1" "${@:2}"
}
