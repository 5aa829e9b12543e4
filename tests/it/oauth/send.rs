//! Mail that is sent by Microsoft Graph: once, whatever breaks.

mod lost;
mod random;
mod read;
mod refused;

use super::mail::{Mail, connect, world_that_asks_for};
use crate::stage::{Answer, HOST, World};
use crate::store::{count, postgres_url, run};
use outlook_sim::graph::Quirk;
use outlook_sim::{Failure, GraphError, Kind, Letter};
use outlook_syncd::model::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const USES: &str = r#"["contacts", "mail", "mail_send"]"#;

/// A mailbox that somebody may send from, and a token by which they do.
struct Sending {
    mail: Mail,
    bearer: String,
}

impl Sending {
    async fn new() -> Self {
        Self::of(world_that_asks_for(USES).await).await
    }

    async fn of(world: World) -> Self {
        let mail = Mail::of(world).await;
        mail.cycle().await;
        let bearer = mail.stage.bearer(&[Scope::Read, Scope::Send], Some("u1")).await;
        Self { mail, bearer }
    }

    async fn on_both(body: impl AsyncFn(Self)) {
        for url in [None, Some(postgres_url().await)] {
            eprintln!("on {}", if url.is_some() { "PostgreSQL" } else { "SQLite" });
            let mut world = world_that_asks_for(USES).await;
            if let Some(url) = url {
                world.set_secret("DATABASE__URL_FILE", "database-url", &url);
            }
            body(Self::of(world).await).await;
        }
    }

    fn path(&self, more: &str) -> String {
        format!("/v1/accounts/{}{more}", self.mail.id)
    }

    async fn ask(&self, method: Method, path: &str, key: Option<&str>, body: &Value) -> Answer {
        self.ask_as(&self.bearer, method, path, key, body).await
    }

    async fn ask_as(
        &self,
        bearer: &str,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Answer {
        let stage = &self.mail.stage;
        let address = format!("http://{}{}", stage.address, self.path(path));
        let mut request = stage.client.request(method, address).header("host", HOST).bearer_auth(bearer);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Answer::of(request).await
    }

    /// Puts a message in; its entry.
    async fn put(&self, key: &str, body: &Value) -> Value {
        let answer = self.ask(Method::POST, "/send", Some(key), body).await;
        assert_eq!(answer.status.as_u16(), 202, "{}", answer.text);
        answer.json()
    }

    /// Does what is due, as the daemon does.
    async fn pass(&self) {
        self.mail.stage.app.courier.pass(&CancellationToken::new()).await.unwrap();
    }

    async fn entry(&self, of: &Value) -> Value {
        let path = format!("/outbox/{}", of["id"].as_str().unwrap());
        self.ask(Method::GET, &path, None, &Value::Null).await.json()
    }

    /// Puts a message in and does what is due; its entry then.
    async fn send(&self, key: &str) -> Value {
        let put = self.put(key, &lunch()).await;
        self.pass().await;
        self.entry(&put).await
    }

    /// So much later, as far as what waits for its time can tell, whoever worked at it is gone.
    async fn later(&self, minutes: i64) {
        // Who comes before Microsoft's time is put off anew.
        self.mail.stage.sim().pass(chrono::TimeDelta::minutes(minutes.min(30)));
        let ms = minutes * 60_000;
        let text = format!(
            "UPDATE outbox SET next_at = next_at - {ms}, handed_at = handed_at - {ms}, queued_at = queued_at - {ms}, held_until = NULL"
        );
        run(self.mail.stage.store(), &text).await;
        self.pass().await;
    }

    fn letters(&self) -> Vec<Letter> {
        self.mail.stage.sim().letters(&self.mail.smtp).unwrap()
    }

    fn set(&self, quirks: &[Quirk]) {
        self.mail
            .stage
            .sim()
            .set(Some(&self.mail.smtp), |settings| settings.graph.quirks = quirks.iter().copied().collect());
    }

    fn fail(&self, kind: Kind, times: u32) {
        self.mail.fail(kind, "send_mail", times);
    }

    async fn audited(&self) -> Vec<String> {
        let args = ["account", "audit", &self.mail.smtp, "--json"];
        let lines = self.mail.stage.run(&args).await.expect(0).json();
        let lines = lines["lines"].as_array().unwrap().iter();
        let of = |line: &Value| {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("actor").split(':').next().unwrap(), text("action"), text("detail"))
        };
        lines.map(of).filter(|line| line.contains(" sen")).collect()
    }
}

fn lunch() -> Value {
    json!({"to": [{"address": "bo@example.org", "name": "Bo"}], "subject": "Lunch", "text": "Today?"})
}

fn refused(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), answer.json()["error"].clone())
}

fn state(entry: &Value) -> &str {
    entry["state"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_arrives_once_and_its_copy_is_one_row_that_the_entry_leads_to() {
    Sending::on_both(async |own| {
        let put = own.put("k", &lunch()).await;
        assert_eq!((state(&put), &put["mode"], &put["recipients"]), ("queued", &json!("new"), &json!(1)));
        assert!(own.letters().is_empty());
        own.pass().await;
        let sent = own.entry(&put).await;
        assert_eq!(
            (state(&sent), &sent["error"], &sent["message"]),
            ("sent", &Value::Null, &Value::Null),
            "{sent}"
        );
        let letters = own.letters();
        let letter = &letters[0];
        assert_eq!((letters.len(), letter.subject.as_str(), letter.text.as_str()), (1, "Lunch", "Today?"));
        assert_eq!(letter.to, [("Bo".to_owned(), "bo@example.org".to_owned())]);
        assert_eq!(letter.internet_message_id.as_deref(), sent["internet_message_id"].as_str());
        // Nothing of what it says is left.
        let kept =
            count(own.mail.stage.store(), "SELECT COUNT(*) FROM sealed_record WHERE kind LIKE 'outbox/%'");
        assert_eq!(kept.await, 0);
        own.mail.cycle().await;
        let sent = own.entry(&put).await;
        let found = own.mail.messages().await;
        let copies: Vec<_> = found
            .as_array()
            .unwrap()
            .iter()
            .filter(|message| message["internet_message_id"] == sent["internet_message_id"])
            .collect();
        assert_eq!(
            (copies.len(), &copies[0]["id"], &copies[0]["folder"]),
            (1, &sent["message"], &json!("sentitems"))
        );
        own.pass().await;
        assert_eq!(own.letters().len(), 1);
        let id = put["internet_message_id"].as_str().unwrap();
        let told = format!("{}: 1 recipient, Message-ID {id}", put["id"].as_str().unwrap());
        assert_eq!(own.audited().await, [format!("token sent {told}"), format!("token send_asked {told}")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_under_a_key_is_sent_once_and_something_else_under_it_is_refused() {
    Sending::on_both(async |own| {
        let first = own.put("k", &lunch()).await;
        let again = own.ask(Method::POST, "/send", Some("k"), &lunch()).await;
        assert_eq!((again.status.as_u16(), &again.json()["id"]), (202, &first["id"]));
        assert_eq!(again.headers.get("idempotency-replayed").unwrap(), "true");
        let place = again.headers.get("location").unwrap().to_str().unwrap();
        assert_eq!(place, own.path(&format!("/outbox/{}", first["id"].as_str().unwrap())));
        let mut other = lunch();
        other["subject"] = json!("Dinner");
        let reused = own.ask(Method::POST, "/send", Some("k"), &other).await;
        assert_eq!(refused(&reused), (422, json!("key_reused")));
        let body = lunch();
        let many = futures::future::join_all((0..6).map(|_| own.put("many", &body))).await;
        assert!(many.iter().all(|entry| entry["id"] == many[0]["id"]));
        own.pass().await;
        assert_eq!(own.letters().len(), 2);
        // Long after it was sent the key stands for it.
        let again = own.put("k", &lunch()).await;
        assert_eq!((state(&again), &again["id"]), ("sent", &first["id"]));
        own.pass().await;
        assert_eq!(own.letters().len(), 2);
        let missing = own.ask(Method::POST, "/send", None, &lunch()).await;
        assert_eq!(refused(&missing), (400, json!("key_missing")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_disconnected_takes_what_waits_along() {
    Sending::on_both(async |own| {
        own.fail(Kind::TooManyRequests { retry_after: 600 }, 1);
        assert_eq!(state(&own.send("k").await), "queued");
        let (stage, smtp) = (&own.mail.stage, own.mail.smtp.as_str());
        stage.run(&["account", "disconnect", smtp, "--yes", "--json"]).await.expect(0);
        let left = count(stage.store(), "SELECT COUNT(*) FROM outbox").await
            + count(stage.store(), "SELECT COUNT(*) FROM sealed_record").await;
        assert_eq!(left, 0);
        own.pass().await;
        assert!(own.letters().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_sent_by_a_command_and_by_whatever_runs_next() {
    let own = Sending::new().await;
    let (stage, smtp) = (&own.mail.stage, own.mail.smtp.as_str());
    let args = ["send", smtp, "--to", "Bo <bo@example.org>", "--subject", "Lunch", "--json"];
    let sent = stage.run_with(&args, "Today?\n").await.expect(0).json();
    assert_eq!((&sent["state"], &sent["account"]["login"]), (&json!("sent"), &json!(smtp)), "{sent}");
    assert_eq!(own.letters()[0].text.trim_end(), "Today?");
    let id = sent["id"].as_str().unwrap();
    let shown = stage.run(&["outbox", "show", smtp, id, "--json"]).await.expect(0).json();
    assert_eq!(shown["state"], "sent");
    let refused = stage.run(&["outbox", "retry", smtp, id, "--json"]).await.expect(77).json();
    assert_eq!(refused["error"], "sending_decided");
    // What waits goes out with a cycle of its own process.
    own.put("k", &lunch()).await;
    stage.once().await.expect(0);
    assert_eq!(own.letters().len(), 2);
    let listed = stage.run(&["outbox", "list", smtp]).await.expect(0);
    assert_eq!(listed.out.matches(" sent ").count(), 2, "{}", listed.out);
    let wrong = stage.run(&["send", smtp, "--to", "nobody"]).await.expect(64);
    assert!(wrong.err.contains("no address"), "{}", wrong.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_send_each_message_once() {
    let mut world = world_that_asks_for(USES).await;
    world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
    world.set("SEND__PER_HOUR", "1000");
    let own = Sending::of(world).await;
    for at in 0..40 {
        own.put(&format!("k{at}"), &lunch()).await;
    }
    let other = own.mail.stage.open(&[]).await;
    let stop = CancellationToken::new();
    let passes = futures::future::join_all((0..4).map(|at| {
        let courier = if at % 2 == 0 { &other.courier } else { &own.mail.stage.app.courier };
        courier.pass(&stop)
    }));
    for passed in passes.await {
        passed.unwrap();
    }
    own.pass().await;
    other.close().await;
    let ids: std::collections::BTreeSet<_> =
        own.letters().into_iter().map(|letter| letter.internet_message_id).collect();
    assert_eq!((ids.len(), own.letters().len()), (40, 40));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_sends_what_is_put_in_without_a_cycle() {
    let own = Sending::new().await;
    let (stage, smtp) = (&own.mail.stage, own.mail.smtp.as_str());
    let mut daemon = crate::stage::Daemon::start(stage).await;
    own.put("k", &lunch()).await;
    stage.sim().wait_for("send_mail", smtp, 1).await;
    daemon.stop().await;
    assert_eq!(own.letters().len(), 1);
    let failure = Failure::from(Kind::AnswerLost).on(&["send_mail"]).times(1);
    stage.sim().fail(Some(smtp), failure);
    own.put("l", &lunch()).await;
    stage.once().await.expect(0);
    assert_eq!(own.letters().len(), 2);
}
