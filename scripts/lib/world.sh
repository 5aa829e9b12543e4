# shellcheck shell=bash
# Sourced with RUN_DIR: the world of the demo. A simulated Outlook with mailboxes, and outlook-syncd configured for it; what it writes lies in TMPDIR.
# Sets bin, own, config and the command syncd.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

bin=$1/bin
own=$TMPDIR
config=$own/outlook-syncd.toml
syncd=("$bin/outlook-syncd" --config "$config")
callback=/v1/integrations/outlook/callback
# Settings of the person who runs it are not the world's.
unset "${!OUTLOOK_SYNCD_@}"

# Sets control, https, spki, the parallel lists logins and passwords, and third, a mailbox that is left to be connected.
start_simulator() {
    local line
    mkfifo "$own/simulator"
    "$bin/outlook-sim" --seed 1 --accounts 3 --messages 60 --ca-out "$own/ca.pem" >"$own/simulator" &
    simulator=$!
    read -r line <"$own/simulator" || fail 70 'the simulator did not start'
    https=$(json_texts https "$line")
    control=$(json_texts control "$line")
    spki=$(json_texts spki_sha256 "$line")
    client_id=$(json_texts client_id "$(tell identity/apps "{\"redirect_uris\": [\"http://localhost$callback\"]}")")
    mapfile -t logins < <(json_texts smtp "$line")
    mapfile -t passwords < <(json_texts password "$line")
    third=("${logins[2]}" "${passwords[2]}")
    logins=("${logins[@]:0:2}") passwords=("${passwords[@]:0:2}")
}

# tell PATH JSON: asks the simulator's control interface.
tell() {
    curl --disable --noproxy '*' --silent --fail --header 'content-type: application/json' --data "$2" "$control/$1"
}

# json_texts KEY JSON: every text under that key, a line each.
json_texts() { grep -o "\"$1\":\"[^\"]*\"" <<<"$2" | cut -d'"' -f4; }

free_port() {
    local port=8425
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

random_word() { head -c 32 /dev/urandom | base64; }

write_config() {
    random_word >"$own/read-token"
    random_word >"$own/cron-secret"
    cat >"$config" <<TOML
state_dir = "$own/state"
[key]
file = "$own/key"
[http]
listen = "127.0.0.1:$port"
read_token_file = "$own/read-token"
cron_secret_file = "$own/cron-secret"
[oauth]
client_id = "$client_id"
redirect_uri = "http://localhost:$port$callback"
[simulator]
https = "$https"
spki_sha256 = "$spki"
ca_file = "$own/ca.pem"
TOML
    mkdir "$own/state"
    "${syncd[@]}" key new "$own/key" >/dev/null
}

connect_all() {
    local index
    for index in "${!logins[@]}"; do
        say "connecting ${logins[index]}"
        supervised "${syncd[@]}" account connect --owner demo --password-stdin "${logins[index]}" \
            < <(printf '%s' "${passwords[index]}")
    done
}

# What the owner does at Microsoft: types the code in, and allows that contacts are read.
type_code() {
    local code='' tries
    for ((tries = 0; tries < 100; tries++)); do
        code=$(curl --disable --noproxy '*' --silent --fail "$control/identity/device" | grep -o '[A-Z0-9]\{8,\}' | head -n 1) || true
        [[ -z $code ]] || break
        sleep 0.1
    done
    tell identity/device "{\"user_code\": \"$code\", \"account\": \"$1\"}" >/dev/null
}

connect_contacts() {
    say "connecting the contacts of ${logins[0]} by a code that its owner types in at Microsoft"
    type_code "${logins[0]}" &
    supervised "${syncd[@]}" account connect --owner demo --device-code "${logins[0]}"
}

# Sets daemon.
start_daemon() {
    say 'the daemon (outlook-syncd run)'
    "${syncd[@]}" run &
    daemon=$!
    curl --disable --noproxy '*' --silent --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused \
        "http://127.0.0.1:$port/health/live" || fail 70 'the daemon does not answer'
}

# The secret reaches curl on its standard input, never as an argument.
ask_for_cycle() {
    supervised curl --disable --config - --noproxy '*' --silent --output /dev/null --max-time 120 \
        "http://127.0.0.1:$port/api/cron/outlook-sync" \
        < <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$own/cron-secret")") || true
}

stop_all() {
    end_process "${daemon:-}"
    end_process "${simulator:-}"
}

start_world() {
    on_exit stop_all
    start_simulator
    port=$(free_port)
    write_config
}
