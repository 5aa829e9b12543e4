# shellcheck shell=bash
# Sourced by run.sh: the service is stopped and started, asked or not, at the worst moment.

stop_checks() {
    check 'a restart loses nothing, and mail goes on' restarts
    check 'stopped in the middle of a cycle it ends in time and leaves nothing behind' stops_in_a_cycle
    check 'killed in the middle of a cycle it is started anew, without the old browser' survives_kill
    check 'a browser that hangs costs one try' survives_hanging_browser
    check 'the port is held while the service is down, by the documented commands' holds_the_port
}

restarts() {
    local before
    before=$(stored)
    restart
    [[ $(stored) == "$before" ]]
    reads 'After a restart'
}

stops_in_a_cycle() {
    local since
    begin_slow_cycle
    since=$(date '+%F %T')
    SECONDS=0
    systemctl stop outlook-syncd
    [[ $SECONDS -lt 15 ]]
    [[ $(property Result) == success ]]
    journalctl --unit=outlook-syncd --since="$since" | no grep -iE 'SIGKILL|timed out'
    no pgrep --euid outlook-syncd
    restart
    reads 'After a stop'
}

survives_kill() {
    local daemon before
    restart_soon
    begin_slow_cycle
    daemon=$(property MainPID)
    mapfile -t before < <(processes)
    systemctl kill --kill-whom=main --signal=KILL outlook-syncd
    within 10 is_another "$daemon"
    within 5 are_gone "${before[@]}"
    reads 'After a kill'
}
is_another() { [[ $(property ActiveState) == active && $(property MainPID) != "$1" ]]; }

# The unit's own half a minute would only make the test longer.
restart_soon() {
    install -D /dev/stdin /run/systemd/system/outlook-syncd.service.d/soon.conf <<<$'[Service]\nRestartSec=1'
    systemctl daemon-reload
}

# All of its processes stand still; one of them may have ended meanwhile.
survives_hanging_browser() {
    local before
    mapfile -t before < <(browser)
    [[ ${#before[@]} -gt 0 ]]
    kill -STOP "${before[@]}" || true
    reads 'While the browser hangs' 120
    are_gone "${before[@]}"
}

# begin_slow_cycle: returns when a cycle waits for an answer that Outlook holds back, once.
begin_slow_cycle() {
    outlook POST /knobs '{"fail": [{"kind": "slow", "ms": 4000, "times": 1}]}'
    outlook DELETE /requests
    syncd sync
    within 60 is_held_back
}
is_held_back() { outlook GET /requests | grep '"slow:'; }

holds_the_port() {
    local token
    token=$(</etc/outlook-syncd/read-token)
    readme '## The port'
    systemctl stop outlook-syncd
    # Who calls waits until the daemon is there.
    within 30 answers_at_the_socket "$token"
    [[ $(property ActiveState) == active ]]
    [[ $(health --header "Authorization: Bearer $token") == 200 ]]
    [[ $(health --unix-socket /run/outlook-syncd.sock) == 401 ]]
    no runuser --user "${operator:?}" -- curl --silent --unix-socket /run/outlook-syncd.sock http://localhost/health/live
    reads 'While systemd holds the port'
    systemctl disable --now outlook-syncd.socket
    restart
}
answers_at_the_socket() { [[ $(health --header "Authorization: Bearer $1" --unix-socket /run/outlook-syncd.sock) == 200 ]]; }
