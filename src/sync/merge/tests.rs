use super::*;
use crate::model::KeySpace;
use std::sync::LazyLock;

mod bare;
mod conversations;

const ENTRY: KeySpace = KeySpace::new("owa");
const IMMUTABLE: KeySpace = KeySpace::new("owa:immutable");

fn inbox() -> &'static FolderId {
    static INBOX: std::sync::OnceLock<FolderId> = std::sync::OnceLock::new();
    INBOX.get_or_init(|| FolderId::from("inbox".to_owned()))
}

fn at(seconds: i64, precision: Precision) -> Instant {
    Instant { at: DateTime::<Utc>::from_timestamp(1_000_000 + seconds, 0).unwrap(), precision }
}

fn key(id: &str) -> ItemKey {
    ItemKey { space: ENTRY, id: id.to_owned() }
}

fn row(id: Option<&str>, subject: &str, received: Instant) -> Sight {
    Sight {
        depth: if id.is_some() { Depth::Listed } else { Depth::Shown },
        key: id.map(key),
        change_key: Some("1".to_owned()),
        conversation_id: Some("c".to_owned()),
        subject: Some(subject.to_owned()),
        received: Some(received),
        ..Sight::default()
    }
}

fn item(key: ItemKey, subject: &str, received: Instant) -> Sight {
    Sight {
        depth: Depth::Whole,
        key: Some(key),
        conversation_id: Some("c".to_owned()),
        subject: Some(subject.to_owned()),
        received: Some(received),
        ..Sight::default()
    }
}

fn stored(id: &str, subject: &str, received: Instant, spaces: &[KeySpace]) -> Candidate {
    Candidate {
        message_id: MessageId::from(id.to_owned()),
        conversation_id: "c".to_owned(),
        internet_message_id: None,
        subject: Some(subject.to_owned()),
        received: Some(received),
        spaces: spaces.to_vec(),
        depth: if spaces.is_empty() { Depth::Shown } else { Depth::Listed },
    }
}

fn known(change_key: &str, depth: Depth) -> Known {
    Known {
        message_id: MessageId::from("m".to_owned()),
        change_key: Some(change_key.to_owned()),
        folder: inbox().clone(),
        depth,
        is_away: false,
        has_preview: false,
    }
}

fn ground<'a>(known: &'a HashMap<ItemKey, Known>, candidates: &'a [Candidate]) -> Ground<'a> {
    static NONE: LazyLock<HashSet<ItemKey>> = LazyLock::new(HashSet::new);
    static NOBODY: LazyLock<Introduced> = LazyLock::new(Introduced::default);
    let (folder, horizon, introduced) = (inbox(), DateTime::UNIX_EPOCH, &*NOBODY);
    Ground { folder, horizon, known, passed_over: &NONE, candidates, introduced }
}

fn fresh() -> MessageId {
    MessageId::from("new".to_owned())
}

/// A plan where nothing is stored under the keys.
fn planned(rows: &[Sight], looked: Vec<Looked>, candidates: &[Candidate]) -> Plan {
    ground(&HashMap::new(), candidates).plan(rows, looked, fresh)
}

fn ids(rows: &[Sight], candidates: &[Candidate]) -> Vec<String> {
    let mut count = 0;
    let fresh = || {
        count += 1;
        MessageId::from(format!("new{count}"))
    };
    let plan = ground(&HashMap::new(), candidates).plan(rows, Vec::new(), fresh);
    plan.upserts.iter().map(|upsert| upsert.id.to_string()).collect()
}

#[test]
fn only_what_is_new_changed_or_bare_is_fetched() {
    let second = at(0, Precision::Second);
    let mut rows = ["new", "same", "changed", "bare"].map(|id| row(Some(id), id, second)).to_vec();
    rows.push(item(key("whole"), "whole", second));
    let known = HashMap::from([
        (key("same"), known("1", Depth::Whole)),
        (key("changed"), known("0", Depth::Whole)),
        (key("bare"), known("1", Depth::Listed)),
    ]);
    assert_eq!(ground(&known, &[]).wanted(&rows), [key("new"), key("changed"), key("bare")]);
}

#[test]
fn what_came_before_the_history_is_left_alone_unless_it_is_stored() {
    let horizon = at(86_400, Precision::Second).at;
    let exact = |id, seconds| row(Some(id), id, at(seconds, Precision::Second));
    let rows = [
        exact("in", 86_400),
        exact("before", 86_399),
        exact("stored", 5),
        row(None, "that day", at(1, Precision::Day)),
    ];
    let known = HashMap::from([(key("stored"), known("0", Depth::Whole))]);
    let ground = Ground { horizon, ..ground(&known, &[]) };
    assert_eq!(ground.wanted(&rows), [key("in"), key("stored")]);
    let plan = ground.plan(&rows, Vec::new(), fresh);
    let subjects: Vec<_> = plan.upserts.iter().filter_map(|upsert| upsert.sight.subject.as_deref()).collect();
    assert_eq!(subjects, ["in", "stored", "that day"]);
    assert_eq!(plan.new_rows, 2);
}

#[test]
fn an_item_that_a_page_names_twice_is_one_message() {
    let twice = [
        row(Some("i"), "Lunch", at(1, Precision::Second)),
        row(Some("i"), "Lunch", at(1, Precision::Second)),
    ];
    assert_eq!(ids(&twice, &[]), ["new1", "new1"]);
    let plan = planned(&twice, Vec::new(), &[]);
    let keys: Vec<_> = plan.upserts.iter().map(|upsert| upsert.keys.len()).collect();
    assert_eq!((keys, plan.new_rows), (vec![1, 0], 1));
}

#[test]
fn an_item_that_names_itself_by_another_key_is_one_message_under_both() {
    let second = at(1, Precision::Second);
    let own = ItemKey { space: IMMUTABLE, id: "own".to_owned() };
    let looked = || vec![(key("asked"), Ok(item(own.clone(), "Lunch", second)))];
    assert_eq!(Ground::renamed(&looked()), std::slice::from_ref(&own));
    let rows = [row(Some("asked"), "Lunch", second)];
    let both = [own.clone(), key("asked")];
    let plan = planned(&rows, looked(), &[]);
    assert_eq!((plan.upserts.len(), plan.upserts[0].keys.as_slice()), (1, both.as_slice()));
    assert_eq!(ground(&HashMap::new(), &[]).settle(looked(), fresh).upserts[0].keys, both);
    // Stored under either key, it is that message; a candidate beside it changes nothing.
    for (stored_as, added) in [(own.clone(), key("asked")), (key("asked"), own.clone())] {
        let known = HashMap::from([(stored_as, known("1", Depth::Whole))]);
        let twin = stored("twin", "Lunch", second, &[]);
        let plan = ground(&known, &[twin]).plan(&rows, looked(), fresh);
        let [upsert] = plan.upserts.as_slice() else { panic!("{:?}", plan.upserts) };
        assert_eq!((upsert.id.as_str(), upsert.keys.as_slice(), plan.new_rows), ("m", [added].as_slice(), 0));
    }
}

#[test]
fn json_adopts_the_row_of_the_page() {
    let shown = stored("m", "Lunch", at(0, Precision::Minute), &[]);
    let named = |subject, seconds| [row(Some("i"), subject, at(seconds, Precision::Second))];
    assert_eq!(ids(&named("Re: Lunch", 42), std::slice::from_ref(&shown)), ["m"]);
    let later = ids(&named("Re: Lunch", 60), std::slice::from_ref(&shown));
    assert_eq!(later, ["new1"], "another minute is another message");
    assert_eq!(ids(&named("Dinner", 42), &[shown]), ["new1"]);
    let wordless = stored("m", "(No subject)", at(0, Precision::Minute), &[]);
    assert_eq!(ids(&named("", 42), &[wordless]), ["m"]);
}

#[test]
fn the_page_shows_what_json_named() {
    let named = stored("m", "AW: Lunch", at(42, Precision::Second), &[ENTRY]);
    assert_eq!(ids(&[row(None, "Lunch", at(0, Precision::Minute))], &[named]), ["m"]);
}

#[test]
fn an_item_has_one_id_in_a_space() {
    let named = stored("m", "Lunch", at(0, Precision::Second), &[ENTRY]);
    let again = [row(Some("another"), "Lunch", at(0, Precision::Second))];
    assert_eq!(ids(&again, std::slice::from_ref(&named)), ["new1"], "two messages of one second");
    let mut immutable = row(Some("immutable"), "Lunch", at(0, Precision::Second));
    immutable.key.as_mut().unwrap().space = IMMUTABLE;
    assert_eq!(ids(&[immutable], &[named]), ["m"]);
}

#[test]
fn where_two_fit_none_is_taken() {
    let twins = ["m1", "m2"].map(|id| stored(id, "Lunch", at(0, Precision::Minute), &[]));
    assert_eq!(ids(&[row(Some("i"), "Lunch", at(1, Precision::Second))], &twins), ["new1"]);
}

/// What one cycle by the page alone leaves is what the next one finds.
fn shown_again(rows: &[Sight], first: &[Candidate]) -> (Vec<String>, Vec<String>) {
    let once = ids(rows, first);
    let left = rows.iter().zip(&once).filter(|(_, id)| id.starts_with("new")).map(|(row, id)| Candidate {
        received: row.received,
        ..stored(id, row.subject.as_deref().unwrap(), at(0, Precision::Second), &[])
    });
    let known: Vec<_> = first.iter().cloned().chain(left).collect();
    (once, ids(rows, &known))
}

#[test]
fn a_row_whose_date_is_not_understood_is_stored_once() {
    let undated = Sight { received: None, ..row(None, "Lunch", at(0, Precision::Day)) };
    let (once, again) = shown_again(std::slice::from_ref(&undated), &[]);
    assert_eq!((once, again), (vec!["new1".to_owned()], vec!["new1".to_owned()]));
    // It may be the one that is there or a newer one: JSON will tell.
    let known = stored("m", "Lunch", at(0, Precision::Second), &[ENTRY]);
    assert!(ids(&[undated], &[known]).is_empty());
}

#[test]
fn json_adopts_a_row_that_had_no_date_once() {
    let undated = Candidate { received: None, ..stored("m", "Lunch", at(0, Precision::Day), &[]) };
    let named = |id, seconds| row(Some(id), "Re: Lunch", at(seconds, Precision::Second));
    let rows = [named("newest", 90), named("older", 7)];
    assert_eq!(ids(&rows, std::slice::from_ref(&undated)), ["m", "new1"]);
    let item = Candidate { spaces: vec![IMMUTABLE], depth: Depth::Listed, ..undated };
    assert_eq!(ids(&rows, &[item]), ["new1", "new2"], "an item without a time is another");
}

#[test]
fn a_row_that_may_be_one_of_two_is_not_stored_a_third_time() {
    let twins = ["m1", "m2"].map(|id| stored(id, "Lunch", at(7, Precision::Second), &[ENTRY]));
    let plan = planned(&[row(None, "Lunch", at(0, Precision::Minute))], Vec::new(), &twins);
    assert_eq!((plan.upserts.len(), plan.unseen, plan.known_tail), (0, 1, 1));
}

#[test]
fn a_row_without_a_conversation_is_not_stored() {
    let shown = Sight { conversation_id: None, ..row(None, "Lunch", at(0, Precision::Minute)) };
    assert!(ids(&[shown], &[]).is_empty());
}

#[test]
fn what_is_read_at_a_second_try_is_known_under_its_other_id() {
    let named = [stored("m", "RE: Lunch", at(7, Precision::Second), &[ENTRY])];
    let other = ItemKey { space: IMMUTABLE, id: "other".to_owned() };
    let looked = vec![(other.clone(), Ok(item(other, "RE: Lunch", at(7, Precision::Second))))];
    let plan = ground(&HashMap::new(), &named).settle(looked, fresh);
    assert_eq!(plan.upserts[0].id.to_string(), "m");
}

/// A conversation named by the other kind of ids, whose newest message is one of two that came in the same
/// second.
#[test]
fn an_item_is_known_by_what_it_says_itself() {
    let second = at(7, Precision::Second);
    let key = ItemKey { space: IMMUTABLE, id: "i".to_owned() };
    let shown = Sight { key: Some(key.clone()), depth: Depth::Listed, ..row(None, "Lunch", second) };
    let twins = ["m1", "m2"].map(|id| Candidate {
        internet_message_id: Some(format!("<{id}@example.com>")),
        ..stored(id, "Unzustellbar: Lunch", second, &[ENTRY])
    });
    let id = |internet_message_id: Option<&str>, candidates: &[Candidate]| {
        let internet_message_id = internet_message_id.map(str::to_owned);
        let item = Sight { internet_message_id, ..item(key.clone(), "Unzustellbar: Lunch", second) };
        let plan = planned(std::slice::from_ref(&shown), vec![(key.clone(), Ok(item))], candidates);
        plan.upserts[0].id.to_string()
    };
    assert_eq!(id(None, &twins[..1]), "m1");
    assert_eq!(id(Some("<m2@example.com>"), &twins), "m2");
    assert_eq!(id(Some("<m3@example.com>"), &twins), "new");
    assert_eq!(id(None, &twins), "new", "a guess would join what is not one");
}
