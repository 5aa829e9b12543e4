use super::*;
use crate::graph::answer::GraphAnswer;
use crate::model::ContactLook;
use crate::model::PageEnd;
use serde_json::json;

fn page(json: Value) -> PageWire {
    PageWire::of(GraphAnswer { status: 200, body: json }).unwrap()
}

#[test]
fn a_page_leads_on_or_ends_its_round_and_never_back_to_itself() {
    let more = json!({"value": [], "@odata.nextLink": "n", "@odata.deltaLink": "d"});
    assert_eq!(changes(page(more.clone()), None).unwrap().end, PageEnd::More("n".to_owned()));
    assert!(matches!(changes(page(more), Some("n")), Err(GraphError::Endless)));
    let round = json!({"value": [], "@odata.deltaLink": "d"});
    assert_eq!(changes(page(round.clone()), Some("d")).unwrap().end, PageEnd::Round("d".to_owned()));
    assert_eq!(changes(page(json!({"value": []})), Some("n")).unwrap().end, PageEnd::Listed);
}

#[test]
fn one_item_that_cannot_be_read_takes_no_other_away() {
    let items = json!([{"id": "A", "@removed": {}}, 7, {"id": "B", "emailAddresses": "x"}, {"id": "C"}]);
    let page = changes(page(json!({"value": items, "@odata.deltaLink": "d"})), None).unwrap();
    let (removed, partial) = (ContactLook::Removed("A".to_owned()), ContactLook::Partial("C".to_owned()));
    assert_eq!(page.looks, [removed, ContactLook::Partial("B".to_owned()), partial]);
    assert_eq!(page.faults, [(String::new(), "no object".to_owned())]);
}
