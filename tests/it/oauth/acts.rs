//! Messages that are marked, moved and deleted in their mailbox by Microsoft Graph.

use super::mail::{Mail, connect, world_that_asks_for};
use crate::stage::{Answer, HOST, World};
use crate::store::run;
use outlook_sim::{Failure, GraphError, Kind};
use outlook_syncd::model::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const USES: &str = r#"["contacts", "mail", "mail_write"]"#;

/// A mailbox whose messages somebody may change, and a token by which they do.
struct Acts {
    mail: Mail,
    bearer: String,
}

impl Acts {
    async fn new() -> Self {
        Self::that_asks_for(USES).await
    }

    async fn that_asks_for(uses: &str) -> Self {
        let mail = Mail::of(world_that_asks_for(uses).await).await;
        mail.cycle().await;
        let bearer = mail.stage.bearer(&[Scope::Read, Scope::Mail], Some("u1")).await;
        Self { mail, bearer }
    }

    /// The ids here of the messages of a folder, the newest first.
    async fn ids(&self, folder: &str) -> Vec<Value> {
        let messages = self.mail.messages().await;
        let messages = messages.as_array().unwrap().iter();
        messages.filter(|message| message["folder"] == folder).map(|message| message["id"].clone()).collect()
    }

    async fn message(&self, id: &Value) -> Answer {
        let path = format!("/v1/accounts/{}/messages/{}", self.mail.id, id.as_str().unwrap());
        self.mail.stage.get(&path, &self.bearer).await
    }

    async fn ask(&self, body: &Value) -> Answer {
        self.ask_as(&self.bearer, body).await
    }

    async fn ask_as(&self, bearer: &str, body: &Value) -> Answer {
        let stage = &self.mail.stage;
        let address = format!("http://{}/v1/accounts/{}/messages/act", stage.address, self.mail.id);
        let request = stage.client.request(Method::POST, address).header("host", HOST).bearer_auth(bearer);
        Answer::of(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// What was asked of the mailbox to change it.
    fn writes(&self) -> usize {
        let writes = ["update_message", "move_message", "purge_message", "delete_message"];
        writes.iter().map(|action| self.mail.stage.sim().count(action, &self.mail.smtp)).sum()
    }

    /// Where the mailbox has the message of this id here, whether it is read, and what it is called there.
    async fn truth(&self, id: &Value) -> Option<(String, bool, String)> {
        let known = self.message(id).await.json()["internet_message_id"].clone();
        self.truth_of(&known)
    }

    fn truth_of(&self, internet_id: &Value) -> Option<(String, bool, String)> {
        let all = self.mail.stage.sim().truth(&self.mail.smtp).unwrap();
        let found =
            all.into_iter().find(|message| message.internet_message_id.as_deref() == internet_id.as_str())?;
        Some((found.folder, found.is_read, found.item_id))
    }

    async fn audited(&self) -> Vec<String> {
        let args = ["account", "audit", &self.mail.smtp, "--json"];
        let lines = self.mail.stage.run(&args).await.expect(0).json();
        let lines = lines["lines"].as_array().unwrap_or_else(|| panic!("{lines}")).iter();
        let lines = lines.filter(|line| line["action"].as_str().unwrap().starts_with("messages_"));
        lines
            .map(|line| format!("{} {}", line["action"].as_str().unwrap(), line["detail"].as_str().unwrap()))
            .collect()
    }
}

/// Status and word of a refusal.
fn refused(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), answer.json()["error"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_marked_read_here_is_read_in_the_mailbox_and_here_after_the_next_turn() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    for (act, read) in [("mark_unread", false), ("mark_read", true)] {
        let said = acts.ask(&json!({"act": act, "messages": ids[..3]})).await.json();
        assert_eq!((&said["done"], &said["failed"]), (&json!(3), &json!(0)), "{said}");
        assert_eq!(
            said["messages"][0],
            json!({"id": ids[0], "outcome": "done", "error": null, "message": null, "hint": null})
        );
        assert_eq!(acts.truth(&ids[0]).await.unwrap().1, read);
        acts.mail.cycle().await;
        assert_eq!(acts.message(&ids[0]).await.json()["is_read"], read);
    }
    let named = ids[..3].iter().map(|id| id.as_str().unwrap()).collect::<Vec<_>>().join(" ");
    assert_eq!(
        acts.audited().await,
        [
            format!("messages_marked mark_read: 3 done: {named}"),
            "messages_marked asked for: mark_read 3".to_owned(),
            format!("messages_marked mark_unread: 3 done: {named}"),
            "messages_marked asked for: mark_unread 3".to_owned(),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_moved_keeps_its_row_and_lies_there_after_the_next_turn() {
    let acts = Acts::new().await;
    let id = acts.ids("inbox").await.remove(0);
    let body = json!({"act": "move", "folder": "sent", "messages": [id]});
    assert_eq!(acts.ask(&body).await.json()["done"], 1);
    assert_eq!(acts.truth(&id).await.unwrap().0, "sentitems");
    acts.mail.cycle().await;
    let moved = acts.message(&id).await.json();
    assert_eq!(moved["folder"], "sentitems", "{moved}");
    assert!(!acts.ids("inbox").await.contains(&id));
    let nowhere = json!({"act": "move", "folder": "Nowhere", "messages": [id]});
    assert_eq!(refused(&acts.ask(&nowhere).await), (400, json!("folder_unknown")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_deleted_is_found_in_deleted_items_and_one_deleted_for_good_nowhere() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    let [soft, hard] = [&ids[0], &ids[1]];
    let mut known = Vec::new();
    for id in [soft, hard] {
        known.push(acts.message(id).await.json()["internet_message_id"].clone());
    }
    assert_eq!(acts.ask(&json!({"act": "delete", "messages": [soft]})).await.json()["done"], 1);
    assert_eq!(acts.truth_of(&known[0]).unwrap().0, "deleteditems");
    let purge = json!({"act": "delete_permanently", "messages": [hard]});
    assert_eq!(acts.ask(&purge).await.json()["done"], 1);
    assert!(acts.truth_of(&known[1]).is_none());
    // Once more: it is away, as it was wished.
    let again = acts.ask(&purge).await.json();
    assert_eq!(
        (&again["gone"], &again["failed"], &again["messages"][0]["error"]),
        (&json!(1), &json!(0), &Value::Null)
    );
    acts.mail.cycle().await;
    acts.mail.cycle().await;
    let left = acts.ids("inbox").await;
    assert_eq!(left, ids[2..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_25_messages_are_changed_only_where_somebody_says_that_they_are_meant() {
    let acts = Acts::new().await;
    let all: Vec<Value> = [acts.ids("inbox").await, acts.ids("sentitems").await].concat();
    let some = &all[..26];
    let mut body = json!({"act": "mark_unread", "messages": some});
    assert_eq!(refused(&acts.ask(&body).await), (409, json!("acts_unconfirmed")));
    assert_eq!(acts.writes(), 0);
    body["confirm"] = json!(true);
    let said = acts.ask(&body).await.json();
    assert_eq!(said["done"], 26, "{said}");
    // 20 and 6.
    assert_eq!((acts.mail.stage.sim().count("batch", &acts.mail.smtp) > 1, acts.writes()), (true, 26));
    let ids: Vec<_> = some.iter().map(|id| id.as_str().unwrap()).collect();
    let args = [&["messages", "mark", &acts.mail.smtp, "--read", "--json"], ids.as_slice()].concat();
    assert_eq!(acts.mail.stage.run(&args).await.expect(77).json()["error"], "acts_unconfirmed");
    let said = acts.mail.stage.run(&[args.as_slice(), &["--yes"]].concat()).await.expect(0).json();
    assert_eq!((&said["done"], &said["account"]["login"]), (&json!(26), &json!(acts.mail.smtp)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_batch_did_not_do_is_told_message_by_message() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    acts.mail.fail(Kind::Graph(GraphError::new(400, "ErrorInvalidRequest", "")), "update_message", 1);
    let stranger = json!("01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36");
    let body = json!({"act": "mark_unread", "messages": [ids[0], stranger, ids[1], "1\u{0}", ids[0]]});
    let said = acts.ask(&body).await.json();
    assert_eq!((&said["done"], &said["gone"], &said["failed"]), (&json!(1), &json!(0), &json!(3)), "{said}");
    let errors: Vec<_> =
        said["messages"].as_array().unwrap().iter().map(|message| message["error"].clone()).collect();
    assert_eq!(
        errors,
        [json!("graph_invalid"), json!("no_such_message"), Value::Null, json!("no_such_message")]
    );
    assert!(said["messages"][0]["hint"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_the_mailbox_is_told_and_the_rest_is_done() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    let gone = acts.truth(&ids[0]).await.unwrap();
    acts.mail.stage.sim().delete(&acts.mail.smtp, &[gone.2], true).unwrap();
    let said = acts.ask(&json!({"act": "mark_unread", "messages": ids[..2]})).await.json();
    let outcomes: Vec<_> =
        said["messages"].as_array().unwrap().iter().map(|message| message["outcome"].clone()).collect();
    assert_eq!(outcomes, ["gone", "done"]);
    assert_eq!(said["messages"][0]["error"], "graph_gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_busy_for_a_moment_is_asked_again_and_a_token_that_ends_is_renewed() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    acts.mail.fail(Kind::TooManyRequests { retry_after: 1 }, "move_message", 2);
    let ended = Failure::from(Kind::Unauthorized).on(&["move_message"]).after(3).times(1);
    acts.mail.stage.sim().fail(Some(&acts.mail.smtp), ended);
    let said = acts.ask(&json!({"act": "delete", "messages": ids[..4]})).await.json();
    assert_eq!((&said["done"], &said["failed"]), (&json!(4), &json!(0)), "{said}");
    assert_eq!(acts.mail.stage.sim().count("refresh_token", &acts.mail.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_never_answered_may_have_been_done_and_is_told_so() {
    let acts = Acts::new().await;
    let ids = acts.ids("inbox").await;
    acts.mail.fail(Kind::AnswerLost, "batch", 1);
    let said = acts.ask(&json!({"act": "delete_permanently", "messages": ids[..2]})).await.json();
    assert_eq!(
        (&said["unknown"], &said["failed"], &said["done"]),
        (&json!(2), &json!(0), &json!(0)),
        "{said}"
    );
    assert_eq!(said["messages"][0]["outcome"], "unknown");
    assert!(said["messages"][0]["hint"].as_str().unwrap().contains("once more"), "{said}");
    assert!(acts.audited().await[0].contains("2 unknown: "), "{:?}", acts.audited().await);
    // It was done: the next look shows it.
    let again = acts.ask(&json!({"act": "delete_permanently", "messages": ids[..2]})).await.json();
    assert_eq!((&again["gone"], &again["failed"]), (&json!(2), &json!(0)), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_where_it_is_not_configured_allowed_or_possible() {
    let off = Acts::that_asks_for(r#"["contacts", "mail"]"#).await;
    let id = off.ids("inbox").await.remove(0);
    let body = json!({"act": "delete", "messages": [id]});
    assert_eq!(refused(&off.ask(&body).await), (409, json!("acts_off")));
    assert_eq!(off.writes(), 0);
    let acts = Acts::new().await;
    let id = acts.ids("inbox").await.remove(0);
    let body = json!({"act": "delete", "messages": [id]});
    for (scopes, owner, expected) in [
        (&[Scope::Read, Scope::Contacts][..], "u1", (403, json!("insufficient_scope"))),
        (&[Scope::Mail], "u2", (404, json!("no_such_account"))),
    ] {
        let bearer = acts.mail.stage.bearer(scopes, Some(owner)).await;
        assert_eq!(refused(&acts.ask_as(&bearer, &body).await), expected);
    }
    for wrong in [
        json!({"act": "delete", "messages": []}),
        json!({"act": "delete", "messages": vec![&id; 101], "confirm": true}),
        json!({"act": "move", "messages": [id]}),
        json!({"act": "delete", "folder": "archive", "messages": [id]}),
    ] {
        assert_eq!(refused(&acts.ask(&wrong).await), (400, json!("wrong_act")), "{wrong}");
    }
    assert_eq!(refused(&acts.ask(&json!({"act": "burn", "messages": [id]})).await), (400, json!("bad_body")));
    assert_eq!((acts.writes(), acts.audited().await), (0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_left_mail_out_is_asked_to_allow_it() {
    let world = world_that_asks_for(USES).await;
    let ada = world.account(0);
    world.sim().set(None, |settings| settings.identity.declined_scopes = vec!["Mail.ReadWrite".to_owned()]);
    connect(&world, &ada.smtp).await.expect(77);
    run(&world.store().await, "UPDATE account SET road = 'graph'").await;
    let id = "01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36";
    let refused = world.run(&["messages", "delete", &ada.smtp, id, "--json"]).await.expect(77).json();
    assert_eq!(refused["error"], "oauth_not_granted");
    assert!(refused["hint"].as_str().unwrap().contains("allow Mail.ReadWrite"), "{refused}");
}

/// The same mailbox by a browser, in a database of its own.
async fn by_owa(world: &mut World, smtp: &str) -> Vec<Value> {
    let other = world.dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    world.set("STATE_DIR", &other.display().to_string());
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.messages(smtp).await
}

#[tokio::test(flavor = "multi_thread")]
async fn outlook_in_a_browser_shows_what_was_done_and_nothing_is_done_by_that_road() {
    let mut world = world_that_asks_for(USES).await;
    let ada = world.account(0);
    connect(&world, &ada.smtp).await.expect(0);
    world.once().await.expect(0);
    let before = world.messages(&ada.smtp).await;
    let inbox: Vec<_> = before.iter().filter(|message| message["folder"] == "inbox").collect();
    let of = |at: usize| inbox[at]["id"].as_str().unwrap();
    let (deleted, moved, marked) = (of(0), of(1), of(2));
    let mark = if inbox[2]["is_read"] == true { "--unread" } else { "--read" };
    for args in [
        &["messages", "delete", &ada.smtp, deleted][..],
        &["messages", "move", &ada.smtp, "--to", "sent", moved],
        &["messages", "mark", &ada.smtp, mark, marked],
    ] {
        let done = world.run(args).await.expect(0);
        assert!(done.out.contains("1 message"), "{}", done.out);
    }
    world.set("CLOUD", "us_gov");
    let purge = ["messages", "delete", &ada.smtp, "--permanent", marked, "--json"];
    assert_eq!(world.run(&purge).await.expect(77).json()["error"], "no_permanent_delete");
    world.set("CLOUD", "global");
    let browser = by_owa(&mut world, &ada.smtp).await;
    let known = |at: usize| {
        let id = &inbox[at]["internet_message_id"];
        browser.iter().find(|message| message["internet_message_id"] == *id)
    };
    assert!(known(0).is_none(), "deleted items are not read");
    assert_eq!(known(1).unwrap()["folder"], "sentitems");
    assert_eq!(known(2).unwrap()["is_read"], mark == "--read");
    // What the browser reads is changed in Outlook alone.
    let id = known(2).unwrap()["id"].as_str().unwrap();
    let refused = world.run(&["messages", "delete", &ada.smtp, id, "--json"]).await.expect(77).json();
    assert_eq!(refused["error"], "road_cannot_act");
}
