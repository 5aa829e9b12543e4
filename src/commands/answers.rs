//! What `--json` prints: one type for one noun, as docs/json.md shows it.

use crate::desk::{AccountDetail, ContactsDetail, FolderDetail, LedgerItem, Wiped};
use crate::model::{
    Account, AccountId, ApiToken, ContactsEnded, Folder, ImapAddress, LastError, MessageId, Road, RoadChange,
    Role,
};
use crate::sync::health::AccountHealth;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// An account, without how it does.
#[derive(Debug, Serialize)]
pub(super) struct AccountShape {
    pub(super) id: AccountId,
    /// What a person calls it: the address, else the login.
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) login: String,
    /// Once Outlook itself has said it.
    pub(super) address: Option<String>,
    display_name: Option<String>,
    /// How its mail is read; `None`: not at all.
    pub(super) road: Option<Road>,
    /// The IMAP server that its password is for; `None`: it has none.
    pub(super) imap: Option<ImapAddress>,
    pub(super) sync_enabled: bool,
    created_at: DateTime<Utc>,
    dates: Dates,
}

/// How a mailbox writes dates, in the words that `dates` takes.
#[derive(Debug, Serialize)]
struct Dates {
    locale: Option<String>,
    tz: Option<String>,
    date_format: Option<String>,
    time_format: Option<String>,
}

impl From<&Account> for AccountShape {
    fn from(account: &Account) -> Self {
        let name = account.name().into_owned();
        let Account { id, owner, login, address, display_name, settings, road, imap, sync_enabled, .. } =
            account.clone();
        let dates = Dates {
            locale: settings.culture,
            tz: settings.time_zone,
            date_format: settings.date_format,
            time_format: settings.time_format,
        };
        let created_at = account.created_at;
        Self { id, name, owner, login, address, display_name, road, imap, sync_enabled, created_at, dates }
    }
}

/// What was destroyed with an account.
#[derive(Debug, Serialize)]
pub(super) struct AccountWiped {
    account: AccountShape,
    /// `None` where whoever was asked said no.
    wiped: Option<Counts>,
}

#[derive(Debug, Serialize)]
struct Counts {
    messages: u64,
    unreadable_items: u64,
    /// Sealed records and the key that opened them.
    secrets: u64,
    /// Reports of cycles that named it.
    cycles: u64,
    contacts: ContactsEnded,
}

impl AccountWiped {
    pub(super) fn new(account: &Account, wiped: Option<Wiped>) -> Self {
        let counts = |Wiped { messages, ledger, secrets, cycles, contacts }| Counts {
            messages,
            unreadable_items: ledger,
            secrets,
            cycles,
            contacts,
        };
        Self { account: account.into(), wiped: wiped.map(counts) }
    }
}

/// An account with its card, its folders, the items that could not be read and its contacts.
#[derive(Debug, Serialize)]
pub(super) struct AccountShown {
    pub(super) account: AccountShape,
    /// As `/health` has it.
    pub(super) health: AccountHealth,
    pub(super) last_attempt_at: Option<DateTime<Utc>>,
    pub(super) last_error: Option<LastError>,
    pub(super) folders: Vec<FolderDetail>,
    pub(super) unreadable_items: Vec<Unreadable>,
    pub(super) contacts: ContactsDetail,
    /// The other road that was last asked for.
    pub(super) road_change: Option<RoadChange>,
}

impl From<AccountDetail> for AccountShown {
    fn from(detail: AccountDetail) -> Self {
        let AccountDetail { account, health, parts, folders, ledger, contacts, road_change } = detail;
        Self {
            account: AccountShape::from(&account),
            health,
            last_attempt_at: parts.iter().filter_map(|part| part.last_attempt_at).max(),
            last_error: parts.into_iter().find_map(|part| part.last_error),
            unreadable_items: ledger.into_iter().map(|item| Unreadable::of(item, &folders)).collect(),
            folders,
            contacts,
            road_change,
        }
    }
}

/// An item that could not be read.
#[derive(Debug, Serialize)]
pub(super) struct Unreadable {
    #[serde(flatten)]
    pub(super) folder: Folder,
    /// As Outlook names it.
    item_id: String,
    /// The stored message that it is; `None` where no list has shown it.
    message_id: Option<MessageId>,
    pub(super) subject: Option<String>,
    pub(super) received_at: Option<DateTime<Utc>>,
    pub(super) code: String,
    /// What Outlook said.
    pub(super) message: String,
    pub(super) attempts: i64,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    /// It is not asked for again before.
    pub(super) next_try_at: DateTime<Utc>,
}

impl Unreadable {
    /// Of one of these folders, or of one that was listed after they were read.
    fn of(item: LedgerItem, folders: &[FolderDetail]) -> Self {
        let lies_in = folders.iter().find(|detail| detail.folder.id == item.folder);
        Self {
            folder: lies_in
                .map_or_else(|| Folder::new(item.folder, Role::Other), |detail| detail.folder.clone()),
            item_id: item.key.id,
            message_id: item.message,
            subject: item.subject,
            received_at: item.received_at,
            code: item.code,
            message: item.text,
            attempts: item.attempts,
            first_seen_at: item.first_seen,
            last_seen_at: item.last_seen,
            next_try_at: item.due_at,
        }
    }
}

/// A token for the API that was made just now: the only time that it is shown.
#[derive(Debug, Serialize)]
pub(super) struct NewToken<'a> {
    pub(super) token: &'a str,
    #[serde(flatten)]
    pub(super) described: &'a ApiToken,
}
