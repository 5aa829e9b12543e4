//! docs/asvs.md: each requirement stands once, with a verdict, and each proof that is named is there.

#![cfg(test)]

use crate::layers::{module_of, rust_files};
use crate::stage::repository;
use std::collections::BTreeSet;
use std::fs;

/// What may be said of a requirement.
const VERDICTS: [&str; 4] = ["holds", "in part", "does not", "n/a"];

/// The tests of a file, by the names that the harness gives them.
fn tests_in(code: &str, module: &[String]) -> Vec<String> {
    let (mut path, mut is_marked, mut found) = (module.join("::"), false, Vec::new());
    for line in code.lines() {
        if line == "mod tests {" {
            path += "::tests";
        }
        is_marked |= ["#[test]", "#[tokio::test"].iter().any(|mark| line.trim_start().starts_with(mark));
        if let Some(name) = function(line)
            && std::mem::take(&mut is_marked)
        {
            found.push(format!("{path}::{name}"));
        }
    }
    found
}

/// The function that begins in a line.
fn function(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
    name.split('(').next()
}

/// Every test of the program and of this binary.
fn all_tests() -> BTreeSet<String> {
    let roots = ["src", "tests/it"].map(|root| repository().join(root));
    let mut all = BTreeSet::new();
    for root in roots {
        let mut files = Vec::new();
        rust_files(&root, &mut files);
        let tests = |file| tests_in(&fs::read_to_string(file).unwrap(), &module_of(file, &root));
        all.extend(files.iter().flat_map(|file| tests(file)));
    }
    all
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// A row: the numbers of its requirements, the verdict, the proof.
fn row(line: &str) -> Option<(Vec<Vec<u32>>, &str, &str)> {
    let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.splitn(4, " | ").collect();
    let number = |text: &str| text.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>().ok();
    let numbers = cells[0].split(['–', ',']).map(|text| number(text.trim())).collect::<Option<Vec<_>>>()?;
    let [_, _, verdict, proof] = cells[..] else { panic!("a row of four: {line}") };
    Some((numbers, verdict, proof))
}

#[test]
fn every_proof_of_the_page_is_there() {
    let page = fs::read_to_string(repository().join("docs/asvs.md")).unwrap();
    let tests = all_tests();
    let (named, others): (Vec<_>, Vec<_>) = quoted(&page).partition(|word| word.contains("::"));
    assert!(named.len() > 100, "{named:?}");
    let missing: Vec<_> = named.into_iter().filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "no such test:\n{}", missing.join("\n"));
    let is_path = |word: &&str| ["src/", "tests/", "scripts/"].iter().any(|root| word.starts_with(root));
    let missing: Vec<_> =
        others.into_iter().filter(is_path).filter(|path| !repository().join(path).exists()).collect();
    assert!(missing.is_empty(), "no such file: {missing:?}");
}

#[test]
fn every_requirement_of_the_page_stands_once_with_its_verdict() {
    let page = fs::read_to_string(repository().join("docs/asvs.md")).unwrap();
    let rows: Vec<_> = page.lines().filter_map(row).collect();
    for (numbers, verdict, proof) in &rows {
        assert!(VERDICTS.contains(verdict), "{numbers:?}: {verdict}");
        assert!(!proof.is_empty(), "{numbers:?} says why");
        let is_shown = ["`", "](", "the same", "by ownership"].iter().any(|sign| proof.contains(sign));
        assert!(*verdict != "holds" || is_shown, "{numbers:?} has a proof: {proof}");
    }
    let numbers: Vec<_> = rows.into_iter().flat_map(|(numbers, ..)| numbers).collect();
    assert!(numbers.len() > 180 && numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[test]
fn the_reader_of_tests_sees_both_kinds() {
    let code = "fn helper() {}\n#[test]\n#[ignore]\nfn one() {}\n    async fn other() {}\nmod tests {\n    \
                #[tokio::test(flavor = \"multi_thread\")]\n    async fn two() {}\n    fn helper() {}\n}";
    let module = ["http".to_owned(), "page".to_owned()];
    assert_eq!(tests_in(code, &module), ["http::page::one", "http::page::tests::two"]);
    assert_eq!(row("| 1.2.6–1.2.8 | LDAP | n/a | none |").unwrap().0, [[1, 2, 6], [1, 2, 8]]);
    assert!(row("| no. | asks | verdict | proof |").is_none() && row("text").is_none());
}
