use super::*;
use crate::dashboard::said;
use crate::desk::{CorrespondenceStanding, UndoDeed, WriteOutcome};
use crate::error::WhoseTurn;
use crate::model::{
    CardText, ContactState, ContactWriteKind, Part, PhoneKind, PlaceKind, PlacePart, Proof, SessionState,
    Side,
};
use crate::sync::health::Verdict;
use fluent_bundle::FluentError;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The keys of a language, with those of their attributes as `key.attribute`.
fn keys(file: &str) -> BTreeSet<String> {
    let resource = FluentResource::try_new(file.to_owned());
    let resource = resource.unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut found = BTreeSet::new();
    for entry in resource.entries() {
        let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
        found.insert(message.id.name.to_owned());
        found.extend(message.attributes.iter().map(|part| format!("{}.{}", message.id.name, part.id.name)));
    }
    found
}

#[test]
fn every_language_has_every_key() {
    let english = keys(FILES[0].1);
    for (tag, file) in FILES {
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
        .chain(crate::dashboard::contacts::plan::KNOWN.into_iter().map(|why| said::key("withheld", why)))
        .chain(["mail", "resolved"].into_iter().map(|done| said::key("done", done)))
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
    named.extend(words_of_contacts());
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

#[test]
fn every_sentence_can_be_said() {
    for words in LANGUAGES.iter() {
        let args = FluentArgs::from_iter([("n", FluentValue::from(3))]);
        for key in keys(FILES[0].1) {
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
