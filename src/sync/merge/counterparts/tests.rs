use super::*;
use crate::model::{Address, KeySpace, Precision};
use chrono::DateTime;

fn folder(name: &str) -> FolderId {
    FolderId::from(name.to_owned())
}

fn at(second: i64) -> Instant {
    let at = DateTime::from_timestamp(1_000_000 + second, 0).unwrap();
    Instant { at, precision: Precision::Second }
}

/// Its number, the second in which it came, its subject, and its first words where it was read whole.
fn seen(uid: u32, second: i64, subject: &str, words: Option<&str>) -> Sight {
    Sight {
        key: Some(ItemKey { space: KeySpace::IMAP, id: format!("15.{uid}@INBOX") }),
        internet_message_id: Some("<a@sim.example>".to_owned()),
        from: Some(Address { name: None, address: Some("Zoe@sim.example".to_owned()) }),
        subject: Some(subject.to_owned()),
        preview: words.map(str::to_owned),
        received: Some(at(second)),
        ..Sight::default()
    }
}

fn stored(id: &str, second: i64, subject: &str, words: &str) -> Counterpart {
    Counterpart {
        message_id: MessageId::from(id.to_owned()),
        folder: folder("inbox"),
        internet_message_id: "<a@sim.example>".to_owned(),
        received: Some(at(second)),
        from: Some("zoe@sim.example".to_owned()),
        subject: Some(subject.to_owned()),
        has_attachments: Some(false),
        preview: Some(words.to_owned()),
        depth: Depth::Whole,
        is_away: false,
        key: None,
    }
}

/// Which number is which message, in order; then what is left.
fn paired(seen: &[Sight], stored: &[Counterpart]) -> (Vec<(String, String)>, usize) {
    let mut left = stored.to_vec();
    let pairs = pair(&seen.iter().collect::<Vec<_>>(), &folder("inbox"), &mut left);
    let mut pairs: Vec<_> =
        pairs.into_iter().map(|(key, is)| (key.id, is.message_id.as_str().to_owned())).collect();
    pairs.sort();
    (pairs, left.len())
}

fn pairs(of: &[(u32, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(uid, id)| (format!("15.{uid}@INBOX"), (*id).to_owned())).collect()
}

#[test]
fn one_on_each_side_is_the_same_within_two_seconds_and_by_one_sender() {
    for (second, is_same) in [(-3, false), (-2, true), (0, true), (2, true), (3, false)] {
        let (found, left) = paired(&[seen(1, second, "b", None)], &[stored("m", 0, "a", "x")]);
        assert_eq!((found.len() == 1, left == 0), (is_same, is_same), "{second}");
    }
    let other = Counterpart { from: Some("max@sim.example".to_owned()), ..stored("m", 0, "a", "x") };
    assert_eq!(paired(&[seen(1, 0, "a", None)], std::slice::from_ref(&other)), (Vec::new(), 1));
    // What Exchange calls its own people says nothing.
    for from in [None, Some("/O=FIRM/CN=ZOE".to_owned())] {
        let unknown = Counterpart { from, ..other.clone() };
        assert_eq!(paired(&[seen(1, 0, "a", None)], &[unknown]).1, 0);
    }
    let another =
        Counterpart { internet_message_id: "<A@sim.example>".to_owned(), ..stored("m", 0, "a", "x") };
    assert_eq!(paired(&[seen(1, 0, "a", None)], &[another]), (Vec::new(), 1), "case tells ids apart");
}

#[test]
fn several_are_told_apart_by_the_second_and_then_by_the_subject() {
    let here = [seen(1, 0, "a", None), seen(2, 1, "a", None), seen(3, 1, "b  c", None)];
    let there = [stored("z", 1, "b c", "x"), stored("y", 1, "a", "x"), stored("x", 0, "a", "x")];
    assert_eq!(paired(&here, &there), (pairs(&[(1, "x"), (2, "y"), (3, "z")]), 0));
}

#[test]
fn as_many_that_are_alike_are_paired_whichever_is_which() {
    let here = [1, 2, 3].map(|uid| seen(uid, 0, "a", None));
    let there = ["x", "y", "z"].map(|id| stored(id, 0, "a", "same"));
    let (found, left) = paired(&here, &there);
    assert_eq!((found.len(), left), (3, 0));
    // Of three that are alike two are left.
    assert_eq!((paired(&here[..2], &there).0.len(), paired(&here[..2], &there).1), (2, 1));
}

#[test]
fn of_others_than_as_many_those_are_paired_that_say_the_same() {
    let there = [stored("x", 0, "a", "one"), stored("y", 0, "a", "two")];
    let headers = [seen(1, 0, "a", None)];
    assert_eq!(paired(&headers, &there), (Vec::new(), 2), "they are read first");
    let whole = [1, 2, 3].map(|uid| seen(uid, 0, "a", Some(["", "Two", "o n e", "three"][uid as usize])));
    let (found, left) = paired(&whole, &there);
    assert_eq!((found, left), (pairs(&[(1, "y"), (2, "x")]), 0), "and the third is new");
    let copies = ["x", "y"].map(|id| stored(id, 0, "a", "same"));
    let whole = [1, 2, 3].map(|uid| seen(uid, 0, "a", Some("Same")));
    assert_eq!((paired(&whole, &copies).0.len(), paired(&whole, &copies).1), (2, 0));
}

#[test]
fn mails_without_an_id_are_the_same_where_all_that_they_say_is() {
    let nameless = |sight: Sight| Sight { internet_message_id: None, ..sight };
    let there = Counterpart { internet_message_id: String::new(), ..stored("m", 0, "a", "one") };
    let found = |sight: Sight| paired(&[nameless(sight)], std::slice::from_ref(&there)).0;
    assert_eq!(found(seen(1, 0, "a", Some("One"))), pairs(&[(1, "m")]));
    let others = [(0, "a", None), (1, "a", Some("one")), (0, "b", Some("one")), (0, "a", Some("two"))];
    for (second, subject, words) in others {
        assert_eq!(found(seen(1, second, subject, words)), Vec::new(), "{second} {subject} {words:?}");
    }
    assert_eq!(paired(&[seen(1, 0, "a", Some("one"))], &[there]).1, 1, "one that has an id is another");
}

#[test]
fn what_lay_elsewhere_has_moved_where_there_is_no_doubt() {
    let away = |id: &str| Counterpart { folder: folder("archive"), ..stored(id, 0, "a", "x") };
    assert_eq!(paired(&[seen(1, 0, "a", None)], &[away("x")]), (pairs(&[(1, "x")]), 0));
    assert_eq!(paired(&[seen(1, 0, "a", None)], &[away("x"), away("y")]), (Vec::new(), 2));
    let both = [away("x"), stored("y", 0, "a", "x")];
    assert_eq!(
        paired(&[seen(1, 0, "a", None)], &both),
        (pairs(&[(1, "y")]), 1),
        "one that lies here comes first"
    );
}
