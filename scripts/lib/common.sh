# shellcheck shell=bash
# Sourced by the scripts: words for people, and children that a signal to the script reaches.

# shellcheck disable=SC2034  # for those who source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '==> %s\n' "$*"; }

# fail CODE TEXT: the exit codes are those of sysexits.h, as in the daemon.
fail() {
    printf '%s: %s\n' "${0##*/}" "$2" >&2
    exit "$1"
}

# supervised COMMAND…: runs it and answers its exit code. Bash keeps a signal back while a child runs in the foreground, so
# the child runs in the background and `on_exit` ends it. For programs and functions that end in `exec`.
supervised() {
    local code=0
    "$@" <&0 &
    child=$!
    wait "$child" || code=$?
    child=
    return "$code"
}

# end_process PID: asks it to stop and waits until it has.
end_process() {
    [[ -z ${1:-} ]] || { kill "$1" && wait "$1"; } 2>/dev/null || true
}

# on_exit COMMAND…: runs it once at the end, also after Ctrl-C or SIGTERM, when the supervised child has ended.
on_exit() {
    on_exit_command=("$@")
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

finish() {
    trap '' INT TERM
    end_process "${child:-}"
    "${on_exit_command[@]}"
}
