use super::*;
use crate::model::KeySpace;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
}

fn key(id: u32) -> ItemKey {
    ItemKey { space: KeySpace::new("test"), id: id.to_string() }
}

/// An item of the list: when it came, and who it is.
type Dated = (i64, u32);

fn page(rows: &[Dated], is_last: bool) -> IdPage {
    let row = |&(second, id): &Dated| IdRow {
        key: key(id),
        change_key: None,
        received: Some(at(second)),
        is_mail: true,
    };
    IdPage { rows: rows.iter().map(row).collect(), total: None, is_last }
}

/// What happens in the mailbox between two pages.
#[derive(Debug, Clone)]
enum Event {
    Arrive(i64),
    Leave(usize, usize),
}

/// A folder on the server, newest first, and what is stored of it: since when, and whether it is missed.
struct MovingFolder {
    list: BTreeSet<Dated>,
    stored: BTreeMap<Dated, (i64, bool)>,
    next_id: u32,
    now: i64,
    rows: usize,
}

impl MovingFolder {
    fn listed(&self) -> Vec<Dated> {
        self.list.iter().rev().copied().collect()
    }

    fn arrive(&mut self, second: i64) {
        self.next_id += 1;
        self.list.insert((second, self.next_id));
    }

    fn happen(&mut self, event: &Event) {
        self.now += 1;
        match *event {
            Event::Arrive(second) => self.arrive(second),
            Event::Leave(first, count) => {
                let list = self.listed();
                let first = first.min(list.len());
                for item in &list[first..(first + count).min(list.len())] {
                    self.list.remove(item);
                }
            }
        }
    }

    /// Reads the page at the sweep's place, as the part of `sync` with I/O does.
    fn read(&mut self, sweep: &Sweep, began: i64) -> Option<Sweep> {
        let list = self.listed();
        let start = (sweep.next.offset as usize).min(list.len());
        let end = (start + self.rows).min(list.len());
        let slice = take(sweep, &page(&list[start..end], end == list.len()), at(-1));
        let shown: BTreeSet<_> = list[start..end].iter().copied().collect();
        for item in &shown {
            self.stored.entry(*item).or_insert((self.now, false)).1 = false;
        }
        if let Some(Stretch { after, until }) = slice.stretch {
            for (item, (since, is_missed)) in &mut self.stored {
                let is_within = after.is_none_or(|after| at(item.0) > after)
                    && until.is_none_or(|until| at(item.0) < until);
                *is_missed |= is_within && *since < began && !shown.contains(item);
            }
        }
        slice.next
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..60i64).prop_map(Event::Arrive),
        (0..200usize, 0..90usize).prop_map(|(first, count)| Event::Leave(first, count)),
    ]
}

proptest! {
    /// Mail comes, leaves and is moved in anywhere between any two pages; several share each second.
    #[test]
    fn what_is_there_all_the_time_is_found_and_never_missed(
        first in prop::collection::vec(0..60i64, 1..300),
        known in prop::collection::vec(any::<bool>(), 300),
        rows in 2..60usize,
        events in prop::collection::vec(prop::collection::vec(any_event(), 0..3), 0..60),
    ) {
        let mut folder =
            MovingFolder { list: BTreeSet::new(), stored: BTreeMap::new(), next_id: 0, now: 0, rows };
        for second in first {
            folder.arrive(second);
        }
        folder.stored =
            folder.list.iter().zip(known).filter(|(_, known)| *known).map(|(item, _)| (*item, (0, false))).collect();
        // Stored, and not there any more.
        folder.stored.insert((30, u32::MAX), (0, false));
        folder.now = 1;
        let began = folder.now;
        let mut always = folder.list.clone();
        let mut sweep = Some(Sweep::new(at(0)));
        let mut events = events.into_iter();
        let mut pages = 0;
        while let Some(from) = sweep {
            sweep = folder.read(&from, began);
            for item in &always {
                let is_missed = folder.stored.get(item).is_some_and(|(_, is_missed)| *is_missed);
                prop_assert!(!is_missed, "{item:?} is there and called missing");
            }
            for event in events.next().iter().flatten() {
                folder.happen(event);
            }
            always.retain(|item| folder.list.contains(item));
            pages += 1;
            prop_assert!(pages < 2_000, "it gets nowhere");
        }
        let unknown: Vec<_> = always.iter().filter(|item| !folder.stored.contains_key(item)).collect();
        prop_assert!(unknown.is_empty(), "{unknown:?}");
    }

    /// Where no two share a second, what has left is missed at the end.
    #[test]
    fn what_left_before_is_missed_in_the_end(
        mail in 1..300u32, rows in 2..60usize, left in prop::collection::vec(any::<bool>(), 300),
        events in prop::collection::vec(any_event(), 0..20),
    ) {
        let mut folder =
            MovingFolder { list: BTreeSet::new(), stored: BTreeMap::new(), next_id: 0, now: 0, rows };
        (0..mail).for_each(|n| folder.arrive(i64::from(n) * 1000));
        folder.stored = folder.list.iter().map(|item| (*item, (0, false))).collect();
        let mut left = left.into_iter();
        folder.list.retain(|_| left.next() == Some(false));
        folder.now = 1;
        let gone: Vec<_> = folder.stored.keys().filter(|item| !folder.list.contains(item)).copied().collect();
        let mut sweep = Some(Sweep::new(at(0)));
        let mut events = events.iter();
        while let Some(from) = sweep {
            sweep = folder.read(&from, 1);
            events.next().into_iter().for_each(|event| folder.happen(event));
        }
        for item in gone {
            prop_assert!(folder.stored[&item].1, "{item:?}");
        }
    }
}

fn swept(sweep: &Sweep, rows: &[Dated], is_last: bool) -> SweepStep {
    take(sweep, &page(rows, is_last), at(-1))
}

#[test]
fn a_list_that_counts_more_than_it_shows_comes_to_its_end() {
    let rows: Vec<Dated> = (1..=120u32).rev().map(|n| (i64::from(n), n)).collect();
    let mut sweep = Some(Sweep::new(at(0)));
    let mut pages = Vec::new();
    while let Some(from) = sweep {
        let start = from.next.offset as usize;
        let slice = swept(&from, &rows[start..(start + 50).min(120)], false);
        pages.push(start);
        assert!(slice.stretch.is_none_or(|stretch| stretch.after.is_some()), "nothing is known of its end");
        sweep = slice.next;
    }
    assert_eq!(pages, [0, 30, 60, 90, 105]);
}

#[test]
fn a_page_that_is_not_in_the_order_of_time_misses_nothing() {
    let rows = [(9, 1), (3, 2), (8, 3), (7, 4)];
    assert_eq!(swept(&Sweep::new(at(0)), &rows, true).stretch, None);
    let slice = swept(&Sweep::new(at(0)), &[(9, 1), (8, 2)], false);
    assert_eq!(slice.stretch, Some(Stretch { after: Some(at(8)), until: None }));
    let horizon = take(&Sweep::new(at(0)), &page(&[(9, 1), (3, 2), (8, 3)], false), at(5));
    assert!(horizon.next.is_some(), "nor does it tell where the history begins");
}

#[test]
fn a_sweep_ends_where_the_history_begins() {
    let slice = take(&Sweep::new(at(0)), &page(&[(9, 1), (5, 2)], false), at(5));
    assert_eq!((slice.next, slice.end, slice.is_last), (None, 2, false));
}

#[test]
fn mail_that_left_above_is_gone_back_over_twice_as_far_each_time() {
    let seam = Seam { key: key(1), received: Some(at(500)), end: 1_000 };
    let mut sweep = Sweep { next: Position { offset: 980 }, seam: Some(seam), ..Sweep::new(at(0)) };
    let mut offsets = Vec::new();
    for _ in 0..6 {
        let slice = swept(&sweep, &[(9, 2), (8, 3)], false);
        assert_eq!(slice.stretch, None);
        sweep = slice.next.unwrap();
        offsets.push(sweep.next.offset);
    }
    assert_eq!(offsets, [960, 920, 840, 680, 360, 0]);
}

mod due {
    use super::*;
    use crate::model::{Folder, FolderId, Role, SweepState, SweepTally, Swept};

    const DAY: TimeDelta = TimeDelta::days(1);

    /// Read to the end at 0, swept from 10 to 20.
    fn folder() -> FolderState {
        let tally = SweepTally::default();
        let last = Some(Swept { began: at(10), ended: at(20), tally, listed: 5_000, counted: None });
        let sweeps = SweepState { unheld: Some(3), last, ..SweepState::default() };
        let folder = Folder::new(FolderId::from("f".to_owned()), Role::Inbox);
        FolderState { last_success_at: Some(at(0)), sweeps, ..FolderState::new(folder) }
    }

    fn due(state: &FolderState, missed_at: Option<i64>) -> Option<DateTime<Utc>> {
        due_at(state, missed_at.map(at), DAY, at(100_000))
    }

    #[test]
    fn a_folder_is_swept_when_it_was_read_and_then_each_day() {
        let read = folder();
        assert_eq!(due(&read, None), Some(at(20) + DAY));
        let never = FolderState { sweeps: SweepState::default(), ..read.clone() };
        assert_eq!(due(&never, None), Some(at(0)));
        let unread = FolderState { last_success_at: None, ..never.clone() };
        assert_eq!(due(&unread, None), None);
        let halfway = FolderState { cursor: Some(r#"{"offset":50}"#.to_owned()), ..never };
        assert_eq!(due(&halfway, None), None, "its history is not read yet");
        let sweeps = SweepState { under_way: Some(Sweep::new(at(30))), ..read.sweeps.clone() };
        assert_eq!(due(&FolderState { sweeps, ..read.clone() }, None), Some(at(30)));
        let early = due_at(&read, None, DAY, at(15));
        assert_eq!(early, Some(at(0)), "what ended when a clock was ahead says nothing");
    }

    #[test]
    fn a_folder_that_tells_its_changes_is_swept_too_and_not_for_what_was_missed() {
        let told = FolderState { cursor: Some(r#"{"since":"link"}"#.to_owned()), ..folder() };
        assert_eq!(due(&told, None), Some(at(20) + DAY));
        assert_eq!(due(&told, Some(9_000)), Some(at(20) + DAY), "it has told what came to it");
        let unread = FolderState { last_success_at: None, ..told };
        assert_eq!(due(&unread, None), None);
    }

    #[test]
    fn what_is_missed_or_counted_too_much_is_looked_for_soon() {
        let mut read = folder();
        let soon = at(120);
        assert_eq!(due(&read, Some(10)), Some(soon));
        assert_eq!(due(&read, Some(9)), Some(at(20) + DAY), "it was looked for since");
        assert_eq!(due(&read, Some(9_000)), Some(at(9_000)));
        counted(&mut read, 8, 5, at(30));
        assert_eq!(read, folder(), "the server counts three beside what is stored, as before");
        counted(&mut read, 8, 6, at(30));
        assert_eq!((read.sweeps.unheld, due(&read, None)), (Some(2), Some(at(20) + DAY)));
        counted(&mut read, 9, 6, at(40));
        counted(&mut read, 10, 6, at(50));
        assert_eq!((read.sweeps.wanted_since, due(&read, None)), (Some(at(40)), Some(soon)));
        read.sweeps.last.as_mut().unwrap().listed = 500_000;
        assert_eq!(due(&read, None), Some(at(20 + 10_000)), "the larger the more rarely");
    }

    #[test]
    fn a_count_that_is_out_of_all_bounds_asks_for_a_sweep_at_most() {
        for (total, asked) in [(i64::MIN, false), (-1, false), (i64::MAX, true)] {
            for present in [0, 5, u64::MAX] {
                let mut read = folder();
                counted(&mut read, total, present, at(30));
                assert_eq!(
                    read.sweeps.wanted_since.is_some(),
                    asked && present < u64::MAX,
                    "{total} {present}"
                );
            }
        }
        let far = Sweep { next: Position { offset: u32::MAX }, ..Sweep::new(at(0)) };
        assert_eq!(swept(&far, &[(9, 1), (8, 2)], false).end, u32::MAX);
    }

    #[test]
    fn what_is_missed_is_in_no_folder_when_each_was_looked_through_since() {
        let swept = folder();
        let never = FolderState { sweeps: SweepState::default(), ..swept.clone() };
        let told = FolderState { cursor: Some(r#"{"since":"c"}"#.to_owned()), ..never.clone() };
        let since = |folders: &[&FolderState]| looked_through(folders.iter().copied(), at(99), at(99));
        assert_eq!(since(&[&swept, &told]), Some(at(10)));
        assert_eq!(since(&[&told]), Some(at(99)));
        assert_eq!(since(&[&swept, &never]), None);
    }
}
