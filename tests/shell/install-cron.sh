#!/usr/bin/env bash
# scripts/install-cron.sh against a crontab of our own.
set -euo pipefail
# shellcheck source=support/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/support/assert.sh"

table=$box/table
fake crontab <<'SH'
case $1 in
    -l)
        [[ ! -e $box/broken ]] || { echo 'crontab: you are not allowed' >&2 && exit 1; }
        [[ -e $box/table ]] || { echo 'no crontab for somebody' >&2 && exit 1; }
        cat "$box/table"
        ;;
    -) cat >"$box/table" && echo written >>"$box/writes" ;;
esac
SH
fake outlook-syncd <<'SH'
[[ $1 == status ]] && cat "$box/status" && exit "$(cat "$box/status-code")"
SH
fake id <<'SH'
case $1 in -u) cat "$box/uid" ;; -un) echo ada ;; esac
SH
echo 1000 >"$box/uid"
export OUTLOOK_SYNC_SECRET_FILE=$box/secret
printf 'quite-secret\n' >"$box/secret"
printf 1 >"$box/status-code"
touch "$box/status"
install() { run "$scripts/install-cron.sh" "$@"; }
lines() { grep -c 'cron-outlook-sync.sh' "$table" || true; }
writes() { wc -l <"$box/writes"; }

install --dry-run
equal 'a dry run succeeds' 0 "$code"
holds 'a dry run prints the line' "*/5 * * * * '$scripts/cron-outlook-sync.sh'" "$output"
judge 'a dry run writes nothing' test ! -e "$table"

install
equal 'into no table at all' 1 "$(lines)"
holds 'says what it adds' 'adds:' "$output"
install
equal 'a second time' 1 "$(lines)"
equal 'a second time writes nothing' 1 "$(writes)"
holds 'a second time says so' 'already there:' "$output"

printf '# mine\n0 1 * * * backup 100\\%%\n' >"$table"
cp "$table" "$box/before"
install
equal 'beside other lines' 1 "$(lines)"
holds 'other lines stay' "$(<"$box/before")" "$(<"$table")"
install --schedule '*/10 * * * *' --once
equal 'another schedule replaces the line' 1 "$(lines)"
holds 'with the new fields' "*/10 * * * * '$scripts/cron-outlook-sync.sh' --once" "$(<"$table")"
install --remove --dry-run
equal 'a dry removal changes nothing' 1 "$(lines)"
install --remove
equal 'a removal' "$(<"$box/before")" "$(<"$table")"
install --remove
equal 'a second removal succeeds' 0 "$code"

mkdir "$box/100% o'clock"
cp "$scripts"/*cron*.sh "$box/100% o'clock/"
run "$box/100% o'clock/install-cron.sh"
# What cron does: an escaped per cent sign is one, the rest is the shell's.
word=$(tail -n 1 "$table" | sed 's/\\%/%/g; s/^\([^ ]* \)\{5\}//; s/ #.*//')
equal 'an odd path survives' "$box/100% o'clock/cron-outlook-sync.sh" "$(eval "printf %s $word")"

touch "$box/broken"
cp "$table" "$box/before"
install
judge 'a table that cannot be read is an error' test "$code" -ne 0
judge 'and is left alone' cmp "$table" "$box/before"
rm "$box/broken"

cp "$table" "$box/before"
rm "$box/secret"
install
equal 'a secret that cannot be read' 78 "$code"
holds 'says which' "cannot read the secret in $box/secret" "$output"
holds 'and for whom' "as ada the line would end with 78" "$output"
judge 'and changes nothing' cmp "$table" "$box/before"
install --once
equal '--once needs no secret' 0 "$code"
printf 78 >"$box/status-code"
echo 'cannot read the configuration' >"$box/status"
install --once
equal 'a command that cannot work' 78 "$code"
holds 'says why' 'cannot read the configuration' "$output"
install --remove
equal 'a removal tries nothing' 0 "$code"
printf 'quite-secret\n' >"$box/secret"

echo 0 >"$box/uid"
cp "$table" "$box/before"
# Whose the directories of this machine are is not the test's to say.
fake stat <<'SH'
[[ ${!#} == */cron-outlook-sync.sh ]] && echo '0 -rwxrwxr-x' || echo '0 drwxr-xr-x'
SH
install
equal 'for root, a script that others can write to' 78 "$code"
holds 'says what' 'others than root can write to' "$output"
judge 'and changes nothing' cmp "$table" "$box/before"
fake stat <<'SH'
[[ ${!#} == / ]] && echo '0 drwxrwxr-x' || echo '0 drwxr-xr-x'
SH
install
holds 'for root, a directory that others can write to' 'others than root can write to /.' "$output"
fake stat <<<"echo '0 drwxr-xr-x'"
install
equal 'for root, what only root can write to' 0 "$code"
rm "$box/bin/stat"
echo 1000 >"$box/uid"

install --schedule 'hourly'
equal 'four fields too few' 64 "$code"
install --sometimes
equal 'usage' 64 "$code"
summary
