# shellcheck shell=bash
# Sourced by run.sh: secrets that the unit hands on are taken away and given back.

break_checks() {
    local name
    for name in read-token cron-secret key; do
        take_away "$name"
        check "without its $name the service names it and does not end with 243/CREDENTIALS" is_named "$name"
        [[ $name != key ]] || check 'without its key it is not started again and again' has_failed
        give_back "$name"
    done
    check 'mail goes on when they are back' reads 'After the secrets'
}

take_away() {
    mv "/etc/outlook-syncd/$1" /root/
    try_restart
}

give_back() {
    mv "/root/$1" /etc/outlook-syncd/
    try_restart
}

# What came of it is for the checks to say.
try_restart() { restart 2>/dev/null || true; }

is_named() {
    within 5 logs "$1"
    logged | no grep CREDENTIALS
}

has_failed() { [[ $(property ActiveState) == failed ]]; }

# logged: what the present or last start of the service has said, and systemd of it.
logged() {
    local start
    start=$(property InvocationID)
    journalctl --no-pager "_SYSTEMD_INVOCATION_ID=$start" + "INVOCATION_ID=$start"
}
logs() { logged | grep --fixed-strings "$1"; }
