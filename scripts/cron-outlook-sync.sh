#!/usr/bin/env bash
# One synchronisation from cron, where no daemon keeps the time: asks a running daemon for a cycle, or with `--once` runs
# one. Prints nothing; the log is logs/outlook-sync-cron.log. Exit codes: 0 all well, 1 the cycle ended with an error
# (see the log), 69 nobody answered, 75 busy or out of time, 78 wrong or missing secret; with `--once` those of the command.
# With `--check` it tells on standard error why whoever runs it could not do that, and does nothing.
#
# OUTLOOK_SYNC_URL          http://127.0.0.1:8425/api/cron/outlook-sync
# OUTLOOK_SYNC_SECRET_FILE  /etc/outlook-syncd/cron-secret
# OUTLOOK_SYNC_COMMAND      outlook-syncd: what `--once` runs
# OUTLOOK_SYNC_LIMIT        2100: seconds until the run is given up
# OUTLOOK_SYNC_LOG          logs/outlook-sync-cron.log beside scripts/, or at home where there is no logs/ beside it; one older
#                           megabyte is kept as .1
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ -d $here/logs ]] || here=$HOME
url=${OUTLOOK_SYNC_URL:-http://127.0.0.1:8425/api/cron/outlook-sync}
secret_file=${OUTLOOK_SYNC_SECRET_FILE:-/etc/outlook-syncd/cron-secret}
command=${OUTLOOK_SYNC_COMMAND:-outlook-syncd}
limit=${OUTLOOK_SYNC_LIMIT:-2100}
log=${OUTLOOK_SYNC_LOG:-$here/logs/outlook-sync-cron.log}
log_bytes=1048576
once=false check=false
for argument; do
    case $argument in
        --once) once=true ;;
        --check) check=true ;;
        *) echo 'usage: cron-outlook-sync.sh [--once] [--check]' >&2 && exit 64 ;;
    esac
done

finish() { # CODE TEXT
    if $check; then
        printf '%s\n' "$2" >&2
    else
        printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" >>"$log"
    fi
    exit "$1"
}

rotate() {
    if [[ -f $log && $(stat -c %s "$log") -ge $log_bytes ]]; then
        mv -f "$log" "$log.1"
    fi
}

read_secret() {
    [[ -r $secret_file ]] || finish 78 "cannot read the secret in $secret_file"
    secret=$(<"$secret_file")
    [[ $secret =~ ^[[:graph:]]+$ && $secret != *[\"\\]* ]] ||
        finish 78 "$secret_file must hold one word without quotes or backslashes"
}

# The secret goes to curl on its standard input: an argument could be read by every user of the machine.
ask_daemon() {
    local answer status body code=0
    read_secret
    answer=$(printf 'header = "Authorization: Bearer %s"\n' "$secret" |
        curl --disable --config - --noproxy '*' --silent --show-error --max-time "$limit" --write-out '\n%{http_code}' "$url" 2>&1) || code=$?
    status=${answer##*$'\n'}
    body=${answer%$'\n'*}
    case "$code $status" in
        '0 200') finish 0 "ok $body" ;;
        '0 202') finish 0 "begun $body" ;;
        '0 401') finish 78 "401: the daemon has another secret than $secret_file" ;;
        '0 403') finish 78 "403: the secret in $secret_file lacks the scope sync" ;;
        '0 409') finish 75 "busy $body" ;;
        0*) finish 1 "HTTP $status $body" ;;
        28*) finish 75 "no answer from $url within $limit s" ;;
        *) finish 69 "no answer from $url: $body" ;;
    esac
}

run_once() {
    local output code=0
    output=$(timeout --kill-after=15 "$limit" "$command" --once 2>&1) || code=$?
    [[ $code -ne 124 && $code -ne 137 ]] || finish 75 "given up after $limit s: $output"
    finish "$code" "exit $code: $output"
}

# Who cannot see how the accounts do cannot read them either; 1 says that one of them is not well.
try_command() {
    local output code=0
    output=$("$command" status 2>&1) || code=$?
    [[ $code -le 1 ]] || finish "$code" "$output"
}

if $check; then
    if $once; then try_command; else read_secret; fi
    exit 0
fi
mkdir -p "$(dirname "$log")"
exec 9>>"$log.lock"
flock --nonblock 9 || finish 75 'the run before is still at work'
rotate
if $once; then run_once; else ask_daemon; fi
