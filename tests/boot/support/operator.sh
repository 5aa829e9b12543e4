# shellcheck shell=bash
# Sourced: somebody who may use sudo, and what README tells them to type.

tree=/srv/tree
operator=ada

make_operator() {
    useradd --create-home --shell /bin/bash "$operator"
    echo "$operator ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/operator
}

# readme HEADING: runs the sh blocks under that heading of README.md, up to the next one, in the operator's home.
# What builds the program (`scripts/…`) was done before.
readme() {
    local commands
    commands=$(mktemp)
    awk -v heading="$1" '
        !block && /^#+ / { here = ($0 == heading) }
        /^```/ { block = ($0 == "```sh"); next }
        block && here && !/^scripts\// ' "$tree/README.md" >"$commands"
    # A heading that matches nothing would otherwise pass.
    [[ -s $commands ]]
    chmod a+r "$commands"
    runuser --login "$operator" --command "bash -eux -o pipefail $commands" </dev/null
}

# syncd ARGUMENT…: as the operator types it.
syncd() { runuser --user "$operator" -- sudo outlook-syncd "$@"; }
