//! What is shown below the help of commands. A line is 100 columns at most: clap would break it.

pub(super) const TOP: &str = "\
Examples (with sudo, by which a command becomes the service's user before it does anything):
  outlook-syncd doctor                                        # is everything there, and what to do
  outlook-syncd account connect --owner 42 ada@example.com    # 42 is the CRM's user id
  outlook-syncd status                                        # every account, and whose turn it is
  outlook-syncd sync --wait                                   # read now, not at the next turn
  outlook-syncd --once                                        # one cycle, without a daemon";

pub(super) const CONNECT: &str = "\
Examples (with sudo):
  outlook-syncd account connect --owner 42 ada@example.com      # asks for the password
  outlook-syncd account connect --owner 42 --password-stdin ada@example.com <password
  outlook-syncd account connect --owner 42 --device-code        # by OAuth, without a password
  outlook-syncd account connect --owner 42 --imap mail.example.com ada@example.com

Connecting again, when the owner has to sign in, keeps id, mail and position.";

pub(super) const ROAD: &str = "\
Examples (with sudo):
  outlook-syncd account road ada@example.com          # how its mail is read
  outlook-syncd account road ada@example.com graph    # by Microsoft Graph from now on
  outlook-syncd account road ada@example.com imap     # by IMAP, with the same sign-in
  outlook-syncd account road ada@example.com graph --shadow";

pub(super) const DISCONNECT: &str = "\
Examples (with sudo):
  outlook-syncd account disconnect ada@example.com                      # asks first
  outlook-syncd account disconnect ada@example.com --contacts destroy   # contacts too
  outlook-syncd account disconnect --yes ada@example.com                # in a script";

pub(super) const ADD_USER: &str = "\
Examples (with sudo):
  outlook-syncd user add ada                          # asks for the password
  outlook-syncd user add ada --password-stdin <file";

pub(super) const SYNC: &str = "\
Examples (with sudo):
  outlook-syncd sync                           # every account, by the running daemon
  outlook-syncd sync ada@example.com --wait    # one account, and how it went

Without a daemon: outlook-syncd --once.";

pub(super) const MESSAGES: &str = "\
Examples (with sudo):
  outlook-syncd messages ada@example.com --folder sent
  outlook-syncd messages --json --limit 1000 >messages.json

`mark`, `move` and `delete` take the ids that --json shows.";

pub(super) const SHOW_MESSAGE: &str = "\
Examples (with sudo):
  outlook-syncd messages show ada@example.com 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36";

pub(super) const ATTACHMENT: &str = "\
Examples (with sudo):
  outlook-syncd messages attachment bo@example.org 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36 0 --output -";

pub(super) const MIME: &str = "\
Examples (with sudo):
  outlook-syncd messages mime ada@example.com 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36 --output -";

pub(super) const MARK: &str = "\
Examples (with sudo):
  outlook-syncd messages mark ada@example.com --read 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36";

pub(super) const MOVE: &str = "\
Examples (with sudo):
  outlook-syncd messages move ada@example.com --to archive 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36";

pub(super) const DELETE: &str = "\
Examples (with sudo):
  outlook-syncd messages delete ada@example.com 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36
  outlook-syncd messages delete ada@example.com --permanent 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36";

pub(super) const SEND: &str = "\
Examples (with sudo):
  outlook-syncd send ada@example.com --to bo@example.org --subject Lunch --attach menu.pdf <text
  outlook-syncd send ada@example.com --reply 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36 <text
  outlook-syncd send ada@example.com --forward 01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36 --to bo@a.test";

pub(super) const OUTBOX: &str = "\
Examples (with sudo):
  outlook-syncd outbox list ada@example.com
  outlook-syncd outbox retry ada@example.com 01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d61";

pub(super) const CONTACTS: &str = "\
Examples (with sudo):
  outlook-syncd contacts list ada@example.com --search \"babbage london\"
  outlook-syncd contacts list --json --limit 10000 >contacts.json";

pub(super) const MATCHES: &str = "\
Examples (with sudo):
  outlook-syncd contacts matches ada@example.com
  outlook-syncd contacts settle ada@example.com 01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d58 same";

pub(super) const RESOLVE: &str = "\
Examples (with sudo):
  outlook-syncd contacts conflicts ada@example.com
  outlook-syncd contacts resolve charles@example.org ours --member job_title";

pub(super) const UNDO: &str = "\
Examples (with sudo):
  outlook-syncd contacts journal ada@example.com --since 2h
  outlook-syncd contacts undo ada@example.com --since 2h --dry-run
  outlook-syncd contacts undo ada@example.com --run 01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d59
  outlook-syncd contacts undo ada@example.com --write 01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d60";

pub(super) const ADD_CONTACT: &str = "\
Examples (with sudo):
  outlook-syncd contacts add ada@example.com --given-name Charles --email c@example.org
  outlook-syncd contacts add ada@example.com --external-id crm-17 --card - <card.json";

pub(super) const EDIT_CONTACT: &str = "\
Examples (with sudo):
  outlook-syncd contacts edit c@example.org --mobile-phone \"+44 7700 900123\" --job-title \"\"
  outlook-syncd contacts edit c@example.org --if-revision 3 --home-city London
  outlook-syncd contacts edit c@example.org --photo - <charles.jpg";

pub(super) const EXPORT_CONTACTS: &str = "\
Examples (with sudo):
  outlook-syncd contacts export ada@example.com --format vcard4 >ada.vcf
  outlook-syncd contacts export ada@example.com --format csv --bom >ada.csv    # for Excel";

pub(super) const IMPORT_CONTACTS: &str = "\
Examples (with sudo):
  outlook-syncd contacts import ada@example.com <ada.vcf

The same file again changes nothing. docs/contacts.md tells what is read of which file.";

pub(super) const BRAKE: &str = "\
Examples (with sudo):
  outlook-syncd contacts brake list
  outlook-syncd contacts brake show ada@example.com
  outlook-syncd contacts brake approve ada@example.com
  outlook-syncd contacts brake approve ada@example.com --until 2026-12-24T18:00:00Z";

pub(super) const DATES: &str = "\
Examples:
  outlook-syncd dates \"Po 9:23\" --locale cs-CZ --tz Europe/Prague
  echo '{\"string\": \"Po 9:23\", \"now\": \"2026-03-04T12:00\"}' | outlook-syncd dates --locale cs-CZ";

pub(super) const CONFIG: &str = "\
Examples (with sudo):
  outlook-syncd config check                        # what the service reads
  outlook-syncd config check --config new.toml      # a file before it is put in place
  outlook-syncd config show >outlook-syncd.toml     # every key, as a file that says the same";

pub(super) const RETIRE: &str = "\
Examples (with sudo):
  outlook-syncd key rotate      # a new key seals; `key list` shows what the old one still wraps
  outlook-syncd key retire 1    # removes the old one, once nothing needs it";

pub(super) const NEW_TOKEN: &str = "\
Examples (with sudo):
  outlook-syncd token new dashboard --scope read           # all accounts, for a year
  outlook-syncd token new crm --scope read --scope contacts --owner 42 --expires 90d
  outlook-syncd token new n8n --scope tokens --account ada@example.com --cidr 192.0.2.7
  outlook-syncd token new crm --scope read >token          # the token alone is in the file";

pub(super) const ADD_READER: &str = "\
Examples (with sudo):
  outlook-syncd reader add crm_anna --owner 42 >password    # sees the accounts of user 42
  outlook-syncd reader add crm --everybody --contacts       # hands in changes of contacts too
  outlook-syncd reader add report --owner 42 --owner 43 --existing";

pub(super) const REFUSE: &str = "\
Examples (with sudo):
  outlook-syncd token refuse 42              # what was signed for user 42 until now counts no more";

pub(super) const REVOKE: &str = "\
Examples (with sudo):
  outlook-syncd token revoke osd_Zk3vQ1xY    # as `token list` shows it
  outlook-syncd token revoke dashboard       # by what it is for, when no other is for that";
