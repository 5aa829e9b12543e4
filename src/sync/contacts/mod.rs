//! Contacts of an account, in step with Outlook.
//!
//! ```text
//! reader      how a cycle comes to it
//! reading     an account's turn: folders -> each from where it was left -> again -> settle
//! folder      one folder, page by page; a lost place begins a full round, and what that does not show is missing
//! page, join  what a page says, made whole by asking, joined with what is known, written in one transaction
//! again       contacts that could not be read before
//! settle      what no folder has is asked for by its id, and called gone within the brake
//! source      the road, as reading goes it; road: Microsoft Graph
//! folders     which folders there are, after a list of them (pure)
//! ```

mod again;
mod folder;
mod folders;
mod join;
mod page;
mod reader;
mod reading;
mod road;
mod settle;
mod source;

pub use reader::by_graph;
pub use reading::ContactsReading;
pub use source::{ContactSource, LookedUp};
