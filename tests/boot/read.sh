# shellcheck shell=bash
# Sourced by run.sh: mailboxes are connected and read.

read_checks() {
    check 'mailboxes are connected by a piped password' connect_all
    check 'the service reads their mail' within 60 is_read
    check 'status has nothing to say' syncd status
}

connect_all() {
    local login
    for login in $(logins); do
        password_of "$login" | syncd account connect --owner 42 --password-stdin "$login"
    done
}

is_read() { [[ $(stored) -ge 100 ]]; }
