//! What is wrong with accounts and the next step, in words. Pure.

use super::output::ago;
use crate::model::Part;
use crate::sync::explain::{Explanation, explain};
use crate::sync::health::AccountHealth;
use chrono::{DateTime, Utc};

/// What is to be said of an account, or of several alike.
struct AccountTrouble {
    whose: Vec<String>,
    said: Explanation,
}

/// A paragraph for each part of an account of which there is something to say. What is the same for several,
/// such as a folder that none of them has, is said once for all of them.
pub(super) fn troubles(cards: &[AccountHealth], now: DateTime<Utc>) -> Vec<String> {
    let mut all: Vec<AccountTrouble> = Vec::new();
    for AccountTrouble { whose, said } in cards.iter().flat_map(of_account) {
        match all.iter_mut().find(|before| is_same(&before.said, &said)) {
            Some(before) => {
                before.whose.extend(whose);
                before.said.since = before.said.since.into_iter().chain(said.since).min();
                before.said.failures = 0;
            }
            None => all.push(AccountTrouble { whose, said }),
        }
    }
    all.iter().map(|trouble| paragraph(trouble, now)).collect()
}

fn of_account(card: &AccountHealth) -> impl Iterator<Item = AccountTrouble> {
    let told = explain(card).into_iter().filter(|said| !said.is_quiet());
    told.map(|said| {
        let whose = match said.part {
            Some(Part::Contacts) => format!("{} ({})", card.name, Part::Contacts.as_str()),
            Some(Part::Mail) | None => card.name.clone(),
        };
        AccountTrouble { whose: vec![whose], said }
    })
}

/// Whether the same is to be said of two, whatever happened since when and how often.
fn is_same(one: &Explanation, other: &Explanation) -> bool {
    let words = |said: &Explanation| (said.code.clone(), said.because.clone(), said.hint());
    words(one) == words(other)
}

fn paragraph(AccountTrouble { whose, said }: &AccountTrouble, now: DateTime<Utc>) -> String {
    format!("{}: {}{}\n  {}", whose.join(", "), said.because, known(said, now), said.hint())
}

/// By which word, how often in a row, and since when; of several, of the first of them.
fn known(said: &Explanation, now: DateTime<Utc>) -> String {
    let times = (said.failures > 1).then(|| format!("{} times in a row", said.failures));
    let since = said.since.map(|at| format!("since {}", ago(Some(at), now)));
    let known: Vec<_> = said.code.clone().into_iter().chain(times).chain(since).collect();
    if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::health::tests::card_of;
    use crate::testing::now;

    #[test]
    fn that_no_cycle_came_is_said_once_for_all_and_a_failure_of_each_part_for_itself() {
        let late = [("ada@example.test", 60), ("bob@example.test", 180)];
        let late = late.map(|(name, minutes)| card_of(name, minutes, &[]));
        let both = card_of("carl@example.test", 1, &[Some("mail is away"), Some("contacts are away")]);
        let well = card_of("dora@example.test", 1, &[]);
        let [ada, bob] = late;
        let said = troubles(&[ada, both, bob, well], now());
        assert_eq!(said.len(), 3, "{said:?}");
        let late = "ada@example.test, bob@example.test: it should have been read by now, and was not (since 3 h ago)\n  The \
                    operator's turn: no cycle";
        assert!(said[0].starts_with(late), "{said:?}");
        assert!(said[1].starts_with("carl@example.test: mail is away (x)\n  Nobody's turn: x"), "{said:?}");
        assert!(said[2].starts_with("carl@example.test (contacts): contacts are away (x"), "{said:?}");
        let alike =
            ["ada@example.test", "bob@example.test"].map(|name| card_of(name, 1, &[Some("no such folder")]));
        let said = troubles(&alike, now());
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("ada@example.test, bob@example.test: no such folder (x"), "{said:?}");
    }
}
