#!/usr/bin/env bash
# The half of scripts/screenshots that needs no privilege: run-screenshots.sh RUN_DIR; the pictures go to TMPDIR/shots.
set -euo pipefail
umask 077
# shellcheck source=world.sh
source "$(dirname "${BASH_SOURCE[0]}")/world.sh"

start_world
connect_all
connect_contacts
say 'cycles; after the first, an organisation shuts a mailbox: what needs attention is what the pages are for'
supervised "${syncd[@]}" --once >/dev/null
tell knobs "{\"account\": \"${logins[1]}\", \"set\": {\"sign_in\": \"conditional_access\"}}" >/dev/null
for what in bearer owa ests; do
    tell expire "{\"account\": \"${logins[1]}\", \"what\": \"$what\"}" >/dev/null
done
for _ in 1 2; do
    "${syncd[@]}" sync "${logins[1]}" >/dev/null
    supervised "${syncd[@]}" --once >/dev/null || true
done
start_daemon
mkdir "$own/shots"
say 'the pictures'
"${syncd[@]}" dashboard | supervised "$bin/node" "$1/shots/shots.mjs" "$own/shots"
