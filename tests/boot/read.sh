# shellcheck shell=bash
# Sourced by run.sh: mailboxes are connected and read.

read_checks() {
    check 'mailboxes are connected by a piped password' connect_all
    check 'the service reads their mail' within 60 has_read
    check 'mail that comes is read at the next turn of the schedule' reads_by_itself
    check 'what a command did is in the journal' act_is_in_the_journal
    check 'status says that all is well' syncd status
    check '/health says so to whoever has the read token, and nothing to others' health_answers
    check 'the browser is sandboxed' is_sandboxed
    check 'nothing of the service runs outside its unit' is_contained
    check 'another user reads neither mail nor secrets' is_closed_to_others
}

connect_all() {
    local login
    for login in $(logins); do
        password_of "$login" | syncd account connect --owner 42 --password-stdin "$login"
    done
}

has_read() {
    local login
    for login in $(logins); do
        syncd messages "$login" --json | grep '"subject":' || return
    done
}

reads_by_itself() {
    deliver 'Not asked for'
    within 90 is_stored 'Not asked for'
}

health_answers() {
    [[ $(health) == 401 ]]
    [[ $(health --header "Authorization: Bearer $(</etc/outlook-syncd/read-token)") == 200 ]]
}
health() { curl --silent --output /dev/null --write-out '%{http_code}' "$@" http://127.0.0.1:8425/health; }

# Where the sandbox is on, renderers and what starts them have namespaces of their own.
is_sandboxed() {
    local daemon process kind apart=0
    daemon=$(property MainPID)
    for process in $(browser); do
        no grep --quiet --null-data --line-regexp -e --no-sandbox "/proc/$process/cmdline"
        for kind in user pid net; do
            [[ $(readlink "/proc/$process/ns/$kind") != "$(readlink "/proc/$daemon/ns/$kind")" ]] || continue 2
        done
        apart=$((apart + 1))
    done
    [[ $apart -gt 0 ]]
}

is_contained() { diff <(pgrep --euid outlook-syncd | sort) <(processes | sort); }

is_closed_to_others() {
    local path
    no runuser --user "${operator:?}" -- outlook-syncd messages
    for path in /etc/outlook-syncd /var/lib/outlook-syncd /run/outlook-syncd /run/credentials/outlook-syncd.service; do
        test -d "$path"
        no runuser --user "$operator" -- ls "$path"
    done
}

act_is_in_the_journal() {
    within 5 journalctl --identifier=outlook-syncd --grep='outlook_syncd::audit.*command line.*action="connected"' --quiet
}
