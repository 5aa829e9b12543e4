//! Contacts. A file per verb.

mod folders;
mod list;

pub use folders::{ContactFolderDetail, ContactsDetail, RefusedContact, UnreadableContact};
