//! What was known of accounts before their turns had parts, and is known afterwards.

use super::statements::{count, run, text};
use super::upgrade::left_at;
use super::*;
use outlook_syncd::model::Reach;

/// Accounts of which each stands otherwise, as a program before 0010 left them.
const STATES: &str = "
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at)
SELECT 'account-' || login, 'owner', login, address, road, TRUE, 1 FROM (
    SELECT 'read' AS login, 'read@example.org' AS address, 'owa' AS road
    UNION ALL SELECT 'throttled', NULL, 'owa' UNION ALL SELECT 'blocked', NULL, 'owa'
    UNION ALL SELECT 'dead', NULL, 'owa' UNION ALL SELECT 'oauth', NULL, 'none'
    UNION ALL SELECT 'begun', NULL, 'none' UNION ALL SELECT 'stuck', NULL, 'owa') AS accounts;
INSERT INTO sync_state (account_id, mailbox_key, session, session_expires_at, tier, failures, error_disposition, error_code,
                        error_message, error_hint, error_at, last_success_at, last_attempt_at, next_sync_at, epoch)
VALUES
    ('account-read', 'read@example.org', 'valid', 1767300000000, 'service', 0, NULL, NULL, NULL, NULL, NULL,
     1767225000000, 1767225000001, 1767225600000, 7),
    ('account-throttled', 'account:throttled', 'valid', NULL, 'dom', 2, 'retry', 'throttled', 'later', 'Nobody''s turn: x.',
     1767225000002, NULL, 1767225000002, 1767229200000, 0),
    ('account-blocked', 'account:blocked', 'blocked', NULL, NULL, 1, 'blocked', 'policy', 'no', 'IT''s turn: x.',
     1767225000003, NULL, 1767225000003, 1767247200000, 0),
    ('account-dead', 'account:dead', 'needs_login', NULL, 'network', 1, 'needs_login', 'sign_in_page', 'over',
     'The owner''s turn: x.', 1767225000004, 1767225000000, 1767225000004, NULL, 0),
    ('account-oauth', 'account:oauth', 'absent', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0),
    ('account-stuck', 'account:stuck', 'valid', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0),
    ('account-begun', 'account:begun', 'needs_login', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO oauth_grant (account_id, authority, client_id, tenant_id, object_id, address, uses, scopes, troubles, granted_at,
                         refreshed_at, epoch)
VALUES ('account-oauth', 'a', 'c', 't', 'o', 'oauth@example.org', '[]', '[]', '{}', 1, 1, 1);
";

/// What `sync_state_v` says of each account, in the columns that it had from the beginning.
async fn states(store: &Store) -> Vec<Option<String>> {
    const COLUMNS: &str = "account_id owner login address display_name road sync_enabled mailbox_key session
        session_expires_ms tier failures error_disposition error_code error_message error_hint error_ms last_success_ms
        last_attempt_ms next_sync_ms session_expires_iso error_iso last_success_iso last_attempt_iso next_sync_iso";
    let mut seen = Vec::new();
    for login in ["read", "throttled", "blocked", "dead", "oauth", "begun"] {
        for column in COLUMNS.split_whitespace() {
            let ask = format!("SELECT MAX(CAST({column} AS TEXT)) FROM sync_state_v WHERE login = '{login}'");
            seen.push(text(store, &ask).await);
        }
    }
    seen
}

#[tokio::test]
async fn what_was_known_of_each_account_is_known_of_its_mail_after_an_upgrade() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(7, &url).await;
        run(&store, STATES).await;
        let before = states(&store).await;
        store.migrate().await.unwrap();
        assert_eq!(states(&store).await, before);
        let parts = "SELECT COUNT(*) FROM part_state_v";
        assert_eq!(count(&store, parts).await, 5, "of mail that is read, and of nothing else");
        let id = |login: &str| AccountId::from(format!("account-{login}"));
        for (login, session) in [
            ("read", SessionState::Valid),
            ("blocked", SessionState::Blocked),
            ("begun", SessionState::NeedsLogin),
            ("oauth", SessionState::Absent),
        ] {
            assert_eq!(store.state(&id(login)).await.unwrap().unwrap().session, session, "{login}");
        }
        assert_eq!(mail(&store, &id("throttled")).await.read_by.as_deref(), Some("dom"));
        // The rest has a time before which nobody may ask, or nobody who could.
        assert_eq!(store.make_due(&Reach::Everyone, None, at(1)).await.unwrap(), 2);
        let stuck = store.claim("another", at(1), at(1), LEASE).await.unwrap().unwrap();
        assert_eq!(stuck.account.id, id("stuck"), "it was due at no time and its session was good");
        let claim = store.claim("test", at(1), at(1), LEASE).await.unwrap().unwrap();
        assert_eq!((claim.account.id, claim.due, claim.epoch), (id("read"), vec![Part::Mail], 8));
        assert!(store.claim("test", at(1), at(1), LEASE).await.unwrap().is_some(), "its own");
        store.close().await;
    }
}

#[tokio::test]
async fn bodies_that_came_empty_before_are_asked_for_again_after_an_upgrade() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        // What is stored is written as it is today; only the step itself is of then.
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        let claim = claimed(&store).await;
        let (mut hollow, mut empty) = (detailed("hollow", "One", at(1)), detailed("empty", "Two", at(2)));
        for upsert in [&mut hollow, &mut empty] {
            let body = upsert.sight.body.take();
            upsert.sight.body = body.map(|body| Body { content: " ".to_owned(), ..body });
        }
        empty.sight.preview = Some(String::new());
        let all = vec![hollow, empty, detailed("full", "Three", at(3))];
        store_page(&store, &claim, &page(all)).await.unwrap();
        assert_eq!(store.without_detail(&claim.account.id, &KeySpaces::EXCHANGE, 9).await.unwrap(), []);
        run(&store, include_str!("../../../migrations/0128_hollow_bodies.sql")).await;
        assert_eq!(
            store.without_detail(&claim.account.id, &KeySpaces::EXCHANGE, 9).await.unwrap(),
            [key("hollow")]
        );
        assert_eq!(count(&store, "SELECT COUNT(*) FROM message_body").await, 2);
        store.close().await;
    }
}
