# shellcheck shell=bash
# Sourced: somebody who may use sudo, and what README tells them to type.

tree=/srv/tree
operator=ada

make_operator() {
    useradd --create-home --shell /bin/bash "$operator"
    echo "$operator ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/operator
}

# readme HEADING [N]: runs the sh blocks under that heading of README.md or docs/operation.md, up to the next heading, or the Nth of
# them, in the operator's home. What builds the program (`scripts/…`) was done before.
readme() {
    local commands
    commands=$(mktemp)
    awk -v heading="$1" -v only="${2:-0}" '
        FNR == 1 { here = 0 }
        !block && /^#+ / { here = ($0 == heading) }
        /^```/ { block = ($0 == "```sh"); count += here && block; next }
        here && block && (!only || count == only) && !/^scripts\//' "$tree/README.md" "$tree/docs/operation.md" >"$commands"
    # A heading that matches nothing would otherwise pass.
    [[ -s $commands ]]
    chmod a+r "$commands"
    runuser --login "$operator" --command "bash -eux -o pipefail $commands" </dev/null
}

# syncd ARGUMENT…: as the operator types it. Nothing that is tried here takes a minute.
syncd() { runuser --user "$operator" -- timeout 60 sudo outlook-syncd "$@"; }
