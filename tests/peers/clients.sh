#!/usr/bin/env bash
# Clients that nobody here wrote, unchanged, against the simulator over https: clients.sh RUN_DIR, which has bin/outlook-sim,
# bin/node, and in peers/ what scripts/test puts there.
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
OUTLOOK_SIM_IMAP=$(said imap)
export OUTLOOK_SIM_CONTROL OUTLOOK_SIM_IMAP HTTPS_PROXY REQUESTS_CA_BUNDLE=$box/ca.pem NODE_EXTRA_CA_CERTS=$box/ca.pem
unset NO_PROXY no_proxy https_proxy

# A Chromium that trusts the simulator, for a client that starts one with arguments of its own.
cat >"$box/chromium" <<END
#!/bin/sh
exec chromium --ignore-certificate-errors-spki-list='$(said spki_sha256),$(said leaf_spki_sha256)' "\$@"
END
chmod +x "$box/chromium"

code=0
python_client() {
    say "$1"
    supervised env PYTHONPATH="$run_dir/peers/python" PYTHONDONTWRITEBYTECODE=1 "$(system_python)" "$run_dir/peers/$2" || code=1
}
node_client() {
    say "$1"
    supervised env "${@:3}" "$run_dir/bin/node" --test --test-reporter=spec "$run_dir/peers/$2" || code=1
}
python_client 'MSAL for Python' msal_python.py
python_client 'O365 for Python' o365.py
python_client 'openapi-spec-validator' openapi.py
python_client 'imaplib and mbsync' imap.py
node_client 'MSAL for Node' msal_node.mjs
node_client 'Azure Identity for JavaScript' azure_identity.mjs
node_client 'Microsoft Graph for JavaScript' graph.mjs
node_client 'aws-azure-login' aws_azure_login.mjs HOME="$box" https_proxy="$HTTPS_PROXY" PUPPETEER_EXECUTABLE_PATH="$box/chromium"
exit "$code"
