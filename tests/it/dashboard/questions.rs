//! What a person is asked of contacts on pages: how much it is, where it is found, and what is said of it.

use super::contacts::{at, book, made, waiting};
use super::*;
use crate::stage::contested;
use crate::store::{run, text};
use outlook_syncd::model::AuditAction;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_whether_two_contacts_are_one() {
    for postgres in [false, true] {
        for (answer, is_one) in [("same", true), ("different", false)] {
            let stage = stage(postgres).await;
            let (id, contacts) = book(&stage).await;
            let (here, _, asked) = waiting(&stage, &id).await;
            let owner = Guest::owner(&stage, "u1").await;
            let page = owner.get(&format!("{contacts}/matches")).await.text;
            assert!(page.contains("Is it the same person?") && page.contains("an address"), "{page}");
            assert!(owner.get(&at(&contacts, &here)).await.text.contains("To settle"));
            let path = format!("{contacts}/matches/{asked}");
            assert_eq!(owner.post(&path, &[("answer", "perhaps")]).await.status, StatusCode::BAD_REQUEST);
            let said = owner.post(&path, &[("answer", answer)]).await;
            assert_eq!(
                (said.status, said.header("location")),
                (StatusCode::SEE_OTHER, format!("{contacts}/matches").as_str())
            );
            assert!(owner.get(said.header("location")).await.text.contains("Nothing has to be said"));
            let items = text(
                stage.store(),
                "SELECT CAST(COUNT(DISTINCT contact_id) AS TEXT) FROM contact_link l
                JOIN contact c ON c.id = l.contact_id WHERE l.ended_at IS NULL AND c.gone_at IS NULL",
            )
            .await;
            let of_here = text(
                stage.store(),
                &format!(
                    "SELECT CAST(COUNT(*) AS TEXT) FROM contact_link
                WHERE ended_at IS NULL AND contact_id = '{}'",
                    here["id"].as_str().unwrap()
                ),
            )
            .await;
            let count = if is_one { "1" } else { "0" };
            assert_eq!((items.as_deref(), of_here.as_deref()), (Some("1"), Some(count)), "{answer}");
            let log = stage.store().audit_log(1).await.unwrap();
            assert_eq!((log[0].action, log[0].actor.as_str()), (AuditAction::ContactsMatched, "user:u1"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_something_is_told_so_on_every_page_and_nobody_else() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (id, _) = book(&stage).await;
        let owner = Guest::owner(&stage, "u1").await;
        assert!(!owner.get("/ui").await.text.contains("waiting:"));
        waiting(&stage, &id).await;
        let other = Guest::owner(&stage, "u2").await;
        for guest in [&owner, &Guest::operator(&stage).await] {
            let page = guest.get("/ui/sessions").await.text;
            assert!(
                page.contains("waiting: </span>2</span>"),
                "a match, and what waits of the account: {page}"
            );
            let asked = guest.get("/ui/settle").await.text;
            assert!(
                asked.contains("1 to settle") && asked.contains("6 changes") && asked.contains("4 contacts"),
                "{asked}"
            );
        }
        assert!(other.get("/ui/settle").await.text.contains("Nothing waits for you"));
        assert!(!other.get("/ui").await.text.contains("waiting:"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_only_which_side_holds_finds_the_contact_from_the_page_that_counts_it() {
    for postgres in [false, true] {
        let stage = stage_with(postgres, &[("CONTACTS__CONFLICT", "ask")]).await;
        let (id, contacts) = book(&stage).await;
        let card = json!({"card": {"texts": {"display_name": "Ada", "job_title": "Director"}}});
        let ada = made(&stage, (&id, "u1"), &card).await;
        contested(stage.store(), &ada, "Peer").await;
        let owner = Guest::owner(&stage, "u1").await;
        let asked = owner.get("/ui/settle").await.text;
        let (before, _) = asked.split_once("\">1 to settle").unwrap_or_else(|| panic!("{asked}"));
        let path = before.rsplit("href=\"").next().unwrap();
        let (contact, to_contact) = (at(&contacts, &ada), format!("href=\"{}\"", at(&contacts, &ada)));
        let page = owner.get(path).await.text;
        assert!(page.contains(&to_contact) && page.contains("Both places changed them"), "{page}");
        assert!(!page.contains("Nothing has to be said") && !page.contains("the same person"), "{page}");
        assert!(owner.get(&contacts).await.text.contains(path), "the list says so too");
        let other = Guest::owner(&stage, "u2").await;
        assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
        // Deleted here, changed there: the same is asked.
        let sql = format!("UPDATE contact SET gone_at = 1 WHERE id = '{}'", ada["id"].as_str().unwrap());
        run(stage.store(), &sql).await;
        assert!(owner.get(path).await.text.contains(&to_contact));
        assert!(owner.get(&contact).await.text.contains("To settle"));
        let said = owner.post(&format!("{contact}/resolve"), &[("side", "theirs")]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        assert!(owner.get(path).await.text.contains("Nothing has to be said"));
        assert!(owner.get("/ui/settle").await.text.contains("Nothing waits for you"));
    }
}
