//! The command line: errors that say what to do, exit codes of their class.

#![cfg(test)]

use crate::support::{Run, World, repository, write_secret};
use outlook_syncd::cli::Cli;
use outlook_syncd::clock::Clock;
use outlook_syncd::config::{Config, ConfigError, Environment};
use outlook_syncd::model::{AccountId, NewAccount, Road};
use outlook_syncd::store::Store;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;

fn write(world: &World, text: &str) -> String {
    let file = world.dir.path().join("outlook-syncd.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_names_the_line_and_starts_nothing() {
    let mut world = World::new().await;
    for (text, said) in [
        ("[sync]\nhistory = \"30d\"\nhistroy = \"7d\"\n", vec!["line 3", "histroy"]),
        ("[sync]\nhistory = \"soon\"\n", vec!["line 2", "30d"]),
        ("[sync]\ntime_zone = \"Mars/Olympus\"\n", vec!["sync.time_zone", "IANA"]),
        ("[sync\n", vec!["line 1"]),
        ("[owa]\nstart = \"http://outlook.office.com/\"\n", vec!["owa.start", "https"]),
    ] {
        let file = write(&world, text);
        let run = world.run(&["--config", &file, "status"]).await.expect(78);
        for word in said {
            assert!(run.err.contains(word), "{word} is not in {}", run.err);
        }
    }
    world.set("SYNC__SCHEDULE", "0 */5 * * * *");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("sync.schedule") && run.err.contains("five"), "{}", run.err);
    assert!(!world.state_dir().join("outlook-syncd.db").exists());
}

#[test]
fn keys_of_the_crms_tokens_are_checked_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    let load = |settings: &[(&str, &str)]| {
        let all: Vec<_> =
            [("JWT__KEY_FILE", secret.to_str().unwrap())].iter().chain(settings).copied().collect();
        Config::load(Some("/dev/null".as_ref()), &Environment::of(&all))
            .map(|config| config.http.access.jwt.is_some())
    };
    write_secret(&secret, "hunter2 is far too short\n");
    assert!(!load(&[]).unwrap(), "without an algorithm there are none");
    for (settings, key, said) in [
        (&[("JWT__ALGORITHM", "none")][..], "jwt.algorithm", "HS256, RS256, ES256"),
        (&[("JWT__ALGORITHM", "HS256")], "jwt.key_file", "32 bytes"),
        (&[("JWT__ALGORITHM", "RS256")], "jwt.key_file", "PEM"),
        (&[("JWT__ALGORITHM", "HS256"), ("JWT__KEY_FILE", "/nonexistent")], "cannot read", "nonexistent"),
        (&[("JWT__ALGORITHM", "HS256"), ("JWT__AUDIENCE", "")], "jwt.audience", "meant for"),
    ] {
        let error = load(settings).unwrap_err().to_string();
        assert!(error.starts_with(key) && error.contains(said) && !error.contains("hunter2"), "{error}");
    }
    write_secret(&secret, &"x".repeat(32));
    assert!(load(&[("JWT__ALGORITHM", "HS256")]).unwrap());
    let error = load(&[("JWT__ALGORITHM", "HS256"), ("JWT__SCOPES", "[\"write\"]")]).unwrap_err().to_string();
    assert!(error.starts_with("jwt.scopes") && error.contains("tokens"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_errors_are_64_and_help_is_not() {
    let world = World::new().await;
    world.run(&["no-such-verb"]).await.expect(64);
    for wrong in [&["--wait"][..], &["--json"], &["--once", "status"]] {
        world.run(wrong).await.expect(64);
    }
    world.run(&["account", "show", "nobody@example.test"]).await.expect(64);
    world.run(&["--help"]).await.expect(0);
}

/// The words of a line as a shell takes them, up to a remark or a redirection; without `sudo`.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate().flat_map(|(index, part)| {
        let parts: Vec<_> = if index % 2 == 1 { vec![part] } else { part.split_whitespace().collect() };
        parts.into_iter().map(str::to_owned)
    });
    quoted
        .skip_while(|word| word == "sudo")
        .take_while(|word| !word.starts_with(['#', '<', '>', '|']))
        .collect()
}

/// What stands below all helps, from the top down.
fn examples(command: &clap::Command, into: &mut String) {
    *into += &command.get_after_help().map_or_else(String::new, |text| format!("{text}\n"));
    command.get_subcommands().for_each(|below| examples(below, into));
}

#[test]
fn examples_of_the_help_and_of_the_readme_are_command_lines() {
    let mut help = String::new();
    examples(&<Cli as clap::CommandFactory>::command(), &mut help);
    let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 100).collect();
    assert_eq!(long, Vec::<&str>::new(), "clap breaks them");
    let pages = ["README.md", "docs/operation.md", "docs/configuration.md", "docs/oauth.md"];
    let pages = pages.map(|page| std::fs::read_to_string(repository().join(page)).unwrap()).concat();
    for (text, at_least) in [(help, 20), (pages, 12)] {
        let lines: Vec<_> = text
            .lines()
            .map(|line| words(line.strip_prefix("sudo ").unwrap_or(line)))
            .filter(|words| words.first().is_some_and(|word| word == "outlook-syncd"))
            .collect();
        assert!(lines.len() >= at_least, "{lines:?}");
        for line in lines {
            let parsed = <Cli as clap::Parser>::try_parse_from(&line);
            assert!(parsed.is_ok(), "{line:?}: {}", parsed.unwrap_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_begun_and_never_connected_is_shown_and_disconnected_by_name() {
    let world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let url = format!("sqlite://{}", world.state_dir().join("outlook-syncd.db").display());
    let (store, now) = (Store::connect(&url).await.unwrap(), Clock::System.now());
    let (id, login) = (AccountId::new(now), "ada@example.test");
    let begun = NewAccount { id, owner: "42".to_owned(), login: login.to_owned(), road: Road::None };
    store.add_account(&begun, now).await.unwrap();
    let shown = world.run(&["account", "show", login, "--json"]).await.expect(0).json();
    assert_eq!(shown["account"]["id"], begun.id.as_str());
    let gone = world.run(&["account", "disconnect", "--yes", login, "--json"]).await.expect(0).json();
    assert_eq!(gone["wiped"]["messages"], 0, "{gone}");
    assert_eq!(store.account(&begun.id).await.unwrap(), None);
    world.run(&["account", "disconnect", "--yes", login]).await.expect(64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_revoked_by_its_name_when_no_other_has_it() {
    let world = World::new().await;
    let new = async |name: &str| {
        let made = world.run(&["token", "new", name, "--scope", "read", "--json"]).await.expect(0).json();
        made["prefix"].as_str().unwrap().to_owned()
    };
    let (first, second, _) = (new("crm").await, new("crm").await, new("dashboard").await);
    let several = world.run(&["token", "revoke", "crm", "--json"]).await.expect(64);
    assert_eq!(several.json()["error"], "ambiguous_token");
    assert!(several.err.contains(&first) && several.err.contains(&second), "{}", several.err);
    world.run(&["token", "revoke", &format!("{first}…")]).await.expect(0);
    assert_eq!(world.run(&["token", "revoke", "crm", "--json"]).await.expect(0).json()["prefix"], second);
    let none = world.run(&["token", "revoke", "crm", "--json"]).await.expect(64).json();
    assert_eq!(none["error"], "no_such_token");
    assert!(world.run(&["token", "list"]).await.expect(0).out.contains("dashboard"));
}

/// What is written here fails as on a full disk.
fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

/// What is written here nobody takes: the reader went away.
fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

async fn run_into(world: &World, args: &[&str], output: Stdio) -> Run {
    // `output` would read it itself.
    let child = world.command(args).stdout(output).spawn().unwrap();
    Run::from(child.wait_with_output().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn output_onto_a_full_disk_is_74_and_a_reader_that_went_away_is_not() {
    let world = World::new().await;
    for args in [
        &["migrate"][..],
        &["status"],
        &["account", "list"],
        &["account", "list", "--json"],
        &["messages"],
        &["messages", "--json"],
        &["token", "list"],
        &["key", "list"],
        &["dates", "9:23"],
        &["--help"],
        &["--version"],
    ] {
        let run = run_into(&world, args, full()).await.expect(74);
        assert!(run.err.contains("standard output") && run.err.contains("No space"), "{args:?}: {}", run.err);
        run_into(&world, args, closed()).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_dates_end_when_nobody_takes_them() {
    let world = World::new().await;
    let line = b"{\"string\": \"9:23\", \"now\": \"2026-03-04T12:00\"}\n";
    for (output, code) in [(full(), 74), (closed(), 0)] {
        let mut child = world.command(&["dates"]).stdin(Stdio::piped()).stdout(output).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // The input has no end: only the program can end this.
        while input.write_all(line).await.is_ok() {}
        let run = Run::from(child.wait_with_output().await.unwrap());
        run.expect(code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_not_be_printed_is_revoked() {
    let world = World::new().await;
    for output in [full(), closed()] {
        let run = run_into(&world, &["token", "new", "crm", "--scope", "read"], output).await.expect(74);
        assert!(run.err.contains("standard output") && run.err.contains("revoked"), "{}", run.err);
        let tokens = world.run(&["token", "list"]).await.expect(0);
        assert!(!tokens.out.contains("crm"), "{}", tokens.out);
    }
    world.run(&["token", "new", "crm", "--scope", "read"]).await.expect(0);
    assert!(world.run(&["token", "list"]).await.expect(0).out.contains("crm"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_browser_is_69_and_names_the_package() {
    let mut world = World::new().await;
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.once().await.expect(69);
    assert!(run.err.contains("apt install chromium"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_that_leaves_accounts_unread_is_75() {
    let mut world = World::new().await;
    for index in 0..2 {
        world.connect(&world.account(index)).await;
    }
    world.set("SYNC__CYCLE_LIMIT", "1ms");
    let report = world.cycle().await.expect(75).json();
    assert_eq!(report["interrupted"], true);
    assert!(report["accounts"].as_array().unwrap().len() < 2, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_a_weak_one_and_an_open_file_are_78() {
    let mut world = World::new().await;
    world.set("KEY__FILE", "/nonexistent/key");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("key new"), "{}", run.err);
    world.set("KEY", &"A".repeat(43));
    world.run(&["status"]).await.expect(78);
    let open = world.dir.path().join("open");
    world.run(&["key", "new", open.to_str().unwrap()]).await.expect(0);
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    world.set("KEY__FILE", open.to_str().unwrap());
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("chmod"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_the_databases_is_refused_at_the_start() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    world.run(&["status"]).await.expect(0);
    let other = world.dir.path().join("other");
    world.run(&["key", "new", other.to_str().unwrap()]).await.expect(0);
    world.set("KEY__FILE", other.to_str().unwrap());
    let run = world.run(&["status"]).await;
    assert_ne!(run.code, 0, "{run:?}");
    assert!(run.err.contains("key"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_private_not_shown_and_never_written_over() {
    let world = World::new().await;
    let file = world.dir.path().join("fresh");
    let run = world.run(&["key", "new", file.to_str().unwrap()]).await.expect(0);
    let text = std::fs::read_to_string(&file).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("1:")).unwrap();
    assert!(!run.out.contains(key) && !run.err.contains(key));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_ne!(world.run(&["key", "new", file.to_str().unwrap()]).await.code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_is_fine_and_what_to_do() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let checks = world.run(&["doctor", "--json"]).await.expect(0).json();
    let names: Vec<_> =
        checks["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    let all = [
        "place",
        "configuration",
        "credentials",
        "daemon",
        "port",
        "key",
        "database",
        "browser",
        "outlook",
        "disk",
    ];
    assert_eq!(names, all);
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.run(&["doctor"]).await.expect(69);
    assert!(run.out.contains("FAIL browser") && run.out.contains("chromium"), "{}", run.out);
}

#[test]
fn the_example_shows_every_key_at_its_default() {
    let text = std::fs::read_to_string(repository().join("outlook-syncd.example.toml")).unwrap();
    let load = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let config = Config::load(Some(file.path()), &Environment::of(&[]))?;
        Ok::<_, ConfigError>(format!("{:?}", Config { file: None, ..config }))
    };
    let defaults = load("").unwrap();
    assert_eq!(load(&text).unwrap(), defaults);
    // Secrets come from files that are not here, and a database has one address; the rest must say what is so anyway.
    let no_file = |line: &&str| {
        !["url_file", "token_file", "secret_file", "key_file"].iter().any(|key| line.contains(key))
    };
    let is_setting = |line: &str| {
        line.strip_prefix("# ").is_some_and(|rest| {
            rest.split_once(" = ")
                .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        })
    };
    let spoken: Vec<_> = text
        .lines()
        .take_while(|line| !line.contains("[simulator]"))
        .filter(no_file)
        .map(|line| if is_setting(line) { &line[2..] } else { line })
        .collect();
    assert!(spoken.iter().filter(|line| line.contains(" = ")).count() > 20, "the example shows its keys");
    assert_eq!(load(&spoken.join("\n")).unwrap(), defaults);
}

/// The keys that may stand after `header`, as the error about an unknown one names them; none where it is no section.
fn keys_after(header: &str) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{header}\nno_such_key = 1\n")).unwrap();
    let error = Config::load(Some(file.path()), &Environment::of(&[])).unwrap_err().to_string();
    let named = error.split_once("`no_such_key`").map_or("", |(_, named)| named);
    named.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The keys that the example shows, and its sections.
pub(crate) fn keys_of_the_example() -> BTreeSet<String> {
    let text = std::fs::read_to_string(repository().join("outlook-syncd.example.toml")).unwrap();
    let (mut shown, mut section) = (BTreeSet::new(), String::new());
    for line in text.lines().map(|line| line.trim_start_matches("# ")) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            shown.insert(name.to_owned());
            section = format!("{name}.");
        } else if let Some((key, _)) = line.split_once(" = ") {
            // Of `words.cs` the language is an example.
            shown.insert(section.clone() + key.split('.').next().unwrap());
        }
    }
    shown
}

#[test]
fn the_example_leaves_no_key_out() {
    let shown = keys_of_the_example();
    let mut keys = keys_after("");
    for section in keys.clone() {
        let below = keys_after(&format!("[{section}]"));
        keys.extend(below.iter().map(|key| format!("{section}.{key}")));
    }
    assert!(keys.len() > 40, "{keys:?}");
    keys.retain(|key| !shown.contains(key));
    assert_eq!(keys, Vec::<String>::new());
}

/// The password in it must not be seen, wherever it was put.
const DATABASE: &str = "postgres://sync:hunter2, expected hunter2@db.example.test/mail";

#[test]
fn errors_of_the_file_say_where_and_never_what() {
    for (text, said) in [
        (format!("[database]\nulr = \"{DATABASE}\"\n"), vec!["line 2, column 1", "`ulr`", "`url`"]),
        (format!("[database]\nurl = \"{DATABASE}\n"), vec!["line 2"]),
        (format!("[database]\nurl = {DATABASE}\n"), vec!["line 2"]),
        (format!("[database]\nurl = [\"{DATABASE}\"]\n"), vec!["line 2, column 7", "a string"]),
        (format!("database = \"{DATABASE}\"\n"), vec!["line 1, column 12"]),
        (format!("[sync]\n\npage_size = \"{DATABASE}\"\n"), vec!["line 3, column 13", "u32"]),
        (format!("[sync]\nhistory = \"{DATABASE}\"\n"), vec!["line 2", "30d"]),
        (format!("[owa]\nstart = \"hunter2 {DATABASE}\"\n"), vec!["line 2"]),
        (format!("[http]\nlisten = \"{DATABASE}\"\n"), vec!["line 2", "socket address"]),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let error = Config::load(Some(file.path()), &Environment::of(&[])).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        for word in said {
            assert!(error.contains(word), "{word} is not in {error}");
        }
    }
}

#[test]
fn errors_of_the_environment_name_the_variable_and_never_show_it() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for name in [
        "DATABASE",
        "DATABASE__ULR",
        "SYNC__HISTORY",
        "SYNC__PAGE_SIZE",
        "HTTP__LISTEN",
        "HTTP__ENABLED",
        "KEYS",
    ] {
        let settings = [("LOG__LEVEL", "debug"), (name, DATABASE), ("USER", "somebody")];
        let error = Config::load(Some(file.path()), &Environment::of(&settings)).unwrap_err().to_string();
        assert!(error.contains(&format!("OUTLOOK_SYNCD_{name}: ")), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_simulator_is_on_this_machine() {
    let load = |https: &str| {
        let settings = [("SIMULATOR__HTTPS", https), ("SIMULATOR__SPKI_SHA256", "x")];
        let file = tempfile::NamedTempFile::new().unwrap();
        Config::load(Some(file.path()), &Environment::of(&settings))
            .map(|config| config.simulator.unwrap().https)
    };
    for here in ["127.0.0.1:8443", "[::1]:8443"] {
        assert_eq!(load(here).unwrap(), here.parse().unwrap());
    }
    for elsewhere in ["192.0.2.1:443", "0.0.0.0:443", "[2001:db8::1]:443"] {
        let error = load(elsewhere).unwrap_err().to_string();
        assert!(error.contains("simulator.https") && error.contains("loopback"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_that_are_not_utf_8_are_refused_where_they_set_something() {
    let world = World::new().await;
    let not_utf_8 = OsStr::from_bytes(b"hunter2\xff");
    let run =
        async |name: &str| Run::from(world.command(&["status"]).env(name, not_utf_8).output().await.unwrap());
    let refused = run("OUTLOOK_SYNCD_DATABASE__URL").await.expect(78);
    assert!(refused.err.contains("OUTLOOK_SYNCD_DATABASE__URL: not UTF-8"), "{}", refused.err);
    assert!(!refused.err.contains("hunter2"), "{}", refused.err);
    run("SOMEBODY_ELSES").await.expect(0);
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[sync]\nhistory = \"7d\"\npage_size = 20\n").unwrap();
    let load = |settings: &[(&str, &str)]| Config::load(Some(file.path()), &Environment::of(settings));
    let config = load(&[("SYNC__HISTORY", "90d"), ("STATE_DIR", "/elsewhere")]).unwrap();
    assert_eq!(config.sync.history.as_secs(), 90 * 86400);
    assert_eq!((config.owa.page_size, config.state_dir), (20, PathBuf::from("/elsewhere")));
    let error = load(&[("SYNC__HISTROY", "90d")]).unwrap_err().to_string();
    assert!(error.contains("histroy"), "{error}");
}

/// `dates` with these lines on its standard input, and nothing else to go by.
async fn dates(arguments: &[&str], input: &str) -> Run {
    let world = World::new().await;
    let mut all = vec!["--config", "/nonexistent", "dates"];
    all.extend(arguments);
    world.run_with(&all, input).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_reads_json_lines_without_any_configuration() {
    let input = r#"{"string": "Po 9:23", "locale": "cs-CZ", "now": "2026-03-04T12:00", "tz": "Europe/Prague"}
{"string": "3/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 1}
{"string": "28/11/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 2}
{"string": "5/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 0}
{"string": "3/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "b", "row": 0}
{"string": "29.03.2026 02:30", "locale": "de", "now": "2026-04-04T12:00", "tz": "W. Europe Standard Time"}
{"string": "Budget", "now": "2026-02-04T15:30"}
"#;
    let run = dates(&[], input).await.expect(0);
    let lines: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown: Vec<_> =
        lines.iter().map(|line| (line["string"].as_str().unwrap(), line["at"].as_str())).collect();
    assert_eq!(
        shown,
        [
            ("Po 9:23", Some("2026-03-02T09:23")),
            ("3/12/2025", Some("2025-12-03T00:00")),
            ("28/11/2025", Some("2025-11-28T00:00")),
            ("5/12/2025", Some("2025-12-05T00:00")),
            ("3/12/2025", Some("2025-03-12T00:00")),
            ("29.03.2026 02:30", None),
            ("Budget", None),
        ]
    );
    assert_eq!((&lines[0]["granularity"], &lines[0]["confidence"]), (&"minute".into(), &"high".into()));
    assert_eq!(
        (&lines[4]["confidence"], &lines[4]["alternatives"][0]),
        (&"low".into(), &"2025-12-03T00:00".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_tells_which_line_is_wrong_after_answering_those_before() {
    let good = r#"{"string": "9:23", "locale": "de", "now": "2026-03-04T12:00"}"#;
    for (bad, said) in [
        ("{\"string\"", "line 2"),
        (r#"{"string": "9:23"}"#, "`now` is missing"),
        (r#"{"string": "9:23", "now": "noon"}"#, "2026-02-04T15:30"),
        (r#"{"string": "9:23", "now": "2026-03-04T12:00", "tz": "Mars"}"#, "Mars"),
    ] {
        let run = dates(&[], &format!("{good}\n{bad}\n{good}\n")).await.expect(64);
        assert_eq!(run.out.lines().count(), 1, "{}", run.out);
        assert!(run.err.contains(said) && run.err.contains("line 2"), "{}", run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_explains_one_text_to_a_person() {
    let now = ["--now", "2026-03-04T12:00"];
    let explain = async |arguments: &[&str]| dates(&[arguments, &now].concat(), "").await;
    let run = explain(&["Po 9:23", "--locale", "cs-CZ"]).await.expect(0);
    assert!(run.out.contains("surely Monday, 2 March 2026, 09:23"), "{}", run.out);
    let run = explain(&["3/4/2025"]).await.expect(0);
    assert!(
        run.out.contains("perhaps")
            && run.out.contains("2025-03-04T00:00")
            && run.out.contains("2025-04-03T00:00")
    );
    let run = explain(&["Budget"]).await.expect(0);
    assert!(run.out.contains("not read"), "{}", run.out);
    let run = dates(&["9:23", "--tz", "Mars"], "").await.expect(64);
    assert!(run.err.contains("Mars"), "{}", run.err);
}
