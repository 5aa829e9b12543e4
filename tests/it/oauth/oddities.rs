//! What Graph does with some contacts, and keeps nobody from being read.

use super::graph::{Read, draft};
use outlook_sim::graph::Quirk;
use outlook_sim::{ContactDraft, Failure, GraphError, Kind};
use outlook_syncd::model::PartState;
use outlook_syncd::store::Store;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_too_big_for_graph_keep_nobody_from_being_read_but_who_cannot_be() {
    let read = Read::of(45).await;
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    let corrupt = Failure::from(Kind::Graph(GraphError::new(500, "ErrorCorruptData", "")));
    let corrupt = corrupt.on(&["get_contact"]).about(&all[1].immutable_id);
    read.stage.sim().fail(Some(&read.smtp), corrupt);
    read.set(|graph| graph.page_too_big = Some(9));
    for (n, contact) in all.iter().enumerate().take(4).skip(1) {
        let edited = draft(json!({"displayName": format!("Edited {n}")}));
        read.stage.sim().edit_contact(&read.smtp, &contact.id, &edited).unwrap();
    }
    let code = |state: PartState| state.last_error.map(|error| error.code);
    assert_eq!(code(read.cycle().await).as_deref(), Some("contacts_too_big"));
    assert_eq!(code(read.cycle().await).as_deref(), Some("contacts_unread"));
    let missing: Vec<_> = read.truth().difference(&read.stored().await).cloned().collect();
    assert!(missing.len() == 1 && missing[0].contains("Edited 1"), "{missing:?}");
    read.stage.sim().clear_knobs(Some(&read.smtp));
    read.stage.sim().edit_contact(&read.smtp, &all[4].id, &draft(json!({"jobTitle": "Pilot"}))).unwrap();
    assert_eq!(code(read.cycle().await), None);
    read.assert_same("when all is well").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailing_list_and_control_characters_keep_no_contact_from_being_read() {
    let read = Read::of(3).await;
    read.set(|graph| graph.quirks = [Quirk::RawControls].into());
    let list = ContactDraft { is_list: true, ..draft(json!({"displayName": "All of us"})) };
    read.stage.sim().add_contact(&read.smtp, &list).unwrap();
    read.add(None, json!({"displayName": "Rung", "personalNotes": "one\u{7}two"}));
    read.add(None, json!({"displayName": "Plain"}));
    for _ in 0..2 {
        assert_eq!(read.cycle().await.last_error, None);
        let missing: Vec<_> = read.truth().difference(&read.stored().await).cloned().collect();
        assert!(missing.len() == 1 && missing[0].contains("Rung"), "{missing:?}");
    }
    let rung = read.stored().await.into_iter().filter(|card| card.contains("Rung")).collect::<String>();
    assert!(rung.contains("one two"), "without what no text has: {rung}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_that_was_cleared_there_stays_until_the_whole_contact_says_so() {
    let read = Read::of(3).await;
    let born = json!({"displayName": "Anna", "birthday": "1992-02-29T00:00:00Z"});
    let anna = read.add(None, born);
    read.cycle().await;
    read.set(|graph| graph.quirks = [Quirk::NoEmpties].into());
    read.stage.sim().edit_contact(&read.smtp, &anna.id, &draft(json!({"birthday": null}))).unwrap();
    let corrupt = Failure::from(Kind::Graph(GraphError::new(500, "ErrorCorruptData", "")));
    read.stage.sim().fail(Some(&read.smtp), corrupt.on(&["get_contact"]).about(&anna.immutable_id));
    let birthdays = async || {
        let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
        let birthday = "SELECT birthday FROM contact WHERE display_name = 'Anna'";
        sqlx::query_scalar::<_, Option<String>>(birthday).fetch_one(pool).await.unwrap()
    };
    let code = read.cycle().await.last_error.map(|error| error.code);
    assert_eq!(
        (code.as_deref(), birthdays().await.as_deref()),
        (Some("contacts_unread"), Some("1992-02-29"))
    );
    read.stage.sim().clear_knobs(Some(&read.smtp));
    let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
    sqlx::query("UPDATE contact_ledger SET due_at = 0").execute(pool).await.unwrap();
    assert_eq!(read.cycle().await.last_error, None);
    assert_eq!(birthdays().await, None);
    read.assert_same("cleared").await;
}
