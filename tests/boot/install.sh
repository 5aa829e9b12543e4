# shellcheck shell=bash
# Sourced by run.sh: README's section Install.

install_checks() {
    lay_out
    check 'the commands of README under Install end well' readme '## Install'
    check 'the service is active' within 5 systemctl is-active outlook-syncd
    check 'the service starts with the machine' systemctl is-enabled outlook-syncd
    check 'the unit scores 1.8 or better in systemd-analyze security' systemd-analyze security --threshold=18 outlook-syncd
    check 'doctor finds nothing wrong' syncd doctor
}

# What the commands expect to find where they are typed.
lay_out() {
    local home=/home/${operator:?}
    ln -s "${tree:?}/systemd" "$home/systemd"
    install -D --target-directory="$home/target/release" /srv/bin/outlook-syncd
}
