#!/usr/bin/env bash
# The Debian package, without installing it: check.sh FILE.
set -euo pipefail
# shellcheck source=../shell/support/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/../shell/support/assert.sh"

expected=$(<"$(dirname "${BASH_SOURCE[0]}")/contents")
files=$(dpkg-deb --contents "$1" | awk '$1 !~ /^d/ { print $1, $2, $6 }' | LC_ALL=C sort -k 3)
equal 'files, owners and modes' "$expected" "$files"

run lintian --fail-on error,warning "$1"
equal 'lintian' 0 "$code"
equal 'lintian is silent' '' "$output"

dpkg-deb --extract "$1" "$box/root"
share=$box/root/usr/share
run man --local-file --warnings --ascii "$share/man/man8/outlook-syncd.8.gz"
equal 'the manual page' 0 "$code"
for words in 'account connect' 'EXIT STATUS' '/etc/outlook-syncd/database-url'; do
    holds 'the manual page' "$words" "$output"
done
lacks 'the manual page has no warnings' 'warning' "$output"
complete_bash() {
    # shellcheck source=/dev/null
    source "$share/bash-completion/completions/outlook-syncd"
    COMP_WORDS=(outlook-syncd acc) COMP_CWORD=1
    [[ $(complete -p outlook-syncd) =~ -F\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" outlook-syncd acc outlook-syncd
    printf '%s\n' "${COMPREPLY[@]}"
}
run complete_bash
equal 'completions for bash complete' 'account' "$output"

# What the program is told to look for belongs to the service's user, once root has put it there.
secrets=$(grep -oE '"/etc/outlook-syncd/[a-z-]+"' "$share/doc/outlook-syncd/outlook-syncd.example.toml" | tr -d '"' | sort -u)
judge 'the example names secrets' test -n "$secrets"
for file in $secrets; do
    holds "tmpfiles, $file" "z $file 0600 outlook-syncd outlook-syncd" "$(tr -s ' ' <"$box/root/usr/lib/tmpfiles.d/outlook-syncd.conf")"
done

dpkg-deb --control "$1" "$box/control"
while IFS= read -r line; do
    judge "README does not have what is printed after the installation: $line" \
        grep --quiet --fixed-strings -- "$line" "$share/doc/outlook-syncd/README.md"
done < <(sed -n "/<<'TEXT'/,/^TEXT/{//d; s/^  //p}" "$box/control/postinst")

fake crontab <<'SH'
echo 'no crontab for somebody' >&2 && exit 1
SH
fake id <<<'echo 1000'
echo quite-secret >"$box/secret"
OUTLOOK_SYNC_SECRET_FILE=$box/secret run "$share/outlook-syncd/install-cron.sh" --dry-run
holds 'the cron script is beside its installer' "$share/outlook-syncd/cron-outlook-sync.sh" "$output"
equal 'and the installer runs' 0 "$code"
summary
