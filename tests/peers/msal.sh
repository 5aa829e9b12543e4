#!/usr/bin/env bash
# MSAL for Python and for Node and Microsoft's Graph client, unchanged, as clients of the simulator over https: msal.sh
# RUN_DIR, which has bin/outlook-sim, bin/node, and in peers/ what scripts/test puts there.
set -euo pipefail
# shellcheck source=../../scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"
# shellcheck source=../../scripts/lib/packages.sh
source "$root/scripts/lib/packages.sh"

run_dir=$1
box=$(mktemp -d)
stop() {
    end_process "${simulator_pid:-}"
    rm -rf "$box"
}
on_exit stop

mkfifo "$box/announcement"
"$run_dir/bin/outlook-sim" --accounts 1 --messages 0 --ca-out "$box/ca.pem" >"$box/announcement" &
simulator_pid=$!
read -r line <"$box/announcement" || fail 70 'the simulator did not start'
said() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$line"; }
OUTLOOK_SIM_CONTROL=$(said control)
HTTPS_PROXY=$(said proxy)
export OUTLOOK_SIM_CONTROL HTTPS_PROXY REQUESTS_CA_BUNDLE=$box/ca.pem NODE_EXTRA_CA_CERTS=$box/ca.pem
unset NO_PROXY no_proxy https_proxy

code=0
say 'MSAL for Python'
supervised env PYTHONPATH="$run_dir/peers/python" PYTHONDONTWRITEBYTECODE=1 "$(system_python)" "$run_dir/peers/msal_python.py" || code=1
say 'MSAL for Node'
supervised "$run_dir/bin/node" --test --test-reporter=spec "$run_dir/peers/msal_node.mjs" || code=1
say 'Microsoft Graph for JavaScript'
supervised "$run_dir/bin/node" --test --test-reporter=spec "$run_dir/peers/graph.mjs" || code=1
exit "$code"
