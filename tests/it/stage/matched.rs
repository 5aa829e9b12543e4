//! Contacts as a mailbox that was read and written leaves them.

use outlook_syncd::model::{Card, ContactMatchId};
use outlook_syncd::store::Store;
use serde_json::Value;
use sqlx::AssertSqlSafe;

async fn run(store: &Store, sql: String) {
    let Store::Sqlite(pool) = store else { unreachable!("worlds have files") };
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.unwrap();
}

/// Of two contacts, as they are told, the mailbox brought the second, and a person is asked whether it is the
/// first.
pub(crate) async fn matched(store: &Store, here: &Value, there: &Value) -> ContactMatchId {
    let id = ContactMatchId::new(super::now());
    let [here, there] = [here, there].map(|contact| contact["id"].as_str().unwrap());
    let sql = format!(
        "UPDATE contact SET met = id = '{here}', edited_at = NULL;
         UPDATE contact SET met = NULL WHERE id = '{there}';
         INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
         SELECT account_id, 'key', 'item', id, 'folder', '{{}}', '{{}}', '{{}}' FROM contact WHERE id = '{there}';
         INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
         SELECT '{id}', account_id, '{here}', '{there}', '[\"email\"]', 1767225600000 FROM contact WHERE id = '{here}'"
    );
    run(store, sql).await;
    id
}

/// A contact, as it is told, was written to the mailbox, which had this card of it before.
pub(crate) async fn written(store: &Store, contact: &Value, before: &Value) {
    let (id, sent) = (contact["id"].as_str().unwrap(), &contact["card"]);
    let sql = format!(
        "INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, before, sent, members, begun_at,
             ended_at, outcome)
         SELECT 'w-' || id, account_id, 'run-1', id, 'update', 1, '{before}', '{sent}', '[\"job_title\"]', 1767225600000,
             1767225600001, 'done' FROM contact WHERE id = '{id}';
         UPDATE contact SET edited_at = NULL WHERE id = '{id}'"
    );
    run(store, sql).await;
}

/// A contact, as it is told, has become an item of the mailbox, and both sides have changed its title since: it is
/// `there` in the mailbox.
pub(crate) async fn contested(store: &Store, contact: &Value, there: &str) {
    let id = contact["id"].as_str().unwrap();
    let there = serde_json::json!({"texts": {"job_title": there}});
    let base = serde_json::json!({"texts": {"job_title": "Clerk"}});
    let sql = format!(
        "INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others,
             contested)
         SELECT account_id, 'contested', 'contested', id, 'folder', '{base}', '{base}', '{{}}', '{}' FROM contact
         WHERE id = '{id}';
         UPDATE contact SET edited_at = changed_at WHERE id = '{id}'",
        serde_json::to_string(&card(&there)).unwrap()
    );
    run(store, sql).await;
}

/// As the database has it.
fn card(json: &Value) -> Card {
    serde_json::from_value(json.clone()).unwrap()
}
