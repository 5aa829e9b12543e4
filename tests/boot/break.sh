# shellcheck shell=bash
# Sourced by run.sh: secrets that the unit hands on are taken away and given back.

break_checks() {
    local name
    for name in read-token cron-secret; do
        take_away "$name"
        check "without its $name the service reads mail" reads "Without the $name"
        check "without its $name doctor says so" doctor_says "no ${name/-/ }"
        give_back "$name"
    done
    take_away key
    check 'without its key the service says so and is not started again and again' ends_without_key
    give_back key
    check 'mail goes on when they are back' reads 'With every secret'
}

# Where the last start of the service begins in the journal.
cursor=

take_away() {
    mv "/etc/outlook-syncd/$1" /root/
    cursor=$(journalctl --unit=outlook-syncd --lines=1 --show-cursor | sed -n 's/^-- cursor: //p')
    try_restart
}

give_back() {
    mv "/root/$1" /etc/outlook-syncd/
    try_restart
}

# What came of it is for the checks to say.
try_restart() { restart 2>/dev/null || true; }

doctor_says() { syncd doctor | grep --fixed-strings "$1"; }

ends_without_key() {
    within 5 logs 'there is no key'
    logged | no grep CREDENTIALS
    [[ $(property ActiveState) == failed ]]
}
logged() { journalctl --unit=outlook-syncd --after-cursor="$cursor" --no-pager; }
logs() { logged | grep --fixed-strings "$1"; }
