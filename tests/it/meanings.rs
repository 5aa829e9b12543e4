//! The rows of all failures: each code is one failure's, each has a next step, and none says itself whose turn it is.

#![cfg(test)]

use crate::support::repository;
use std::collections::BTreeMap;
use std::path::Path;

/// How a row begins.
const ROWS: [&str; 8] = [
    "Meaning::retry(",
    "Meaning::needs_login(",
    "Meaning::blocked(",
    "Meaning::drift(",
    "Meaning::fatal(",
    "Meaning::new(",
    "Stop::wrong(",
    "code: \"",
];

/// The program's own text, without its tests.
fn sources(directory: &Path, all: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let own = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            all.push((path.display().to_string(), own));
        }
    }
}

/// The texts in quotes from here on to the end of the statement or of the arm, escapes left out.
fn texts(rest: &str) -> Vec<String> {
    let mut texts = vec![];
    let mut pieces = rest.split('"');
    while let Some(code) = pieces.next() {
        let Some(text) = pieces.next() else { break };
        if !texts.is_empty() && code.contains([')', ';', '}']) {
            break;
        }
        texts.push(text.to_owned());
    }
    texts
}

/// Each row of a code and of a next step that stand in it, by code.
fn rows() -> Vec<(String, String, Vec<String>)> {
    let mut all = vec![];
    sources(&repository().join("src"), &mut all);
    let mut rows = vec![];
    for (file, text) in all {
        for begins in ROWS {
            for (at, _) in text.match_indices(begins) {
                let from = if begins == "code: \"" { at + "code: ".len() } else { at + begins.len() };
                let rest = &text[from..];
                if rest.trim_start().starts_with('"') {
                    let mut texts = texts(rest);
                    rows.push((file.clone(), texts.remove(0), texts));
                }
            }
        }
    }
    rows
}

#[test]
fn a_code_is_the_word_of_one_failure() {
    let mut by_code: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, code, _) in rows() {
        by_code.entry(code).or_default().push(file);
    }
    assert!(by_code.len() > 90, "the rows are found: {}", by_code.len());
    by_code.retain(|_, files| files.len() > 1);
    // The verdict of a number is the table's: its page has a row per verdict.
    assert_eq!(by_code.into_keys().collect::<Vec<_>>(), ["sign_in_failed"]);
}

#[test]
fn a_next_step_follows_whose_turn_it_is() {
    let mut seen = 0;
    for (file, code, next) in rows() {
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{file}: {code}");
        let Some(next) = next.first() else { continue };
        seen += 1;
        assert!(!next.contains("turn:"), "{file}: {code} says itself whose turn it is: {next}");
        for other in ["Owner:", "Operator:", "IT:", "Nobody:"] {
            assert!(!next.contains(other), "{file}: {code}: {next}");
        }
        assert!(next.len() > 10, "{file}: {code} has no next step: {next:?}");
    }
    assert!(seen > 60, "the next steps are found: {seen}");
}
