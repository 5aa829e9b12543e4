//! A folder's messages in the order of their arrival. Pure.

use super::SEEN_BY;
use crate::imap::{ImapFolder, ImapKey, MessageFlags};
use crate::model::{Depth, Instant, Position, Precision, Sight};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

/// About so many messages are listed at once.
const AT_ONCE: u64 = 2000;

/// A folder as it was listed.
#[derive(Debug)]
pub(super) struct ArrivalList {
    /// As it was opened for that.
    pub(super) folder: ImapFolder,
    /// Newest first.
    messages: Vec<MessageFlags>,
}

impl ArrivalList {
    /// Numbers are given by the order in which mail came to the folder, which of mail that was moved is not that of its
    /// arrival. One of which nobody says when it arrived stands beside the one that came before it.
    pub(super) fn new(folder: ImapFolder, mut messages: Vec<MessageFlags>) -> Self {
        messages.sort_unstable_by_key(|message| message.uid);
        messages.dedup_by_key(|message| message.uid);
        let mut last = DateTime::<Utc>::MIN_UTC;
        let placed = messages.into_iter().map(|message| {
            last = message.received.unwrap_or(last);
            (last, message)
        });
        let mut placed: Vec<_> = placed.collect();
        placed.sort_by_key(|(at, message)| Reverse((*at, message.uid)));
        Self { folder, messages: placed.into_iter().map(|(_, message)| message).collect() }
    }

    pub(super) fn page(&self, from: Position, most: u32) -> &[MessageFlags] {
        let from = (from.offset as usize).min(self.messages.len());
        &self.messages[from..(from + most as usize).min(self.messages.len())]
    }

    /// Where the list goes on behind a page.
    pub(super) fn after(&self, from: Position, rows: usize) -> Option<Position> {
        let end = from.offset as usize + rows;
        let next = u32::try_from(end).ok().filter(|_| end < self.messages.len());
        next.map(|offset| Position { offset })
    }

    pub(super) fn total(&self) -> i64 {
        self.messages.len().try_into().unwrap_or(i64::MAX)
    }

    /// The number that what comes next will have, or a lower one.
    pub(super) fn next_uid(&self) -> u32 {
        let last = self.messages.iter().map(|message| message.uid.saturating_add(1)).max();
        self.folder.next.into_iter().chain(last).max().unwrap_or(1)
    }

    /// Messages below a number, the latest first.
    pub(super) fn below(&self, uid: u32, most: usize) -> Vec<MessageFlags> {
        let mut below: Vec<_> = self.messages.iter().copied().filter(|message| message.uid < uid).collect();
        below.sort_unstable_by_key(|message| Reverse(message.uid));
        below.truncate(most);
        below
    }
}

/// The numbers of a folder, in stretches in which about as many messages lie; the last goes on to the end.
pub(super) fn stretches(folder: &ImapFolder) -> Vec<(u32, Option<u32>)> {
    let next = folder.next.unwrap_or(1);
    let width = u64::from(next) * AT_ONCE / u64::from(folder.total.max(1));
    let width = usize::try_from(width.max(AT_ONCE)).unwrap_or(usize::MAX);
    let firsts: Vec<u32> = (1..next.max(2)).step_by(width).collect();
    let last = |n: usize| firsts.get(n + 1).map(|following| following - 1);
    firsts.iter().enumerate().map(|(n, first)| (*first, last(n))).collect()
}

/// What a list says of a message.
pub(super) fn bare(folder: &ImapFolder, message: &MessageFlags) -> Sight {
    let place = ImapKey { folder: folder.id.clone(), validity: folder.validity, uid: message.uid };
    Sight {
        depth: Depth::Listed,
        seen_by: SEEN_BY.into(),
        key: Some(place.item()),
        received: message.received.map(|at| Instant { at, precision: Precision::Second }),
        is_read: message.is_read,
        lies_in: Some(folder.id.clone()),
        ..Sight::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(next: Option<u32>, total: u32) -> ImapFolder {
        ImapFolder { id: "INBOX".to_owned(), validity: 14, next, total }
    }

    fn message(uid: u32, second: Option<i64>) -> MessageFlags {
        let received = second.map(|second| DateTime::from_timestamp(second, 0).unwrap());
        MessageFlags { uid, is_read: Some(false), is_deleted: Some(false), received }
    }

    fn uids(messages: &[MessageFlags]) -> Vec<u32> {
        messages.iter().map(|message| message.uid).collect()
    }

    #[test]
    fn mail_stands_where_it_arrived_and_what_nobody_dates_beside_its_neighbour() {
        let messages = [
            message(1, Some(10)),
            message(2, Some(30)),
            message(3, None),
            message(4, Some(20)),
            message(5, Some(20)),
        ];
        let list = ArrivalList::new(folder(Some(9), 5), messages.to_vec());
        assert_eq!(uids(list.page(Position { offset: 0 }, 50)), [3, 2, 5, 4, 1]);
        assert_eq!(uids(list.page(Position { offset: 3 }, 50)), [4, 1]);
        assert_eq!(list.page(Position { offset: 9 }, 50), []);
        assert_eq!(list.after(Position { offset: 2 }, 2), Some(Position { offset: 4 }));
        assert_eq!(list.after(Position { offset: 2 }, 3), None);
        assert_eq!(uids(&list.below(5, 2)), [4, 3]);
        assert_eq!(list.next_uid(), 9);
    }

    #[test]
    fn what_came_while_it_was_listed_is_not_told_as_new_again() {
        assert_eq!(ArrivalList::new(folder(Some(2), 1), vec![message(2, None)]).next_uid(), 3);
        assert_eq!(ArrivalList::new(folder(None, 0), Vec::new()).next_uid(), 1);
    }

    #[test]
    fn stretches_leave_no_number_out_and_are_as_many_as_the_messages_ask_for() {
        assert_eq!(stretches(&folder(Some(1), 0)), [(1, None)]);
        assert_eq!(stretches(&folder(None, 7)), [(1, None)]);
        assert_eq!(stretches(&folder(Some(5001), 5000)), [(1, Some(2000)), (2001, Some(4000)), (4001, None)]);
        assert_eq!(stretches(&folder(Some(4_000_000), 1000)), [(1, None)]);
    }
}
