use super::*;
use crate::dashboard::done::JustDone;
use crate::dashboard::said;
use crate::desk::sign_ins::Method;
use crate::desk::{AttemptEnd, CorrespondenceStanding, TokenFault, UndoDeed, WithheldReason, WriteOutcome};
use crate::error::WhoseTurn;
use crate::model::{
    AuditAction, CardText, ContactState, ContactWriteKind, Part, PhoneKind, PlaceKind, PlacePart, Proof,
    Road, Scope, SessionState, ShortfallKind, Side,
};
use crate::sync::health::{HealthReason, Verdict};
use fluent_bundle::FluentError;
use fluent_syntax::ast::{Entry, Resource};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The keys of a language, with those of their attributes as `key.attribute`.
fn keys(file: &str) -> BTreeSet<String> {
    let resource = FluentResource::try_new(file.to_owned());
    let resource = resource.unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut found = BTreeSet::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        found.insert(message.id.name.to_owned());
        found.extend(message.attributes.iter().map(|part| format!("{}.{}", message.id.name, part.id.name)));
    }
    found
}

#[test]
fn every_language_has_every_key() {
    let english = keys(FILES[0].1);
    for (tag, file, _) in FILES {
        let own = keys(file);
        let missing: Vec<_> = english.difference(&own).collect();
        let unknown: Vec<_> = own.difference(&english).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{tag}: missing {missing:?}, unknown {unknown:?}");
    }
}

/// What stands between `before` and the next quotation mark, wherever that is in a text.
fn after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

fn sources(dir: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "html") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// What is looked at on the page of `doctor`.
const CHECKS: [&str; 10] = [
    "daemon",
    "key",
    "database",
    "audit",
    "owners",
    "database file",
    "clock",
    "registration",
    "readers",
    "disk",
];

/// The keys of the words that contacts, and what is done with them, have in the database.
fn words_of_contacts() -> impl Iterator<Item = String> {
    fn all<W: Copy, const N: usize>(
        of: &'static str,
        words: [W; N],
        word: fn(W) -> &'static str,
    ) -> impl Iterator<Item = String> {
        words.into_iter().map(move |each| said::key(of, word(each)))
    }
    all("contact", ContactState::ALL, ContactState::as_str)
        .chain(all("write", ContactWriteKind::ALL, ContactWriteKind::as_str))
        .chain(all("write", WriteOutcome::ALL, WriteOutcome::as_str))
        .chain(all("undone", UndoDeed::ALL, UndoDeed::as_str))
        .chain(all("correspondence", CorrespondenceStanding::ALL, CorrespondenceStanding::as_str))
        .chain(all("proof", Proof::ALL, Proof::as_str))
        .chain(all("side", Side::ALL, Side::as_str))
        .chain(all("field", CardText::ALL, CardText::as_str))
        .chain(all("field", PlacePart::ALL, PlacePart::as_str))
        .chain(all("kind", PhoneKind::ALL, PhoneKind::as_str))
        .chain(all("kind", PlaceKind::ALL, PlaceKind::as_str))
        .chain(all("withheld", WithheldReason::ALL, WithheldReason::as_str))
        .chain(JustDone::ALL.map(|done| done.as_str().to_owned()))
}

#[test]
fn every_key_that_a_page_names_is_there_and_each_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    sources(&root.join("templates"), &mut texts);
    sources(&root.join("src/dashboard"), &mut texts);
    let all = texts.concat();
    let mut named: BTreeSet<String> =
        ["say(\"", "count(\""].into_iter().flat_map(|call| after(&all, call)).map(str::to_owned).collect();
    named.extend(Verdict::ALL.map(|verdict| format!("verdict-{}", verdict.as_str().replace('_', "-"))));
    named.extend(WhoseTurn::ALL.map(|whose| format!("turn-{}", whose.as_str())));
    named.extend(Part::ALL.map(|part| format!("part-{}", part.as_str())));
    named.extend(SessionState::ALL.map(|state| format!("session-{}", state.as_str().replace('_', "-"))));
    named.extend(Road::ALL.map(|road| format!("road-{}", road.as_str())));
    named.insert("road-none".to_owned());
    named.extend(words_of_contacts());
    named.extend(AuditAction::ALL.map(|action| said::key("audit", action.as_str())));
    named.extend(Scope::ALL.map(|scope| said::key("scope", scope.as_str())));
    named.extend(TokenFault::ALL.map(|fault| said::key("token-bad", fault.as_str())));
    named.extend(CHECKS.map(|check| said::key("check", &check.replace(' ', "-"))));
    named.extend(WhoseTurn::ALL.map(|whose| format!("turn-{}-mine", whose.as_str())));
    named.extend(Method::ALL.map(|way| format!("way-{}", way.as_str().replace('_', "-"))));
    let english = keys(FILES[0].1);
    let missing: Vec<_> = named.difference(&english).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let is_named = |key: &&String| {
        let key = key.split('.').next().unwrap();
        named.contains(key) || all.contains(&format!("\"{key}\""))
    };
    let unused: Vec<_> = english.iter().filter(|key| !is_named(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// The names of what is put into the sentences of each key.
fn variables(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = FluentResource::try_new(file.to_owned()).unwrap();
    let mut found = BTreeMap::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        let alone = Resource { body: vec![Entry::Message(message.clone())] };
        let text = fluent_syntax::serializer::serialize(&alone);
        let is_name = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let names = text.split('$').skip(1).map(|rest| rest.chars().take_while(is_name).collect());
        found.insert(message.id.name.to_owned(), names.collect());
    }
    found
}

#[test]
fn every_language_puts_the_same_into_a_sentence() {
    let english = variables(FILES[0].1);
    assert_eq!(english["ago-minutes"], BTreeSet::from(["n".to_owned()]));
    for (tag, file, _) in FILES {
        assert_eq!(variables(file), english, "{tag}");
    }
}

#[test]
fn every_sentence_can_be_said() {
    for words in LANGUAGES.iter() {
        let args = FluentArgs::from_iter([("n", FluentValue::from(3))]);
        let told = FILES.iter().find(|(tag, ..)| *tag == words.tag).unwrap().2;
        // A message that has attributes alone says nothing by itself.
        let told = keys(told).into_iter().filter(|key| key.contains('.'));
        for key in keys(FILES[0].1).into_iter().chain(told) {
            let (key, part) =
                key.split_once('.').map_or((key.as_str(), None), |(key, part)| (key, Some(part)));
            let message = words.bundle.get_message(key).unwrap();
            let pattern =
                part.map_or_else(|| message.value(), |part| Some(message.get_attribute(part)?.value()));
            let mut errors: Vec<FluentError> = Vec::new();
            words.bundle.format_pattern(pattern.unwrap(), Some(&args), &mut errors);
            assert!(errors.is_empty(), "{} {key}: {errors:?}", words.tag);
        }
    }
}

#[test]
fn the_language_is_the_one_that_a_browser_likes_best() {
    for (header, tag) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,de;q=0.5", "de"),
        ("en-GB,en", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*;q", "en"),
    ] {
        assert_eq!(Words::accepted(header).tag, tag, "{header}");
    }
}

#[test]
fn numbers_have_the_forms_of_the_language() {
    let [english, german] = ["en", "de"].map(Words::accepted);
    assert_eq!(english.count("ago-minutes", 1), "1 minute ago");
    assert_eq!(english.count("ago-minutes", 5), "5 minutes ago");
    assert_eq!(german.count("ago-minutes", 1), "vor 1 Minute");
    assert_eq!(german.count("ago-days", 3), "vor 3 Tagen");
}

/// What begins a row of a failure.
const ROW: &str = "Meaning::";
/// Rooms whose failures end a cycle, or a command, and are no account's: the operator is told of them in the words of the log.
const OF_THE_MACHINE: [&str; 7] =
    ["commands", "desk/error", "error.rs", "lock", "store/error", "store/readers", "vault"];
/// Of those rooms what an account, or whoever connects one, is told all the same.
const TOLD: [&str; 20] = [
    "account_limit",
    "lease_lost",
    "no_such_account",
    "key_changed",
    "mailbox_taken",
    "person_taken",
    "user_missing",
    "password_refused_before",
    "password_outcome_unknown",
    "sign_ins_under_way",
    "sign_ins_full",
    "code_by_operator",
    "sign_in_lost",
    "another_person",
    "not_the_owner",
    "no_address",
    "no_mail_road",
    "contacts_not_connected",
    "grant_changed",
    "sign_in_changed",
];

/// Each code that a person is told of a mailbox, with whether it is their turn.
fn codes() -> BTreeMap<String, bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    for (path, text) in files {
        let is_machines = OF_THE_MACHINE.iter().any(|room| path.starts_with(room));
        let text = text.split("#[cfg(test)]").next().unwrap();
        for rest in text.split(ROW).skip(1) {
            let Some((begins, rest)) = rest.split_once('"') else { continue };
            let Some((code, rest)) = rest.split_once('"') else { continue };
            let is_row = begins.contains('(') && begins.len() < 60 && !begins.contains(['{', ';']);
            let is_told = !is_machines || TOLD.contains(&code);
            let is_code = !code.is_empty()
                && code.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte));
            if is_row && is_code && is_told {
                let whose = rest.split(['"', ')']).next().unwrap();
                *found.entry(code.to_owned()).or_insert(false) |= whose.contains("Owner");
            }
        }
    }
    found.extend(AttemptEnd::ALL.map(|end| (end.as_str().to_owned(), true)));
    found.extend(ShortfallKind::ALL.map(|kind| (kind.as_str().to_owned(), false)));
    found
}

fn rust_files(dir: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_state_and_failure_is_told_in_every_language_and_to_owners_in_words_of_their_own() {
    let (codes, all): (_, BTreeSet<String>) = {
        let codes = codes();
        let all = codes.keys().map(|code| format!("code-{code}"));
        let said = HealthReason::ALL.map(|reason| format!("said-{}", reason.as_str()));
        let all = all.chain(said).collect();
        (codes, all)
    };
    assert!(codes.len() > 100 && codes["wrong_password"] && !codes["network"], "{codes:?}");
    for (tag, _, told) in FILES {
        let keys = keys(told);
        let unknown: Vec<_> =
            keys.iter().filter(|key| !all.contains(key.split('.').next().unwrap())).collect();
        assert!(unknown.is_empty(), "{tag}: {unknown:?} is nobody's");
        // English has one source, the row itself.
        let lacks =
            |key: &&String| tag != "en" && !(keys.contains(*key) && keys.contains(&format!("{key}.next")));
        let missing: Vec<_> = all.iter().filter(lacks).collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
        let theirs =
            codes.iter().filter(|(_, is_owners)| **is_owners).map(|(code, _)| format!("code-{code}.mine"));
        let missing: Vec<_> = theirs.filter(|key| !keys.contains(key)).collect();
        assert!(missing.is_empty(), "{tag} lacks for owners {missing:?}");
        let words = LANGUAGES.iter().find(|words| words.tag == tag).unwrap();
        for key in keys.iter().filter_map(|key| key.strip_suffix(".mine")) {
            let said = words.found_in(key, Some("mine")).unwrap();
            assert!(
                !said.contains('`') && said.ends_with('.'),
                "{tag} {key}: an owner runs no command: {said}"
            );
        }
    }
}
