//! What `--json` prints has the shape that docs/json.md shows, command by command.

#![cfg(test)]

use crate::oauth::{connect, world_that_asks_for};
use crate::stage::{
    Daemon, WRITING_RUN, World, contested, matched, repository, tomorrow, with_contacts, written,
};
use crate::store::postgres_url;
use chrono::{DateTime, Utc};
use outlook_sim::{Draft, DraftAttachment, Failure, Kind};
use outlook_syncd::model::{AccountId, Part};
use serde_json::Value;
use std::collections::BTreeMap;

/// The examples of docs/json.md by their headings.
fn documented() -> BTreeMap<String, Value> {
    let text = std::fs::read_to_string(repository().join("docs/json.md")).unwrap();
    let example = |section: &str| {
        let (heading, rest) = section.split_once('\n').unwrap();
        let (_, rest) = rest.split_once("```json\n").unwrap();
        let (json, _) = rest.split_once("```").unwrap();
        let value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{heading}: {error}"));
        (heading.to_owned(), value)
    };
    text.split("\n## ").skip(1).map(example).collect()
}

fn is_instant(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<DateTime<Utc>>().is_ok()
}

/// How a value differs in shape from its example. `null` stands for a value that is absent, and fits all.
fn differences(at: &str, example: &Value, value: &Value) -> Vec<String> {
    match (example, value) {
        (Value::Null, _) | (_, Value::Null) => Vec::new(),
        (Value::Object(example), Value::Object(value)) => {
            let keys = |of: &serde_json::Map<String, Value>| of.keys().cloned().collect::<Vec<_>>();
            let mut all = Vec::new();
            if keys(example) != keys(value) {
                all.push(format!("{at}: {:?}, documented {:?}", keys(value), keys(example)));
            }
            let both = value.iter().filter_map(|(key, value)| Some((key, value, example.get(key)?)));
            all.extend(
                both.flat_map(|(key, value, example)| differences(&format!("{at}.{key}"), example, value)),
            );
            all
        }
        (Value::Array(example), Value::Array(values)) => {
            let one = example.first().unwrap_or(&Value::Null);
            values.iter().flat_map(|value| differences(&format!("{at}[]"), one, value)).collect()
        }
        (Value::String(example), Value::String(value)) if is_instant(example) && !is_instant(value) => {
            vec![format!("{at}: {value} is no instant in UTC")]
        }
        (example, value) if std::mem::discriminant(example) == std::mem::discriminant(value) => Vec::new(),
        _ => vec![format!("{at}: {value}, documented {example}")],
    }
}

/// A mailbox that was read, with an item that could not be, and whose last turn failed.
async fn world() -> World {
    let mut world = World::new().await;
    world.set("CONTACTS__CONFLICT", "ask");
    world.connect(&world.account(0)).await;
    world.sim().fail(None, Failure::from(Kind::ItemErrors).on(&["GetItem"]).times(1));
    world.once().await.expect(0);
    world.sim().fail(None, Kind::TooManyRequests { retry_after: 1800 });
    world
}

/// What each command prints about such a world.
async fn printed() -> BTreeMap<String, Value> {
    let world = world().await;
    let (first, second) = (world.account(0).smtp, world.account(1));
    let fresh = world.dir.path().join("fresh").display().to_string();
    let mut printed = BTreeMap::from([("--once".to_owned(), world.cycle().await.expect(75).json())]);
    world.sim().clear_knobs(None);
    let connected = world.connect_with(&second.smtp, &second.password).await.json();
    printed.insert("account connect".to_owned(), connected.clone());
    let mut run = async |heading: &str, more: &[&str]| -> Value {
        let args: Vec<_> = heading.split(' ').chain(more.iter().copied()).chain(["--json"]).collect();
        let json = world.run(&args).await.json();
        printed.insert(heading.to_owned(), json.clone());
        json
    };
    let mut daemon = Daemon::start(&world).await;
    run("status", &[]).await;
    run("sync --wait", &[&second.smtp]).await;
    daemon.stop().await;
    for heading in
        ["account list", "messages", "doctor", "config check", "config show", "migrate", "key list"]
    {
        run(heading, &[]).await;
    }
    with_contacts(&world.store().await).await;
    run("account show", &[&first]).await;
    run("explain", &[&first]).await;
    run("account audit", &[&first]).await;
    run("contacts plan", &[&first]).await;
    run("contacts brake list", &[]).await;
    for heading in ["contacts brake show", "contacts brake approve", "contacts brake reject"] {
        run(heading, &[&first]).await;
    }
    run("contacts retry", &[&first]).await;
    run("contacts direction", &[&first, "in"]).await;
    run("account road", &[&first]).await;
    run("account pause", &[&first]).await;
    run("account resume", &[&first]).await;
    run("token new", &["crm", "--scope", "read", "--owner", "42"]).await;
    let tokens = run("token list", &[]).await;
    run("token revoke", &[tokens["tokens"][0]["prefix"].as_str().unwrap()]).await;
    run("token refuse", &["42"]).await;
    run("audit renew", &[]).await;
    run("key new", &[&fresh]).await;
    run("key rotate", &[]).await;
    run("key retire", &["1"]).await;
    run("dates", &["3/4/2025", "--now", "2026-03-04T12:00"]).await;
    run("sync", &[]).await;
    let account = AccountId::from(connected["id"].as_str().unwrap().to_owned());
    world.store().await.schedule(&account, Part::Contacts, tomorrow()).await.unwrap();
    let card = [
        "--display-name",
        "Charles Babbage",
        "--birthday",
        "1791-12-26",
        "--email",
        "charles@example.org",
        "--mobile-phone",
        "+44 7700 900123",
        "--home-city",
        "London",
    ];
    let made = run("contacts add", &[&[second.smtp.as_str()][..], &card].concat()).await;
    let contact = made["id"].as_str().unwrap();
    run("sync --contact", &["charles@example.org", &second.smtp]).await;
    run("contacts list", &["--search", "Babbage"]).await;
    run("contacts show", &[contact]).await;
    run("contacts edit", &[contact, "--job-title", "Inventor", "--company-name", "Analytical Engines"]).await;
    let other =
        world.run(&["contacts", "add", &second.smtp, "--display-name", "Babbage", "--json"]).await.json();
    let asked = matched(&world.store().await, &made, &other).await;
    written(&world.store().await, &made, &serde_json::json!({})).await;
    run("contacts matches", &[&second.smtp]).await;
    run("contacts journal", &[&second.smtp]).await;
    run("contacts undo", &[&second.smtp, "--run", WRITING_RUN, "--dry-run"]).await;
    run("contacts settle", &[&second.smtp, asked.as_str(), "different"]).await;
    contested(&world.store().await, &made, "Peer").await;
    run("contacts conflicts", &[&second.smtp]).await;
    run("contacts resolve", &[contact, "ours"]).await;
    run("contacts remove", &[contact]).await;
    let file = world.dir.path().join("contacts.vcf");
    let photo = "BEGIN:VCARD\r\nFN:Charles\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\nBEGIN:VCARD\r\n";
    std::fs::write(&file, photo).unwrap();
    run("contacts import", &[&second.smtp, file.to_str().unwrap()]).await;
    run("account disconnect", &["--yes", &first]).await;
    printed.extend(of_operators().await);
    printed.extend(of_messages().await);
    printed.extend(of_sending().await);
    printed.extend(of_readers().await);
    printed.insert(
        "errors".to_owned(),
        world.run(&["account", "show", &first, "--json"]).await.expect(64).json(),
    );
    printed
}

/// What the commands about the dashboard print.
async fn of_operators() -> BTreeMap<String, Value> {
    let (world, password) = (World::new().await, "an invented password of fifteen");
    let mut printed = BTreeMap::new();
    for (heading, more) in [
        ("dashboard", &[][..]),
        ("user add", &["ada", "--password-stdin"]),
        ("user list", &[]),
        ("user remove", &["ada"]),
    ] {
        let args: Vec<_> = heading.split(' ').chain(more.iter().copied()).chain(["--json"]).collect();
        printed.insert(heading.to_owned(), world.run_with(&args, password).await.json());
    }
    printed
}

/// What the commands about messages print of a mailbox that Graph reads: one is there, and one is not.
async fn of_messages() -> BTreeMap<String, Value> {
    let world = world_that_asks_for(r#"["contacts", "mail", "mail_write"]"#).await;
    let smtp = world.account(0).smtp;
    connect(&world, &smtp).await.expect(0);
    let file = DraftAttachment { name: "plan.pdf".to_owned(), size: 9, ..DraftAttachment::default() };
    let letter = Draft { attachments: vec![file], ..Draft::default() };
    world.sim().deliver_drafts(&smtp, &[letter]).unwrap();
    world.once().await.expect(0);
    let message = world.messages(&smtp).await[0]["id"].clone();
    let message = message.as_str().unwrap();
    let saved = world.dir.path().join("plan.pdf").display().to_string();
    let mut printed = BTreeMap::new();
    for (heading, more) in [
        ("messages show", &[message][..]),
        ("messages attachment", &[message, "0", "--output", &saved]),
        ("messages mark", &["--read", message, "01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d56"]),
    ] {
        let args = heading.split(' ').chain([smtp.as_str()]).chain(more.iter().copied()).chain(["--json"]);
        printed.insert(heading.to_owned(), world.run(&args.collect::<Vec<_>>()).await.json());
    }
    assert_eq!(printed["messages show"]["attachments"][0]["name"], "plan.pdf");
    printed
}

/// What the commands about mail that is sent print.
async fn of_sending() -> BTreeMap<String, Value> {
    let world = world_that_asks_for(r#"["contacts", "mail", "mail_send"]"#).await;
    let smtp = world.account(0).smtp;
    connect(&world, &smtp).await.expect(0);
    let args = ["send", smtp.as_str(), "--to", "bo@example.org", "--subject", "Lunch", "--json"];
    let sent = world.run_with(&args, "Today?").await.expect(0).json();
    let listed = world.run(&["outbox", "list", &smtp, "--json"]).await.json();
    [("send", sent), ("outbox list", listed)].map(|(name, json)| (name.to_owned(), json)).into()
}

/// What the commands of readers print, which only PostgreSQL has.
async fn of_readers() -> BTreeMap<String, Value> {
    let (mut world, role) = (World::new().await, format!("crm_{}", AccountId::new(tomorrow()).as_str()));
    world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
    let mut printed = BTreeMap::new();
    for (heading, more) in [
        ("reader add", &[role.as_str(), "--owner", "42"][..]),
        ("reader list", &[]),
        ("reader remove", &[role.as_str()]),
    ] {
        let args: Vec<_> = heading.split(' ').chain(more.iter().copied()).chain(["--json"]).collect();
        printed.insert(heading.to_owned(), world.run(&args).await.json());
    }
    assert_eq!(printed["reader add"]["password"].as_str().map(str::len), Some(43));
    printed
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_prints_the_json_that_is_documented() {
    let (documented, printed) = (documented(), printed().await);
    let names = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&documented),
        names(&printed),
        "each command has its example, and each example its command"
    );
    let differences: Vec<_> =
        printed.iter().flat_map(|(name, json)| differences(name, &documented[name], json)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(printed["errors"]["error"], "no_such_account");
    let shown = &printed["account show"];
    // Of a list, its first element is the example.
    let contacts = |of: &Value| of["health"]["parts"][1]["contacts"].clone();
    let (example, contacts) = (contacts(&documented["account show"]), contacts(shown));
    assert!(contacts.is_object());
    assert_eq!(self::differences("account show.contacts", &example, &contacts), Vec::<String>::new());
    // What was `null` was not compared.
    for part in [
        &shown["last_error"],
        &shown["folders"][0]["complete_since"],
        &shown["unreadable_items"][0],
        &shown["contacts"]["folders"][0],
        &shown["contacts"]["unreadable"][0],
        &shown["contacts"]["parked"][0],
        &printed["sync --wait"]["accounts"][0],
        &printed["sync --contact"]["contact_id"],
        &printed["status"]["daemon"],
    ] {
        assert!(!part.is_null(), "{printed:?}");
    }
}

#[test]
fn a_difference_of_shape_is_seen() {
    let example = serde_json::json!({"at": "2026-11-28T11:15:00Z", "list": [{"id": 1}], "gone": null});
    let same = serde_json::json!({"at": "2026-01-01T00:00:00.5Z", "list": [], "gone": {"id": 1}});
    assert_eq!(differences("", &example, &same), Vec::<String>::new());
    for other in [
        serde_json::json!({"at": "2026-01-01T00:00:00Z", "list": []}),
        serde_json::json!({"at": "2026-01-01 00:00", "list": [], "gone": null}),
        serde_json::json!({"at": "2026-01-01T00:00:00Z", "list": [{"id": "1"}], "gone": null}),
        serde_json::json!({"at": "2026-01-01T00:00:00Z", "list": [], "gone": null, "more": 1}),
    ] {
        assert_eq!(differences("", &example, &other).len(), 1, "{other}");
    }
}
