//! `config check` and `config show`: what is in effect, where it comes from, and whether it is right.

use super::example::keys_of_the_example;
use crate::stage::{Run, World, write_secret};
use outlook_syncd::config::{Config, Environment};
use serde_json::{Value, json};
use std::path::Path;

/// A file that says something in every section, and a key that nobody set.
const FILE: &str = r##"
user = "mail"
[database]
url = "postgres://sync@db.example.test/mail?application_name=x"
[sync]
schedule = "7 * * * *"
history = "1d 12h"
page_size = 20
[browser]
user_agent_suffix = "contact: it@example.test \"#1\""
[owa]
extra_hosts = ["sign-in.example.test"]
words.cs = { mon = ["Po"], yesterday = ["včera", "vcera"] }
[http]
enabled = false
[jwt]
audience = "crm"
[oauth]
client_id = "x"
redirect_uri = "https://sync.example.test/v1/integrations/outlook/callback"
openers = ["https://crm.example.test"]
returns = ["https://crm.example.test/settings?tab=mail"]
[log]
directory = "/nonexistent/logs"
[simulator]
https = "127.0.0.1:8443"
spki_sha256 = "x"
"##;
/// Laid over it.
const OVER: [(&str, &str); 3] =
    [("SYNC__HISTORY", "90m"), ("OWA__TIERS", "[\"dom\"]"), ("KEY__FILE", "/elsewhere/key")];

fn write(world: &World, name: &str, text: &str) -> String {
    let file = world.dir.path().join(name);
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

/// The program with this file and nothing in its environment but these variables.
async fn run(world: &World, file: &str, verb: &[&str], variables: &[(&str, &str)]) -> Run {
    let args = [&["config"], verb, &["--config", file]].concat();
    let mut command = world.command(&args);
    command.env_clear();
    for (name, value) in variables {
        let is_systemds = ["STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"].contains(name);
        command.env(if is_systemds { (*name).to_owned() } else { format!("OUTLOOK_SYNCD_{name}") }, value);
    }
    command.output().await.unwrap().into()
}

/// What a file means, whichever it is.
fn loaded(file: &str, variables: &[(&str, &str)]) -> String {
    let config = Config::load(Some(Path::new(file)), &Environment::of(variables)).unwrap();
    format!("{:?}", Config { file: None, ..config })
}

fn setting<'a>(shown: &'a Value, key: &str) -> &'a Value {
    shown["settings"].as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_config_show_prints_is_a_configuration_that_says_the_same() {
    let world = World::new().await;
    for (text, over) in [("", &[][..]), (FILE, &[][..]), (FILE, &OVER[..])] {
        let file = write(&world, "one.toml", text);
        let shown = run(&world, &file, &["show"], over).await.expect(0);
        let again = write(&world, "two.toml", &shown.out);
        assert_eq!(loaded(&again, &[]), loaded(&file, over), "{}", shown.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn config_show_has_every_key_with_its_source() {
    let world = World::new().await;
    let file = write(&world, "one.toml", FILE);
    let shown = run(&world, &file, &["show", "--json"], &OVER).await.expect(0).json();
    let keys: Vec<_> =
        shown["settings"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    let of_example = keys_of_the_example();
    // Of the example's names, sections are those that others begin with.
    let is_key = |name: &&String| !of_example.iter().any(|other| other.starts_with(&format!("{name}.")));
    let mut wanted: Vec<_> = of_example.iter().filter(is_key).map(String::as_str).collect();
    wanted.retain(|key| !keys.contains(key));
    assert_eq!(wanted, Vec::<&str>::new());
    for (key, value, source, variable) in [
        ("sync.history", json!("90m"), "environment", json!("OUTLOOK_SYNCD_SYNC__HISTORY")),
        ("sync.page_size", json!(20), "file", json!(null)),
        ("sync.account_limit", json!("3m"), "default", json!(null)),
        ("state_dir", json!("/var/lib/outlook-syncd"), "default", json!(null)),
        ("http.read_token_file", json!(null), "default", json!(null)),
        ("owa.words", json!({"cs": {"mon": ["Po"], "yesterday": ["včera", "vcera"]}}), "file", json!(null)),
    ] {
        let expected = json!({"key": key, "value": value, "source": source, "variable": variable});
        assert_eq!(setting(&shown, key), &expected);
    }
    let text = run(&world, &file, &["show"], &OVER).await.expect(0).out;
    for part in [
        &file,
        "# environment OUTLOOK_SYNCD_SYNC__HISTORY",
        "# file",
        "# default",
        "# read_token_file is not set",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn config_show_knows_what_systemd_hands_on() {
    let world = World::new().await;
    let (file, credentials) = (write(&world, "one.toml", ""), world.dir.path().join("credentials"));
    std::fs::create_dir(&credentials).unwrap();
    for name in ["read-token", "cron-secret", "jwt-key", "oauth-client-secret", "proxy-password"] {
        write_secret(&credentials.join(name), "hunter2 of systemd, 32 characters long");
    }
    let variables = [
        ("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap()),
        ("STATE_DIRECTORY", "/elsewhere"),
        ("JWT__ALGORITHM", "HS256"),
        ("OAUTH__CLIENT_ID", "x"),
        ("NET__PROXY", "http://proxy.corp.example:3128"),
        ("NET__PROXY_USER", "svc"),
    ];
    let shown = run(&world, &file, &["show", "--json"], &variables).await.expect(0);
    assert!(!shown.out.contains("hunter2"), "{}", shown.out);
    let shown = shown.json();
    let token = credentials.join("read-token").display().to_string();
    let expected =
        json!({"key": "http.read_token_file", "value": token, "source": "credential", "variable": null});
    assert_eq!(setting(&shown, "http.read_token_file"), &expected);
    assert_eq!(setting(&shown, "state_dir")["variable"], "STATE_DIRECTORY");
    let again = write(&world, "two.toml", &run(&world, &file, &["show"], &variables).await.expect(0).out);
    let values = |shown: &Value| {
        let settings = shown["settings"].as_array().unwrap().iter();
        settings.map(|one| (one["key"].clone(), one["value"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(values(&run(&world, &again, &["show", "--json"], &[]).await.expect(0).json()), values(&shown));
}

#[tokio::test(flavor = "multi_thread")]
async fn config_show_shows_no_secret() {
    let world = World::new().await;
    let url = "postgres://sync:hunter2@db.example.test/mail?password=hunter2";
    let secret = world.dir.path().join("secret").display().to_string();
    write_secret(Path::new(&secret), &format!("{url} is 32 characters long or more"));
    let empty = write(&world, "empty.toml", "");
    let with_url = write(&world, "url.toml", &format!("[database]\nurl = \"{url}\"\n"));
    let files = [
        ("DATABASE__URL_FILE", secret.as_str()),
        ("HTTP__READ_TOKEN_FILE", &secret),
        ("OAUTH__CLIENT_ID", "x"),
        ("OAUTH__CLIENT_SECRET_FILE", &secret),
        ("JWT__ALGORITHM", "HS256"),
        ("JWT__KEY_FILE", &secret),
        ("KEY", "hunter2"),
    ];
    let variable = [("DATABASE__URL", url)];
    for (file, variables, code) in [(&with_url, &[][..], 78), (&empty, &variable, 0), (&empty, &files, 0)] {
        for verb in [&["show"][..], &["show", "--json"], &["check"], &["check", "--json"]] {
            let run = run(&world, file, verb, variables).await.expect(code);
            assert!(!run.out.contains("hunter2") && !run.err.contains("hunter2"), "{run:?}");
        }
    }
    let shown = run(&world, &empty, &["show"], &variable).await.expect(0);
    assert!(shown.out.contains("postgres://sync:***@db.example.test/mail"), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn config_check_names_the_file_and_writes_nothing() {
    let world = World::new().await;
    let (state, logs) = (world.dir.path().join("nothing"), world.dir.path().join("logs"));
    let paths = [("STATE_DIRECTORY", state.to_str().unwrap()), ("LOG__DIRECTORY", logs.to_str().unwrap())];
    let file = write(&world, "one.toml", "[sync]\nhistory = \"7d\"\n");
    let right = run(&world, &file, &["check"], &paths).await.expect(0);
    assert!(right.out.contains(&file) && right.out.contains("OUTLOOK_SYNCD_LOG__DIRECTORY"), "{}", right.out);
    assert!(!state.exists() && !logs.exists());
    for (text, said) in [
        ("[sync]\nhistroy = \"7d\"\n", "line 2"),
        ("[log]\nlevel = \"a=b=c\"\n", "log.level"),
        ("[database]\nurl = \"mysql://host/mail\"\n", "database"),
        ("[http]\nread_token_file = \"/nonexistent/token\"\n", "/nonexistent/token"),
    ] {
        let file = write(&world, "wrong.toml", text);
        let wrong = run(&world, &file, &["check"], &[]).await.expect(78);
        assert!(wrong.err.contains(said) && wrong.out.is_empty(), "{wrong:?}");
    }
    run(&world, "/nonexistent/x.toml", &["check"], &[]).await.expect(78);
}
