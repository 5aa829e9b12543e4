//! Contacts: found and listed, made, changed and removed.
//!
//! What is changed here waits to go out. A change is told as what a card becomes by it, so that one that is
//! meant for whatever is written there is made again where somebody else was faster.

mod brake;
mod change;
mod conflicts;
mod detail;
mod files;
mod find;
mod folders;
mod list;
mod matches;
mod photo;
mod plan;
mod shown;
mod state;
mod undo;
mod undo_photo;
mod withheld;

pub use brake::{BrakeDecided, BrakeDetail, BrakeKind, ContactApproval};
pub use change::{ContactDone, ContactPut};
pub use conflicts::ConflictDetail;
pub use detail::ContactDetail;
pub use folders::{ContactFolderDetail, ContactsDetail, ParkedContactDetail, UnreadableContact};
pub use matches::MatchDetail;
pub use photo::PhotoShown;
pub use plan::{Barred, ContactPlan, MissingContact, PlanRest, PlannedContact, WithheldContact};
pub use shown::{ContactShown, GaveWay};
pub use state::AskedAccount;
pub use undo::{UndoDeed, UndoneWrite, WriteDetail, WriteOutcome};
pub use withheld::WithheldReason;
