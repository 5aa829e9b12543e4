//! Sets of UIDs, as commands name them. Pure.

/// So many are asked for at once: a command has at most 10,240 bytes on premises ("Set-ImapSettings",
/// learn.microsoft.com).
pub(super) const MOST: usize = 50;

/// The UIDs in as few ranges as they make: `4,7:9`. They are in order.
pub(super) fn spelled(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids.iter().copied() {
        match ranges.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(uid) => *to = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    let spell = |(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}:{to}") };
    ranges.iter().map(spell).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_make_a_range() {
        assert_eq!(spelled(&[4, 7, 8, 9, 11]), "4,7:9,11");
        assert_eq!(spelled(&[u32::MAX - 1, u32::MAX]), "4294967294:4294967295");
        assert_eq!(spelled(&[]), "");
    }
}
