# shellcheck shell=bash
# Sourced by run.sh: README's section Install.

install_checks() {
    bring_package /srv/package
    check 'the commands of README under Install end well' readme '## Install'
    check 'the service is active' within 5 systemctl is-active outlook-syncd
    check 'the service starts with the machine' systemctl is-enabled outlook-syncd
    check 'the port is held by systemd only for who asks for it' no systemctl is-enabled outlook-syncd.socket
    check 'the unit scores 1.8 or better in systemd-analyze security' systemd-analyze security --threshold=18 outlook-syncd
    check 'doctor finds nothing wrong' syncd doctor
}

# bring_package DIR: puts the package of that directory where the operator types, instead of any other.
bring_package() {
    rm -f /home/"${operator:?}"/*.deb
    cp "$1"/*.deb "/home/$operator/"
}
