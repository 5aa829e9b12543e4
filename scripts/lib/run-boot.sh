#!/usr/bin/env bash
# The part of scripts/test that boots: run-boot.sh RUN_DIR, which has the package. A Debian with systemd as its first process and
# without a network runs tests/boot/run.sh as a service and ends with that service's exit code. Its root is kept; what is
# written to it is not.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=packages.sh
source "$root/scripts/lib/packages.sh"
# shellcheck source=debian-root.sh
source "$root/scripts/lib/debian-root.sh"

run_dir=$1
kept=$(packages_dir boot)
on_exit true
debian_root "$kept"
# A package that is built later is a newer one.
supervised "$root/scripts/package" --profile dev --output "$run_dir/package/newer"
# systemd is silent until the test lets it speak to the journal.
container "$kept/root" --volatile=overlay --boot --private-network --console=read-only \
    --bind-ro="$run_dir/tree:/srv/tree" --bind-ro="$run_dir/bin:/srv/bin" --bind-ro="$run_dir/package:/srv/package" \
    --bind-ro="$run_dir/tree/tests/boot/boot.service:/etc/systemd/system/boot.service" \
    systemd.wants=boot.service systemd.mask=console-getty.service systemd.log_target=null systemd.show_status=no
