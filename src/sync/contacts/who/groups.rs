//! Sets of what belongs together, by whatever joins two. Pure.

/// Members, numbered from zero, each in one set.
pub(super) struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    /// Each alone.
    pub(super) fn new(members: usize) -> Self {
        Self { parents: (0..members).collect() }
    }

    /// Makes one set of the sets of these members.
    pub(super) fn join(&mut self, members: impl IntoIterator<Item = usize>) {
        let mut members = members.into_iter();
        let Some(first) = members.next() else { return };
        for member in members {
            let (root, other) = (self.root(first), self.root(member));
            self.parents[root.max(other)] = root.min(other);
        }
    }

    fn root(&mut self, member: usize) -> usize {
        let mut at = member;
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    /// The sets of these members, each in their order.
    pub(super) fn of(&mut self, members: impl IntoIterator<Item = usize>) -> Vec<Vec<usize>> {
        let mut sets = vec![Vec::new(); self.parents.len()];
        for member in members {
            sets[self.root(member)].push(member);
        }
        sets.retain(|set| !set.is_empty());
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_way_of_others_is_one_set() {
        let mut groups = Groups::new(7);
        for joined in [vec![5, 3], vec![1, 5], vec![], vec![6], vec![2, 4], vec![4, 2]] {
            groups.join(joined);
        }
        assert_eq!(groups.of(0..7), [vec![0], vec![1, 3, 5], vec![2, 4], vec![6]]);
        assert_eq!(groups.of([3, 4]), [vec![3], vec![4]]);
    }
}
