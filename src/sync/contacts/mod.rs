//! Contacts: what is to be done so that the database and a mailbox say the same of each.
//!
//! ```text
//!  canon    the forms in which values are compared
//!  who      which contact here is which one there, at their first meeting; afterwards a link says it
//!  fate     what is done of a contact that was edited, or deleted, on one side or both
//!  merge    what we had, have, they had, have -> what both have afterwards
//!  fit      what of a card has room in Outlook, and the name of a contact that has none
//! ```
//!
//! All of them are pure. A card is whole: what is not on it is empty, and what is not known was asked for
//! before.

mod canon;
mod fate;
mod fit;
mod merge;
mod who;

pub use canon::{Canon, PhoneRegion};
pub use fate::{Deed, Fate, decide};
pub use merge::{Edit, Merged, first_written, has_changed, merge};
pub use who::{Group, Here, Meeting, Pair, Proof, There, meet};
