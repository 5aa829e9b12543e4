# shellcheck shell=bash
# Sourced by the shell tests: a private directory, programs of our own in front of PATH, and assertions that are counted.

# shellcheck disable=SC2034  # for those who source this
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../scripts" && pwd)
box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
mkdir "$box/bin"
PATH=$box/bin:$PATH
passed=0 failed=0

# fake NAME: a program that is the script on standard input, with $box in its environment.
fake() {
    { printf '#!/usr/bin/env bash\nbox=%q\n' "$box" && cat; } >"$box/bin/$1"
    chmod +x "$box/bin/$1"
}

# run COMMAND…: sets code and output.
run() {
    code=0
    output=$("$@" 2>&1) || code=$?
}

judge() { # WHAT TRUTH…
    if "${@:2}"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s (exit %s)\n%s\n' "$1" "${code:-}" "${output:-}" >&2
    fi
}

equal() { judge "$1: expected '$2', is '$3'" test "$2" = "$3"; }
holds() { judge "$1: no '$2' in '$3'" contains "$3" "$2"; }
lacks() { judge "$1: '$2' in '$3'" without "$3" "$2"; }
contains() { [[ $1 == *"$2"* ]]; }
without() { [[ $1 != *"$2"* ]]; }

# summary: the last line of every test.
summary() {
    printf '%s: %s passed, %s failed\n' "${0##*/}" "$passed" "$failed"
    [[ $failed -eq 0 && $passed -gt 0 ]]
}
