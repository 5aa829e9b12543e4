//! The example: every key, each at its default.

use crate::stage::repository;
use outlook_syncd::config::{Config, ConfigError, Environment};
use std::collections::BTreeSet;

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
    // Secrets come from files that are not here, and a database has one address; the rest must say what is so
    // anyway.
    let no_file = |line: &&str| {
        !["url_file", "token_file", "secret_file", "certificate_file", "key_file", "password_file", "socket"]
            .iter()
            .any(|key| line.contains(key))
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

#[test]
fn a_folder_that_is_named_twice_is_one() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text =
        r#"sync = { folders = ["inbox", "Inbox", "sent", "Kunden", "sentitems", "Kunden", "kunden"] }"#;
    std::fs::write(file.path(), text).unwrap();
    let config = Config::load(Some(file.path()), &Environment::of(&[])).unwrap();
    // What differs in case may be two folders.
    assert_eq!(config.sync.folders, ["inbox", "sent", "Kunden", "kunden"]);
}

/// The keys that may stand after `header`, as the error about an unknown one names them; none where it is no
/// section.
fn keys_after(header: &str) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{header}\nno_such_key = 1\n")).unwrap();
    let error = Config::load(Some(file.path()), &Environment::of(&[])).unwrap_err().to_string();
    let named = error.split_once("`no_such_key`").map_or("", |(_, named)| named);
    named.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The keys that the example shows, and its sections.
pub(super) fn keys_of_the_example() -> BTreeSet<String> {
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
