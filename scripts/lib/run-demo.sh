#!/usr/bin/env bash
# The half of scripts/demo that needs no privilege: run-demo.sh RUN_DIR [--once]; what it writes lies in TMPDIR.
set -euo pipefail
umask 077
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

bin=$1/bin
mode=${2:-}
own=$TMPDIR
config=$own/outlook-syncd.toml
syncd=("$bin/outlook-syncd" --config "$config")
callback=/v1/integrations/outlook/callback
# Settings of the person who runs the demo are not the demo's.
unset "${!OUTLOOK_SYNCD_@}"

# Sets control, https, spki, the parallel lists logins and passwords, and third, a mailbox that is left to be connected.
start_simulator() {
    local line
    mkfifo "$own/simulator"
    "$bin/outlook-sim" --seed 1 --accounts 3 --messages 60 --ca-out "$own/ca.pem" >"$own/simulator" &
    simulator=$!
    read -r line <"$own/simulator" || fail 70 'the simulator did not start'
    https=$(json_texts https "$line")
    control=$(json_texts control "$line")
    spki=$(json_texts spki_sha256 "$line")
    client_id=$(json_texts client_id "$(tell identity/apps "{\"redirect_uris\": [\"http://localhost$callback\"]}")")
    mapfile -t logins < <(json_texts smtp "$line")
    mapfile -t passwords < <(json_texts password "$line")
    third=("${logins[2]}" "${passwords[2]}")
    logins=("${logins[@]:0:2}") passwords=("${passwords[@]:0:2}")
}

# tell PATH JSON: asks the simulator's control interface.
tell() {
    curl --disable --noproxy '*' --silent --fail --header 'content-type: application/json' --data "$2" "$control/$1"
}

# json_texts KEY JSON: every text under that key, a line each.
json_texts() { grep -o "\"$1\":\"[^\"]*\"" <<<"$2" | cut -d'"' -f4; }

free_port() {
    local port=8425
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

random_word() { head -c 32 /dev/urandom | base64; }

write_config() {
    random_word >"$own/read-token"
    random_word >"$own/cron-secret"
    cat >"$config" <<TOML
state_dir = "$own/state"
[key]
file = "$own/key"
[http]
listen = "127.0.0.1:$port"
read_token_file = "$own/read-token"
cron_secret_file = "$own/cron-secret"
[oauth]
client_id = "$client_id"
redirect_uri = "http://localhost:$port$callback"
[simulator]
https = "$https"
spki_sha256 = "$spki"
ca_file = "$own/ca.pem"
TOML
    mkdir "$own/state"
    "${syncd[@]}" key new "$own/key" >/dev/null
}

connect_all() {
    local index
    for index in "${!logins[@]}"; do
        say "connecting ${logins[index]}"
        supervised "${syncd[@]}" account connect --owner demo --password-stdin "${logins[index]}" \
            < <(printf '%s' "${passwords[index]}")
    done
}

# What the owner does at Microsoft: types the code in, and allows that contacts are read.
type_code() {
    local code='' tries
    for ((tries = 0; tries < 100; tries++)); do
        code=$(curl --disable --noproxy '*' --silent --fail "$control/identity/device" | grep -o '[A-Z0-9]\{8,\}' | head -n 1) || true
        [[ -z $code ]] || break
        sleep 0.1
    done
    tell identity/device "{\"user_code\": \"$code\", \"account\": \"$1\"}" >/dev/null
}

connect_contacts() {
    say "connecting the contacts of ${logins[0]} by a code that its owner types in at Microsoft"
    type_code "${logins[0]}" &
    supervised "${syncd[@]}" account connect --owner demo --device-code "${logins[0]}"
}

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

# The secret reaches curl on its standard input, never as an argument.
ask_for_cycle() {
    supervised curl --disable --config - --noproxy '*' --silent --output /dev/null --max-time 120 \
        "http://127.0.0.1:$port/api/cron/outlook-sync" \
        < <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$own/cron-secret")") || true
}

start_daemon() {
    say 'the daemon (outlook-syncd run)'
    "${syncd[@]}" run &
    daemon=$!
    curl --disable --noproxy '*' --silent --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused \
        "http://127.0.0.1:$port/health/live" || fail 70 'the daemon does not answer'
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
        "${syncd[@]}" messages "$login" --limit 1
        supervised sleep 60 || true
    done
    fail 70 'the daemon has ended'
}

stop_all() {
    end_process "${daemon:-}"
    end_process "${simulator:-}"
}

on_exit stop_all
start_simulator
port=$(free_port)
write_config
connect_all
connect_contacts
one_cycle
contact_goes_out
[[ $mode != --once ]] || exit 0
start_daemon
deliver_every_minute
