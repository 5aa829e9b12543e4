//! The folders of accounts, and what an upgrade makes of those that were words.

use super::statements::{run, text};
use super::upgrade::left_at;
use super::*;
use outlook_syncd::model::Reach;

/// Mail in both folders of one account, an unreadable item in the second, and an account without any, as a
/// program before 0030 left them.
const ROWS: &str = "
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at) VALUES
    ('0198d5f2-0000-7000-8000-000000000001', 'owner', 'anna', 'anna@example.org', 'owa', TRUE, 1),
    ('0198d5f2-0000-7000-8000-000000000002', 'owner', 'berta', 'berta@example.org', 'owa', TRUE, 2);
INSERT INTO sync_state (account_id, mailbox_key) SELECT id, address FROM account;
INSERT INTO part_state (account_id, part, next_at) SELECT id, 'mail', id_at FROM
    (SELECT id, CASE login WHEN 'anna' THEN 1 END AS id_at FROM account) AS due;
INSERT INTO folder_state (account_id, folder, remote_id, server_total, cursor, coverage, last_success_at, held)
SELECT id, 'inbox', 'AAMkInbox', 60, '{\"offset\":40}', '[{\"after\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-02T00:00:00Z\"}]',
       1767225600007, 1 FROM account WHERE login = 'anna';
INSERT INTO folder_state (account_id, folder, coverage, held) SELECT id, 'sentitems', '[]', 1 FROM account WHERE login = 'anna';
INSERT INTO message (id, account_id, folder, listed_at, conversation_id, recipients_truncated, received_at, received_precision,
                     is_draft, tier, provisional, has_detail, first_seen_at, changed_at, revision)
SELECT id || '-' || folder, id, folder, at, 'c', FALSE, at, 'second', FALSE, 'service', FALSE, TRUE, 1, 2, 1
FROM account, (SELECT 'inbox' AS folder, 1767225600007 AS at UNION ALL SELECT 'sentitems', 1767225600008) AS mail
WHERE login = 'anna';
INSERT INTO ledger (account_id, space, item_id, folder, code, text, attempts, first_seen, last_seen)
SELECT id, 'owa', 'm3', 'sentitems', 'ErrorItemCorrupt', 'x', 1, 1, 1 FROM account WHERE login = 'berta';
";

/// Every column that `message_v` had, row by row.
async fn seen(store: &Store) -> Option<String> {
    const COLUMNS: &str =
        "id account_id owner mailbox folder conversation_id subject received_ms is_draft has_body tier
        provisional changed_ms revision received_iso";
    let all: Vec<_> = COLUMNS.split_whitespace().map(|name| format!("CAST({name} AS TEXT)")).collect();
    let (one, rows) = (all.join(" || ' ' || "), "(SELECT * FROM message_v ORDER BY id) AS v");
    text(store, &format!("SELECT string_agg({one}, '; ') FROM {rows}")).await
}

#[tokio::test]
async fn mail_ledger_and_progress_of_a_folder_that_was_a_word_are_those_of_its_row_after_an_upgrade() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(29, &url).await;
        run(&store, ROWS).await;
        let before = seen(&store).await;
        assert!(before.as_ref().is_some_and(|rows| rows.contains(" sentitems ")), "{before:?}");
        store.migrate().await.unwrap();
        assert_eq!(seen(&store).await, before);

        let anna = store.find_account(&Reach::Everyone, "anna").await.unwrap().unwrap().id;
        let folders = store.folders(&anna).await.unwrap();
        let [inbox, sent] = folders.as_slice() else { panic!("{folders:?}") };
        assert_eq!((inbox.folder.role, sent.folder.role), (Role::Inbox, Role::Sent));
        assert_eq!(inbox.folder.remote_id.as_deref(), Some("AAMkInbox"));
        assert_eq!(
            (inbox.server_total, inbox.sweeps.unheld, inbox.last_success_at),
            (Some(60), Some(59), Some(at(0) + TimeDelta::milliseconds(7)))
        );
        assert_eq!((inbox.cursor.as_deref(), inbox.coverage.spans.len()), (Some(r#"{"offset":40}"#), 1));
        assert_eq!(sent, &FolderState { held: 1, ..FolderState::new(sent.folder.clone()) });
        assert_eq!(inbox.held, 1);
        let berta = store.find_account(&Reach::Everyone, "berta").await.unwrap().unwrap().id;
        let folders = store.folders(&berta).await.unwrap();
        let ledger = store.ledger(&berta).await.unwrap();
        assert_eq!(folders.iter().map(|state| &state.folder.id).collect::<Vec<_>>(), [&ledger[0].folder]);
        assert_eq!(
            text(&store, "SELECT COUNT(DISTINCT folder_id) || '' FROM folder_v").await.as_deref(),
            Some("3")
        );

        let claim = store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(
            (claim.folders.len(), claim.state.folders_listed_at),
            (2, None),
            "the next turn lists them"
        );
        store.close().await;
    }
}

#[tokio::test]
async fn folders_are_kept_with_the_time_of_their_list_and_only_under_the_lease() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let state = FolderState::new(folder_of(id, Role::Archive));
        store.keep_folders(&claim, std::slice::from_ref(&state), None).await.unwrap();
        assert_eq!(store.state(id).await.unwrap().unwrap().folders_listed_at, None);
        store.keep_folders(&claim, &[], Some(at(5))).await.unwrap();
        assert_eq!(store.state(id).await.unwrap().unwrap().folders_listed_at, Some(at(5)));
        assert!(store.folders(id).await.unwrap().contains(&state));
        store.release(&claim).await.unwrap();
        let late = store.keep_folders(&claim, &[], Some(at(9))).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_message_is_shown_with_the_role_of_its_folder_and_the_mailboxes_name_for_it() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let own = Folder {
            name: Some("Kunden".to_owned()),
            path: Some("Posteingang/Kunden".to_owned()),
            ..Folder::new(folder_id(Role::Other), Role::Other)
        };
        let mut write = page(vec![listed("m1", "One", at(1))]);
        write.upserts[0].folder = own.id.clone();
        write.folder_state = Some(FolderState { listed_total: Some(7), ..FolderState::new(own) });
        store_page(&store, &claim, &write).await.unwrap();
        for (column, expected) in
            [("folder", "other"), ("folder_name", "Kunden"), ("folder_path", "Posteingang/Kunden")]
        {
            for view in ["message_v", "folder_v WHERE folder_name IS NOT NULL"] {
                let seen = text(&store, &format!("SELECT {column} FROM {view}")).await;
                assert_eq!(seen.as_deref(), Some(expected), "{view} {column}");
            }
        }
        assert_eq!(statements::count(&store, "SELECT MAX(server_total) FROM folder_v").await, 7);
    })
    .await;
}
