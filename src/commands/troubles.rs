//! What is wrong with accounts and the next step, in words. Pure.

use super::output::ago;
use crate::model::{Part, Shortfall};
use crate::sync::health::{AccountHealth, PartHealth, Verdict};
use chrono::{DateTime, Utc};

/// What is to be said of an account, or of several alike.
struct AccountTrouble {
    whose: Vec<String>,
    /// What happened; empty where no turn has said it.
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
    let is_degraded = card.verdict == Verdict::Degraded;
    let shortfalls = card.degraded.iter().filter(|_| is_degraded);
    let shortfalls = shortfalls.map(|shortfall| incomplete(&card.name, shortfall, now));
    // What is told as a shortfall is not told once more as what a turn said of its part.
    let is_told = |part: &&PartHealth| {
        is_degraded && card.degraded.iter().any(|shortfall| Some(&shortfall.message) == part.message.as_ref())
    };
    let parts = card.parts.iter().filter(|part| !is_told(part));
    let of_parts = parts.filter_map(|part| of_part(&card.name, part, now));
    let of_parts: Vec<_> = shortfalls.chain(of_parts).collect();
    match &card.hint {
        Some(hint) if of_parts.is_empty() => {
            vec![AccountTrouble { whose: vec![card.name.clone()], what: String::new(), hint: hint.clone() }]
        }
        _ => of_parts,
    }
}

fn incomplete(name: &str, shortfall: &Shortfall, now: DateTime<Utc>) -> AccountTrouble {
    let what = format!(" {} (first seen {})", shortfall.message, ago(Some(shortfall.since), now));
    AccountTrouble { whose: vec![name.to_owned()], what, hint: shortfall.hint().1 }
}

fn of_part(name: &str, part: &PartHealth, now: DateTime<Utc>) -> Option<AccountTrouble> {
    let whose = match part.part {
        Part::Mail => name.to_owned(),
        Part::Contacts => format!("{name} ({})", part.part.as_str()),
    };
    let said = part.message.as_ref().zip(part.error.as_ref());
    let what = said.map_or_else(String::new, |(message, code)| {
        let again = if part.failures > 1 {
            format!("{} times in a row, last ", part.failures)
        } else {
            String::new()
        };
        format!(" {message} ({code}, {again}{})", ago(part.error_at, now))
    });
    Some(AccountTrouble { whose: vec![whose], what, hint: part.hint.clone()? })
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
