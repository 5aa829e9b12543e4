//! `account`: mailboxes by their names.

use crate::stage::{World, new_account, now, with_contacts};
use crate::store::{add_due, folder_of, key, row};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::Account;
use outlook_syncd::model::{
    FolderState, ItemFault, MessageId, NewAccount, Part, Role, Shortfall, ShortfallKind,
};
use outlook_syncd::store::{PageWrite, PartEnd, Store, Unread, Upsert};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_begun_and_never_connected_is_unknown_and_disconnected_by_name() {
    let (world, login) = (World::new().await, "ada@example.test");
    let store = world.store().await;
    let begun = NewAccount { road: None, ..new_account("42", login, now()) };
    store.add_account(&begun, now()).await.unwrap();
    for verb in [
        &["account", "show"][..],
        &["account", "pause"],
        &["account", "resume"],
        &["messages"],
        &["sync"],
        &["sync", "--wait"],
    ] {
        let run = world.run(&[verb, &[login]].concat()).await.expect(64);
        assert!(run.err.contains(&format!("no account goes by \"{login}\"")), "{verb:?}: {}", run.err);
    }
    let gone = world.run(&["account", "disconnect", "--yes", login, "--json"]).await.expect(0).json();
    assert_eq!(gone["wiped"]["messages"], 0, "{gone}");
    assert_eq!(store.account(&begun.id).await.unwrap(), None);
    world.run(&["account", "disconnect", "--yes", login]).await.expect(64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disconnect_destroys_is_told_before_it_is_done() {
    let (world, login) = (World::new().await, "ada@example.test");
    let store = world.store().await;
    let account = new_account("42", login, now());
    store.add_account(&account, now()).await.unwrap();
    store.begin_session(&account.id, None, now()).await.unwrap();
    with_contacts(&store).await;
    for (more, said) in [
        (&[][..], "Kept here, until the same mailbox is connected with Microsoft again: 1 contact"),
        (&["--contacts", "destroy"], "0 messages, 1 contact."),
    ] {
        let run = world.run(&[&["account", "disconnect", login][..], more].concat()).await.expect(64);
        let told = format!(
            "To disconnect {login} destroys the browser session and the tokens with the key that opens them (0 records), 0 messages"
        );
        assert!(run.err.contains(&told) && run.err.contains(said), "{}", run.err);
        assert!(run.err.contains("--yes"), "{}", run.err);
        assert!(store.account(&account.id).await.unwrap().is_some(), "nobody has agreed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_a_program_has_spoilt_is_refused_and_not_tried() {
    let world = World::new().await;
    let account = world.account(0);
    for (password, said) in [
        (&b"p\xe4ssword\n"[..], "is not UTF-8"),
        (b"password \n", "begins or ends with a blank"),
        (b" password\r\n", "begins or ends with a blank"),
        (b"pass\0word\n", "a character in it that nobody types"),
        (b"\xef\xbb\xbfpassword\n", "a character in it that nobody types"),
        (b"\n", "is empty"),
        (b"", "is empty"),
    ] {
        let run = world.connect_with(&account.smtp, password).await.expect(64);
        assert!(run.err.contains(said), "{password:?}: {}", run.err);
    }
    assert_eq!(world.sim().count("login", &account.smtp), 0, "Microsoft was not asked");
    let line = format!("{}\r\nthe next line", account.password);
    world.connect_with(&account.smtp, line).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_names_nobody_is_refused_before_anything_is_asked() {
    let world = World::new().await;
    for owner in ["", " ", "\t"] {
        for line in [
            &["account", "connect", "ada@example.test", "--owner", owner][..],
            &["account", "connect", "--device-code", "--owner", owner],
            &["token", "new", "crm", "--scope", "read", "--owner", owner],
        ] {
            let run = world.run(line).await.expect(64);
            assert!(run.err.contains("--owner"), "{line:?}: {}", run.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_of_another_owner_is_wrong_usage() {
    let world = World::new().await;
    let store = world.store().await;
    store.add_account(&new_account("42", "ada@example.test", now()), now()).await.unwrap();
    let said = world.connect_with("ada@example.test", "a password").await.expect(64).json();
    assert_eq!(said["error"], "not_the_owner", "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_waits_for_a_sign_in_says_so_when_it_is_to_be_read() {
    let world = World::new().await;
    let store = world.store().await;
    let ada = new_account("42", "ada@example.test", now());
    store.add_account(&ada, now()).await.unwrap();
    for line in [&["sync", "ada@example.test"][..], &["sync"], &["sync", "--wait"]] {
        let run = world.run(line).await.expect(77);
        assert!(run.err.contains("ada@example.test is not read: it waits for a sign-in"), "{}", run.err);
        assert!(
            run.err.contains("The owner's turn: sign in with `outlook-syncd account connect"),
            "{}",
            run.err
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_paused_and_read_again_and_both_are_written_down() {
    let world = World::new().await;
    let Account { smtp, password, .. } = world.account(0);
    world.connect(&world.account(0)).await;
    for (verb, enabled, verdict, exit) in [("pause", false, "off", 64), ("resume", true, "new", 0)] {
        let run = world.run(&["account", verb, &smtp, "--json"]).await.expect(0);
        assert_eq!(run.json()["sync_enabled"], enabled);
        let status = world.run(&["status", "--json"]).await.expect(0).json();
        assert_eq!(status["accounts"][0]["verdict"], verdict, "{status}");
        let run = world.run(&["sync", &smtp]).await.expect(exit);
        assert_eq!(run.err.contains("paused") && run.err.contains("account resume"), !enabled, "{}", run.err);
        let again =
            world.run_with(&["account", "connect", "--owner", "u1", &smtp], &password).await.expect(0);
        assert_eq!(
            again.out.contains("stays paused") && again.out.contains("account resume"),
            !enabled,
            "{}",
            again.out
        );
        let shown = world.run(&["account", "show", &smtp]).await.expect(0).out;
        let status = world.run(&["status"]).await.expect(0).out;
        assert!([shown, status].iter().all(|said| said.contains("account resume") != enabled));
    }
    let log = world.store().await.audit_log(19).await.unwrap();
    let begun = ["connect_begun", "sync_asked"];
    let actions: Vec<_> =
        log.iter().map(|line| line.action.as_str()).filter(|action| !begun.contains(action)).collect();
    assert_eq!(actions, ["connected", "resumed", "connected", "paused", "connected"]);
    world.run(&["account", "pause", "nobody@example.test"]).await.expect(64);
}

/// An account whose mail was read a minute ago and is not complete: of one unreadable item a list has shown
/// something, of the other nothing is known.
async fn degraded(store: &Store, login: &str, received: DateTime<Utc>) {
    let now = now();
    add_due(store, login, now).await;
    let claim = store.claim("test", now, now, Duration::from_mins(1)).await.unwrap().unwrap();
    let inbox = FolderState::new(folder_of(&claim.account.id, Role::Inbox));
    let folder = inbox.folder.id.clone();
    let fault = ItemFault { code: "ErrorItemCorrupt".into(), text: "The item is corrupt.".into() };
    let unread = |id| Unread { folder: folder.clone(), key: key(id), fault: fault.clone() };
    let sight = row("seen", "Minutes of the meeting", received);
    let upsert = Upsert { id: MessageId::new(now), keys: vec![key("seen")], folder: folder.clone(), sight };
    let page = PageWrite {
        upserts: vec![upsert],
        failed: vec![unread("seen"), unread("named")],
        folder_state: Some(inbox.clone()),
        ..PageWrite::at(now)
    };
    store.keep_folders(&claim, &[inbox], None).await.unwrap();
    store.write_page(&claim, &page).await.unwrap();
    let message = "between what is held, mail may be missing".to_owned();
    let amiss = Shortfall { kind: ShortfallKind::Holes, since: now - TimeDelta::hours(3), message };
    store.keep_shortfalls(&claim, &[amiss]).await.unwrap();
    let end = PartEnd {
        part: Part::Mail,
        at: now,
        result: Ok(Some("service".to_owned())),
        is_off: false,
        warning: None,
        import: None,
        next_at: Some(now + TimeDelta::minutes(5)),
        not_before: None,
        session: None,
    };
    store.end_part(&claim, &end).await.unwrap();
    store.release(&claim).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_shows_why_it_is_degraded_and_what_mail_could_not_be_read() {
    let (world, login) = (World::new().await, "ada@example.test");
    let received = "2026-03-04T05:06:07Z".parse().unwrap();
    degraded(&world.store().await, login, received).await;
    let shown = world.run(&["account", "show", login]).await.expect(0).out;
    for told in [
        "state            DEGRADED",
        "between what is held, mail may be missing (first seen 3 h ago). Nobody's turn: it is read again",
        "\"Minutes of the meeting\" of 2026-03-04 05:06 in inbox: The item is corrupt. (ErrorItemCorrupt), tried 1 time",
        "an item that no list has shown in inbox: The item is corrupt. (ErrorItemCorrupt), tried 1 time",
    ] {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
    assert_eq!(shown.matches("Nobody's turn: it is read again").count(), 1, "it is said once: {shown}");
    let json = world.run(&["account", "show", "--json", login]).await.expect(0).json();
    let subjects: Vec<_> =
        json["unreadable_items"].as_array().unwrap().iter().map(|item| &item["subject"]).collect();
    assert_eq!(subjects, [&serde_json::Value::Null, &"Minutes of the meeting".into()], "{json}");
}
