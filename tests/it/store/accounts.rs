//! Accounts.

use super::schedule::badly;
use super::*;
use outlook_syncd::model::{Credential, Reach};
use outlook_syncd::store::{PasswordAttempt, StoreError};

#[tokio::test]
async fn an_account_is_made_once_with_its_state() {
    on_both(async |store| {
        let new = new_account("crm-7", "Anna@Example.org");
        store.add_account(&new, at(5)).await.unwrap();
        store.add_account(&new, at(9)).await.unwrap();
        let account = account(&store, &new.id).await;
        assert_eq!((account.owner.as_str(), account.login.as_str()), ("crm-7", "Anna@Example.org"));
        assert_eq!((account.address, account.sync_enabled, account.created_at), (None, true, at(5)));
        let state = store.state(&new.id).await.unwrap().unwrap();
        assert_eq!(state.mailbox_key, format!("account:{}", new.id));
        assert_eq!((state.session, state.parts), (SessionState::Absent, Vec::new()));
        assert_eq!(store.accounts(&Reach::Everyone).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_by_age() {
    on_both(async |store| {
        let mut ids = Vec::new();
        for n in [3, 1, 2] {
            let new = new_account("owner", &format!("{n}@example.org"));
            store.add_account(&new, at(n)).await.unwrap();
            ids.push(new.id);
        }
        let all: Vec<AccountId> =
            store.accounts(&Reach::Everyone).await.unwrap().into_iter().map(|account| account.id).collect();
        assert_eq!(all, [ids[1].clone(), ids[2].clone(), ids[0].clone()]);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_whose_name_has_a_nul_is_connected_and_its_failures_are_kept() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.set_identity(id, "a\0@example.org", Some("Anna\0A.")).await.unwrap();
        let nul = || Some("\0".to_owned());
        let settings =
            MailboxSettings { culture: nul(), time_zone: nul(), date_format: nul(), time_format: nul() };
        store.set_mailbox_settings(id, &settings).await.unwrap();
        let mut failed = badly(Part::Mail, Some(at(60)));
        failed.result.as_mut().unwrap_err().message = "Chromium said \0".to_owned();
        store.end_part(&claim, &failed).await.unwrap();
        let kept = account(&store, id).await;
        assert_eq!(
            (kept.address.as_deref(), kept.display_name.as_deref(), kept.settings.culture.as_deref()),
            (Some("a\u{fffd}@example.org"), Some("Anna\u{fffd}A."), Some("\u{fffd}"))
        );
        let error = mail(&store, id).await.last_error.unwrap();
        assert_eq!(error.message, "Chromium said \u{fffd}");
    })
    .await;
}

#[tokio::test]
async fn an_account_is_found_by_id_address_and_login_in_any_case() {
    on_both(async |store| {
        let id = add(&store, "Anna.Login@example.org").await;
        store.set_identity(&id, "Anna@Example.org", Some("Anna A.")).await.unwrap();
        for name in [id.as_str(), "ANNA@example.org", "anna.login@EXAMPLE.org"] {
            assert_eq!(
                store.find_account(&Reach::Everyone, name).await.unwrap().map(|account| account.id),
                Some(id.clone()),
                "{name}"
            );
        }
        assert_eq!(store.find_account(&Reach::Everyone, "berta@example.org").await.unwrap(), None);
        add(&store, "anna.LOGIN@example.org").await;
        let found = store.find_account(&Reach::Everyone, "anna.login@example.org").await;
        assert!(matches!(found, Err(StoreError::Ambiguous(2))), "{found:?}");
        let theirs = new_account("another", "ANNA.login@example.org");
        store.add_account(&theirs, at(0)).await.unwrap();
        let found = store.find_account(&Reach::Owner("another".to_owned()), "anna.login@example.org").await;
        assert_eq!(found.unwrap().map(|account| account.id), Some(theirs.id), "of others nothing is seen");
    })
    .await;
}

#[tokio::test]
async fn how_a_mailbox_writes_dates_is_kept_until_something_else_is_seen() {
    on_both(async |store| {
        let id = add(&store, "a").await;
        assert_eq!(account(&store, &id).await.settings, MailboxSettings::default());
        let seen = |culture: Option<&str>, format: Option<&str>| MailboxSettings {
            culture: culture.map(str::to_owned),
            date_format: format.map(str::to_owned),
            ..MailboxSettings::default()
        };
        store.set_mailbox_settings(&id, &seen(Some("de-DE"), Some("dd.MM.yyyy"))).await.unwrap();
        store.set_mailbox_settings(&id, &seen(Some("de-AT"), None)).await.unwrap();
        assert_eq!(account(&store, &id).await.settings, seen(Some("de-AT"), Some("dd.MM.yyyy")));
        let nobody = store.set_mailbox_settings(&AccountId::new(at(1)), &seen(None, None)).await;
        assert!(matches!(nobody, Err(StoreError::NoSuchAccount)), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn the_address_that_outlook_says_becomes_the_key_and_is_taken_once() {
    on_both(async |store| {
        let (anna, other) = (add(&store, "a").await, add(&store, "b").await);
        store.set_identity(&anna, "Anna@Example.org", Some("Anna")).await.unwrap();
        store.set_identity(&anna, "Anna@Example.org", Some("Anna A.")).await.unwrap();
        let stored = account(&store, &anna).await;
        assert_eq!(stored.address.as_deref(), Some("anna@example.org"));
        assert_eq!(stored.display_name.as_deref(), Some("Anna A."));
        assert_eq!(store.state(&anna).await.unwrap().unwrap().mailbox_key, "anna@example.org");
        let taken = store.set_identity(&other, "anna@example.ORG", None).await;
        assert!(matches!(taken, Err(StoreError::MailboxTaken)), "{taken:?}");
        assert_eq!(account(&store, &other).await.address, None, "nothing of it is kept");
        let nobody = store.set_identity(&AccountId::new(at(1)), "x@example.org", None).await;
        assert!(matches!(nobody, Err(StoreError::NoSuchAccount)), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_paused_is_parked_until_it_is_read_again() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        store.set_sync_enabled(&id, false, &line(at(1))).await.unwrap();
        assert!(!account(&store, &id).await.sync_enabled);
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None);
        assert_eq!(store.make_due(&Reach::Everyone, Some(&id), at(1)).await.unwrap(), 0);
        store.schedule(&id, Credential::Session, at(1)).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None, "a sign-in does not end the pause");
        store.set_sync_enabled(&id, true, &line(at(2))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(2)));
        store.set_sync_enabled(&id, true, &line(at(3))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(2)), "what is due keeps its place");
        store.end_session(&id, SessionState::NeedsLogin).await.unwrap();
        store.set_sync_enabled(&id, false, &line(at(4))).await.unwrap();
        store.set_sync_enabled(&id, true, &line(at(5))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None, "nobody can read without a session");
        assert_eq!(store.audit_log(9).await.unwrap().len(), 5, "each is written down");
    })
    .await;
}

#[tokio::test]
async fn the_state_of_a_session_is_kept_and_a_dead_one_parks() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        store.begin_session(&id, Some(at(99)), at(5)).await.unwrap();
        let state = store.state(&id).await.unwrap().unwrap();
        assert_eq!((state.session_expires_at, state.parts[0].due_at), (Some(at(99)), Some(at(5))));
        store.end_session(&id, SessionState::NeedsLogin).await.unwrap();
        let state = store.state(&id).await.unwrap().unwrap();
        assert_eq!(
            (state.session, state.session_expires_at, state.parts[0].due_at),
            (SessionState::NeedsLogin, None, None)
        );
        assert_eq!(store.make_due(&Reach::Everyone, None, at(1)).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn folders_come_back_as_they_were_written() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut write = page(Vec::new());
        let folder = Folder {
            name: Some("Sent Items".into()),
            path: Some("Sent Items".into()),
            remote_id: Some("AAMk".into()),
            ..Folder::new(folder_id(Role::Sent), Role::Sent)
        };
        let sent = FolderState {
            listed_total: Some(11),
            vanished_at: Some(at(8)),
            server_total: Some(12),
            exact_total: Some(10),
            cursor: Some("opaque".into()),
            coverage: serde_json::from_str(
                r#"[{"after":"2026-01-01T00:00:00Z","until":"2026-01-02T00:00:00Z"}]"#,
            )
            .unwrap(),
            last_success_at: Some(at(7)),
            ..FolderState::new(folder)
        };
        write.folder_state = Some(sent.clone());
        store_page(&store, &claim, &write).await.unwrap();
        store_page(&store, &claim, &page(Vec::new())).await.unwrap();
        let second = NewAccount { id: AccountId::new(at(9)), ..new_account("x", "b") };
        store.add_account(&second, at(9)).await.unwrap();

        let states = store.states(&Reach::Everyone).await.unwrap();
        let ids: Vec<&AccountId> = states.iter().map(|(account, _)| &account.id).collect();
        assert_eq!(ids, [&claim.account.id, &second.id]);
        assert_eq!(states[0].0, account(&store, &claim.account.id).await);
        let id = &claim.account.id;
        let own = |state: FolderState| {
            let folder = Folder { id: own(id, &state.folder.id), ..state.folder };
            FolderState { folder, ..state }
        };
        let inbox = FolderState::new(folder_of(id, Role::Inbox));
        assert_eq!(store.folders(id).await.unwrap(), [inbox, own(sent)]);
        assert_eq!(store.folders(&second.id).await.unwrap(), []);
        for (account, state) in states {
            assert_eq!(store.state(&account.id).await.unwrap(), Some(state));
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_deleted_takes_everything_along_and_nothing_else() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let gone = claim.account.id.clone();
        let mut write = page(vec![detailed("m1", "One", at(1)), detailed("m2", "Two", at(2))]);
        write.failed = vec![pages::failure("m3")];
        store_page(&store, &claim, &write).await.unwrap();
        store.put_sealed(&gone, "session", b"sealed", at(0)).await.unwrap();
        store.put_canary(b"canary").await.unwrap();
        store.add_data_key(&gone, b"wrapped").await.unwrap();
        store.begin_attempt(&gone, "v1", None, at(0)).await.unwrap();
        store.record_cycle(&history::report(1, &gone)).await.unwrap();
        let stays = add_due(&store, "other@example.org", at(0)).await;
        let other = store.claim("another", at(0), at(0), LEASE).await.unwrap().unwrap();
        store_page(&store, &other, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();

        let wiped = store.delete_account(&gone).await.unwrap();
        assert_eq!((wiped.messages, wiped.ledger, wiped.secrets, wiped.cycles), (2, 1, 2, 1));
        assert_eq!(store.account(&gone).await.unwrap(), None);
        assert_eq!(store.state(&gone).await.unwrap(), None);
        assert_eq!(store.data_key(&gone).await.unwrap(), None);
        let told = &store.last_cycle().await.unwrap().unwrap()["accounts"];
        assert_eq!(told, &serde_json::json!([]), "the report stays, and says nothing of it");
        assert_eq!(schema::rows_that_belong_to(&store, &gone).await, 0);
        assert_eq!(held_in(&store, &stays, Role::Inbox).await, 1);
        let late = store_page(&store, &claim, &page(Vec::new())).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!(store.delete_account(&gone).await.unwrap(), outlook_syncd::store::Wiped::default());
    })
    .await;
}

#[tokio::test]
async fn a_disconnect_that_was_cut_short_leaves_nothing_that_opens_and_is_finished_by_the_next_who_comes() {
    on_both(async |store| {
        store.put_canary(b"canary").await.unwrap();
        // What stands in the way of the second step, and of the last.
        for (n, step) in ["message", "account"].into_iter().enumerate() {
            let id = add_due(&store, &format!("{step}@example.org"), at(0)).await;
            let claim = store.claim("h", at(0), at(0), LEASE).await.unwrap().unwrap();
            store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
            store.put_sealed(&id, "session", b"sealed", at(0)).await.unwrap();
            store.add_data_key(&id, b"wrapped").await.unwrap();
            let kept = format!(
                "CREATE TABLE kept (id TEXT REFERENCES {step} (id)); INSERT INTO kept SELECT id FROM {step};"
            );
            schema::run(&store, &kept).await;
            store.disconnect_account(&id, &line(at(0))).await.unwrap_err();

            assert_eq!(store.leaving().await.unwrap(), std::slice::from_ref(&id));
            assert_eq!(store.data_key(&id).await.unwrap(), None);
            assert_eq!(store.sealed(&id, "session").await.unwrap(), None);
            assert!(store.accounts(&Reach::Everyone).await.unwrap().is_empty(), "it is connected no more");
            assert!(!store.hand_over(&id, "another").await.unwrap(), "nobody gets its mail");
            assert_eq!(store.next_due("h", at(9)).await.unwrap(), None);
            let late = store_page(&store, &claim, &page(Vec::new())).await;
            assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
            store.disconnect_account(&id, &line(at(9))).await.unwrap_err();
            assert_eq!(store.audit_log(9).await.unwrap().len(), n + 1, "it is written down once");

            schema::run(&store, "DROP TABLE kept;").await;
            store.finish_deletions().await.unwrap();
            assert!(store.leaving().await.unwrap().is_empty());
            assert_eq!(schema::rows_that_belong_to(&store, &id).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn what_one_owner_began_goes_to_another_who_begins_it_with_the_passwords_that_were_refused() {
    on_both(async |store| {
        let begun = NewAccount { road: None, ..new_account("u1", "anna@example.org") };
        store.add_account(&begun, at(0)).await.unwrap();
        store.begin_attempt(&begun.id, "v1", None, at(0)).await.unwrap();
        store.end_attempt(&begun.id, "v1", false, at(0)).await.unwrap();
        assert!(store.hand_over(&begun.id, "u2").await.unwrap());
        assert_eq!(account(&store, &begun.id).await.owner, "u2");
        let tried = store.begin_attempt(&begun.id, "v1", Some("connect"), at(1)).await.unwrap();
        assert_eq!(tried, PasswordAttempt::Refused, "it is not tried again for anybody");
        let nobodys = store.take_road(&begun.id, "u1", Road::Owa, &line(at(2))).await;
        assert!(matches!(nobodys, Err(StoreError::NoSuchAccount)), "{nobodys:?}");
        store.take_road(&begun.id, "u2", Road::Owa, &line(at(2))).await.unwrap();
        assert!(!store.hand_over(&begun.id, "u1").await.unwrap(), "it is connected");
        assert_eq!(account(&store, &begun.id).await.owner, "u2");
        assert_eq!(store.audit_log(9).await.unwrap().len(), 1, "what was not done is not written down");
    })
    .await;
}

#[tokio::test]
async fn an_account_is_connected_and_disconnected_with_its_line_or_not_at_all() {
    on_both(async |store| {
        let begun = NewAccount { road: None, ..new_account("u1", "anna@example.org") };
        store.add_account(&begun, at(0)).await.unwrap();
        // A line can be written once.
        let written = line(at(1));
        store.audit(&written).await.unwrap();
        store.take_road(&begun.id, "u1", Road::Owa, &written).await.unwrap_err();
        assert_eq!(account(&store, &begun.id).await.road, None);
        store.take_road(&begun.id, "u1", Road::Owa, &line(at(2))).await.unwrap();
        store.disconnect_account(&begun.id, &written).await.unwrap_err();
        assert_eq!(account(&store, &begun.id).await.road, Some(Road::Owa));
        let last = line(at(3));
        store.disconnect_account(&begun.id, &last).await.unwrap();
        assert_eq!(store.account(&begun.id).await.unwrap(), None);
        assert_eq!(store.audit_log(1).await.unwrap(), [last]);
        store.disconnect_account(&begun.id, &line(at(4))).await.unwrap();
        assert_eq!(store.audit_log(9).await.unwrap().len(), 3, "what was gone before is not written down");
    })
    .await;
}
