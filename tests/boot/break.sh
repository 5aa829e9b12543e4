# shellcheck shell=bash
# Sourced by run.sh: what the service needs is taken away and given back: secrets that the unit hands on, and room.

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
    on_small_disk
    check 'on a full disk the service stays and says so' stays_without_room
    check 'mail goes on when there is room' within 120 is_stored 'Without room'
    off_small_disk
}

# The state lies on a small disk of its own meanwhile, which is full but for a first cycle.
on_small_disk() {
    systemctl stop outlook-syncd
    cp -a /var/lib/outlook-syncd /root/state
    mount -t tmpfs -o size=64m tmpfs /var/lib/outlook-syncd
    cp -a /root/state/. /var/lib/outlook-syncd/
    chown outlook-syncd:outlook-syncd /var/lib/outlook-syncd
    systemctl start outlook-syncd
}

off_small_disk() {
    systemctl stop outlook-syncd
    rm -rf /root/state
    cp -a /var/lib/outlook-syncd /root/state
    umount /var/lib/outlook-syncd
    cp -a /root/state/. /var/lib/outlook-syncd/
    systemctl start outlook-syncd
}

stays_without_room() {
    local daemon
    daemon=$(property MainPID)
    reads 'On a small disk'
    cursor=$(newest)
    no dd if=/dev/zero of=/var/lib/outlook-syncd/fill bs=4k
    deliver 'Without room'
    within 120 logs 'no account can be read'
    within 10 is_unhealthy
    { syncd status || true; } | grep --fixed-strings 'make room'
    [[ $(property MainPID) == "$daemon" ]]
    [[ $(logged | grep --count --fixed-strings 'no longer ours') -lt 3 ]]
    rm /var/lib/outlook-syncd/fill
}
is_unhealthy() { [[ $(health --header "Authorization: Bearer $(</etc/outlook-syncd/read-token)") == 503 ]]; }

# Where in the journal begins what is looked at.
cursor=

take_away() {
    mv "/etc/outlook-syncd/$1" /root/
    cursor=$(newest)
    try_restart
}

# newest: the service's last line in the journal.
newest() { journalctl --unit=outlook-syncd --lines=1 --show-cursor | sed -n 's/^-- cursor: //p'; }

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
