#!/usr/bin/env bash
# Puts the cron-outlook-sync.sh beside it into the crontab of whoever runs this, once however often it is run, and prints the
# line. A line that could not work is refused, and one by which others could become root.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: install-cron.sh [--once] [--schedule EXPRESSION] [--dry-run]
       install-cron.sh --remove [--dry-run]
  --once       the line runs a cycle itself instead of asking the daemon
  --schedule   five fields, by default '*/5 * * * *'
  --remove     takes the line out
  --dry-run    prints what would be the line, changes nothing
TEXT
}

script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)/cron-outlook-sync.sh
mark='# outlook-syncd: scripts/install-cron.sh'
schedule='*/5 * * * *' argument='' remove=false dry_run=false
while [[ $# -gt 0 ]]; do
    case $1 in
        --once) argument=' --once' ;;
        --schedule) schedule=${2:?--schedule wants an expression} && shift ;;
        --remove) remove=true ;;
        --dry-run) dry_run=true ;;
        --help) usage && exit 0 ;;
        *) usage >&2 && exit 64 ;;
    esac
    shift
done

# A crontab that cannot be read must not be taken for an empty one, or everything in it would be lost.
current_table() {
    local text
    if text=$(LC_ALL=C crontab -l 2>&1); then
        [[ -z $text ]] || printf '%s\n' "$text"
    elif [[ $text != *'no crontab for'* ]]; then
        printf 'cannot read the crontab, nothing changed: %s\n' "$text" >&2
        return 1
    fi
}

refuse() { # CODE TEXT
    printf '%s\nnothing changed\n' "$2" >&2
    exit "$1"
}

# Whoever can write to the script, or to a directory above it, decides what the line runs.
refuse_writable() {
    local path=$script
    while [[ $(stat -c '%u %A' "$path") =~ ^0\ .{5}-..- ]]; do
        [[ $path != / ]] || return 0
        path=$(dirname "$path")
    done
    refuse 78 "root's crontab must not run $script: others than root can write to $path. The package has it in /usr/share/outlook-syncd."
}

try_first() {
    local why code=0
    why=$("$script" --check ${argument:+--once} 2>&1) || code=$?
    [[ $code -eq 0 ]] || refuse "$code" "as $(id -un) the line would end with $code: $why
if it is for the service's user to see, install the line for that one: sudo -u outlook-syncd $0"
}

command -v crontab >/dev/null || { echo 'there is no crontab here; apt-get install cron' >&2 && exit 69; }
[[ $schedule =~ ^[^[:space:]]+(\ [^[:space:]]+){4}$ ]] || { echo "not five fields: $schedule" >&2 && exit 64; }
if ! $remove; then
    [[ $(id -u) -ne 0 ]] || refuse_writable
    try_first
fi

quoted="'${script//\'/\'\\\'\'}'"
# In a crontab a bare % ends the command.
line="$schedule ${quoted//%/\\%}$argument $mark"
old=$(current_table)
rest=$(grep -vF -- "$mark" <<<"$old" || true)
if $remove; then
    new=$rest
    echo 'removes:'
    grep -F -- "$mark" <<<"$old" || echo '(no such line)'
else
    new=$rest${rest:+$'\n'}$line
    if [[ $old == "$new" ]]; then echo 'already there:'; else echo 'adds:'; fi
    printf '%s\n' "$line"
fi
if ! $dry_run && [[ $old != "$new" ]]; then
    printf '%s' "$new${new:+$'\n'}" | crontab -
fi
