//! A value on two sides, each of which may have changed it.

/// What a side had when both last agreed, and what it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Edit<T> {
    /// When both last agreed.
    pub base: T,
    /// As things stand.
    pub now: T,
}

impl<T> Edit<T> {
    /// The same of a part, or of another form.
    pub(super) fn map<'a, U>(&'a self, of: impl Fn(&'a T) -> U) -> Edit<U> {
        Edit { base: of(&self.base), now: of(&self.now) }
    }
}

/// Whose change holds for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nobody changed anything, or both have the same.
    None,
    /// Ours is the only one.
    Ours,
    /// Theirs is the only one.
    Theirs,
    /// Both changed it, each differently.
    Both,
}

impl Change {
    /// Each side is compared with what it had itself: that a server keeps a value in another form is no
    /// change.
    pub(super) fn of<T: PartialEq>(ours: &Edit<T>, theirs: &Edit<T>) -> Self {
        match (ours.base != ours.now, theirs.base != theirs.now) {
            _ if ours.now == theirs.now => Self::None,
            (false, false) => Self::None,
            (true, false) => Self::Ours,
            (false, true) => Self::Theirs,
            (true, true) => Self::Both,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_difference_from_what_the_same_side_had() {
        for (ours, theirs, change) in [
            ((1, 1), (1, 1), Change::None),
            ((1, 1), (2, 2), Change::None),
            ((1, 3), (2, 2), Change::Ours),
            ((1, 1), (2, 3), Change::Theirs),
            ((1, 3), (2, 3), Change::None),
            ((1, 2), (2, 2), Change::None),
            ((1, 3), (2, 4), Change::Both),
            ((1, 2), (2, 1), Change::Both),
        ] {
            let edit = |(base, now)| Edit { base, now };
            assert_eq!(Change::of(&edit(ours), &edit(theirs)), change, "{ours:?} {theirs:?}");
        }
    }
}
