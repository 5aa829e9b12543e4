# shellcheck shell=bash
# Sourced after common.sh: packages of other languages, at the versions of their lock files, kept under cargo's target
# directory and fetched only when a lock file has changed.

# packages_dir NAME: where they are kept.
packages_dir() {
    local target
    target=$(cd "${root:?}" && cargo metadata --no-deps --format-version 1 --offline |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
    printf '%s/%s\n' "$target" "$1"
}

# node_packages SOURCE DIR: the packages of SOURCE/package-lock.json in DIR/node_modules.
node_packages() {
    ! cmp --quiet "$1/package-lock.json" "$2/installed-lock.json" || return 0
    say "npm ci in $2"
    mkdir -p "$2"
    cp "$1/package.json" "$1/package-lock.json" "$2/"
    npm ci --prefix "$2" --ignore-scripts --no-audit --no-fund --loglevel=error
    cp "$1/package-lock.json" "$2/installed-lock.json"
}

# Debian's own: what another installation of Python has put first on PATH may lie where only its owner can go.
system_python() { type -P /usr/bin/python3 || type -P python3; }

# python_packages REQUIREMENTS DIR: the packages of REQUIREMENTS, which names each at one version, in DIR.
python_packages() {
    ! cmp --quiet "$1" "$2/installed.txt" || return 0
    say "pip install in $2"
    rm -rf "$2"
    "$(system_python)" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
        --only-binary :all: --target "$2" --requirement "$1"
    cp "$1" "$2/installed.txt"
}

# cargo_program NAME VERSION [OPTION…]: prints the path of that program, which it builds when it is not there.
cargo_program() {
    local kept
    kept=$(packages_dir "$1-$2")
    if [[ ! -x $kept/bin/$1 ]]; then
        say "cargo install $1 $2" >&2
        # Not optimised, it is built in half the time. Cargo's own directory for it is removed at the end; the target directory
        # would keep all that it was made of.
        (unset CARGO_TARGET_DIR && cargo install --quiet --locked --debug --root "$kept" --version "$2" "${@:3}" "$1") >&2
    fi
    printf '%s\n' "$kept/bin/$1"
}
