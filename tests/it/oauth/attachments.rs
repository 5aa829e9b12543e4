//! What hangs on messages, and messages as MIME, handed out of mailboxes that Microsoft Graph reads.

use super::mail::{Mail, connect, world_that_asks_for};
use crate::stage::{Answer, World};
use outlook_sim::{Draft, DraftAttachment, Failure, GraphError, Kind};
use outlook_syncd::model::Scope;
use serde_json::{Value, json};

const USES: &str = r#"["contacts", "mail"]"#;

fn file(name: &str, size: u32) -> DraftAttachment {
    DraftAttachment { name: name.to_owned(), size, ..DraftAttachment::default() }
}

/// A file, a picture, another message and an address.
fn letter() -> Draft {
    let picture = DraftAttachment { content_id: Some("kite@sim".to_owned()), ..file("kite.png", 12) };
    let item = DraftAttachment { item: Some("Inner words".to_owned()), ..file("Fwd", 20) };
    let link =
        DraftAttachment { reference: Some("https://files.example/plan".to_owned()), ..file("plan", 1) };
    let attachments = vec![file("Grüße \"1\".html", 40), picture, item, link, file("big.bin", 2 << 20)];
    Draft { subject: Some("Letter".to_owned()), attachments, ..Draft::default() }
}

/// A mailbox with such a letter, and a token by which it is read.
struct Letters {
    mail: Mail,
    bearer: String,
    /// The letter's address here.
    at: String,
}

impl Letters {
    async fn new() -> Self {
        let mut world = world_that_asks_for(USES).await;
        world.set("ATTACHMENTS__LARGEST_MB", "1");
        let mail = Mail::of(world).await;
        mail.stage.sim().deliver_drafts(&mail.smtp, &[letter()]).unwrap();
        mail.cycle().await;
        let bearer = mail.stage.bearer(&[Scope::Read], Some("u1")).await;
        let id = id_of(&mail.messages().await);
        let at = format!("/v1/accounts/{}/messages/{id}", mail.id);
        Self { mail, bearer, at }
    }

    async fn get(&self, what: &str) -> Answer {
        self.mail.stage.get(&format!("{}{what}", self.at), &self.bearer).await
    }

    async fn content(&self, position: &str) -> Answer {
        self.get(&format!("/attachments/{position}/content")).await
    }

    /// What the audit log says was handed out, the last first.
    async fn audited(&self) -> Vec<String> {
        let lines =
            self.mail.stage.run(&["account", "audit", &self.mail.smtp, "--json"]).await.expect(0).json();
        let lines = lines["lines"].as_array().unwrap().iter();
        let lines = lines.filter(|line| line["action"] == "content_fetched");
        lines.map(|line| line["detail"].as_str().unwrap().to_owned()).collect()
    }
}

fn id_of(messages: &Value) -> String {
    let letter = messages.as_array().unwrap().iter().find(|message| message["subject"] == "Letter");
    letter.unwrap()["id"].as_str().unwrap().to_owned()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// Status and word of a refusal.
fn refused(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), answer.json()["error"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_shown_with_all_that_hangs_on_it() {
    let letters = Letters::new().await;
    let whole = letters.get("").await.json();
    let attachments = whole["attachments"].as_array().unwrap();
    let shown: Vec<_> =
        attachments.iter().map(|one| (&one["kind"], &one["name"], &one["is_inline"])).collect();
    let (file, item, reference) = (json!("file"), json!("item"), json!("reference"));
    let names = ["Grüße \"1\".html", "kite.png", "Fwd", "plan", "big.bin"].map(|name| json!(name));
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(
        shown,
        [
            (&file, &names[0], &no),
            (&file, &names[1], &yes),
            (&item, &names[2], &no),
            (&reference, &names[3], &no),
            (&file, &names[4], &no)
        ]
    );
    assert_eq!(attachments[1]["content_id"], "kite@sim");
    assert_eq!(attachments[3]["url"], "https://files.example/plan");
    assert!(attachments[0].get("item_id").is_none(), "what the mailbox calls it is nobody's");
    let text = letters
        .mail
        .stage
        .run(&["messages", "show", &letters.mail.smtp, &id_of(&letters.mail.messages().await)])
        .await
        .expect(0)
        .out;
    assert!(text.contains("kite.png (file, image/png, 12 bytes, shown in the body)"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_handed_out_to_be_saved_and_is_nothing_that_a_browser_runs() {
    let letters = Letters::new().await;
    let answer = letters.content("0").await;
    assert_eq!((answer.status.as_u16(), answer.text.len()), (200, 40));
    assert!(answer.text.starts_with("Grüße"));
    assert_eq!(header(&answer, "content-type"), "application/octet-stream");
    assert_eq!(
        header(&answer, "content-disposition"),
        "attachment; filename=\"Gr__e _1_.html\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_1_.html"
    );
    assert_eq!(
        (header(&answer, "x-content-type-options"), header(&answer, "content-length")),
        ("nosniff", "40")
    );
    assert_eq!(header(&letters.content("1").await, "content-type"), "image/png");
    let item = letters.content("2").await;
    assert_eq!(header(&item, "content-type"), "message/rfc822");
    assert!(item.text.contains("Subject: Fwd") && item.text.contains("Inner words"), "{}", item.text);
    let mime = letters.get("/mime").await;
    assert_eq!(header(&mime, "content-type"), "message/rfc822");
    assert!(mime.text.contains("Subject: Letter\r\n"), "{}", mime.text);
    let letter = letters.at.rsplit('/').next().unwrap();
    let audited = [format!("mime of {letter}"), format!("attachment 2 of {letter}")];
    assert_eq!(letters.audited().await[..2], audited);
    assert_eq!(letters.audited().await.len(), 4, "once for each request");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_elsewhere_is_too_large_or_does_not_hang_there_is_refused_with_what_to_do() {
    let letters = Letters::new().await;
    letters.mail.stage.sim().clear_requests();
    let elsewhere = letters.content("3").await;
    assert_eq!(refused(&elsewhere), (409, json!("attachment_elsewhere")));
    assert!(elsewhere.json()["message"].as_str().unwrap().contains("https://files.example/plan"));
    assert_eq!(refused(&letters.content("4").await), (409, json!("content_too_large")));
    for nowhere in ["5", "-1", "x", "4294967296"] {
        assert_eq!(refused(&letters.content(nowhere).await), (404, json!("no_such_attachment")), "{nowhere}");
    }
    assert_eq!(letters.mail.stage.sim().count("get_attachment", &letters.mail.smtp), 0);
    let stranger = letters.mail.stage.bearer(&[Scope::Read], Some("u2")).await;
    for what in ["/attachments/0/content", "/mime"] {
        let path = format!("{}{what}", letters.at);
        assert_eq!(refused(&letters.mail.stage.get(&path, &stranger).await), (404, json!("no_such_account")));
    }
    assert!(letters.audited().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_whose_id_has_changed_is_found_and_one_that_is_gone_is_said_to_be() {
    let letters = Letters::new().await;
    let (sim, smtp) = (letters.mail.stage.sim(), letters.mail.smtp.clone());
    letters.mail.fail(Kind::Graph(GraphError::new(404, "ErrorItemNotFound", "")), "get_attachment", 1);
    assert_eq!(letters.content("0").await.status.as_u16(), 200);
    // As a token that ended.
    letters.mail.fail(
        Kind::Graph(GraphError::new(401, "InvalidAuthenticationToken", "")),
        "get_attachment",
        1,
    );
    assert_eq!(letters.content("0").await.status.as_u16(), 200);
    let known = letters.get("").await.json()["internet_message_id"].clone();
    let gone = sim
        .truth(&smtp)
        .unwrap()
        .into_iter()
        .find(|one| one.internet_message_id.as_deref() == known.as_str());
    sim.delete(&smtp, &[gone.unwrap().item_id], true).unwrap();
    for what in ["/attachments/0/content", "/mime"] {
        assert_eq!(refused(&letters.get(what).await), (404, json!("content_gone")), "{what}");
    }
    assert_eq!(letters.audited().await.len(), 2, "what was not handed out is not said to be");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_is_not_answered_as_a_whole_one() {
    let letters = Letters::new().await;
    letters
        .mail
        .stage
        .sim()
        .fail(Some(&letters.mail.smtp), Failure::from(Kind::CutOff).on(&["get_attachment"]).times(1));
    let stage = &letters.mail.stage;
    let address = format!("http://{}{}/attachments/0/content", stage.address, letters.at);
    let request = stage.client.get(address).header("host", crate::stage::HOST).bearer_auth(&letters.bearer);
    // It may break off before its first byte is handed on.
    let whole = async { request.send().await?.error_for_status()?.bytes().await };
    assert!(whole.await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_saves_a_file_and_writes_over_none_unasked() {
    let world = world_that_asks_for(USES).await;
    let smtp = world.account(0).smtp;
    connect(&world, &smtp).await.expect(0);
    world.sim().deliver_drafts(&smtp, &[letter()]).unwrap();
    world.once().await.expect(0);
    let id = id_of(&Value::Array(world.messages(&smtp).await));
    let path = world.dir.path().join("letter.html");
    let target = path.to_str().unwrap();
    let save = ["messages", "attachment", &smtp, &id, "0", "--output", target, "--json"];
    let saved = world.run(&save).await.expect(0).json();
    assert_eq!((&saved["bytes"], &saved["name"]), (&json!(40), &json!("Grüße \"1\".html")));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Grüße"));
    std::fs::write(&path, "mine").unwrap();
    let refused = world.run(&save).await.expect(64).json();
    assert!(refused["message"].as_str().unwrap().ends_with("is there already"), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    world.run(&[&save[..], &["--force"]].concat()).await.expect(0);
    assert_eq!(std::fs::read(&path).unwrap().len(), 40);
    let left = std::fs::read_dir(world.dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(left.count(), 0);
    let mime = world.run(&["messages", "mime", &smtp, &id, "--output", "-"]).await.expect(0).out;
    assert!(mime.contains("Subject: Letter"), "{mime}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_a_browser_reads_knows_what_hangs_on_its_mail_and_hands_none_of_it_out() {
    let mut world: World = World::new().await;
    world.register(outlook_sim::App::public(crate::stage::CALLBACK));
    let ada = world.account(0);
    world.sim().deliver_drafts(&ada.smtp, &[letter()]).unwrap();
    world.connect(&ada).await;
    world.once().await.expect(0);
    let id = id_of(&Value::Array(world.messages(&ada.smtp).await));
    let shown = world.run(&["messages", "show", &ada.smtp, &id, "--json"]).await.expect(0).json();
    let kinds: Vec<_> =
        shown["attachments"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(json!(kinds), json!(["file", "file", "item", "reference", "file"]));
    for what in [&["attachment", &ada.smtp, &id, "0"][..], &["mime", &ada.smtp, &id]] {
        let args = [&["messages"], what, &["--output", "-", "--json"]].concat();
        let refused = world.run(&args).await.expect(77).json();
        assert_eq!(refused["error"], "road_cannot_fetch", "{refused}");
    }
}
