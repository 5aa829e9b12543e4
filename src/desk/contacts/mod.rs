//! Contacts. A file per verb.

mod brake;
mod folders;
mod list;
mod plan;

pub use brake::ContactBrake;
pub use folders::{ContactFolderDetail, ContactsDetail, RefusedContact, UnreadableContact};
pub use plan::{ContactPlan, PlannedContact, WithheldContact};
