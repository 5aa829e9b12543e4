//! Rows that say next to nothing of their item, as changes do.

use super::*;
use crate::model::{Body, BodyKind, ItemError, ItemFault};

fn second() -> Instant {
    at(0, Precision::Second)
}

fn bare(id: &str) -> Sight {
    Sight { depth: Depth::Listed, key: Some(key(id)), is_read: Some(true), ..Sight::default() }
}

fn whole(id: &str) -> Sight {
    let body = Body { kind: BodyKind::Text, content: "text".to_owned(), truncated: false };
    Sight { body: Some(body), ..item(key(id), id, second()) }
}

#[test]
fn a_row_that_says_that_its_item_was_read_makes_nobody_look_at_one_that_is_stored() {
    let known = HashMap::from([(key("known"), known("1", Depth::Whole))]);
    let silent = Sight { is_read: None, ..bare("known") };
    assert_eq!(ground(&known, &[]).wanted(&[bare("known"), bare("new")]), [key("new")]);
    assert_eq!(ground(&known, &[]).wanted(&[silent]), [key("known")], "something has become of it");
    let plan = ground(&known, &[]).plan(&[bare("known")], Vec::new(), fresh);
    assert_eq!(plan.upserts.iter().map(|upsert| upsert.id.as_str()).collect::<Vec<_>>(), ["m"]);
}

#[test]
fn of_an_item_that_is_not_stored_it_is_stored_as_the_item_is_or_not_at_all() {
    let plan = planned(&[bare("a")], vec![(key("a"), Ok(whole("a")))], &[]);
    assert_eq!(plan.upserts[0].sight.subject.as_deref(), Some("a"));
    assert_eq!(plan.upserts[0].sight.is_read, Some(true));
    let fault = ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() };
    let plan = planned(&[bare("a")], vec![(key("a"), Err(ItemError::Fault(fault)))], &[]);
    assert_eq!((plan.upserts.len(), plan.failed.len(), plan.unseen), (0, 1, 0));
    let plan = planned(&[bare("a")], Vec::new(), &[]);
    assert_eq!((plan.upserts.len(), plan.failed.len(), plan.unseen), (0, 0, 1));
}

#[test]
fn one_that_is_said_not_to_be_there_is_asked_for_again() {
    let plan = planned(&[bare("a")], vec![(key("a"), Err(ItemError::Gone))], &[]);
    let failed: Vec<_> = plan.failed.iter().map(|unread| (&unread.key, unread.fault.code.as_str())).collect();
    assert_eq!((failed, plan.gone, plan.upserts.len()), (vec![(&key("a"), "NotThere")], Vec::new(), 0));
}

#[test]
fn one_from_before_the_history_is_remembered_as_such() {
    let none = HashMap::new();
    let ground = Ground { horizon: at(10, Precision::Second).at, ..ground(&none, &[]) };
    let plan = ground.plan(&[bare("a")], vec![(key("a"), Ok(whole("a")))], fresh);
    assert_eq!(plan.older.iter().map(|older| &older.key).collect::<Vec<_>>(), [&key("a")]);
    assert_eq!(plan.upserts.len(), 0);
}
