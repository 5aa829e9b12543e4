#!/usr/bin/env bash
# scripts/cron-outlook-sync.sh against a curl and an outlook-syncd of our own.
set -euo pipefail
# shellcheck source=support/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/support/assert.sh"

export OUTLOOK_SYNC_SECRET_FILE=$box/secret OUTLOOK_SYNC_LOG=$box/logs/cron.log
log=$OUTLOOK_SYNC_LOG
printf 'quite-secret\n' >"$box/secret"

# Notes what it was given, then answers what the test put into $box/answer, with the exit code in $box/curl-code.
fake curl <<'SH'
printf '%s\n' "$@" >"$box/curl-arguments"
cat >"$box/curl-input"
cat "$box/answer"
exit "$(cat "$box/curl-code")"
SH
answer() { # CURL_CODE STATUS BODY
    printf '%s' "$1" >"$box/curl-code"
    printf '%s\n%s' "$3" "$2" >"$box/answer"
}
expect() { # WHAT CODE LOGGED
    run "$scripts/cron-outlook-sync.sh"
    equal "$1, exit code" "$2" "$code"
    equal "$1, silence" '' "$output"
    holds "$1, log" "$3" "$(tail -n 1 "$log")"
}

answer 0 200 '{"accounts":[]}'
expect 'a cycle that went well' 0 'ok {"accounts":[]}'
holds 'the secret is a header' 'header = "Authorization: Bearer quite-secret"' "$(<"$box/curl-input")"
lacks 'the secret is no argument' 'quite-secret' "$(<"$box/curl-arguments")"
holds 'the address' 'http://127.0.0.1:8425/api/cron/outlook-sync' "$(<"$box/curl-arguments")"
lacks 'the log has no secret' 'quite-secret' "$(<"$log")"
equal 'the log is private' 600 "$(stat -c %a "$log")"

answer 0 503 '{"worst":"drift"}'
expect 'a cycle that failed' 1 'HTTP 503 {"worst":"drift"}'
answer 0 409 '{"since":"2026-01-01T00:00:00Z"}'
expect 'a cycle at work' 75 'busy'
answer 0 401 ''
expect 'another secret' 78 '401'
answer 0 403 ''
expect 'a token without the scope' 78 '403'
answer 7 000 'curl: (7) Failed to connect'
expect 'no daemon' 69 'no answer'
answer 28 000 'curl: (28) timed out'
expect 'out of time' 75 'within 2100 s'

printf 'two words\n' >"$box/secret"
expect 'a secret that is none' 78 'one word'
rm "$box/secret"
expect 'no secret' 78 'cannot read'

fake outlook-syncd <<'SH'
printf '%s\n' "$*" >"$box/command-arguments"
echo 'two accounts'
exit "$(cat "$box/command-code")"
SH
for given in 0 77; do
    printf '%s' "$given" >"$box/command-code"
    run "$scripts/cron-outlook-sync.sh" --once
    equal '--once hands the exit code on' "$given" "$code"
    holds '--once keeps the words' "exit $given: two accounts" "$(tail -n 1 "$log")"
    equal '--once runs a cycle' '--once' "$(<"$box/command-arguments")"
done

fake outlook-syncd <<'SH'
[[ $1 == status ]] && echo 'cannot read the configuration' && exit "$(cat "$box/command-code")"
SH
for given in 0 1 78; do
    printf '%s' "$given" >"$box/command-code"
    run "$scripts/cron-outlook-sync.sh" --once --check
    equal "--once --check of a status $given" "$((given == 1 ? 0 : given))" "$code"
done
equal '--check says why' 'cannot read the configuration' "$output"
lines=$(wc -l <"$log")
run "$scripts/cron-outlook-sync.sh" --check
equal '--check without a secret' 78 "$code"
equal '--check says which' "cannot read the secret in $box/secret" "$output"
equal '--check logs nothing' "$lines" "$(wc -l <"$log")"

mkdir -p "$box/home" "$box/share/outlook-syncd"
cp "$scripts/cron-outlook-sync.sh" "$box/share/outlook-syncd/"
HOME=$box/home OUTLOOK_SYNC_LOG='' run "$box/share/outlook-syncd/cron-outlook-sync.sh"
holds 'where there is no logs/ it logs at home' 'cannot read' "$(<"$box/home/logs/outlook-sync-cron.log")"

# The first line of the pipe is written when the command is at work, so the limit is what ends it.
mkfifo "$box/never"
fake outlook-syncd <<'SH'
read -r _ <"$box/never"
SH
OUTLOOK_SYNC_LIMIT=0.2 run "$scripts/cron-outlook-sync.sh" --once
equal 'the limit, exit code' 75 "$code"
holds 'the limit, log' 'given up' "$(tail -n 1 "$log")"

exec 8>>"$log.lock"
flock 8
run "$scripts/cron-outlook-sync.sh"
equal 'a second run at the same time, exit code' 75 "$code"
holds 'a second run at the same time, log' 'still at work' "$(tail -n 1 "$log")"
flock --unlock 8

head -c 1048576 /dev/zero | tr '\0' x >"$log"
run "$scripts/cron-outlook-sync.sh"
equal 'a full log is put aside' 1048576 "$(stat -c %s "$log.1")"
equal 'and begun anew' 1 "$(wc -l <"$log")"

run "$scripts/cron-outlook-sync.sh" --twice
equal 'usage' 64 "$code"
summary
