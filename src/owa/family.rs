//! Exchange has two ids for one item; a request chooses the family with `Prefer: IdType`.

use crate::model::KeySpace;

/// A family of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdFamily {
    /// The default; changes when the item is moved.
    Entry,
    /// `IdType="ImmutableId"`; survives a move within the mailbox.
    Immutable,
}

impl IdFamily {
    /// The space in which its ids are unique.
    pub(super) const fn space(self) -> KeySpace {
        match self {
            Self::Entry => KeySpace::EXCHANGE_ENTRY,
            Self::Immutable => KeySpace::EXCHANGE_IMMUTABLE,
        }
    }

    /// The family of a space; `None` for those of other roads.
    pub(super) fn of(space: &KeySpace) -> Option<Self> {
        [Self::Entry, Self::Immutable].into_iter().find(|family| family.space() == *space)
    }
}
