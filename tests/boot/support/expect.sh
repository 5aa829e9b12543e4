# shellcheck shell=bash
# Sourced: a line for each thing that an operator would see, and a wait that has a condition and a limit.

failed=()
trace=$(mktemp)

# check WHAT COMMAND…: where it fails, what the command did and what the service has logged meanwhile is shown.
check() {
    local code=0 since
    since=$(date '+%F %T')
    SECONDS=0
    # Not `if (…)`: that would take `set -e` from the functions that are called.
    set +e
    (
        set -ex
        "${@:2}"
    ) </dev/null >"$trace" 2>&1
    code=$?
    set -e
    if [[ $code -eq 0 ]]; then
        printf 'ok      %s (%d s)\n' "$1" "$SECONDS"
    else
        failed+=("$1")
        printf 'FAILED  %s (%d s, exit %d)\n' "$1" "$SECONDS" "$code"
        tail -n 60 "$trace"
        journalctl --unit=outlook-syncd --since="$since" --no-pager --output=short-iso | tail -n 60
    fi
}

# within SECONDS COMMAND…: waits until the command succeeds. Of its tries only the last is shown.
within() {
    local end=$((SECONDS + $1)) try
    try=$(mktemp)
    { set +x; } 2>/dev/null
    until "${@:2}" >"$try" 2>&1; do
        if [[ $SECONDS -ge $end ]]; then
            printf 'not within %d s: %s\n' "$1" "${*:2}"
            cat "$try"
            return 1
        fi
        sleep 0.2
    done
    set -x
}

# no COMMAND…: that it fails. `!` would not end a function that is run with `set -e`.
no() { ! "$@"; }

# build_on: nothing that follows can be judged when something has failed.
build_on() { [[ ${#failed[@]} -eq 0 ]] || finish; }

# finish: the last line; what systemd says of its own end is of no interest.
finish() {
    printf '%s: %d failed\n' "${0##*/}" "${#failed[@]}"
    systemctl log-target null
    exit "$((${#failed[@]} > 0))"
}
