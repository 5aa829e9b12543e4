# A throw-away PostgreSQL for tests. Source it, then:
#   pg_start DIR    makes a cluster in DIR (which must not exist), starts it, and exports OUTLOOK_SYNCD_TEST_POSTGRES
#   pg_stop         stops it at once and removes DIR
# It listens on a free loopback port and on a socket in DIR, with a password of its own. Nothing in it survives a power
# cut: it trades that for speed. PostgreSQL refuses to run as root, so root runs it as PG_USER (postgres, else nobody).
# shellcheck shell=bash

pg_bin() {
    local bin
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$bin" ] || bin=$(command -v initdb) || {
        echo "PostgreSQL is missing: scripts/setup installs it (Debian: apt-get install postgresql)" >&2
        return 1
    }
    dirname "$bin"
}

pg_as() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid "$PG_USER" --regid "$(id -g "$PG_USER")" --clear-groups -- "$@"
    else
        "$@"
    fi
}

pg_free_port() {
    local port
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        # Something answers there: taken.
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}

pg_start() {
    local bin port password
    bin=$(pg_bin) || return 1
    [ ! -e "$1" ] || { echo "pg_start: $1 exists" >&2; return 1; }
    if [ "$(id -u)" -eq 0 ] && [ -z "${PG_USER:-}" ]; then
        PG_USER=$(id -un postgres 2>/dev/null || echo nobody)
    fi
    mkdir -p "$1" && PG_DIR=$(cd "$1" && pwd) || return 1
    chmod 700 "$PG_DIR"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && printf '%s\n' "$password" >"$PG_DIR/password")
    [ "$(id -u)" -ne 0 ] || chown -R "$PG_USER" "$PG_DIR"
    # The current directory may be closed to PG_USER.
    (cd / && pg_as "$bin/initdb" -D "$PG_DIR/data" -U test --pwfile="$PG_DIR/password" -A scram-sha-256 \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$PG_DIR/initdb.log" 2>&1) || { cat "$PG_DIR/initdb.log" >&2; return 1; }
    for _ in 1 2 3; do
        port=$(pg_free_port) || return 1
        if (cd / && pg_as "$bin/pg_ctl" -D "$PG_DIR/data" -w -s -l "$PG_DIR/server.log" -o "-p $port -k '$PG_DIR' \
            -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off -c full_page_writes=off \
            -c synchronous_commit=off -c jit=off" start >&2); then
            export OUTLOOK_SYNCD_TEST_POSTGRES="postgres://test:$password@127.0.0.1:$port/postgres"
            return 0
        fi
    done
    cat "$PG_DIR/server.log" >&2
    return 1
}

pg_stop() {
    [ -n "${PG_DIR:-}" ] || return 0
    (cd / && pg_as "$(pg_bin)/pg_ctl" -D "$PG_DIR/data" -w -s -m immediate stop >/dev/null 2>&1)
    rm -rf "$PG_DIR"
    unset PG_DIR OUTLOOK_SYNCD_TEST_POSTGRES
}
