#!/usr/bin/env bash
# The half of scripts/test that needs no privilege: run-tests.sh RUN_DIR [FILTER…], from the copied tree in RUN_DIR.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=postgres.sh
source "$root/scripts/lib/postgres.sh"

run_dir=$1
shift

# A binary gets what cargo would give it: the package's directory to stand in.
run_binary() {
    cd "$root/$2" || exit
    CARGO_MANIFEST_DIR=$PWD exec "$run_dir/bin/$1" "${@:3}"
}

# A filter that matches nothing would otherwise pass.
require_a_match() {
    local binary package
    while read -r binary package; do
        ! run_binary "$binary" "$package" --list "$@" </dev/null | grep ': test$' >/dev/null || return 0
    done <"$run_dir/tests"
    fail 64 "no test matches: $*"
}

# Independent OAuth servers. They end with their standard input: with this shell at the latest.
start_peers() {
    mkfifo "$TMPDIR/peers-input" "$TMPDIR/peers-output"
    exec {peers_input}<>"$TMPDIR/peers-input"
    "$run_dir/bin/node" "$run_dir/peers/serve.mjs" "$root/tests/sim/assets/graph/outlook.openapi3.json" <"$TMPDIR/peers-input" >"$TMPDIR/peers-output" 2>"$TMPDIR/peers.log" {peers_input}>&- &
    peers=$!
    read -r OUTLOOK_SYNCD_TEST_PEERS <"$TMPDIR/peers-output" || fail 70 "the OAuth servers did not start: $(<"$TMPDIR/peers.log")"
    export OUTLOOK_SYNCD_TEST_PEERS
}

stop_all() {
    end_process "${peers:-}"
    pg_stop
}

[[ $# -eq 0 ]] || require_a_match "$@"
on_exit stop_all
pg_start "$TMPDIR/postgres"
start_peers
export OUTLOOK_SYNCD_TEST_AXE=$run_dir/peers/node_modules/axe-core/axe.min.js
export OUTLOOK_SYNCD_BIN=$run_dir/bin/outlook-syncd OUTLOOK_SYNCD_TEST_PYTHON=$run_dir/peers/python INSTA_WORKSPACE_ROOT=$root INSTA_UPDATE=no
code=0
while read -r binary package; do
    say "$binary"
    supervised run_binary "$binary" "$package" "$@" </dev/null || code=1
done <"$run_dir/tests"
exit "$code"
