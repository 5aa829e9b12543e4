use super::*;
use crate::model::ItemKey;
use proptest::prelude::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
}

fn span(after: i64, until: i64) -> Span {
    Span { after: at(after), until: at(until), end: None }
}

/// What is held, wherever in the list it ends.
fn held(coverage: &Coverage) -> Vec<Span> {
    coverage.spans.iter().map(|held| Span { end: None, ..*held }).collect()
}

#[test]
fn stretches_that_touch_become_one() {
    let mut coverage = Coverage::default();
    for part in [span(0, 10), span(20, 30), span(10, 15), span(14, 20)] {
        add(&mut coverage, part);
    }
    assert_eq!(held(&coverage), [span(0, 30)]);
    assert_eq!(floor(&coverage, at(30)), at(0));
    assert_eq!(floor(&coverage, at(0)), at(0), "a stretch is open at its start");
}

proptest! {
    #[test]
    fn what_was_added_is_held_and_nothing_else(parts in prop::collection::vec((0i64..60, 1i64..20), 0..12)) {
        let mut coverage = Coverage::default();
        for &(from, length) in &parts {
            add(&mut coverage, span(from, from + length));
        }
        for second in 0..90 {
            let expected = parts.iter().any(|&(from, length)| from < second && second <= from + length);
            prop_assert_eq!(holds(&coverage, at(second)), expected);
        }
        prop_assert!(coverage.spans.windows(2).all(|pair| pair[0].after > pair[1].until));
    }

    /// However often a walk is interrupted, mail delivered or taken away, several of one second, an old one
    /// renewed: what is held is stored, after each page, and in the end all that is there is held.
    #[test]
    fn interrupted_walks_end_up_holding_everything(
        mail in 1i64..400, each in 1i64..6, page in 10u32..40,
        stops in prop::collection::vec((1usize..6, 0i64..30), 0..6),
        removals in prop::collection::vec((0usize..400, 0usize..60), 0..40),
        (renewed, height, snoozed) in (0usize..400, 0usize..400, prop::option::of(0usize..400))
    ) {
        let mut list: Vec<i64> = (0..mail).rev().collect();
        renew(&mut list, renewed, height);
        let mut snoozed = snoozed;
        let second = |row: i64| at(row / each * 10);
        let mut coverage = Coverage::default();
        let mut is_interrupted = false;
        let mut stored = std::collections::BTreeSet::new();
        let mut removals = removals.into_iter();
        let mut newest = mail;
        for (pages, delivered) in stops.into_iter().chain([(usize::MAX, 0)]) {
            let mut walk = Walk::new(at(-1), &coverage, is_interrupted);
            let mut position = Some(Position::default());
            let mut left = pages;
            while let (Some(from), true) = (position, left > 0) {
                let start = from.offset as usize;
                let end = (start + page as usize).min(list.len());
                let rows = &list[start.min(end)..end];
                let new = rows.iter().filter(|row| stored.insert(**row)).count();
                let facts = PageFacts {
                    from,
                    next: (end < list.len()).then(|| Position { offset: u32::try_from(end).unwrap() }),
                    times: rows.iter().map(|&row| second(row)).collect(),
                    keys: rows.iter().map(|&row| key(row)).collect(),
                    complete: true,
                    new: u32::try_from(new).unwrap(),
                };
                position = walk.take(&mut coverage, &facts);
                left -= 1;
                for row in &list {
                    prop_assert!(!holds(&coverage, second(*row)) || stored.contains(row), "{row} is held and not stored");
                }
                // The owner archives a stretch of the list between two pages.
                if let Some((first, count)) = removals.next() {
                    let first = first.min(list.len());
                    list.drain(first..(first + count).min(list.len()));
                }
            }
            is_interrupted = position.is_some();
            // What comes later is of a later second.
            newest = (newest / each + 1) * each;
            if let Some(snoozed) = snoozed.take() {
                renew(&mut list, snoozed, 0);
            }
            list.splice(0..0, (0..delivered).rev().map(|n| newest + n));
            newest += delivered;
        }
        let read = list.iter().filter(|row| !stored.contains(row)).count();
        prop_assert_eq!(read, 0);
    }
}

/// Old mail is listed by the time at which it was renewed.
fn renew(list: &mut Vec<i64>, row: usize, to: usize) {
    if !list.is_empty() {
        let from = row % list.len();
        let row = list.remove(from);
        list.insert(to.min(from), row);
    }
}

fn key(row: i64) -> ItemKey {
    ItemKey { space: crate::model::KeySpace::new("test"), id: row.to_string() }
}

/// A page from the list's beginning that is not its end.
fn first_page(times: &[i64], next: u32) -> PageFacts {
    PageFacts {
        from: Position::default(),
        next: Some(Position { offset: next }),
        times: times.iter().map(|second| at(*second)).collect(),
        keys: Vec::new(),
        complete: true,
        new: 0,
    }
}

#[test]
fn mail_that_was_snoozed_and_is_from_before_the_history_ends_no_walk() {
    for times in [[1000, 990, 980, 3], [1000, 3, 990, 980], [3, 1000, 990, 980]] {
        let mut coverage = Coverage::default();
        let mut walk = Walk::new(at(5), &Coverage::default(), false);
        assert!(walk.take(&mut coverage, &first_page(&times, 4)).is_some(), "{times:?}");
        assert!(!holds(&coverage, at(500)) && holds(&coverage, at(995)), "{times:?}");
    }
}

#[test]
fn mail_of_long_ago_that_comes_back_from_a_snooze_together_holds_no_mail_below_it() {
    let mut times: Vec<i64> = (1_000..1_050).rev().collect();
    times[47..].copy_from_slice(&[12, 11, 10]);
    let mut held = Coverage::default();
    let next = Walk::new(at(0), &held.clone(), false).take(&mut held, &first_page(&times, 50));
    assert!(next.is_some(), "there is more");
    assert!(holds(&held, at(1_049)) && !holds(&held, at(1_002)), "what follows was not read: {held:?}");
}

#[test]
fn rows_that_the_owner_sorts_otherwise_hold_nothing_and_end_no_walk() {
    let mut coverage = Coverage::default();
    let mut walk = Walk::new(at(5), &Coverage::default(), false);
    assert!(walk.take(&mut coverage, &first_page(&[1000, 3, 500, 7, 990, 8], 6)).is_some());
    assert_eq!(held(&coverage), []);
}

/// Reads a list of seconds by pages of 50; what is held of it afterwards, and how many pages that took.
fn read(list: &[i64], held: &Coverage) -> (Coverage, usize) {
    let (mut coverage, mut walk) = (held.clone(), Walk::new(at(-1), held, false));
    let (mut position, mut pages) = (Some(Position::default()), 0);
    while let Some(from) = position {
        let start = from.offset as usize;
        let rows = &list[start..(start + 50).min(list.len())];
        let end = start + rows.len();
        let next = (end < list.len()).then(|| Position { offset: u32::try_from(end).unwrap() });
        let times = rows.iter().map(|row| at(*row)).collect();
        let keys = rows.iter().map(|row| key(*row)).collect();
        position = walk.take(&mut coverage, &PageFacts { from, next, times, keys, complete: true, new: 0 });
        pages += 1;
        assert!(pages < 20, "it never ends");
    }
    (coverage, pages)
}

#[test]
fn a_list_with_rows_that_were_pinned_or_renewed_is_held_and_not_read_again() {
    let mut list: Vec<i64> = (0..300).rev().collect();
    for (row, to) in [(299, 0), (298, 0), (297, 1), (200, 20), (150, 60), (280, 99)] {
        renew(&mut list, row, to);
    }
    let (coverage, pages) = read(&list, &Coverage::default());
    assert_eq!((held(&coverage), pages), (vec![span(-1, 299)], 7));
    renew(&mut list, 299, 0);
    list.splice(0..0, [301, 300]);
    let (coverage, pages) = read(&list, &coverage);
    assert_eq!((held(&coverage), pages), (vec![span(-1, 301)], 1));
}

#[test]
fn a_list_that_the_owner_sorts_otherwise_is_held_when_all_of_it_was_read() {
    let list: Vec<i64> = (0..300).map(|n| n * 7 % 300).collect();
    assert_eq!(held(&read(&list, &Coverage::default()).0), [span(-1, 299)]);
}

#[test]
fn a_list_that_counts_more_than_it_has_is_read_to_its_end_once_more() {
    let list: Vec<i64> = (1..=120).rev().collect();
    let mut coverage = Coverage::default();
    let mut walk = Walk::new(at(-1), &Coverage::default(), false);
    let (mut position, mut pages) = (Some(Position::default()), 0);
    while let Some(from) = position {
        let start = (from.offset as usize).min(120);
        let rows = &list[start..(start + 50).min(120)];
        let next =
            (!rows.is_empty()).then(|| Position { offset: u32::try_from(start + rows.len()).unwrap() });
        let times = rows.iter().map(|row| at(*row)).collect();
        let keys = rows.iter().map(|row| key(*row)).collect();
        position = walk.take(&mut coverage, &PageFacts { from, next, times, keys, complete: true, new: 0 });
        pages += 1;
        assert!(pages < 20, "it never ends");
    }
    assert!(holds(&coverage, at(1)), "all that it has was read");
}

#[test]
fn a_pinned_row_does_not_hide_what_a_page_holds() {
    let mut coverage = Coverage::default();
    let mut walk = Walk::new(at(1), &Coverage::default(), false);
    let times = [at(7), at(1000), at(990), at(980)].to_vec();
    let page = PageFacts {
        from: Position::default(),
        next: Some(Position { offset: 4 }),
        times,
        keys: Vec::new(),
        complete: true,
        new: 4,
    };
    assert!(walk.take(&mut coverage, &page).is_some());
    assert_eq!(held(&coverage), [span(990, 1000)]);
}

#[test]
fn what_is_older_than_the_history_is_not_held_though_its_page_was_read() {
    for next in [Some(Position { offset: 3 }), None] {
        let mut coverage = Coverage::default();
        let times = [at(100), at(60), at(20)].to_vec();
        let page =
            PageFacts { from: Position::default(), next, times, keys: Vec::new(), complete: true, new: 2 };
        assert_eq!(Walk::new(at(50), &Coverage::default(), false).take(&mut coverage, &page), None);
        assert_eq!(held(&coverage), [span(50, 100)]);
    }
}

#[test]
fn nothing_new_reads_one_page() {
    let mut coverage = Coverage { spans: vec![span(0, 1000)] };
    let mut walk = Walk::new(at(1), &coverage.clone(), false);
    let times: Vec<_> = (0..50).map(|n| at(1000 - n * 10)).collect();
    let page = PageFacts {
        from: Position::default(),
        next: Some(Position { offset: 50 }),
        times,
        keys: Vec::new(),
        complete: true,
        new: 0,
    };
    assert_eq!(walk.take(&mut coverage, &page), None);
}

#[test]
fn nothing_is_held_beyond_the_time_of_reading() {
    let at = |second| DateTime::from_timestamp(second, 0).unwrap();
    let span = |after, until| Span { after: at(after), until: at(until), end: None };
    let mut coverage = Coverage { spans: vec![span(90, 95), span(40, 80), span(10, 20)] };
    cut(&mut coverage, at(60));
    assert_eq!(held(&coverage), [span(40, 60), span(10, 20)]);
}
