//! Which items are asked for together, and what is made of a batch that fails: it is asked for in parts,
//! until the item is found that is at fault. Pure.

use super::super::error::OwaError;
use super::super::wire::request::{LARGEST_BODY, MOST_ITEMS};
use crate::browser::BrowserError;
use crate::model::{ItemFault, ItemKey, Looked};
use std::collections::HashMap;

/// After so many items that failed, one after the other and none read, the fault may be the service's: what
/// else lacks its detail is asked for another time. Each of them is in the ledger, so that others come first
/// then.
const MOST_FAULTS: usize = 3;
/// How many bytes one call asks for, as far as they are known.
const MOST_BYTES: i64 = 5 << 20;

/// How items are asked for, after what it came to since the mailbox was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pace {
    /// Many at once.
    #[default]
    Batches,
    /// A batch took too long, or was too much for the page: one at a time.
    Single,
    /// One alone did, several failed and none was read, or the browser is gone. What else lacks its detail is
    /// asked for when the mailbox is opened again: a turn has time for few calls that are made in vain.
    Ended,
}

/// How many of these keys make the first batch. `sizes` are those that a list told, with attachments.
pub(super) fn batch(keys: &[ItemKey], sizes: &HashMap<ItemKey, i64>) -> usize {
    let mut bytes = 0;
    let fits = |key: &&ItemKey| {
        bytes += sizes.get(key).map_or(0, |size| (*size).min(i64::from(LARGEST_BODY)));
        bytes <= MOST_BYTES
    };
    keys.iter().take(MOST_ITEMS).take_while(fits).count().max(1)
}

/// A batch that is asked for until each of its items is read or at fault.
pub(super) struct Sieve<'a> {
    batch: &'a [ItemKey],
    /// Parts of it that are still to be asked for, the next one last.
    waiting: Vec<&'a [ItemKey]>,
    pub(super) pace: Pace,
    read: Vec<Looked>,
    faults: Vec<Looked>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(batch: &'a [ItemKey], pace: Pace) -> Self {
        Self { batch, waiting: vec![batch], pace, read: Vec::new(), faults: Vec::new() }
    }

    /// What is asked for next; `None` at the end.
    pub(super) fn next(&mut self) -> Option<&'a [ItemKey]> {
        let most = match self.pace {
            Pace::Batches => self.batch.len(),
            Pace::Single => 1,
            Pace::Ended => return None,
        };
        let waiting = self.waiting.pop()?;
        let (part, rest) = waiting.split_at(most.min(waiting.len()));
        self.waiting.extend(Some(rest).filter(|rest| !rest.is_empty()));
        Some(part)
    }

    /// Takes in what came of a part.
    ///
    /// # Errors
    /// What concerns all calls.
    pub(super) fn take(
        &mut self,
        part: &'a [ItemKey],
        answer: Result<Vec<Looked>, OwaError>,
    ) -> Result<(), OwaError> {
        match (answer, part) {
            (Ok(looked), _) => self.read.extend(looked),
            (Err(error), _) if is_lost(&error) => {
                self.faults.extend(part.iter().map(|key| (key.clone(), Err(fault(&error).into()))));
                self.pace = Pace::Ended;
            }
            (Err(error), [key]) if may_be_of_one(&error) => {
                self.faults.push((key.clone(), Err(fault(&error).into())));
                if is_too_much(&error) || (self.read.is_empty() && self.faults.len() == MOST_FAULTS) {
                    self.pace = Pace::Ended;
                }
            }
            (Err(error), [_, _, ..]) if is_too_much(&error) => {
                self.waiting.push(part);
                self.pace = Pace::Single;
            }
            (Err(error), [_, _, ..]) if may_be_of_one(&error) => {
                let (first, second) = part.split_at(part.len() / 2);
                self.waiting.extend([second, first]);
            }
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }

    /// The items, and the faults of those that have one.
    pub(super) fn end(mut self) -> Vec<Looked> {
        self.read.append(&mut self.faults);
        self.read
    }
}

/// Whether less may be read where this was not: one invitation made the service answer with half a JSON and
/// 500.
fn may_be_of_one(error: &OwaError) -> bool {
    error.is_drift() || is_too_much(error) || matches!(error, OwaError::Service { .. })
}

/// Whether any of the items may have ended the whole browser. Each of them is in the ledger then, where those
/// that fail again are asked for by themselves.
fn is_lost(error: &OwaError) -> bool {
    matches!(error, OwaError::Browser(BrowserError::Lost))
}

fn is_too_much(error: &OwaError) -> bool {
    use BrowserError::{Crashed, Timeout, TooLarge};
    matches!(error, OwaError::Browser(Timeout { .. } | Crashed | TooLarge))
}

fn fault(error: &OwaError) -> ItemFault {
    ItemFault { code: ItemFault::UNREADABLE.to_owned(), text: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KeySpace, Sight};
    use std::time::Duration;

    fn keys(count: usize) -> Vec<ItemKey> {
        (0..count).map(|n| ItemKey { space: KeySpace::new("owa"), id: n.to_string() }).collect()
    }

    fn timeout() -> OwaError {
        BrowserError::Timeout { what: "fetch".to_owned(), limit: Duration::from_mins(1) }.into()
    }

    /// Asks a service that takes so many items at once, and by itself all but one of them.
    fn ask(
        keys: &[ItemKey],
        pace: Pace,
        most: usize,
        heavy: Option<usize>,
    ) -> (Vec<usize>, Pace, Vec<Looked>) {
        let (mut sieve, mut asked) = (Sieve::new(keys, pace), Vec::new());
        while let Some(part) = sieve.next() {
            asked.push(part.len());
            let fits = part.len() <= most && !heavy.is_some_and(|heavy| part.contains(&keys[heavy]));
            let looked = || part.iter().map(|key| (key.clone(), Ok(Sight::default()))).collect();
            sieve.take(part, if fits { Ok(looked()) } else { Err(timeout()) }).unwrap();
        }
        (asked, sieve.pace, sieve.end())
    }

    #[test]
    fn items_that_take_too_long_together_are_read_one_by_one() {
        let keys = keys(5);
        let (asked, pace, looked) = ask(&keys, Pace::Batches, 3, None);
        assert_eq!((asked, pace), (vec![5, 1, 1, 1, 1, 1], Pace::Single));
        assert!(looked.len() == 5 && looked.iter().all(|(_, item)| item.is_ok()));
        let (asked, ..) = ask(&keys, pace, 3, None);
        assert_eq!(asked, [1; 5], "it is remembered");
    }

    #[test]
    fn one_that_takes_too_long_alone_is_at_fault_and_the_others_are_read_another_time() {
        let keys = keys(5);
        let (asked, pace, looked) = ask(&keys, Pace::Batches, 5, Some(2));
        assert_eq!((asked, pace), (vec![5, 1, 1, 1], Pace::Ended));
        let told: Vec<_> = looked.iter().map(|(key, item)| (key.id.as_str(), item.is_ok())).collect();
        assert_eq!(told, [("0", true), ("1", true), ("2", false)]);
        let (asked, _, looked) = ask(&keys[2..3], Pace::Batches, 5, Some(0));
        assert_eq!((asked, looked.len()), (vec![1], 1), "a new mail by itself");
    }

    #[test]
    fn items_over_which_the_service_fails_are_at_fault_each_and_end_no_turn() {
        let failed = || OwaError::Service { code: "ErrorInternalServerError".to_owned() };
        for (count, faults, end) in [(1, 1, Pace::Batches), (2, 2, Pace::Batches), (20, 3, Pace::Ended)] {
            let keys = keys(count);
            let mut sieve = Sieve::new(&keys, Pace::Batches);
            while let Some(part) = sieve.next() {
                sieve.take(part, Err(failed())).unwrap();
            }
            assert_eq!((sieve.pace, sieve.end().len()), (end, faults), "{count}");
        }
    }

    #[test]
    fn a_page_that_crashes_over_a_batch_is_not_given_all_of_it_again() {
        let keys = keys(2);
        let mut sieve = Sieve::new(&keys, Pace::Batches);
        let part = sieve.next().unwrap();
        sieve.take(part, Err(BrowserError::Crashed.into())).unwrap();
        assert_eq!(sieve.next().map(<[_]>::len), Some(1));
    }

    #[test]
    fn each_item_over_which_the_whole_browser_was_lost_is_at_fault_and_nothing_more_is_asked_for() {
        for count in [1, 5] {
            let keys = keys(count);
            let mut sieve = Sieve::new(&keys, Pace::Batches);
            let part = sieve.next().unwrap();
            sieve.take(part, Err(BrowserError::Lost.into())).unwrap();
            assert_eq!((sieve.next(), sieve.end().len()), (None, count));
        }
    }

    #[test]
    fn a_network_that_is_down_is_no_fault_of_an_item() {
        let keys = keys(1);
        let mut sieve = Sieve::new(&keys, Pace::Batches);
        let part = sieve.next().unwrap();
        assert!(sieve.take(part, Err(BrowserError::Network("down".to_owned()).into())).is_err());
    }

    #[test]
    fn a_batch_has_so_many_items_and_so_many_bytes() {
        let keys = keys(30);
        let sized = |bytes: i64| keys.iter().map(|key| (key.clone(), bytes)).collect::<HashMap<_, _>>();
        assert_eq!(batch(&keys, &HashMap::new()), MOST_ITEMS, "they are not known");
        assert_eq!(batch(&keys, &sized(1 << 20)), 5);
        assert_eq!(batch(&keys, &sized(50 << 20)), 2, "no body comes longer than is asked for");
        assert_eq!(batch(&keys[..3], &sized(1)), 3);
    }
}
