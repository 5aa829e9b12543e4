//! What the row of a conversation names.

use super::*;
use crate::model::{ItemError, ItemFault};

#[test]
fn an_older_item_of_a_conversation_is_known_under_its_other_id() {
    let named = [stored("m", "RE: Lunch", at(7, Precision::Second), &[ENTRY])];
    let other = ItemKey { space: IMMUTABLE, id: "older".to_owned() };
    let mut shown = row(Some("newest"), "Lunch", at(90, Precision::Second));
    shown.others = vec![other.clone()];
    let looked = vec![(other.clone(), Ok(item(other, "RE: Lunch", at(7, Precision::Second))))];
    let ids = |horizon| {
        let known = HashMap::new();
        let ground = Ground { horizon, ..ground(&known, &named) };
        let plan = ground.plan(std::slice::from_ref(&shown), looked.clone(), fresh);
        plan.upserts.into_iter().map(|upsert| upsert.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(DateTime::UNIX_EPOCH), ["new", "m"]);
    assert_eq!(ids(at(8, Precision::Second).at), ["new"], "older than the history");
}

#[test]
fn what_a_conversation_names_is_new_unseen_or_failed() {
    let mut shown = row(Some("newest"), "Lunch", at(0, Precision::Second));
    shown.others = vec![key("lost"), key("gone"), key("silent")];
    let fault = ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() };
    let looked = vec![(key("lost"), Err(fault.into())), (key("gone"), Err(ItemError::Gone))];
    let plan = planned(&[shown], looked, &[]);
    assert_eq!((plan.upserts.len(), plan.failed.len(), plan.unseen), (1, 1, 1));
    assert_eq!(plan.gone, [key("gone")]);
}

#[test]
fn what_could_not_be_read_is_not_asked_for_by_each_list_that_shows_it_and_is_not_unseen() {
    let mut shown = row(Some("failed"), "Lunch", at(0, Precision::Second));
    shown.others = vec![key("failed too")];
    let failed = HashSet::from([key("failed"), key("failed too")]);
    let known = HashMap::from([(key("failed"), known("0", Depth::Listed))]);
    let ground = Ground { passed_over: &failed, ..ground(&known, &[]) };
    assert_eq!(ground.wanted(std::slice::from_ref(&shown)), []);
    let plan = ground.plan(&[shown], Vec::new(), fresh);
    assert_eq!((plan.upserts.len(), plan.unseen), (1, 0));
}

/// A conversation names an item that an earlier page had named and that could not be read then.
#[test]
fn an_item_that_was_only_listed_is_completed_where_a_conversation_names_it() {
    let mut shown = row(Some("newest"), "Lunch", at(90, Precision::Second));
    shown.others = vec![key("bare")];
    let known = HashMap::from([(key("bare"), known("1", Depth::Listed))]);
    let ground = ground(&known, &[]);
    assert_eq!(ground.wanted(std::slice::from_ref(&shown)), [key("newest"), key("bare")]);
    let looked = vec![(key("bare"), Ok(item(key("bare"), "Lunch", at(1, Precision::Second))))];
    let plan = ground.plan(&[shown], looked, fresh);
    assert_eq!((plan.upserts.len(), plan.upserts[1].id.as_str()), (2, "m"));
}

#[test]
fn of_long_conversations_the_newest_of_each_are_asked_for_and_the_rest_counts_as_unseen() {
    let shown = |name: &str| {
        let others = (0..100).map(|n| key(&format!("{name}{n}"))).collect();
        Sight { others, ..row(Some(name), "Alert", at(0, Precision::Second)) }
    };
    let rows = [shown("a"), shown("b")];
    let known = HashMap::new();
    let wanted = ground(&known, &[]).wanted(&rows);
    let asked = |id: &str| wanted.contains(&key(id));
    assert_eq!(wanted.len(), 2 + MOST_OTHERS);
    assert!(asked("a") && asked("b") && asked("a0") && asked("b24") && !asked("a25"));
    assert_eq!(planned(&rows, Vec::new(), &[]).unseen, 200);
}

#[test]
fn an_item_from_before_the_history_is_told_by_its_time() {
    let mut shown = row(Some("newest"), "Lunch", at(90, Precision::Second));
    shown.others = vec![key("older")];
    let looked = vec![(key("older"), Ok(item(key("older"), "Lunch", at(7, Precision::Second))))];
    let known = HashMap::new();
    let ground = Ground { horizon: at(8, Precision::Second).at, ..ground(&known, &[]) };
    let plan = ground.plan(&[shown], looked, fresh);
    let older = OlderItem { key: key("older"), received_by: at(8, Precision::Second).at };
    assert_eq!((plan.older, plan.unseen), (vec![older], 0));
}
