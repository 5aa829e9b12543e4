//! The rows of all failures: each code is one failure's, each has a next step, and none says itself whose
//! turn it is.

#![cfg(test)]

use crate::stage::repository;
use outlook_syncd::error::{Disposition, Exit};
use std::collections::BTreeMap;
use std::path::Path;

/// How a row begins.
const ROWS: [&str; 7] = [
    "Meaning::retry(",
    "Meaning::needs_login(",
    "Meaning::blocked(",
    "Meaning::drift(",
    "Meaning::fatal(",
    "Meaning::new(disposition, ",
    "Meaning::new(fault.disposition, ",
];

/// A row as it is written.
struct Row {
    /// How it begins.
    begins: &'static str,
    file: String,
    code: String,
    /// `None` where it is no text that stands in the row.
    next: Option<String>,
}

impl Row {
    /// The row of which this is the rest; `None` where its code is no text.
    fn read(begins: &'static str, file: &str, rest: &str) -> Option<Self> {
        let mut pieces = rest.trim_start().strip_prefix('"')?.split('"');
        let code = pieces.next()?.to_owned();
        let is_in_row = |between: &&str| !between.contains([')', ';', '}']);
        let next = pieces.next().filter(is_in_row).and_then(|_| pieces.next()).map(str::to_owned);
        Some(Self { begins, file: file.to_owned(), code, next })
    }
}

/// The program's own text by file, without its tests and comments.
fn sources(directory: &Path, all: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let own = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = own.lines().filter(|line| !line.trim_start().starts_with("//"));
            all.insert(path.display().to_string(), code.collect::<Vec<_>>().join("\n"));
        }
    }
}

fn all() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    sources(&repository().join("src"), &mut all);
    all
}

fn rows() -> Vec<Row> {
    let of = |(file, text): (String, String)| {
        let begins = |begins: &&'static str| -> Vec<_> {
            let rest = text.match_indices(begins).map(|(at, _)| &text[at + begins.len()..]);
            rest.filter_map(|rest| Row::read(begins, &file, rest)).collect()
        };
        ROWS.iter().flat_map(begins).collect::<Vec<_>>()
    };
    all().into_iter().flat_map(of).collect()
}

#[test]
fn every_beginning_of_a_row_finds_some() {
    let found: Vec<_> = rows().into_iter().map(|row| row.begins).collect();
    let absent: Vec<_> = ROWS.iter().filter(|begins| !found.contains(begins)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn a_code_is_the_word_of_one_failure() {
    let mut by_code: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows() {
        assert!(row.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", row.code);
        by_code.entry(row.code).or_default().push(row.file);
    }
    assert!(by_code.len() > 90, "the rows are found: {}", by_code.len());
    // A number of Microsoft's without a page of its own has a row per verdict.
    by_code.remove("sign_in_failed");
    by_code.retain(|_, files| files.len() > 1);
    assert!(by_code.is_empty(), "{by_code:?}");
}

#[test]
fn a_code_with_an_exit_code_of_its_own_is_the_word_of_a_failure() {
    let codes: Vec<_> = rows().into_iter().map(|row| row.code).collect();
    for (code, exit) in Exit::OWN {
        assert!(codes.iter().any(|known| known == code), "no failure has {code}");
        assert_eq!(Exit::of_failure(code, Disposition::Fatal), *exit);
    }
    assert_eq!(Exit::of_failure("wrong_key", Disposition::Fatal), Exit::Fatal);
}

#[test]
fn a_row_has_a_next_step_that_follows_whose_turn_it_is() {
    let rows = rows();
    let steps: Vec<_> = rows.iter().filter_map(|row| Some((row, row.next.as_ref()?))).collect();
    assert!(steps.len() > 60, "the next steps are found: {}", steps.len());
    for (Row { file, code, .. }, next) in steps {
        assert!(next.len() > 10, "{file}: {code} has no next step: {next:?}");
        for whose in ["Owner:", "Operator:", "IT:", "Nobody:"] {
            assert!(!next.contains(whose), "{file}: {code}: {next}");
        }
    }
}

#[test]
fn the_sentence_is_made_in_one_place() {
    let all = all();
    let maker = all.iter().find(|(file, _)| file.ends_with("src/error.rs")).expect("it is there").1;
    assert!(maker.contains("{} turn: {next}"), "the maker has changed");
    for (file, text) in &all {
        assert!(!text.contains("'s turn"), "{file} says itself whose turn it is");
    }
}
