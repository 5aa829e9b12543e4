//! Contacts of an account, in step with Outlook.
//!
//! ```text
//! reader      how a cycle comes to it
//! reading     an account's turn: folders -> each from where it was left -> again -> settle -> meeting
//! folder      one folder, page by page; a lost place begins a full round: what that does not show is missing
//! page, join  what a page says, made whole by asking, joined with what is known, written in one transaction
//! again       contacts that could not be read before
//! settle      what no folder has is asked for by its id, and called gone within the brake
//! meeting     contacts made here are compared with those of the mailbox, before they go out
//! source      the road, as reading goes it; road: Microsoft Graph
//!
//! pure:
//! folders     which folders there are, after a list of them
//! canon       the forms in which values are compared
//! who         which contact here is which one there, at their first meeting; afterwards a link says it
//! first       a contact made here and the item that it is -> the contact with its item
//! fate        what is done of a contact that was edited, or deleted, on one side or both
//! merge       what we had, have, they had, have -> what both have afterwards
//! fit         what of a card has room in Outlook, and the name of a contact that has none
//! ```
//!
//! A card is whole: what is not on it is empty, and what is not known was asked for before.

mod again;
mod canon;
mod fate;
mod first;
mod fit;
mod folder;
mod folders;
mod join;
mod meeting;
mod merge;
mod page;
mod reader;
mod reading;
mod road;
mod settle;
mod source;
mod who;

pub use canon::{Canon, PhoneRegion};
pub use fate::{Deed, Fate, decide};
pub use first::join_brought;
pub use merge::{Edit, Merged, first_written, has_changed, merge};
pub use reader::by_graph;
pub use reading::ContactsReading;
pub use source::{ContactSource, LookedUp};
pub use who::{Group, Here, Meeting, Pair, There, meet};
