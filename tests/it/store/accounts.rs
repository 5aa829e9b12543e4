//! Accounts.

use super::schedule::{badly, error};
use super::*;
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{Part, Reach};
use outlook_syncd::store::{PartEnd, PasswordAttempt, StoreError};

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
        store.schedule(&id, Part::Mail, at(1)).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None, "a sign-in does not end the pause");
        store.set_sync_enabled(&id, true, &line(at(2))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(2)));
        store.set_sync_enabled(&id, true, &line(at(3))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(2)), "what is due keeps its place");
        store.end_session(&id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        store.set_sync_enabled(&id, false, &line(at(4))).await.unwrap();
        store.set_sync_enabled(&id, true, &line(at(5))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None, "nobody can read without a session");
        assert_eq!(store.audit_log(9).await.unwrap().len(), 5, "each is written down");
    })
    .await;
}

#[tokio::test]
async fn a_pause_takes_the_last_look_at_a_lost_session_from_nobody() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        let claim = store.claim("h", at(0), at(0), LEASE).await.unwrap().unwrap();
        let end = PartEnd { next_at: Some(at(60)), ..badly(Part::Mail, None) };
        store.end_part(&claim, &end).await.unwrap();
        store.release(&claim).await.unwrap();
        for (enabled, due) in [(false, None), (false, None), (true, Some(at(60))), (true, Some(at(60)))] {
            store.set_sync_enabled(&id, enabled, &line(at(2))).await.unwrap();
            assert_eq!(store.next_due("h", at(9)).await.unwrap(), due, "{enabled}");
        }
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
        store.end_session(&id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        let state = store.state(&id).await.unwrap().unwrap();
        assert_eq!(
            (state.session, state.session_expires_at, state.parts[0].due_at),
            (SessionState::NeedsLogin, None, None)
        );
        assert_eq!(state.parts[0].last_error, Some(error(Disposition::NeedsLogin)), "why there is none");
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
async fn what_one_owner_began_goes_to_another_who_begins_it_with_the_passwords_that_were_refused() {
    on_both(async |store| {
        let begun = NewAccount { road: None, ..new_account("u1", "anna@example.org") };
        store.add_account(&begun, at(0)).await.unwrap();
        store.begin_password(&begun.id, "v1", None, at(0)).await.unwrap();
        store.end_password(&begun.id, "v1", false, at(0)).await.unwrap();
        assert!(store.hand_over(&begun.id, ("u1", "u2"), None).await.unwrap());
        assert_eq!(account(&store, &begun.id).await.owner, "u2");
        let tried = store.begin_password(&begun.id, "v1", Some("connect"), at(1)).await.unwrap();
        assert_eq!(tried, PasswordAttempt::Refused, "it is not tried again for anybody");
        let nobodys = store.take_road(&begun.id, "u1", Road::Owa, &line(at(2))).await;
        assert!(matches!(nobodys, Err(StoreError::NoSuchAccount)), "{nobodys:?}");
        store.take_road(&begun.id, "u2", Road::Owa, &line(at(2))).await.unwrap();
        assert!(!store.hand_over(&begun.id, ("u2", "u1"), None).await.unwrap(), "it is connected");
        assert_eq!(account(&store, &begun.id).await.owner, "u2");
        assert_eq!(store.audit_log(9).await.unwrap().len(), 1, "what was not done is not written down");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_comes_to_nothing_takes_no_mailbox_along_that_another_has_connected() {
    on_both(async |store| {
        let begun = NewAccount { road: None, ..new_account("u1", "anna@example.org") };
        store.add_account(&begun, at(0)).await.unwrap();
        assert!(!store.forget_begun(&begun.id, "u2").await.unwrap(), "another owner's");
        store.begin_password(&begun.id, "v1", None, at(0)).await.unwrap();
        assert!(!store.forget_begun(&begun.id, "u1").await.unwrap(), "a password was tried");
        store.take_road(&begun.id, "u1", Road::Owa, &line(at(2))).await.unwrap();
        assert!(!store.forget_begun(&begun.id, "u1").await.unwrap(), "it is connected");
        assert_eq!(account(&store, &begun.id).await.owner, "u1");
        let nothing = NewAccount { road: None, ..new_account("u1", "berta@example.org") };
        store.add_account(&nothing, at(0)).await.unwrap();
        assert!(store.forget_begun(&nothing.id, "u1").await.unwrap());
        assert_eq!(store.account(&nothing.id).await.unwrap(), None);
    })
    .await;
}
