# shellcheck shell=bash
# Sourced by run.sh: what is stored outlives new keys, backups, versions, and the program itself.

keep_checks() {
    check 'the key is rotated by the documented commands while the service reads' rotates
    check 'a backup is taken and restored by the documented commands' restores
    check 'a newer package takes over by the documented commands' upgrades
    check 'the documented commands to uninstall leave key and database, and say where' uninstalls
    check 'installed again, the service goes on where it was' returns
}

rotates() {
    readme '## Rotate the key'
    reads 'After a rotation'
}

restores() {
    local before
    before=$(stored)
    readme '## Back up and restore' 1
    systemctl stop outlook-syncd
    rm /var/lib/outlook-syncd/outlook-syncd.db*
    readme '## Back up and restore' 2
    [[ $(stored) == "$before" ]]
    reads 'After a restoration'
}

upgrades() {
    local before daemon
    before=$(version)
    daemon=$(property MainPID)
    bring_package /srv/package/newer
    readme '## Upgrade'
    dpkg --compare-versions "$(version)" gt "$before"
    within 10 is_another "$daemon"
    reads 'After an upgrade'
}
version() { dpkg-query --show --showformat='${Version}' outlook-syncd; }

uninstalls() {
    local said
    said=$(readme '## Uninstall')
    grep /etc/outlook-syncd <<<"$said"
    grep /var/lib/outlook-syncd <<<"$said"
    test -s /etc/outlook-syncd/key
    test -s /var/lib/outlook-syncd/outlook-syncd.db
    no pgrep --euid outlook-syncd
    no systemctl cat outlook-syncd
    [[ -z $(find /usr /etc/systemd /var/lib/systemd -name '*outlook-syncd*') ]]
}

returns() {
    readme '## Upgrade'
    restart
    reads 'After an installation'
    is_stored 'After an upgrade'
}
