//! Contacts of an account, in step with Outlook.
//!
//! ```text
//! reader      how a cycle comes to it
//! reading     an account's turn: what was handed in -> folders -> each from where it was left -> again ->
//!             compare -> settle -> meeting -> what goes out -> photo
//! folder      one folder, page by page; a lost place begins a full round: what that does not show is missing
//! page, join  what a page says, made whole by asking, joined with what is known, written in one transaction
//! again       contacts that could not be read before
//! compare     once a day, slice by slice: a folder's ids and versions with what is linked; only it proves
//!             that the changes told everything
//! photo       photos of contacts that are new or have another version, some of them in each turn; those that were
//!             changed here go out
//! queue       what other programs have handed in is changed here
//! gate        whether what was changed here may go out, or a person looks at the plan before; the verdict is pure
//! push        what was changed here goes out
//! settle      what no folder has is asked for by its id, and called gone within the brake
//! remade      but for what the mailbox has as another item
//! meeting     contacts made here are compared with those of the mailbox, before they go out
//! source      a mailbox's contacts, as reading and writing ask for them
//! graph       the same, by Microsoft Graph
//!
//! pure:
//! folders     which folders there are, after a list of them
//! canon       the forms in which values are compared
//! who         which contact here is which one there, at their first meeting; afterwards a link says it
//! first       a contact made here and the item that it is -> the contact with its item
//! fate        what is done of a contact that was edited, or deleted, on one side or both
//! bases       what both sides agree on
//! resolve     what both sides changed: what gave way, and what waits for a person to say whose values hold
//! merge       what we had, have, they had, have -> what both have afterwards
//! plan        what is to be written of a contact that was changed here, and what is not
//! undo        a write, and its contact as it stands -> the contact as it was before
//! naming      the names of a contact that Outlook makes of the rest of it, and the name of one that has none
//! fit         what of a card has room in Outlook
//! overflow    what has none, and stays here
//! ```
//!
//! A card is whole: what is not on it is empty, and what is not known was asked for before.

mod again;
mod bases;
mod canon;
mod compare;
mod count;
mod fate;
mod first;
mod fit;
mod folder;
mod folders;
mod gate;
mod graph;
mod join;
mod meeting;
mod merge;
mod naming;
mod overflow;
mod page;
mod photo;
mod place;
mod plan;
mod push;
mod queue;
mod reader;
mod reading;
mod remade;
mod resolve;
mod settings;
mod settle;
mod source;
mod undo;
mod who;

pub use canon::{Canon, PhoneRegion, email_form};
pub use fate::{Deed, Fate, decide};
pub use first::join_brought;
pub use gate::{count_photo, verdict};
pub use join::Joining;
pub use merge::{Edit, Merged, first_written, has_changed, merge, was_edited_there};
pub use overflow::overflow;
pub use plan::{Planned, PlannedWrite, Withheld, WriteReason, plan};
pub use reader::{by_graph, contacts_brake};
pub use reading::ContactsReading;
pub use resolve::{Contest, contest, deleted_there, resolve};
pub use settings::ContactSettings;
pub use source::{ContactSource, LookedUp, PhotoFound, SendFailure, Sent};
pub use undo::{Undo, undo};
pub use who::{Group, Here, Meeting, Pair, There, who_is_whom};
