//! The rows of all failures: each code is one failure's, each has a next step, and none says itself whose
//! turn it is.

#![cfg(test)]

use crate::stage::repository;
use outlook_syncd::desk::AttemptEnd;
use outlook_syncd::error::{Disposition, Exit};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Whose turn it is; `None` where the row does not say it in a word.
    whose: Option<&'static str>,
    /// `None` where it is no text that stands in the row.
    next: Option<String>,
}

/// Whose turn it can be, as rows and as docs/problems.md have it.
const WHOSE: [(&str, &str); 4] =
    [("Owner", "owner"), ("Operator", "operator"), ("It", "IT"), ("Nobody", "nobody")];

impl Row {
    /// The row of which this is the rest; `None` where its code is no text.
    fn read(begins: &'static str, file: &str, rest: &str) -> Option<Self> {
        let mut pieces = rest.trim_start().strip_prefix('"')?.split('"');
        let code = pieces.next()?.to_owned();
        let is_in_row = |between: &&str| !between.contains([')', ';', '}']);
        let between = pieces.next();
        let words: Vec<_> = between.unwrap_or_default().split(|c: char| !c.is_alphanumeric()).collect();
        let whose = WHOSE.iter().find(|(word, _)| words.contains(word)).map(|(_, whose)| *whose);
        let next = between.filter(is_in_row).and_then(|_| pieces.next()).map(str::to_owned);
        Some(Self { begins, file: file.to_owned(), code, whose, next })
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

/// The rows of docs/problems.md by their words: whose turn it is, and what to do.
fn documented() -> BTreeMap<String, (String, String)> {
    let table = std::fs::read_to_string(repository().join("docs/problems.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").map(str::to_owned);
        let (code, _means) = (cells.next()?, cells.next()?);
        Some((code.strip_suffix('`')?.to_owned(), (cells.next()?, cells.next()?)))
    };
    table.lines().filter_map(row).collect()
}

/// A text as it is when the source is compiled, begun in upper case.
fn begun(text: &str) -> String {
    let mut whole = String::new();
    for line in text.split("\\\n") {
        whole += if whole.is_empty() { line } else { line.trim_start() };
    }
    let rest = whole.split_off(whole.chars().next().map_or(0, char::len_utf8));
    whole.to_uppercase() + &rest
}

/// The words that answers of the endpoints alone have.
fn of_answers() -> BTreeSet<String> {
    let all = all();
    let http = all.iter().filter(|(file, _)| file.contains("/src/http/")).map(|(_, text)| text);
    let codes = http.flat_map(|text| {
        let after =
            ["Problem::wrong(", "Self::wrong("].into_iter().flat_map(|begins| text.split(begins).skip(1));
        let made = text.split("Self::new(StatusCode::").skip(1).filter_map(|rest| rest.split_once(", "));
        let codes =
            after.chain(made.map(|(_, rest)| rest)).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        codes.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>()
    });
    codes.filter(|code| !code.is_empty()).collect()
}

#[test]
fn the_page_of_errors_has_each_word_with_whose_turn_it_is_and_what_to_do() {
    let (documented, rows, of_answers) = (documented(), rows(), of_answers());
    assert!(of_answers.contains("bad_query") && of_answers.contains("too_large"), "{of_answers:?}");
    // What ends an attempt to connect is told of the attempt.
    let of_attempts = AttemptEnd::ALL.map(|end| end.as_str().to_owned());
    let words: BTreeSet<_> =
        rows.iter().map(|row| row.code.clone()).chain(of_answers).chain(of_attempts).collect();
    let absent: Vec<_> = words.iter().filter(|word| !documented.contains_key(*word)).collect();
    assert!(absent.is_empty(), "docs/problems.md lacks {absent:?}");
    let source: String = all().into_values().collect();
    let unknown: Vec<_> = documented.keys().filter(|word| !source.contains(&format!("\"{word}\""))).collect();
    assert!(unknown.is_empty(), "no failure has {unknown:?}");
    // These mean two things, by who is asked.
    let twice = ["no_such_account", "unauthorized", "sign_in_failed"];
    for Row { code, whose, next, file, .. } in rows.iter().filter(|row| !twice.contains(&&*row.code)) {
        let (turn, step) = &documented[code];
        assert!(whose.is_none_or(|whose| whose == turn), "{file}: {code}: {whose:?}, documented {turn}");
        let Some(next) = next.as_ref().filter(|next| !next.contains('{')) else { continue };
        let next = next.replace("\\\\", "\\");
        let is_same = begun(&next) == *step || begun(&next)[1..] == step[1..];
        assert!(is_same, "{file}: {code}: {}\ndocumented: {step}", begun(&next));
    }
}
