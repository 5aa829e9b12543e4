//! The house rule: a module uses only lower lines.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module's line; `strongbox` stands between 2 and 3, `desk` between 4 and 5, `model` above `error`,
/// whose words it keeps.
const LINES: [(&str, u32); 36] = [
    ("words", 0),
    ("testing", 0),
    ("error", 0),
    ("json", 0),
    ("model", 5),
    ("jwt", 5),
    ("clock", 10),
    ("secret", 10),
    ("token", 10),
    ("lock", 10),
    ("net", 10),
    ("telemetry", 10),
    ("lifecycle", 10),
    ("privileges", 10),
    ("cards", 10),
    ("html", 10),
    ("mime", 10),
    ("store", 20),
    ("browser", 20),
    ("vault", 20),
    ("dates", 20),
    ("strongbox", 25),
    ("owa", 30),
    ("graph", 30),
    ("imap", 30),
    ("oauth", 30),
    ("sync", 40),
    ("desk", 45),
    ("daemon", 50),
    ("http", 50),
    ("dashboard", 50),
    ("cli", 50),
    ("commands", 60),
    ("app", 60),
    ("config", 60),
    ("main", 60),
];
/// Of the lower lines, only these may be used by their own line.
const SHARED: [&str; 2] = ["secret", "clock"];
/// From this line on a module may use its own line.
const EDGES: u32 = 50;

fn line(module: &str) -> u32 {
    let known = LINES.iter().find(|(name, _)| *name == module);
    known
        .unwrap_or_else(|| {
            panic!("module `{module}` has no line: add it to LINES and to the map in src/lib.rs")
        })
        .1
}

pub(crate) fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The module path of a file: `a/b.rs` and `a/b/mod.rs` are `[a, b]`.
pub(crate) fn module_of(file: &Path, src: &Path) -> Vec<String> {
    let relative = file.strip_prefix(src).unwrap().with_extension("");
    let mut parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The names that follow a path's head: one, or those of a `{…}` group.
fn names(rest: &str) -> Vec<String> {
    let name =
        |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                parts.last_mut().unwrap().push(c);
            }
        }
    }
    parts.iter().map(|part| name(part)).filter(|part| !part.is_empty()).collect()
}

/// The top modules that a file's code names by `crate::` or by enough `super::`.
fn used(code: &str, module: &[String]) -> BTreeSet<String> {
    let crate_paths = code.match_indices("crate::").flat_map(|(at, head)| names(&code[at + head.len()..]));
    let climb = "super::".repeat(module.len().max(1));
    let super_paths = code.match_indices(&climb).flat_map(|(at, head)| names(&code[at + head.len()..]));
    let tops: BTreeSet<_> = LINES.iter().map(|(name, _)| (*name).to_owned()).collect();
    crate_paths.chain(super_paths.filter(|name| tops.contains(name))).collect()
}

fn without_comments(code: &str) -> String {
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_module_uses_a_higher_line() {
    let src = crate::stage::repository().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("src/lib.rs") && !file.ends_with("src/main.rs")) {
        let module = module_of(file, &src);
        let own = line(&module[0]);
        for other in used(&without_comments(&fs::read_to_string(file).unwrap()), &module) {
            let allowed = other == module[0]
                || line(&other) < own
                || line(&other) == own && (own >= EDGES || SHARED.contains(&other.as_str()));
            if !allowed {
                wrong.push(format!("{} uses {other}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "paths that point up:\n{}", wrong.join("\n"));
}

/// The rooms that only what lies below the desk may name.
const BELOW_THE_DESK: [&str; 6] = ["store", "strongbox", "owa", "graph", "imap", "oauth"];
/// What asks the desk.
const ASKERS: [&str; 4] = ["commands", "daemon", "http", "dashboard"];

#[test]
fn the_edges_name_nothing_below_the_desk() {
    let src = crate::stage::repository().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let module = module_of(&file, &src);
        if ASKERS.contains(&module[0].as_str()) {
            let code = without_comments(&fs::read_to_string(&file).unwrap());
            wrong.extend(below(&code, &module).map(|room| format!("{} names {room}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "the desk has verbs for it:\n{}", wrong.join("\n"));
}

/// The rooms below the desk that a file's code names, by a path or as a part of `App`.
fn below<'a>(code: &'a str, module: &[String]) -> impl Iterator<Item = &'static str> + use<'a> {
    let (used, code) = (used(code, module), code.replace(char::is_whitespace, ""));
    BELOW_THE_DESK
        .into_iter()
        .filter(move |room| used.contains(*room) || code.contains(&format!("services.{room}")))
}

#[test]
fn the_reader_of_edges_sees_paths_and_parts() {
    let module = ["commands".to_owned(), "key".to_owned()];
    let code = "use crate::{sync, store::Store};\nlet token = app\n    .services\n    .oauth.token();";
    assert_eq!(below(code, &module).collect::<Vec<_>>(), ["store", "oauth"]);
    assert_eq!(below("use crate::desk::Schema; config.oauth.clone()", &module).count(), 0);
}

/// What reads mail by whichever road and keeps it.
const WITHOUT_TIERS: [&str; 5] = ["sync", "store", "desk", "http", "dashboard"];

#[test]
fn only_a_road_names_its_tiers() {
    let src = crate::stage::repository().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.retain(|file| WITHOUT_TIERS.contains(&module_of(file, &src)[0].as_str()));
    assert!(!files.is_empty(), "the rooms are there");
    files.retain(|file| names_a_tier(&without_comments(&fs::read_to_string(file).unwrap())));
    assert!(files.is_empty(), "a road's own word is text to them: {files:?}");
}

/// Whether code names the type of the tiers, by a path, an import or a variant.
fn names_a_tier(code: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "Tier")
}

#[test]
fn the_reader_of_tiers_sees_imports_and_variants() {
    for code in ["use crate::model::{Sight, Tier};", "use crate::model::Tier as T;", "Tier::Dom.as_str()"] {
        assert!(names_a_tier(code), "{code}");
    }
    assert!(!names_a_tier("SELECT tier; enum Frontier; let tier = row.tier;"));
}

/// Endpoints and commands answer with types: JSON that is put together by hand has no shape that a program
/// could rely on.
#[test]
fn no_answer_is_put_together_by_hand() {
    let src = crate::stage::repository().join("src");
    let mut files = Vec::new();
    rust_files(&src.join("http"), &mut files);
    rust_files(&src.join("commands"), &mut files);
    files.retain(|file| fs::read_to_string(file).unwrap().contains("json!"));
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn the_reader_of_paths_sees_groups_and_supers() {
    let module = ["vault".to_owned(), "ring".to_owned()];
    let code = "use crate::{sync::{a, b}, secret};\nuse super::super::store::X; use super::Key;";
    assert_eq!(used(code, &module).into_iter().collect::<Vec<_>>(), ["secret", "store", "sync"]);
}

#[test]
fn only_the_store_knows_sql() {
    let src = crate::stage::repository().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let speaks =
        |file: &&PathBuf| fs::read_to_string(file).unwrap().replace("\"sqlx::", "").contains("sqlx::");
    let wrong: Vec<_> =
        files.iter().filter(|file| !file.starts_with(src.join("store"))).filter(speaks).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
