# shellcheck shell=bash
# Sourced: the service as systemd sees it, and what it has stored.

property() { systemctl show --property="$1" --value outlook-syncd; }

# Every process of the unit's control group, whatever the hierarchy.
processes() { grep -lE ':/system\.slice/outlook-syncd\.service$' /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3; }

# named NAME: which of them are that program.
named() {
    local process
    for process in $(processes); do
        [[ $(cat "/proc/$process/comm" 2>/dev/null) != "$1" ]] || echo "$process"
    done
}

# stored: how many messages are.
stored() { syncd messages --limit 1000 --json | grep -o '"subject":' | wc -l; }

# has_arrived SUBJECT: in every mailbox.
has_arrived() {
    local login
    for login in $(logins); do
        syncd messages "$login" | grep -F -- "$1" || return
    done
}
