#!/usr/bin/env bash
# Installs outlook-syncd on a Debian that has just booted, by the commands of README.md, and tries it as a service. It is run as
# root by boot.service; /srv/tree has the sources, /srv/package the package and a newer one, /srv/bin the simulator.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for file in "$here"/support/*.sh "$here"/{install,read,stop,break,keep}.sh; do
    # shellcheck source=/dev/null
    source "$file"
done

# The lines below reach a terminal that would end each with a carriage return.
stty -F /dev/console -onlcr
systemctl log-target journal
check 'a simulated Outlook is there' start_outlook
build_on
make_operator
write_config
install_checks
build_on
read_checks
build_on
stop_checks
break_checks
keep_checks
finish
