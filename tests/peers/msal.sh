#!/usr/bin/env bash
# MSAL for Python and for Node, unchanged, as clients of the simulator over https: msal.sh SIMULATOR NODE NODE_MODULES PYTHON_MODULES
set -euo pipefail
# shellcheck source=../../scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"
# shellcheck source=../../scripts/lib/packages.sh
source "$root/scripts/lib/packages.sh"

simulator=$1 node=$2 node_modules=$3 python_modules=$4
box=$(mktemp -d)
stop() {
    end_process "${simulator_pid:-}"
    rm -rf "$box"
}
on_exit stop

mkfifo "$box/announcement"
"$simulator" --accounts 1 --messages 0 --ca-out "$box/ca.pem" >"$box/announcement" &
simulator_pid=$!
read -r line <"$box/announcement" || fail 70 'the simulator did not start'
said() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$line"; }
OUTLOOK_SIM_CONTROL=$(said control)
HTTPS_PROXY=$(said proxy)
export OUTLOOK_SIM_CONTROL HTTPS_PROXY REQUESTS_CA_BUNDLE=$box/ca.pem NODE_EXTRA_CA_CERTS=$box/ca.pem
unset NO_PROXY no_proxy https_proxy

code=0
say 'MSAL for Python'
supervised env PYTHONPATH="$python_modules" PYTHONDONTWRITEBYTECODE=1 "$(system_python)" "$root/tests/peers/msal_python.py" || code=1
say 'MSAL for Node'
# Node looks for packages beside the script.
cp "$root"/tests/peers/*.mjs "$root/tests/peers/package.json" "$box/"
ln -s "$node_modules" "$box/node_modules"
supervised "$node" --test --test-reporter=spec "$box/msal_node.mjs" || code=1
exit "$code"
