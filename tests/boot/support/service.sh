# shellcheck shell=bash
# Sourced: the service as systemd sees it, and what it has stored.

property() { systemctl show --property="$1" --value outlook-syncd; }

# processes: every one in the unit's control group, whatever the hierarchy of groups.
processes() { grep -lE ':/system\.slice/outlook-syncd\.service$' /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3; }

# browser: those of them that are Chromium's.
browser() {
    local process
    for process in $(processes); do
        [[ $(readlink "/proc/$process/exe") != /usr/lib/chromium/chromium ]] || echo "$process"
    done
}

are_gone() {
    local process
    for process in "$@"; do
        [[ ! -e /proc/$process ]] || return
    done
}

# stored: how many messages are.
stored() { syncd messages --limit 1000 --json | grep -c '"subject":'; }

# reads SUBJECT: mail with that subject is delivered and read, the next time that accounts are made due or the one after.
reads() {
    deliver "$1"
    within "${2:-60}" has_come "$1"
}

has_come() { syncd sync --wait && is_stored "$1"; }

# is_stored SUBJECT: in every mailbox.
is_stored() {
    local login
    for login in $(logins); do
        syncd messages "$login" | grep --fixed-strings "$1" || return
    done
}
