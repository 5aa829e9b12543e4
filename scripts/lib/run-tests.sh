#!/usr/bin/env bash
# The half of scripts/test that needs no privilege: run-tests.sh RUN_DIR [FILTER…], from the copied tree in RUN_DIR.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/lib/postgres.sh
source "$root/scripts/lib/postgres.sh"

run_dir=$1
shift

# A binary gets what cargo would give it: the package's directory to stand in.
run_binary() {
    cd "$root/$1"
    CARGO_MANIFEST_DIR=$PWD exec "$run_dir/bin/$2" "${@:3}"
}

on_exit pg_stop
pg_start "$TMPDIR/postgres"
export OUTLOOK_SYNCD_BIN=$run_dir/bin/outlook-syncd INSTA_WORKSPACE_ROOT=$root INSTA_UPDATE=no
code=0
while IFS=$'\t' read -r package binary; do
    say "$binary"
    supervised run_binary "$package" "$binary" "$@" || code=1
done <"$run_dir/tests"
exit "$code"
