//! Which stored message one is that a list shows without its Internet message id, by second, sender and subject. Pure.

use super::{folded, is_same_sender};
use crate::model::{Instant, ItemKey, MessageId, Precision, Sight};
use crate::store::Counterpart;
use std::collections::{BTreeMap, HashMap};

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::sync) struct LooksMet {
    /// The one message that each of these can be.
    pub(in crate::sync) pairs: HashMap<ItemKey, MessageId>,
    /// Those that several are alike to: they have to say more of themselves.
    pub(in crate::sync) doubtful: Vec<ItemKey>,
}

type Group<'a> = (Vec<&'a Sight>, Vec<&'a Counterpart>);

/// Pairs what was seen with stored messages that are free for it.
pub(in crate::sync) fn by_look(seen: &[&Sight], stored: &[Counterpart]) -> LooksMet {
    let mut groups: BTreeMap<(i64, String), Group<'_>> = BTreeMap::new();
    for one in seen {
        if let Some(look) = look(one.received, one.subject.as_deref()) {
            groups.entry(look).or_default().0.push(one);
        }
    }
    for one in stored {
        let look = look(one.received, one.subject.as_deref());
        if let Some(group) = look.and_then(|look| groups.get_mut(&look)) {
            group.1.push(one);
        }
    }
    let mut met = LooksMet::default();
    for group in groups.into_values().flat_map(by_sender) {
        met.take(&group);
    }
    met
}

impl LooksMet {
    fn take(&mut self, (seen, stored): &Group<'_>) {
        let keys = seen.iter().filter_map(|one| one.key.clone());
        match (seen.as_slice(), stored.as_slice()) {
            ([one], [other]) if is_same_sender(sender(one), other.from.as_deref()) => {
                self.pairs.extend(keys.map(|key| (key, other.message_id.clone())));
            }
            (_, []) | ([_], [_]) => {}
            _ => self.doubtful.extend(keys),
        }
    }
}

fn look(received: Option<Instant>, subject: Option<&str>) -> Option<(i64, String)> {
    let second = received.filter(|received| received.precision == Precision::Second)?.at.timestamp();
    Some((second, folded(subject?)))
}

fn sender(seen: &Sight) -> Option<&str> {
    seen.from.as_ref()?.address.as_deref()
}

/// Parts of a group by sender, where all of them say theirs.
fn by_sender((seen, stored): Group<'_>) -> Vec<Group<'_>> {
    let of = |address: Option<&str>| address.filter(|address| address.contains('@')).map(str::to_lowercase);
    let is_said = seen.iter().all(|one| of(sender(one)).is_some())
        && stored.iter().all(|one| of(one.from.as_deref()).is_some());
    if !is_said {
        return vec![(seen, stored)];
    }
    let mut parts: BTreeMap<Option<String>, Group<'_>> = BTreeMap::new();
    for one in seen {
        parts.entry(of(sender(one))).or_default().0.push(one);
    }
    for one in stored {
        parts.entry(of(one.from.as_deref())).or_default().1.push(one);
    }
    parts.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Depth, FolderId, KeySpace};
    use chrono::DateTime;

    fn at(second: i64, precision: Precision) -> Instant {
        Instant { at: DateTime::from_timestamp(1_000_000 + second, 0).unwrap(), precision }
    }

    fn key(id: &str) -> ItemKey {
        ItemKey { space: KeySpace::EXCHANGE_IMMUTABLE, id: id.to_owned() }
    }

    fn seen(id: &str, second: i64, subject: &str, from: Option<&str>) -> Sight {
        let from = from.map(|from| Address { name: None, address: Some(from.to_owned()) });
        let (key, received) = (Some(key(id)), Some(at(second, Precision::Second)));
        Sight { key, received, subject: Some(subject.to_owned()), from, ..Sight::default() }
    }

    fn stored(id: &str, second: i64, subject: &str, from: &str) -> Counterpart {
        Counterpart {
            message_id: MessageId::from(id.to_owned()),
            folder: FolderId::from("inbox".to_owned()),
            internet_message_id: format!("<{id}@sim.example>"),
            received: Some(at(second, Precision::Second)),
            from: Some(from.to_owned()),
            subject: Some(subject.to_owned()),
            has_attachments: None,
            preview: None,
            depth: Depth::Whole,
            is_away: false,
            key: None,
        }
    }

    /// Which is which, and how many are doubtful.
    fn met(seen: &[Sight], stored: &[Counterpart]) -> (Vec<(String, String)>, usize) {
        let LooksMet { pairs, doubtful } = by_look(&seen.iter().collect::<Vec<_>>(), stored);
        let mut pairs: Vec<_> = pairs.into_iter().map(|(key, id)| (key.id, id.as_str().to_owned())).collect();
        pairs.sort();
        (pairs, doubtful.len())
    }

    fn one(id: &str, message: &str) -> Vec<(String, String)> {
        vec![(id.to_owned(), message.to_owned())]
    }

    #[test]
    fn a_row_without_an_internet_message_id_is_the_only_message_of_its_second_sender_and_subject() {
        let lunch = [stored("m", 5, "Lunch", "Zoe@sim.example")];
        for (row, expected) in [
            (seen("a", 5, "Lunch", Some("zoe@sim.example")), one("a", "m")),
            (seen("a", 5, " Lunch", None), one("a", "m")),
            (seen("a", 6, "Lunch", Some("zoe@sim.example")), Vec::new()),
            (seen("a", 5, "Re: Lunch", Some("zoe@sim.example")), Vec::new()),
            (seen("a", 5, "Lunch", Some("yan@sim.example")), Vec::new()),
        ] {
            assert_eq!(met(&[row], &lunch), (expected, 0));
        }
        let of_day = Sight { received: Some(at(5, Precision::Day)), ..seen("a", 5, "Lunch", None) };
        assert_eq!(met(&[of_day], &lunch), (Vec::new(), 0), "a day is not a second");
    }

    #[test]
    fn those_of_several_senders_are_told_apart_and_those_of_one_have_to_say_more() {
        let messages =
            [stored("m", 5, "Re: Lunch", "zoe@sim.example"), stored("n", 5, "Re: Lunch", "yan@sim.example")];
        let rows = [
            seen("a", 5, "Re: Lunch", Some("yan@sim.example")),
            seen("b", 5, "Re: Lunch", Some("zoe@sim.example")),
        ];
        let expected = [one("a", "n"), one("b", "m")].concat();
        assert_eq!(met(&rows, &messages), (expected, 0));
        assert_eq!(met(&[seen("a", 5, "Re: Lunch", None)], &messages), (Vec::new(), 1));
        let alike = [stored("m", 5, "Alert", "zoe@sim.example"), stored("n", 5, "Alert", "zoe@sim.example")];
        let rows = ["a", "b"].map(|id| seen(id, 5, "Alert", Some("zoe@sim.example")));
        assert_eq!(met(&rows, &alike), (Vec::new(), 2));
        assert_eq!(met(&rows[..1], &[]), (Vec::new(), 0));
    }
}
