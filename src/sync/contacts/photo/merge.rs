//! What becomes of a photo that was set or taken away here, where the item has this one. Pure.

use crate::model::Side;

/// What becomes of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhotoDeed {
    /// Both sides have the same: nothing is left to go out.
    Agree,
    /// Ours goes out.
    Send,
    /// The item's comes in.
    Take,
    /// A person says whose holds.
    Ask,
}

/// What becomes of our photo and of the item's, each by its SHA-256 and `None` where there is none; `base` is what the
/// item showed when both last agreed. Where both were
/// changed, each differently, that of `holds` is taken, and a person decides where it is `None`.
pub(super) fn decide(
    ours: Option<&str>,
    base: Option<&str>,
    theirs: Option<&str>,
    holds: Option<Side>,
) -> PhotoDeed {
    match holds {
        _ if ours == theirs => PhotoDeed::Agree,
        _ if theirs == base => PhotoDeed::Send,
        _ if ours == base => PhotoDeed::Take,
        Some(Side::Ours) => PhotoDeed::Send,
        Some(Side::Theirs) => PhotoDeed::Take,
        None => PhotoDeed::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_that_one_side_changed_is_the_others_and_one_that_both_did_goes_by_who_holds() {
        let (ours, theirs) = (Some(Side::Ours), Some(Side::Theirs));
        for (our, base, their, holds, deed) in [
            (Some("a"), None, None, None, PhotoDeed::Send),
            (None, Some("a"), Some("a"), None, PhotoDeed::Send),
            (Some("b"), Some("a"), Some("a"), theirs, PhotoDeed::Send),
            (Some("b"), Some("a"), Some("b"), None, PhotoDeed::Agree),
            (None, Some("a"), None, None, PhotoDeed::Agree),
            (Some("a"), Some("a"), Some("c"), ours, PhotoDeed::Take),
            (Some("b"), Some("a"), Some("c"), ours, PhotoDeed::Send),
            (Some("b"), Some("a"), Some("c"), theirs, PhotoDeed::Take),
            (Some("b"), Some("a"), Some("c"), None, PhotoDeed::Ask),
            (Some("b"), Some("a"), None, None, PhotoDeed::Ask),
            (None, Some("a"), Some("c"), None, PhotoDeed::Ask),
        ] {
            assert_eq!(decide(our, base, their, holds), deed, "{our:?} {base:?} {their:?} {holds:?}");
        }
    }
}
