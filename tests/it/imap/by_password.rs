//! Accounts whose mail is read at an IMAP server with a password, by the real program.

use super::dovecot::{Dovecot, NAME, Offers, PASSWORD, USER};
use crate::stage::{Run, World};
use crate::store::postgres_url;
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::{Account, Failure, ImapFault, Kind};
use serde_json::{Value, json};

const SERVER: &str = "outlook.office365.com";

/// A world whose IMAP server takes passwords.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    world.sim().set(None, |settings| settings.imap.passwords = true);
    world
}

/// Connects a mailbox at an IMAP server.
pub(crate) async fn connect(world: &World, server: &str, login: &str, password: &str) -> Run {
    let args = ["account", "connect", "--json", "--owner", "u1", "--password-stdin", "--imap", server, login];
    world.run_with(&args, password).await
}

async fn connected(world: &World, account: &Account) -> Value {
    connect(world, SERVER, &account.smtp, &account.password).await.expect(0).json()
}

/// All mail of inbox and sent items that is not too old is stored, and says the same as in the mailbox. Groups without members,
/// which MIME has for recipients without an address, are none by IMAP.
pub(crate) async fn assert_read(world: &World, smtp: &str) {
    let horizon = world.sim().now() - TimeDelta::days(30);
    let truth = world.sim().truth(smtp).unwrap().into_iter().filter(|one| one.received > horizon);
    let truth = truth.filter(|one| ["inbox", "sentitems"].contains(&one.folder.as_str()));
    let mut expected: Vec<_> = truth
        .map(|one| {
            json!([
                one.folder,
                one.internet_message_id,
                one.subject.unwrap_or_default(),
                one.received.timestamp(),
                one.is_read
            ])
        })
        .map(|one| one.to_string())
        .collect();
    let at = |one: &Value| one["received_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let stored = world.messages(smtp).await.into_iter().filter(|one| at(one) > horizon);
    let said = |one: &Value| {
        let subject = one["subject"].as_str().unwrap_or_default();
        json!([one["folder"], one["internet_message_id"], subject, at(one).timestamp(), one["is_read"]])
            .to_string()
    };
    let mut stored: Vec<_> = stored.map(|one| said(&one)).collect();
    expected.sort();
    stored.sort();
    assert!(expected.len() > 30);
    assert_eq!(stored, expected);
}

fn refuse(world: &World, times: u32) {
    let refused = Failure::from(Kind::Imap(ImapFault::Refused)).on(&["imap_login"]).times(times);
    world.sim().fail(None, refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_a_password_opens_is_read_at_its_server_and_a_cycle_with_nothing_new_changes_nothing()
{
    for on_postgres in [false, true] {
        let mut world = world().await;
        if on_postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        let ada = world.account(0);
        let account = connected(&world, &ada).await;
        assert_eq!((&account["road"], &account["imap"]), (&json!("imap"), &json!(SERVER)));
        world.once().await.expect(0);
        assert_read(&world, &ada.smtp).await;
        let shown = world.run(&["account", "show", &ada.smtp, "--json"]).await.expect(0).json();
        assert_eq!((&shown["health"]["verdict"], &shown["health"]["tier"]), (&json!("ok"), &json!("imap")));
        let told = world.run(&["account", "road", &ada.smtp]).await.expect(0);
        assert!(told.out.contains("by IMAP at outlook.office365.com, with a password"), "{}", told.out);
        let before = world.messages(&ada.smtp).await;
        world.cycle().await.expect(0);
        assert_eq!(world.messages(&ada.smtp).await, before);
        world.sim().deliver(&ada.smtp, 2).unwrap();
        world.cycle().await.expect(0);
        assert_read(&world, &ada.smtp).await;
        // Connecting again keeps what is there.
        assert_eq!(connected(&world, &ada).await["id"], account["id"]);
        world.cycle().await.expect(0);
        assert_read(&world, &ada.smtp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_of_dovecot_is_connected_by_its_password_and_read() {
    for offers in [Offers::Own, Offers::Exchange] {
        let dovecot = Dovecot::start(offers).await;
        let mut world = World::new().await;
        world.unset("SIMULATOR__IMAP");
        std::fs::write(world.dir.path().join("dovecot.pem"), &dovecot.ca).unwrap();
        let ca = world.dir.path().join("dovecot.pem").display().to_string();
        world.set("SIMULATOR__CA_FILE", &ca);
        let now = world.sim().now() - TimeDelta::days(1);
        for subject in ["a", "b", "c"] {
            let mime = format!(
                "From: Zoe <zoe@sim.example>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{subject}@sim.example>\r\n\r\nHello\r\n",
                now.to_rfc2822()
            );
            dovecot.deliver("", &format!("{subject}.mail"), mime.as_bytes());
        }
        let server = format!("{NAME}:{}", dovecot.address.port());
        let refused = connect(&world, &server, USER, "wrong").await.expect(77).json();
        assert_eq!(refused["error"], "imap_wrong_password");
        let again = connect(&world, &server, USER, "wrong").await.expect(77).json();
        assert_eq!(again["error"], "password_refused_before");
        assert_eq!(world.run(&["account", "list", "--json"]).await.json(), json!({"accounts": []}));
        connect(&world, &server, USER, PASSWORD).await.expect(0);
        world.once().await.expect(0);
        let mut subjects: Vec<_> = world
            .messages(USER)
            .await
            .iter()
            .map(|one| one["subject"].as_str().unwrap().to_owned())
            .collect();
        subjects.sort();
        assert_eq!(subjects, ["a", "b", "c"], "{offers:?}");
        // Another name than the certificate's is another server.
        let other = format!("127.0.0.1:{}", dovecot.address.port());
        let untrusted = connect(&world, &other, USER, PASSWORD).await.expect(77).json();
        assert_eq!(untrusted["error"], "imap_untrusted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_server_refuses_later_is_destroyed_and_never_shown_to_it_again() {
    for on_postgres in [false, true] {
        let mut world = world().await;
        if on_postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        let ada = world.account(0);
        connected(&world, &ada).await;
        world.once().await.expect(0);
        let before = world.messages(&ada.smtp).await;
        refuse(&world, 1);
        let report = world.cycle().await.expect(77).json();
        let error = &report["accounts"][0]["error"];
        assert_eq!((&error["code"], &error["whose_turn"]), (&json!("imap_wrong_password"), &json!("owner")));
        let tried = world.sim().count("imap_login", &ada.smtp);
        let card = world.run(&["status", "--json"]).await.expect(1).json()["accounts"][0].clone();
        assert_eq!((&card["verdict"], &card["next_sync_at"]), (&json!("needs_login"), &Value::Null));
        world.cycle().await.expect(0);
        // Even where somebody has it read again without a new one.
        for verb in ["pause", "resume"] {
            world.run(&["account", verb, &ada.smtp]).await.expect(0);
        }
        assert_eq!(world.once().await.expect(77).json()["accounts"][0]["error"]["code"], "no_password");
        let again = connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(77).json();
        assert_eq!(again["error"], "password_refused_before");
        assert_eq!(world.sim().count("imap_login", &ada.smtp), tried);
        assert_eq!(world.messages(&ada.smtp).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_password_from_being_tried_leaves_nothing_behind_and_uses_none_up() {
    let mut world = World::new().await;
    let ada = world.account(0);
    let sim = world.running.imap.to_string();
    // Nobody listens; the server takes no passwords; it is out of order and says so.
    world.set("SIMULATOR__IMAP", "127.0.0.1:9");
    let error = connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(75).json();
    assert_eq!(error["error"], "imap_unreachable");
    world.set("SIMULATOR__IMAP", &sim);
    world.sim().set(None, |settings| settings.imap.front = outlook_sim::imap::Front::New);
    let error = connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(77).json();
    assert_eq!(error["error"], "imap_no_sign_in");
    world.sim().set(None, |settings| settings.imap.passwords = true);
    let away = Failure::from(Kind::Imap(ImapFault::Unavailable)).on(&["imap_login"]).times(1);
    world.sim().fail(None, away);
    let error = connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(75).json();
    assert_eq!(error["error"], "imap_unavailable");
    assert_eq!(world.run(&["account", "list", "--json"]).await.json(), json!({"accounts": []}));
    connected(&world, &ada).await;
    world.once().await.expect(0);
    assert_read(&world, &ada.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_the_row_that_was_not_sealed_with_the_password_is_told_nothing() {
    let world = world().await;
    let ada = world.account(0);
    connected(&world, &ada).await;
    let store = world.store().await;
    crate::store::run(&store, "UPDATE account SET imap_host = 'outlook.office.com'").await;
    store.close().await;
    let error = world.once().await.expect(70).json()["accounts"][0]["error"].clone();
    assert_eq!((&error["code"], &error["whose_turn"]), (&json!("imap_changed"), &json!("operator")));
    assert_eq!(world.sim().count("imap_login", &ada.smtp), 1, "the one of the connect");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_with_mail_of_another_road_is_not_taken_and_a_password_is_seen_nowhere() {
    let mut world = world().await;
    let (ada, ben) = (world.account(0), world.account(1));
    world.connect(&ada).await;
    world.once().await.expect(0);
    let error = connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(77).json();
    assert_eq!(error["error"], "road_with_mail");
    assert_eq!(world.run(&["account", "road", &ada.smtp, "--json"]).await.expect(0).json()["road"], "owa");
    world.set("LOG__LEVEL", "trace");
    let run = connect(&world, SERVER, &ben.smtp, &ben.password).await.expect(0);
    let read = world.once().await.expect(0);
    for text in [run.out, run.err, read.out, read.err] {
        assert!(!text.contains(&ben.password), "{text}");
    }
    for file in std::fs::read_dir(world.state_dir()).unwrap().map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let secret = ben.password.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{}", file.display());
    }
    let wiped = world.run(&["account", "disconnect", &ben.smtp, "--yes", "--json"]).await.expect(0);
    assert!(wiped.json().to_string().contains("secrets"), "{}", wiped.out);
    assert_eq!(
        world.run(&["messages", &ben.smtp, "--json"]).await.expect(64).json()["error"],
        "no_such_account"
    );
}
