# shellcheck shell=bash
# Sourced: the service as systemd sees it, and what it has stored.

property() { systemctl show --property="$1" --value outlook-syncd; }

# restart: as often as a test likes; systemd would refuse a sixth start within ten seconds.
restart() {
    systemctl reset-failed outlook-syncd
    systemctl restart outlook-syncd
}

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

# reads SUBJECT [SECONDS]: mail with that subject comes and is read within a minute, or within that time.
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
