//! What is done of a contact that was edited, or deleted, on one side or both. Pure.

use crate::model::ConflictPolicy;

/// What became of a linked contact on a side since both last agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is there, and what is on it did not change.
    Kept,
    /// It is there, and what is on it changed.
    Edited,
    /// It is there no longer. Of Outlook this is only known once the contact was asked for by its id, and was
    /// not found, or in a folder that is not read.
    Deleted,
}

/// What is to be done of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Nothing, but for a link to a contact that neither side has, which ends.
    Nothing,
    /// Its cards are merged.
    Merge,
    /// It is deleted here, if the brake allows it.
    DeleteHere,
    /// It is deleted there, if the brake allows it.
    DeleteThere,
    /// It is made anew here from what is there, and told.
    MakeHere,
    /// It is made anew there from what is here, and told. The link is replaced.
    MakeThere,
    /// A person decides whether it stays.
    Ask,
}

/// What is done of a contact after what became of it on both sides. What was edited outlives that it was
/// deleted, whosever values hold and whatever came last: no edit is lost. The journal has the deletion that gave way.
#[must_use]
pub fn decide(ours: Fate, theirs: Fate, policy: ConflictPolicy) -> Deed {
    match (ours, theirs) {
        (Fate::Kept, Fate::Kept) | (Fate::Deleted, Fate::Deleted) => Deed::Nothing,
        (Fate::Kept | Fate::Edited, Fate::Edited) | (Fate::Edited, Fate::Kept) => Deed::Merge,
        (Fate::Kept, Fate::Deleted) => Deed::DeleteHere,
        (Fate::Deleted, Fate::Kept) => Deed::DeleteThere,
        (Fate::Edited, Fate::Deleted) | (Fate::Deleted, Fate::Edited) if policy == ConflictPolicy::Ask => {
            Deed::Ask
        }
        (Fate::Edited, Fate::Deleted) => Deed::MakeThere,
        (Fate::Deleted, Fate::Edited) => Deed::MakeHere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deleted_goes_unless_somebody_edited_it() {
        use Fate::{Deleted, Edited, Kept};
        for (ours, theirs, deed) in [
            (Kept, Kept, Deed::Nothing),
            (Edited, Kept, Deed::Merge),
            (Kept, Edited, Deed::Merge),
            (Edited, Edited, Deed::Merge),
            (Kept, Deleted, Deed::DeleteHere),
            (Deleted, Kept, Deed::DeleteThere),
            (Edited, Deleted, Deed::MakeThere),
            (Deleted, Edited, Deed::MakeHere),
        ] {
            for policy in [ConflictPolicy::Outlook, ConflictPolicy::Local, ConflictPolicy::Newest] {
                assert_eq!(decide(ours, theirs, policy), deed, "{ours:?} {theirs:?}");
            }
        }
    }

    #[test]
    fn who_wants_to_be_asked_is_asked_only_where_an_edit_meets_a_deletion() {
        use Fate::{Deleted, Edited, Kept};
        for (ours, theirs, deed) in [
            (Edited, Deleted, Deed::Ask),
            (Deleted, Edited, Deed::Ask),
            (Kept, Deleted, Deed::DeleteHere),
            (Deleted, Kept, Deed::DeleteThere),
        ] {
            assert_eq!(decide(ours, theirs, ConflictPolicy::Ask), deed);
        }
    }

    #[test]
    fn an_old_change_of_a_contact_that_both_deleted_does_nothing() {
        for policy in ConflictPolicy::ALL {
            assert_eq!(decide(Fate::Deleted, Fate::Deleted, policy), Deed::Nothing);
        }
    }
}
