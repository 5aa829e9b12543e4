//! What is wrong with accounts and the next step, in words. Pure.

use super::output::ago;
use crate::model::Part;
use crate::sync::explain::{Explanation, explain};
use crate::sync::health::AccountHealth;
use chrono::{DateTime, Utc};

/// What is to be said of an account, or of several alike.
struct AccountTrouble {
    whose: Vec<String>,
    /// Why, since when.
    what: String,
    hint: String,
}

/// A paragraph for each part of an account of which there is something to say. What is the same for several,
/// such as a folder that none of them has, is said once for all of them.
pub(super) fn troubles(cards: &[AccountHealth], now: DateTime<Utc>) -> Vec<String> {
    let mut said: Vec<AccountTrouble> = Vec::new();
    for trouble in cards.iter().flat_map(|card| of_account(card, now)) {
        let is_same =
            |before: &&mut AccountTrouble| (&before.what, &before.hint) == (&trouble.what, &trouble.hint);
        match said.iter_mut().find(is_same) {
            Some(before) => before.whose.extend(trouble.whose),
            None => said.push(trouble),
        }
    }
    said.iter()
        .map(|AccountTrouble { whose, what, hint }| format!("{}:{what}\n  {hint}", whose.join(", ")))
        .collect()
}

fn of_account(card: &AccountHealth, now: DateTime<Utc>) -> Vec<AccountTrouble> {
    let said = explain(card);
    let said = said.iter().filter(|said| !said.is_quiet());
    said.map(|said| of(&card.name, said, now)).collect()
}

fn of(name: &str, said: &Explanation, now: DateTime<Utc>) -> AccountTrouble {
    let whose = match said.part {
        Some(Part::Contacts) => format!("{name} ({})", Part::Contacts.as_str()),
        Some(Part::Mail) | None => name.to_owned(),
    };
    let what = format!(" {}{}", said.because, known(said, now));
    AccountTrouble { whose: vec![whose], what, hint: said.hint() }
}

/// By which word, since when, and how often in a row.
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
        let late = ["ada@example.test", "bob@example.test"].map(|name| card_of(name, 60, &[]));
        let both = card_of("carl@example.test", 1, &[Some("mail is away"), Some("contacts are away")]);
        let well = card_of("dora@example.test", 1, &[]);
        let [ada, bob] = late;
        let said = troubles(&[ada, both, bob, well], now());
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].starts_with("ada@example.test, bob@example.test:\n  The operator's turn: no cycle"));
        assert!(said[1].starts_with("carl@example.test: mail is away (x, 0 s ago)\n  x"), "{said:?}");
        assert!(said[2].starts_with("carl@example.test (contacts): contacts are away (x"), "{said:?}");
        let alike =
            ["ada@example.test", "bob@example.test"].map(|name| card_of(name, 1, &[Some("no such folder")]));
        let said = troubles(&alike, now());
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("ada@example.test, bob@example.test: no such folder (x"), "{said:?}");
    }
}
