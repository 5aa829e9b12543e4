//! Contacts as a mailbox that was read and written leaves them.

use crate::store::run;
use outlook_syncd::model::{Card, ContactMatchId, ContactWriteId};
use outlook_syncd::store::Store;
use serde_json::Value;

/// The account gets a contact folder, a contact that cannot be read, and one that Outlook does not take.
pub(crate) async fn with_contacts(store: &Store) {
    const ROWS: &str = "
        INSERT INTO part_state (account_id, part, last_success_at)
        SELECT account_id, 'contacts', last_success_at FROM part_state WHERE part = 'mail'
        ON CONFLICT (account_id, part) DO NOTHING;
        INSERT INTO contact_folder (id, account_id, remote_id, name, is_default, round_read, held, last_success_at)
        SELECT 'f01de200' || SUBSTR(id, 9), id, 'AAMk', 'Contacts', TRUE, FALSE, 1, 1 FROM account;
        INSERT INTO contact_ledger (account_id, remote_key, remote_id, folder_id, code, text, attempts, first_seen,
            last_seen, due_at)
        SELECT id, 'key', 'AAk', 'f01de200' || SUBSTR(id, 9), 'ErrorItemCorrupt', 'The item is corrupt.', 1, 1, 1, 1 FROM account;
        INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, edited_at,
            created_at, changed_at, revision)
        SELECT 'c0117ac7' || SUBSTR(id, 9), id, '[]', '[]', '[]', '', '', 1, 1, 1, 1 FROM account;
        INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
        SELECT 'c0117ac7' || SUBSTR(id, 9), id, 1, 'ErrorInvalidRequest', 'Not supported.', 1 FROM account";
    run(store, ROWS).await;
}

/// Of two contacts, as they are told, the mailbox brought the second, and a person is asked whether it is the
/// first.
pub(crate) async fn matched(store: &Store, here: &Value, there: &Value) -> ContactMatchId {
    let id = ContactMatchId::new(super::now());
    let [here, there] = [here, there].map(|contact| contact["id"].as_str().unwrap());
    let sql = format!(
        "UPDATE contact SET met = id = '{here}', edited_at = NULL WHERE account_id = (SELECT account_id FROM contact WHERE id = '{here}');
         UPDATE contact SET met = NULL WHERE id = '{there}';
         INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
         SELECT account_id, 'key', 'item', id, 'folder', '{{}}', '{{}}', '{{}}' FROM contact WHERE id = '{there}';
         INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
         SELECT '{id}', account_id, '{here}', '{there}', '[\"email\"]', 1767225600000 FROM contact WHERE id = '{here}'"
    );
    run(store, &sql).await;
    id
}

/// The cycle in which contacts were written.
pub(crate) const WRITING_RUN: &str = "01a0c0f1-7a02-7b11-9a3c-5f2f4c0bc1e0";

/// A contact, as it is told, was written to the mailbox, which had this card of it before.
pub(crate) async fn written(store: &Store, contact: &Value, before: &Value) -> ContactWriteId {
    let write = ContactWriteId::new(super::now());
    let (id, sent) = (contact["id"].as_str().unwrap(), &contact["card"]);
    let sql = format!(
        "INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, before, sent, members, begun_at,
             ended_at, outcome)
         SELECT '{write}', account_id, '{WRITING_RUN}', id, 'update', 1, '{before}', '{sent}', '[\"job_title\"]', 1767225600000,
             1767225600001, 'done' FROM contact WHERE id = '{id}';
         UPDATE contact SET edited_at = NULL WHERE id = '{id}'"
    );
    run(store, &sql).await;
    write
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
    run(store, &sql).await;
}

/// As the database has it.
fn card(json: &Value) -> Card {
    serde_json::from_value(json.clone()).unwrap()
}
