//! What becomes of contacts when the connection by which they came ends.

use super::graph::Read;
use super::outgoing::named;
use crate::stage::{Answer, now};
use outlook_syncd::model::{Actor, Scope};
use outlook_syncd::secret::secret;
use outlook_syncd::store::Store;
use reqwest::Method;
use serde_json::json;

/// Rows by which an account still knows something of contacts.
const KNOWN: &str = "SELECT (SELECT COUNT(*) FROM contact_link) + (SELECT COUNT(*) FROM contact_folder)
    + (SELECT COUNT(*) FROM contact_write) + (SELECT COUNT(*) FROM contact_parked) + (SELECT COUNT(*) FROM contact_ledger)
    + (SELECT COUNT(*) FROM contact WHERE account_id IS NOT NULL)";

impl Read {
    /// Its mail is read by a browser.
    async fn by_browser(&self) {
        let Store::Sqlite(pool) = self.stage.store() else { unreachable!() };
        sqlx::query("UPDATE account SET road = 'owa'").execute(pool).await.unwrap();
        let strongbox = &self.stage.app.services.strongbox;
        strongbox.put_session(&self.id, "u1", &secret("cookies".to_owned())).await.unwrap();
        self.stage.store().begin_session(&self.id, None, now()).await.unwrap();
    }

    async fn rows(&self, sql: &'static str) -> i64 {
        let Store::Sqlite(pool) = self.stage.store() else { unreachable!() };
        sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
    }

    async fn disconnect(&self, query: &str) -> Answer {
        let bearer = self.stage.bearer(&[Scope::Admin], Some("u1")).await;
        let path = format!("/v1/integrations/outlook/disconnect{query}");
        self.stage.ask(Method::DELETE, &path, Some(&bearer), None).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_goes_on_by_browser_keeps_contacts_that_can_be_removed_and_nothing_else_of_them() {
    let read = Read::of(2).await;
    read.by_browser().await;
    read.make(|card| named(card, "Made here")).await;
    read.cycle().await;
    let gone = read.disconnect("").await.json();
    assert_eq!(gone["tokens"], true);
    assert_eq!(read.rows(KNOWN).await, 0);
    let kept = read.named("Friend 0").await;
    read.stage.app.desk.remove_contact(&Actor::command_line(), &kept, None).await.unwrap();
    assert_eq!(gone["contacts"], json!({"destroyed": 0, "kept": 6}));
    let shown = read.stage.run(&["account", "show", read.id.as_str()]).await.expect(0).out;
    assert!(!shown.contains("contact"), "{shown}");

    assert_eq!(read.stage.connected("u1", &read.smtp).await, read.id);
    for _ in 0..2 {
        read.cycle().await;
    }
    read.assert_same("connected again").await;
    assert_eq!(read.there("Made here").len(), 1, "known again, and not made twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_destroyed_with_the_connection_where_that_is_asked_for() {
    let read = Read::of(2).await;
    read.by_browser().await;
    let wrong = read.disconnect("?contacts=perhaps").await;
    assert_eq!(wrong.status.as_u16(), 400, "{}", wrong.text);
    let gone = read.disconnect("?contacts=destroy").await.json();
    assert_eq!(read.rows("SELECT COUNT(*) FROM contact").await, 0);
    assert_eq!(gone, json!({"tokens": true, "contacts": {"destroyed": 5, "kept": 0}, "wiped": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_destroyed_leaves_its_contacts_unless_they_are_to_go_too() {
    for (more, kept, destroyed) in [(&[][..], 5, 0), (&["--contacts", "destroy"], 0, 5)] {
        let read = Read::of(2).await;
        let name = read.id.as_str();
        let args = [&["account", "disconnect", "--yes", "--json", name], more].concat();
        let wiped = read.stage.run(&args).await.expect(0).json();
        assert_eq!(read.rows("SELECT COUNT(*) FROM contact").await, kept);
        assert_eq!(wiped["wiped"]["contacts"], json!({"destroyed": destroyed, "kept": kept}), "{wiped}");
        assert_eq!(read.rows(KNOWN).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_whose_giving_up_was_cut_short_are_given_up_by_the_next_cycle() {
    let read = Read::of(2).await;
    read.by_browser().await;
    let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
    let kept = "CREATE TRIGGER kept BEFORE DELETE ON contact_link BEGIN SELECT RAISE(ABORT, 'cut'); END";
    sqlx::query(kept).execute(pool).await.unwrap();
    assert_ne!(read.disconnect("?contacts=destroy").await.status.as_u16(), 200);
    assert_eq!(read.rows("SELECT COUNT(*) FROM contact_folder").await, 0, "nothing is left that reads on");
    sqlx::query("DROP TRIGGER kept").execute(pool).await.unwrap();
    read.stage.store().finish_deletions().await.unwrap();
    assert_eq!(read.rows("SELECT COUNT(*) FROM contact").await, 0);
}
