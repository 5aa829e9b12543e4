# shellcheck shell=bash
# Sourced: a simulated Outlook with two mailboxes, beside the service.

announced=/run/outlook-sim

start_outlook() {
    systemd-run --quiet --unit=outlook-sim --property=DynamicUser=yes --property=StandardOutput="file:$announced" \
        /srv/bin/outlook-sim --accounts 2 --messages 60
    within 30 test -s "$announced"
}

# announced KEY: every text under that key, a line each.
announced() { grep -o "\"$1\":\"[^\"]*\"" "$announced" | cut -d'"' -f4; }

# The service's configuration: this Outlook instead of the real one, and a cycle every minute.
write_config() {
    install -d /etc/outlook-syncd
    cat >/etc/outlook-syncd/outlook-syncd.toml <<TOML
[sync]
schedule = "* * * * *"
[simulator]
https = "$(announced https)"
spki_sha256 = "$(announced spki_sha256)"
TOML
}

logins() { announced smtp; }
password_of() { paste <(announced smtp) <(announced password) | awk -v login="$1" '$1 == login { print $2 }'; }

# outlook METHOD PATH [JSON]: asks its control interface.
outlook() {
    curl --silent --show-error --fail --request "$1" --header 'content-type: application/json' ${3:+--data "$3"} \
        "$(announced control)$2"
}

# deliver SUBJECT: to every mailbox.
deliver() {
    local login
    for login in $(logins); do
        outlook POST "/accounts/$login/deliver" "{\"messages\":[{\"subject\":\"$1\"}]}" >/dev/null
    done
}
