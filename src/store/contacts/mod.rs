//! Contacts: folders, cards, and which item of the mailbox each of them is; the ledger of those that could
//! not be read; who is whom; what is changed here, what may go out, and the journal of what does.

mod ahead;
mod compare;
mod edit;
mod edited;
mod folder;
mod forget;
mod gate;
mod gone;
mod insert;
mod journal;
mod ledger;
mod link;
mod linker;
mod linking;
mod matching;
mod meeting;
mod named;
mod near;
mod page;
mod pages;
mod parked;
mod parts;
mod photo;
mod photo_edit;
mod photo_parked;
mod photo_standing;
mod photo_write;
mod queue;
mod read;
mod rejected;
mod request;
mod resolve;
mod round;
mod row;
mod state;
mod stock;
mod wipe;
mod write;

pub use compare::LinkedItem;
pub use edit::{Edited, Editor};
pub use edited::{EditedContact, EditedPlace};
pub use journal::{ContactWritten, JournalQuery};
pub use ledger::{ContactLedgerItem, UnreadContact};
pub use link::LinkedContact;
pub use meeting::{ContactJoin, MeetingWrite};
pub use near::{FormHolders, NearContact};
pub use page::{ContactCounts, ContactPageWrite, ContactUpsert};
pub use pages::EditedPages;
pub use parked::ParkedContact;
pub use photo::PhotoLook;
pub use photo_edit::{EditedPhoto, PhotoItem, PhotoSeen, PhotoSet};
pub use photo_standing::PhotoStanding;
pub use photo_write::{PhotoLine, PhotoSettled, PhotoWritten};
pub use read::ContactQuery;
pub use request::EarlierRequest;
pub use resolve::ContactResolution;
pub(in crate::store) use wipe::{leave_contacts, will_leave};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What stands for an item's id in an index: an id is of any length, and an index takes no long values.
fn remote_key(remote_id: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(remote_id.as_bytes()))
}

fn remote_keys<'a>(ids: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    ids.into_iter().map(|id| remote_key(id)).collect()
}
