//! What becomes of contacts when the connection by which they came ends.

use serde::Serialize;
use utoipa::ToSchema;

words! {
    /// What becomes of an account's contacts when its connection ends.
    #[derive(Default)]
    pub enum ContactsEnd {
        /// They stay, as nobody's account's, until the same mailbox is connected with Microsoft again.
        #[default]
        Keep = "keep",
        /// They are destroyed.
        Destroy = "destroy",
    }
}

/// What became of them, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactsEnded {
    /// Those that were destroyed, with those that the mailbox had deleted before.
    pub destroyed: u64,
    /// Those that stay.
    pub kept: u64,
}
