//! Sets of UIDs, as commands name them. Pure.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// So many are asked for at once: a command has at most 10,240 bytes on premises ("Set-ImapSettings",
/// learn.microsoft.com).
pub(super) const MOST: usize = 50;

/// No range of messages that lie in a folder is longer: Exchange holds a million per folder ("Exchange Online limits",
/// learn.microsoft.com).
const MOST_HELD: u32 = 10_000_000;

/// UIDs. Its text has neighbours as a range (RFC 3501, `sequence-set`), and a dash where there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UidSet(pub BTreeSet<u32>);

impl Display for UidSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let uids: Vec<u32> = self.0.iter().copied().collect();
        f.write_str(if uids.is_empty() { "-".to_owned() } else { spelled(&uids) }.as_str())
    }
}

impl FromStr for UidSet {
    type Err = NoUidSet;

    fn from_str(text: &str) -> Result<Self, NoUidSet> {
        let mut uids = BTreeSet::new();
        for range in text.split(',').filter(|_| text != "-") {
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let (from, to): (u32, u32) =
                (from.parse().map_err(|_| NoUidSet)?, to.parse().map_err(|_| NoUidSet)?);
            if to.saturating_sub(from) > MOST_HELD {
                return Err(NoUidSet);
            }
            uids.extend(from..=to);
        }
        Ok(Self(uids))
    }
}

/// A text that names no set of UIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no set of UIDs")]
pub struct NoUidSet;

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

    #[test]
    fn a_set_is_what_its_text_says() {
        for text in ["-", "4", "4,7:9,11", "1:3"] {
            let set: UidSet = text.parse().unwrap();
            assert_eq!(set.to_string(), text);
        }
        for text in ["", "a", "1:", "1,,2", "-1", "4294967296", "1:4294967295"] {
            assert_eq!(text.parse::<UidSet>(), Err(NoUidSet), "{text}");
        }
    }
}
