//! What can go wrong with an account's turn beside what its tools say.

use super::folders::Unclear;
use crate::error::{Classify, Meaning, WhoseTurn};
use crate::model::{AskReason, Folder, Part, Recognised, Role, WriteCounts};
use std::time::Duration;

/// What stops the reading of an account.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// An account took longer than it may.
    #[error("the account was not read within {} s", .0.as_secs())]
    TooLong(Duration),
    /// Mail is due of an account that was given no road.
    #[error("the account has no road for mail")]
    NoRoad,
    /// The mailbox lists neither folders nor ids on the road that is wanted.
    #[error("the mailbox cannot be listed on the other road just now")]
    RoadUnlisted,
    /// Looking at another road took too long.
    #[error("the mailbox was not listed on the other road within {} s", .0.as_secs())]
    RoadTooLong(Duration),
    /// Too little was recognised on another road.
    #[error("of {} messages {} were recognised on the other road, and {} of {} that it lists", .stored.all, .stored.recognised, .seen.recognised, .seen.all)]
    RoadUnlike {
        /// Those that are stored.
        stored: Recognised,
        /// Those that it lists.
        seen: Recognised,
    },
    /// Connected but not signed in.
    #[error("no browser session is stored for this account")]
    NoSession,
    /// The password of its IMAP server is not kept: it was refused there.
    #[error("no password is kept for this account's IMAP server")]
    NoPassword,
    /// Not the way to one mailbox: the way to all of them.
    #[error("this machine does not reach Outlook: {0}")]
    NoNetwork(String),
    /// A defect of this program, which one mailbox brought out.
    #[error("the program went wrong while it read {}", .0.as_str())]
    Panicked(Part),
    /// A part is due that this program does not read.
    #[error("this program does not read {}", .0.as_str())]
    NoReader(Part),
    /// A folder of which we hold messages is suddenly empty.
    #[error("the list of {} came empty, and we hold {held} of its messages", nameless(.folder))]
    Emptied {
        /// The folder whose list came empty.
        folder: Folder,
        /// How many messages are held.
        held: u64,
    },
    /// Folders are configured that not every mailbox has, and this one has never said which it has.
    #[error("the mailbox has not listed its folders yet")]
    Unlisted,
    /// Names in the configuration that no folder of the mailbox has, or several.
    #[error("{}", listed(.0))]
    NoSuchFolder(Vec<Unclear>),
    /// The same of all names: nothing is read.
    #[error("sync.folders names no folder of this mailbox: {}", listed(.0))]
    NoneToRead(Vec<Unclear>),
    /// A contact folder that was listed is not there.
    #[error("a contact folder is not there that the mailbox has listed")]
    NoContactFolder,
    /// Contacts that stand in their folder and cannot be read.
    #[error("{0} contacts cannot be read")]
    ContactsUnread(u64),
    /// No page is small enough to come through.
    #[error("the pages of a contact folder are too big, however few contacts are asked for")]
    PageTooBig,
    /// Pages that lead back to where reading was.
    #[error("the pages of a contact folder do not end")]
    Endless,
    /// Somebody else changes the same contacts all the time.
    #[error("contacts were changed here as often as they were read")]
    Overtaken,
    /// More contacts are missing at once than a turn may call gone.
    #[error("{missing} of {held} contacts are missing at once; none was called gone")]
    TooManyContactsGone {
        /// How many are missing.
        missing: u64,
        /// How many are held, with these.
        held: u64,
    },
    /// What is to be written to the mailbox waits for a person.
    #[error("{} to be written to the mailbox: {} new, {} changed, {} deleted", waits(.counts.all()), .counts.creates, .counts.overwrites, .counts.deletes)]
    ContactPlanWaits {
        /// Why it does.
        why: AskReason,
        /// What it is.
        counts: WriteCounts,
    },
    /// More messages are missing at once than a turn may call gone.
    #[error("{missing} of {held} messages are missing at once; none was called gone")]
    TooManyGone {
        /// How many are missing.
        missing: u64,
        /// How many are held, with these.
        held: u64,
    },
}

fn listed(unclear: &[Unclear]) -> String {
    unclear.iter().map(Unclear::to_string).collect::<Vec<_>>().join("; ")
}

/// The role of a folder; of one of the owner's own, its id: what the owner calls it is nobody else's
/// business.
pub(super) fn nameless(folder: &Folder) -> String {
    if folder.role == Role::Other { format!("folder {}", folder.id) } else { folder.role.as_str().to_owned() }
}

const NAME_IT: &str = "name the folder in sync.folders as the mailbox calls it, by its path where the name stands \
                       twice, or take it out; `outlook-syncd account show` lists them.";
const CONNECT: &str = "connect the mailbox again with `outlook-syncd account connect`.";

/// Of another road that is wanted: what becomes of mail meanwhile, and what to do.
const LISTED_LATER: &str =
    "it is tried again in the account's next turns. Mail is read on the road that it has.";
const LISTED_LONGER: &str = "raise sync.account_limit until the road is taken, which is done once. Mail is read on the \
                             road that it has.";
const LOOK_AT_SHADOW: &str = "look at what differs with `outlook-syncd account road ACCOUNT ROAD --shadow`. Nothing was \
                              changed: mail is read on the road that it has.";

impl Classify for SyncError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::TooLong(_) => Meaning::retry(
                "account_limit",
                Nobody,
                "what was read is kept and the next cycle goes on from there. If it happens every time, \
                 raise sync.account_limit.",
            ),
            Self::NoRoad => Meaning::needs_login("no_road", Owner, CONNECT),
            Self::RoadUnlisted => Meaning::retry("road_unlisted", Nobody, LISTED_LATER),
            Self::RoadTooLong(_) => Meaning::blocked("road_too_long", Operator, LISTED_LONGER),
            Self::RoadUnlike { .. } => Meaning::blocked("road_unlike", Operator, LOOK_AT_SHADOW),
            Self::NoSession => Meaning::needs_login("no_session", Owner, CONNECT),
            Self::NoPassword => Meaning::needs_login(
                "no_password",
                Owner,
                "connect the mailbox again with its password as it is now.",
            ),
            Self::NoNetwork(_) => Meaning::retry(
                "no_network",
                Operator,
                "look at the network, DNS and firewall of this machine; `outlook-syncd doctor` tells what it \
                 reaches. It is tried again by itself.",
            )
            .machine(),
            Self::Panicked(_) => Meaning::fatal(
                "panicked",
                Operator,
                "report it with the lines of the log about the panic. The other mailboxes are read, and this \
                 one is tried again by itself.",
            ),
            Self::NoReader(_) => {
                Meaning::fatal("no_reader", Operator, "run the version of this program that made it due.")
            }
            Self::Emptied { .. } => Meaning::drift(
                "folder_emptied",
                Operator,
                "look at the mailbox in a browser. Nothing was deleted here; the next cycle that finds mail \
                 in the folder goes on by itself.",
            )
            .folder(),
            Self::Unlisted => Meaning::retry(
                "folders_unlisted",
                Nobody,
                "it is asked for them again. The folders that every mailbox has are read.",
            ),
            Self::NoSuchFolder(_) => Meaning::retry(
                "no_such_folder",
                Operator,
                format!("{NAME_IT} The folders that are found are read."),
            ),
            Self::NoneToRead(_) => {
                Meaning::fatal("no_folder_to_read", Operator, format!("{NAME_IT} Then restart the service."))
            }
            Self::NoContactFolder => {
                Meaning::retry("no_contact_folder", Nobody, "the mailbox is asked for its folders again.")
                    .folder()
            }
            Self::ContactsUnread(_) => {
                Meaning::retry("contacts_unread", Nobody, "they are asked for again, ever more rarely.")
            }
            Self::PageTooBig => Meaning::retry(
                "contacts_too_big",
                Nobody,
                "the contacts of the folder are asked for one by one.",
            )
            .folder(),
            Self::Endless => Meaning::drift("contacts_endless", Operator, "update outlook-syncd.").folder(),
            Self::Overtaken => Meaning::retry("contacts_overtaken", Nobody, "it is tried again later."),
            Self::TooManyContactsGone { .. } => Meaning::drift(
                "too_many_contacts_gone",
                Operator,
                "look at them with `outlook-syncd contacts brake show ACCOUNT`. If they were removed on purpose, \
                 `outlook-syncd contacts brake approve ACCOUNT` calls them gone; `reject` keeps them here.",
            ),
            Self::ContactPlanWaits { why: AskReason::FirstPlan, .. } => {
                Meaning::retry("contacts_first_plan", Operator, LOOK_AT_PLAN)
            }
            Self::ContactPlanWaits { why: AskReason::Brake, .. } => {
                Meaning::retry("contacts_brake", Operator, LOOK_AT_PLAN)
            }
            Self::TooManyGone { .. } => Meaning::drift(
                "too_many_gone",
                Operator,
                "look at the mailbox in a browser. If so much was removed on purpose, raise sync.gone_percent \
                 until a cycle has marked it.",
            ),
        }
    }
}

/// What to do with what waits to go out.
pub(super) const LOOK_AT_PLAN: &str = "look at it with `outlook-syncd contacts plan ACCOUNT`, then let it out with `outlook-syncd contacts \
     brake approve ACCOUNT`, or keep it back with `reject`.";

fn waits(contacts: u64) -> String {
    if contacts == 1 { "1 contact waits".to_owned() } else { format!("{contacts} contacts wait") }
}
