# shellcheck shell=bash
# Sourced after common.sh. Chromium refuses root, and what is tested should be what ships: root's work that meets the
# browser or the database is done as a system user. Anybody else stays who they are.

test_user=outlook-syncd-test
test_home=/var/lib/outlook-syncd-test

ensure_test_user() {
    id -u "$test_user" >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir "$test_home" --shell /usr/sbin/nologin "$test_user"
    install -d -m 0711 "$test_home"
}

# make_run_dir: sets run_dir, a directory for one run, with bin/ for `place_binary` and a private tmp/, the only place that the user can
# write to: where root writes, nothing of theirs may lie in the way.
make_run_dir() {
    if [[ $EUID -eq 0 ]]; then
        ensure_test_user
        run_dir=$(mktemp -d "$test_home/run.XXXXXX")
        chmod 0755 "$run_dir"
        mkdir "$run_dir/bin"
        install -d -m 0700 -o "$test_user" -g "$test_user" "$run_dir/tmp"
    else
        run_dir=$(mktemp -d "${TMPDIR:-/tmp}/outlook-syncd.XXXXXX")
        mkdir "$run_dir/bin" "$run_dir/tmp"
    fi
}

remove_run_dir() { rm -rf "${run_dir:?}"; }

# place_binary FILE: a copy in bin/ that the user can run (the work tree may lie in a home that it cannot enter).
place_binary() { install -m 0755 "$1" "$run_dir/bin/"; }

# place_tree: a readable copy of the sources, without what git ignores.
place_tree() {
    mkdir "$run_dir/tree"
    (
        cd "${root:?}" || exit
        if git rev-parse --git-dir >/dev/null 2>&1; then
            git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
                [[ ! -e $file ]] || printf '%s\0' "$file"
            done
        else
            find . \( -path ./target -o -path ./.git \) -prune -o -type f -print0
        fi | tar --create --null --no-recursion --files-from=- --file=-
    ) | tar --extract --no-same-owner --directory="$run_dir/tree" --file=-
    chmod -R a+rX "$run_dir/tree"
}

# unprivileged COMMAND…: becomes it, with nothing of root's left to it. For a subshell or a child.
unprivileged() {
    local clean=(env --chdir="$run_dir" -u XDG_RUNTIME_DIR -u XDG_STATE_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME
        -u DBUS_SESSION_BUS_ADDRESS TMPDIR="$run_dir/tmp" HOME="$run_dir/tmp")
    if [[ $EUID -eq 0 ]]; then
        exec setpriv --reuid="$test_user" --regid="$test_user" --init-groups --no-new-privs "${clean[@]}" "$@"
    fi
    exec "${clean[@]}" "$@"
}
