//! Messages with their keys, and the ledger of items that could not be read.

mod attachments;
mod candidates;
mod counterparts;
mod facts;
mod gone;
mod keys;
mod ledger;
mod lookup;
mod missing;
mod older;
mod page;
mod parts;
mod read;
mod row;
mod sweep;

pub use candidates::Candidate;
pub use counterparts::{ARRIVALS_APART, Counterpart};
pub use facts::MessageFacts;
pub use ledger::LedgerItem;
pub use lookup::Known;
pub(super) use lookup::by_space;
pub use missing::{Missing, MissingItem};
pub use older::OlderItem;
pub(super) use page::attach;
pub use page::{PageCounts, PageWrite, Unread, Upsert};
pub use read::{MessageQuery, StoredMessage};
pub use sweep::Stretch;
