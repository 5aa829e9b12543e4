#!/usr/bin/env bash
# The half of scripts/demo that needs no privilege: run-demo.sh RUN_DIR [--once].
set -euo pipefail
umask 077
# shellcheck source=world.sh
source "$(dirname "${BASH_SOURCE[0]}")/world.sh"
mode=${2:-}

# One cycle, then what each account has: the last column of its summary, over all folders.
one_cycle() {
    say 'one cycle (outlook-syncd --once)'
    local code=0 login
    supervised "${syncd[@]}" --once >"$own/summary" || code=$?
    cat "$own/summary"
    [[ $code -eq 0 ]] || fail "$code" 'the cycle did not go well'
    say 'what arrived (outlook-syncd messages)'
    "${syncd[@]}" messages --limit 10
    say 'its contacts (outlook-syncd contacts list)'
    "${syncd[@]}" contacts list "${logins[0]}"
    "${syncd[@]}" contacts list "${logins[0]}" --json | grep -q '"display_name"' || fail 70 'no contacts arrived'
    say 'how the accounts do (outlook-syncd status)'
    "${syncd[@]}" status
    for login in "${logins[@]}"; do
        awk -v login="${login,,}" '$1 == login { held += $NF }
            END { printf "%s has %d messages\n", login, held; exit (held == 0) }' "$own/summary" ||
            fail 70 "no mail of $login arrived"
    done
}

# A contact that is made here, until the mailbox has it.
contact_goes_out() {
    local login=${logins[0]}
    say 'a contact is made here (outlook-syncd contacts add); a cycle compares it with those of Outlook and writes it'
    "${syncd[@]}" contacts add "$login" --given-name Charles --surname Babbage --email charles@example.org
    "${syncd[@]}" sync "$login" >/dev/null
    supervised "${syncd[@]}" --once >"$own/summary" || fail $? 'the cycle did not go well'
    curl --disable --noproxy '*' --silent --fail "$control/contacts/$login" | grep -q charles@example.org ||
        fail 70 'the mailbox has no such contact'
    say "Outlook has Charles Babbage; what was written to it stands in the journal (contacts journal)"
    "${syncd[@]}" contacts journal "$login"
}

tell_where() {
    say 'the dashboard (outlook-syncd dashboard): open this in a browser'
    "${syncd[@]}" dashboard
    say "to connect a third mailbox there with Microsoft, for the user demo, as ${third[0]} with the password ${third[1]}: open the link in a
browser that takes the simulator for Microsoft:
chromium --user-data-dir=\$(mktemp -d) --host-resolver-rules='MAP login.microsoftonline.com $https' --ignore-certificate-errors-spki-list=$spki LINK"
    say "health, until Ctrl-C:  curl -H \"Authorization: Bearer \$(cat $own/read-token)\" http://127.0.0.1:$port/health"
}

deliver_every_minute() {
    local turn=0 login
    while kill -0 "$daemon" 2>/dev/null; do
        login=${logins[turn++ % ${#logins[@]}]}
        tell "accounts/$login/deliver" '{"count": 1}' >/dev/null
        say "a new mail for $login, and a cycle asked for at /api/cron/outlook-sync; the newest is now:"
        ask_for_cycle
        "${syncd[@]}" messages "$login" --limit 1 || say "its newest mail cannot be shown"
        supervised sleep 60 || true
    done
    fail 70 'the daemon has ended'
}

start_world
connect_all
connect_contacts
one_cycle
contact_goes_out
[[ $mode != --once ]] || exit 0
start_daemon
tell_where
deliver_every_minute
