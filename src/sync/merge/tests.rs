use super::*;
use crate::model::{IdFamily, Importance, Position};
use crate::owa::ItemFault;

fn at(seconds: i64, precision: Precision) -> Instant {
    Instant { at: DateTime::<Utc>::from_timestamp(1_000_000 + seconds, 0).unwrap(), precision }
}

fn key(id: &str) -> ItemKey {
    ItemKey { family: IdFamily::Entry, id: id.to_owned() }
}

fn row(id: Option<&str>, subject: &str, received: Instant) -> ListRow {
    ListRow {
        key: id.map(key),
        others: Vec::new(),
        change_key: Some("1".to_owned()),
        conversation_id: Some("c".to_owned()),
        subject: Some(subject.to_owned()),
        from: None,
        received: Some(received),
        is_read: None,
        has_attachments: None,
        preview: None,
    }
}

fn page(tier: Tier, rows: Vec<ListRow>) -> ListPage {
    ListPage { tier, rows, partial: false, next: None::<Position>, server_total: None, folder_id: None }
}

fn stored(id: &str, subject: &str, received: Instant, families: &[IdFamily]) -> Candidate {
    Candidate {
        message_id: MessageId::from(id.to_owned()),
        conversation_id: "c".to_owned(),
        internet_message_id: None,
        subject: Some(subject.to_owned()),
        from: None,
        received: Some(received),
        families: families.to_vec(),
        provisional: families.is_empty(),
    }
}

fn detail(key: ItemKey, subject: &str, received: Instant) -> Detail {
    Detail {
        key,
        change_key: None,
        conversation_id: Some("c".to_owned()),
        internet_message_id: None,
        subject: subject.to_owned(),
        from: None,
        sender: None,
        recipients: Vec::new(),
        recipients_truncated: false,
        received_at: Some(received.at),
        sent_at: None,
        is_read: true,
        is_draft: false,
        has_attachments: false,
        importance: Importance::Normal,
        item_class: None,
        preview: None,
        body: None,
        size: None,
    }
}

fn known(change_key: &str, has_detail: bool) -> Known {
    Known {
        message_id: MessageId::from("m".to_owned()),
        change_key: Some(change_key.to_owned()),
        folder: Folder::Inbox,
        is_read: Some(true),
        has_detail,
        provisional: false,
    }
}

fn ids(page: &ListPage, candidates: &[Candidate]) -> Vec<String> {
    let mut count = 0;
    let fresh = || {
        count += 1;
        MessageId::from(format!("new{count}"))
    };
    let plan =
        plan(Folder::Inbox, page, &HashMap::new(), Vec::new(), candidates, DateTime::UNIX_EPOCH, fresh);
    plan.upserts.iter().map(|upsert| upsert.id.to_string()).collect()
}

#[test]
fn only_what_is_new_changed_or_bare_is_fetched() {
    let second = at(0, Precision::Second);
    let page =
        page(Tier::Service, ["new", "same", "changed", "bare"].map(|id| row(Some(id), id, second)).to_vec());
    let known = HashMap::from([
        (key("same"), known("1", true)),
        (key("changed"), known("0", true)),
        (key("bare"), known("1", false)),
    ]);
    assert_eq!(wanted(&page, &known, DateTime::UNIX_EPOCH), [key("new"), key("changed"), key("bare")]);
}

#[test]
fn what_came_before_the_history_is_left_alone_unless_it_is_stored() {
    let horizon = at(86_400, Precision::Second).at;
    let exact = |id, seconds| row(Some(id), id, at(seconds, Precision::Second));
    let page = page(
        Tier::Service,
        vec![
            exact("in", 86_400),
            exact("before", 86_399),
            exact("stored", 5),
            row(None, "that day", at(1, Precision::Day)),
        ],
    );
    let known = HashMap::from([(key("stored"), known("0", true))]);
    assert_eq!(wanted(&page, &known, horizon), [key("in"), key("stored")]);
    let plan =
        plan(Folder::Inbox, &page, &known, Vec::new(), &[], horizon, || MessageId::from("new".to_owned()));
    let subjects: Vec<_> =
        plan.upserts.iter().filter_map(|upsert| upsert.row.as_ref()?.subject.as_deref()).collect();
    assert_eq!(subjects, ["in", "stored", "that day"]);
    assert_eq!(plan.new_rows, 2);
}

#[test]
fn json_adopts_the_row_of_the_page() {
    let shown = stored("m", "Lunch", at(0, Precision::Minute), &[]);
    let named = page(Tier::Service, vec![row(Some("i"), "Re: Lunch", at(42, Precision::Second))]);
    assert_eq!(ids(&named, std::slice::from_ref(&shown)), ["m"]);
    let later = page(Tier::Service, vec![row(Some("i"), "Re: Lunch", at(60, Precision::Second))]);
    assert_eq!(ids(&later, std::slice::from_ref(&shown)), ["new1"], "another minute is another message");
    let other = page(Tier::Service, vec![row(Some("i"), "Dinner", at(42, Precision::Second))]);
    assert_eq!(ids(&other, &[shown]), ["new1"]);
    let wordless = stored("m", "(No subject)", at(0, Precision::Minute), &[]);
    let empty = page(Tier::Service, vec![row(Some("i"), "", at(42, Precision::Second))]);
    assert_eq!(ids(&empty, &[wordless]), ["m"]);
}

#[test]
fn the_page_shows_what_json_named() {
    let named = stored("m", "AW: Lunch", at(42, Precision::Second), &[IdFamily::Entry]);
    let shown = page(Tier::Dom, vec![row(None, "Lunch", at(0, Precision::Minute))]);
    assert_eq!(ids(&shown, &[named]), ["m"]);
}

#[test]
fn an_item_has_one_id_of_a_family() {
    let named = stored("m", "Lunch", at(0, Precision::Second), &[IdFamily::Entry]);
    let again = page(Tier::Service, vec![row(Some("another"), "Lunch", at(0, Precision::Second))]);
    assert_eq!(ids(&again, std::slice::from_ref(&named)), ["new1"], "two messages of one second");
    let mut immutable = row(Some("immutable"), "Lunch", at(0, Precision::Second));
    immutable.key.as_mut().unwrap().family = IdFamily::Immutable;
    assert_eq!(ids(&page(Tier::Network, vec![immutable]), &[named]), ["m"]);
}

#[test]
fn where_two_fit_none_is_taken() {
    let twins = ["m1", "m2"].map(|id| stored(id, "Lunch", at(0, Precision::Minute), &[]));
    let named = page(Tier::Service, vec![row(Some("i"), "Lunch", at(1, Precision::Second))]);
    assert_eq!(ids(&named, &twins), ["new1"]);
}

/// What one cycle by the page alone leaves is what the next one finds.
fn shown_again(rows: &[ListRow], first: &[Candidate]) -> (Vec<String>, Vec<String>) {
    let shown = page(Tier::Dom, rows.to_vec());
    let once = ids(&shown, first);
    let left = rows.iter().zip(&once).filter(|(_, id)| id.starts_with("new")).map(|(row, id)| Candidate {
        received: row.received,
        ..stored(id, row.subject.as_deref().unwrap(), at(0, Precision::Second), &[])
    });
    let known: Vec<_> = first.iter().cloned().chain(left).collect();
    (once, ids(&shown, &known))
}

#[test]
fn a_row_whose_date_is_not_understood_is_stored_once() {
    let undated = ListRow { received: None, ..row(None, "Lunch", at(0, Precision::Day)) };
    let (once, again) = shown_again(std::slice::from_ref(&undated), &[]);
    assert_eq!((once, again), (vec!["new1".to_owned()], vec!["new1".to_owned()]));
    // It may be the one that is there or a newer one: JSON will tell.
    let known = stored("m", "Lunch", at(0, Precision::Second), &[IdFamily::Entry]);
    assert!(ids(&page(Tier::Dom, vec![undated]), &[known]).is_empty());
}

#[test]
fn json_adopts_a_row_that_had_no_date_once() {
    let undated = Candidate { received: None, ..stored("m", "Lunch", at(0, Precision::Day), &[]) };
    let named = |id, seconds| row(Some(id), "Re: Lunch", at(seconds, Precision::Second));
    let page = page(Tier::Service, vec![named("newest", 90), named("older", 7)]);
    assert_eq!(ids(&page, std::slice::from_ref(&undated)), ["m", "new1"]);
    let item = Candidate { families: vec![IdFamily::Immutable], provisional: false, ..undated };
    assert_eq!(ids(&page, &[item]), ["new1", "new2"], "an item without a time is another");
}

#[test]
fn a_row_that_may_be_one_of_two_is_not_stored_a_third_time() {
    let twins = ["m1", "m2"].map(|id| stored(id, "Lunch", at(7, Precision::Second), &[IdFamily::Entry]));
    let shown = row(None, "Lunch", at(0, Precision::Minute));
    let plan = plan(
        Folder::Inbox,
        &page(Tier::Dom, vec![shown]),
        &HashMap::new(),
        Vec::new(),
        &twins,
        DateTime::UNIX_EPOCH,
        || MessageId::from("new".to_owned()),
    );
    assert_eq!((plan.upserts.len(), plan.unseen, plan.known_tail), (0, 1, 1));
}

#[test]
fn a_row_without_a_conversation_is_not_stored() {
    let shown = ListRow { conversation_id: None, ..row(None, "Lunch", at(0, Precision::Minute)) };
    assert!(ids(&page(Tier::Dom, vec![shown]), &[]).is_empty());
}

#[test]
fn what_is_read_at_a_second_try_is_known_under_its_other_id() {
    let named = stored("m", "RE: Lunch", at(7, Precision::Second), &[IdFamily::Entry]);
    let other = ItemKey { family: IdFamily::Immutable, id: "other".to_owned() };
    let details = vec![(other.clone(), Ok(detail(other, "RE: Lunch", at(7, Precision::Second))))];
    let fresh = || MessageId::from("new".to_owned());
    let plan = settle(Folder::Inbox, Tier::Service, &HashMap::new(), details, &[named], fresh);
    assert_eq!(plan.upserts[0].id.to_string(), "m");
}

/// A conversation named by the other kind of ids, whose newest message is one of two that came in the same second.
#[test]
fn an_item_is_known_by_what_it_says_itself() {
    let second = at(7, Precision::Second);
    let key = ItemKey { family: IdFamily::Immutable, id: "i".to_owned() };
    let mut shown = row(None, "Lunch", second);
    shown.key = Some(key.clone());
    let page = page(Tier::Network, vec![shown]);
    let twins = ["m1", "m2"].map(|id| Candidate {
        internet_message_id: Some(format!("<{id}@example.com>")),
        ..stored(id, "Unzustellbar: Lunch", second, &[IdFamily::Entry])
    });
    let id = |internet_message_id: Option<&str>, candidates: &[Candidate]| {
        let internet_message_id = internet_message_id.map(str::to_owned);
        let detail = Detail { internet_message_id, ..detail(key.clone(), "Unzustellbar: Lunch", second) };
        let (details, fresh) = (vec![(key.clone(), Ok(detail))], || MessageId::from("new".to_owned()));
        let plan =
            plan(Folder::Inbox, &page, &HashMap::new(), details, candidates, DateTime::UNIX_EPOCH, fresh);
        plan.upserts[0].id.to_string()
    };
    assert_eq!(id(None, &twins[..1]), "m1");
    assert_eq!(id(Some("<m2@example.com>"), &twins), "m2");
    assert_eq!(id(Some("<m3@example.com>"), &twins), "new");
    assert_eq!(id(None, &twins), "new", "a guess would join what is not one");
}

#[test]
fn an_older_item_of_a_conversation_is_known_under_its_other_id() {
    let named = stored("m", "RE: Lunch", at(7, Precision::Second), &[IdFamily::Entry]);
    let other = ItemKey { family: IdFamily::Immutable, id: "older".to_owned() };
    let mut shown = row(Some("newest"), "Lunch", at(90, Precision::Second));
    shown.others = vec![other.clone()];
    let detail = detail(other.clone(), "RE: Lunch", at(7, Precision::Second));
    let page = page(Tier::Network, vec![shown]);
    let details = vec![(other, Ok(detail))];
    let ids = |horizon| {
        let fresh = || MessageId::from("new".to_owned());
        let (details, known) = (details.clone(), HashMap::new());
        let plan = plan(Folder::Inbox, &page, &known, details, std::slice::from_ref(&named), horizon, fresh);
        plan.upserts.into_iter().map(|upsert| upsert.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(DateTime::UNIX_EPOCH), ["new", "m"]);
    assert_eq!(ids(at(8, Precision::Second).at), ["new"], "older than the history");
}

#[test]
fn what_a_conversation_names_is_new_unseen_or_failed() {
    let mut shown = row(Some("newest"), "Lunch", at(0, Precision::Second));
    shown.others = vec![key("lost"), key("silent")];
    let page = page(Tier::Network, vec![shown]);
    let fault = ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() };
    let details = vec![(key("lost"), Err(fault))];
    let plan = plan(Folder::Inbox, &page, &HashMap::new(), details, &[], DateTime::UNIX_EPOCH, || {
        MessageId::from("m".to_owned())
    });
    assert_eq!((plan.upserts.len(), plan.failed.len(), plan.unseen), (1, 1, 1));
}
