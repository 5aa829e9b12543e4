//! Folders beside Inbox and Sent items, by configuration alone.

use super::{assert_read, folder, with};
use crate::stage::{Daemon, READ, World};
use outlook_sim::{Account, ContactDraft, Draft, View};
use reqwest::Method;
use serde_json::Value;

/// What the German mailbox calls a folder of the owner's own, and one below the inbox.
const OWN: &str = "Drachenwerk";
const BELOW: &str = "Fahrkarten";

/// The default world, in which these folders are read; its German account has mail in each of them.
async fn world(folders: &str) -> (World, Account) {
    let mut world = World::of(with(|_| {})).await;
    world.set("SYNC__FOLDERS", folders);
    let german = world.sim().accounts().into_iter().find(|account| account.culture == "de-DE").unwrap();
    for name in [OWN, BELOW, "archive"] {
        let draft = Draft { folder: Some(name.to_owned()), ..Draft::default() };
        world.sim().deliver_drafts(&german.smtp, &[draft]).unwrap();
    }
    (world, german)
}

/// The folders that an account is told to have: how each is called, and whether it is read.
fn listed(shown: &Value) -> Vec<(String, bool)> {
    let row = |folder: &Value| {
        let name = folder["folder_path"].as_str().unwrap().to_owned();
        (name, folder["read"].as_bool().unwrap())
    };
    shown["folders"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_named_by_role_name_and_path_are_read_whole() {
    let (world, account) = world(r#"["inbox", "sent", "archive", "Drachenwerk", "Inbox/Fahrkarten"]"#).await;
    world.connect(&account).await;
    world.once().await.expect(0);
    for name in ["inbox", "sentitems", "archive", OWN, BELOW] {
        assert_read(&world, &account.smtp, name).await;
    }
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let all = listed(&shown);
    let read: Vec<_> = all.iter().filter(|(_, read)| *read).map(|(path, _)| path.as_str()).collect();
    assert_eq!(read, ["Posteingang", "Gesendete Elemente", "Archiv", OWN, "Posteingang/Fahrkarten"]);
    assert!(all.contains(&("Junk-E-Mail".to_owned(), false)), "{all:?}");
    let path = format!("/v1/accounts/{}", shown["account"]["id"].as_str().unwrap());
    let (_, card) = Daemon::start(&world).await.ask(Method::GET, &path, READ).await;
    assert_eq!(listed(&serde_json::from_str(&card).unwrap()), all, "the endpoint says the same");
    let text = world.run(&["account", "show", &account.smtp]).await.expect(0).out;
    assert!(text.contains("Posteingang/Fahrkarten") && text.contains("not read, "), "{text}");
    for name in ["archive", OWN, "posteingang/fahrkarten"] {
        let found =
            world.run(&["messages", &account.smtp, "--folder", name, "--json"]).await.expect(0).json();
        assert!(!found["messages"].as_array().unwrap().is_empty(), "{name}");
    }
    let of_all =
        world.run(&["messages", "--folder", "POSTEINGANG/fahrkarten", "--json"]).await.expect(0).json();
    assert!(!of_all["messages"].as_array().unwrap().is_empty());
    for args in
        [&["messages", "--folder", "nowhere"][..], &["messages", &account.smtp, "--folder", "nowhere"]]
    {
        let refused = world.run(args).await.expect(64).err;
        assert!(refused.contains("no folder is called \"nowhere\""), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_moved_between_them_stays_one_and_an_idle_cycle_asks_for_no_folders() {
    let (world, account) = world(r#"["inbox", "Drachenwerk"]"#).await;
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_eq!(world.sim().count("FindFolder", &account.smtp), 1);
    let before = world.messages(&account.smtp).await;
    let inbox = |message: &outlook_sim::world::Truth| message.folder == "inbox";
    let moved = world.sim().truth(&account.smtp).unwrap().into_iter().find(inbox).unwrap();
    world.sim().move_messages(&account.smtp, std::slice::from_ref(&moved.immutable_id), OWN).unwrap();
    world.cycle().await.expect(0);
    let after = world.messages(&account.smtp).await;
    let of = |messages: &[Value]| {
        let same =
            |message: &&Value| message["internet_message_id"] == moved.internet_message_id.clone().unwrap();
        let found: Vec<_> = messages.iter().filter(same).cloned().collect();
        assert_eq!(found.len(), 1);
        found[0].clone()
    };
    assert_eq!(of(&before)["id"], of(&after)["id"]);
    assert_eq!((&of(&before)["folder"], &of(&after)["folder_name"]), (&"inbox".into(), &OWN.into()));
    assert_read(&world, &account.smtp, OWN).await;
    world.sim().clear_requests();
    world.cycle().await.expect(0);
    let counts = world.sim().counts(Some(&account.smtp));
    assert_eq!((counts.get("FindFolder"), counts.get("FindItem")), (None, Some(&2)), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_one_mailbox_has_and_another_has_not_is_read_where_it_is_and_told_where_nobody_has_it() {
    let (mut world, german) = world(r#"["inbox", "Drachenwerk"]"#).await;
    let english = world.account(0);
    for account in [&german, &english] {
        world.connect(account).await;
    }
    // Both list their folders in the first.
    world.once().await.expect(0);
    let report = world.cycle().await.expect(0).json();
    let of = |report: &Value, account: &Account| {
        let outcomes = report["accounts"].as_array().unwrap();
        outcomes.iter().find(|outcome| outcome["name"] == account.smtp.as_str()).unwrap().clone()
    };
    for (account, folders) in [(&german, 2), (&english, 1)] {
        let outcome = of(&report, account);
        assert_eq!(outcome["parts"][0]["warning"], Value::Null);
        assert_eq!(outcome["folders"].as_array().unwrap().len(), folders);
    }
    world.set("SYNC__FOLDERS", r#"["inbox", "Drachenwerg"]"#);
    let report = world.cycle().await.expect(0).json();
    let warning = &of(&report, &english)["parts"][0]["warning"];
    assert_eq!((&warning["code"], &warning["whose_turn"]), (&"no_such_folder".into(), &"operator".into()));
    assert_eq!(warning["message"], "no folder is called \"Drachenwerg\"");
    assert_read(&world, &english.smtp, "inbox").await;
    let status = world.run(&["status"]).await.expect(0).out;
    assert!(status.contains("sync.folders"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_its_page_alone_outlook_leads_to_an_own_folder_through_the_pane() {
    let (mut world, account) = world(r#"["inbox", "Drachenwerk"]"#).await;
    world.set("OWA__TIERS", r#"["network"]"#);
    world.connect(&account).await;
    let report = world.once().await.expect(0).json();
    assert_eq!(report["accounts"][0]["folders"][1]["tier"], "network");
    assert_read(&world, &account.smtp, OWN).await;
}

/// A row of the page does not say whose it is.
#[tokio::test(flavor = "multi_thread")]
async fn by_the_list_on_the_page_no_own_folder_is_read_and_the_inbox_is() {
    let (mut world, account) = world(r#"["inbox", "Drachenwerk"]"#).await;
    world.set("OWA__TIERS", r#"["dom"]"#);
    world.connect(&account).await;
    let report = world.once().await.expect(78).json();
    assert_eq!(report["accounts"][0]["error"]["code"], "folder_out_of_reach");
    assert_eq!(folder(&report, "inbox")["tier"], "dom");
    let messages = world.messages(&account.smtp).await;
    assert!(!messages.is_empty() && messages.iter().all(|message| message["folder"] == "inbox"));
}

/// Outlook shows it there as a mail without anything in it (microsoftgraph/microsoft-graph-docs-contrib#1272).
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_was_deleted_is_no_mail_though_deleted_items_shows_it() {
    for (tier, view) in
        [("service", View::Message), ("network", View::Message), ("network", View::Conversation)]
    {
        let mut world = World::of(with(|settings| settings.view = view)).await;
        world.set("OWA__TIERS", &format!("[{tier:?}]"));
        world.set("SYNC__FOLDERS", r#"["inbox", "deleteditems"]"#);
        world.set("SYNC__SWEEP", "1s");
        let account = world.account(0);
        let members = [("displayName".to_owned(), "Ada Lovelace".into())].into_iter().collect();
        let draft = ContactDraft { members, ..ContactDraft::default() };
        let contact = world.sim().add_contact(&account.smtp, &draft).unwrap();
        world.sim().delete_contact(&account.smtp, &contact.id, false).unwrap();
        let (folder, subject) = (Some("deleteditems".to_owned()), Some("Thrown away".to_owned()));
        let mail = Draft { folder, subject, ..Draft::default() };
        world.sim().deliver_drafts(&account.smtp, &[mail]).unwrap();
        world.connect(&account).await;
        world.once().await.expect(0);
        // A sweep goes by ids.
        world.cycle().await.expect(0);
        let mut messages = world.messages(&account.smtp).await;
        messages.retain(|message| message["folder"] == "deleted");
        let subjects: Vec<_> = messages.iter().map(|message| message["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects, ["Thrown away"], "{tier} {view:?}");
    }
}
