//! Entity tags of contacts and of their photos, and what a caller says of those that they have seen (RFC 9110, 13.1).
//!
//! What is told of a contact changes by a change of it, which gives it another revision, and by what does not stand on
//! it: that it went out, its photo, what keeps it back. A tag says both; who means to change a contact has to have
//! seen its revision.

use crate::desk::ContactShown;
use crate::model::Contact;
use axum::http::{HeaderMap, HeaderName, header};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use sha2::{Digest as _, Sha256};

/// The tag of a contact as it is shown: its revision, and what all that is told of it comes to.
pub(super) fn of(shown: &ContactShown) -> String {
    let digest = Sha256::digest(serde_json::to_vec(shown).unwrap_or_default());
    format!("\"{}.{}\"", shown.contact.revision, BASE64_URL_SAFE_NO_PAD.encode(&digest[..12]))
}

/// The tag of a photo, by the SHA-256 of its file.
pub(super) fn of_photo(sha256: &str) -> String {
    format!("\"{sha256}\"")
}

/// Whether the caller has what goes by this tag already.
pub(super) fn knows(headers: &HeaderMap, own: &str) -> bool {
    tags(headers, &header::IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
}

/// The revision that a strong tag says.
fn revision(tag: &str) -> Option<i64> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    inner.split_once('.').map_or(inner, |(revision, _)| revision).parse().ok()
}

/// Which revision a caller means to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfMatch {
    /// They say none.
    Unsaid,
    /// Whichever there is.
    Any,
    /// The one that there is.
    This,
    /// Another one.
    Another,
}

/// Which revision the caller means to change, where there is this one.
pub(super) fn if_match(headers: &HeaderMap, contact: &Contact) -> IfMatch {
    let mut tags = tags(headers, &header::IF_MATCH).peekable();
    if tags.peek().is_none() {
        return IfMatch::Unsaid;
    }
    // A weak tag matches nothing here: two versions may share it.
    match tags.find(|tag| *tag == "*" || revision(tag) == Some(contact.revision)) {
        Some("*") => IfMatch::Any,
        Some(_) => IfMatch::This,
        None => IfMatch::Another,
    }
}

/// Which photo the caller means to change, where there is the one of this SHA-256, or none: `This` is that, or that
/// there is none.
pub(super) fn photo_seen(headers: &HeaderMap, stored: Option<&str>) -> IfMatch {
    let mut matching = tags(headers, &header::IF_MATCH).peekable();
    let own = stored.map(of_photo);
    if matching.peek().is_some() {
        return match matching.find(|tag| *tag == "*" || Some(*tag) == own.as_deref()) {
            Some("*") => IfMatch::Any,
            Some(_) => IfMatch::This,
            None => IfMatch::Another,
        };
    }
    if tags(headers, &header::IF_NONE_MATCH).any(|tag| tag == "*") {
        return if own.is_none() { IfMatch::This } else { IfMatch::Another };
    }
    IfMatch::Unsaid
}

fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Card, ContactId};
    use axum::http::HeaderValue;
    use chrono::DateTime;

    fn contact(revision: i64) -> Contact {
        Contact {
            id: ContactId::from("one".to_owned()),
            account_id: None,
            external_id: None,
            card: Card::default(),
            edited_at: None,
            created_at: DateTime::UNIX_EPOCH,
            changed_at: DateTime::UNIX_EPOCH,
            revision,
            gone_at: None,
        }
    }

    #[test]
    fn only_a_strong_tag_of_the_revision_lets_it_be_changed() {
        for (given, expected) in [
            (&[r#""3""#][..], IfMatch::This),
            (&[r#""3.c29tZXRoaW5n""#], IfMatch::This),
            (&["*"], IfMatch::Any),
            (&[r#""1", "3""#], IfMatch::This),
            (&[r#""1""#, r#""3""#], IfMatch::This),
            (&[r#"W/"3""#], IfMatch::Another),
            (&[r#""2""#], IfMatch::Another),
            (&[r#""2.3""#], IfMatch::Another),
            (&["3"], IfMatch::Another),
            (&[""], IfMatch::Unsaid),
            (&[], IfMatch::Unsaid),
        ] {
            let mut headers = HeaderMap::new();
            for line in given {
                headers.append(header::IF_MATCH, HeaderValue::from_static(line));
            }
            assert_eq!(if_match(&headers, &contact(3)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_photo_is_changed_by_who_has_seen_it_and_the_first_one_set_by_who_has_seen_that_there_is_none() {
        let (matching, none) = (header::IF_MATCH, header::IF_NONE_MATCH);
        for (name, given, stored, expected) in [
            (&matching, r#""ab""#, Some("ab"), IfMatch::This),
            (&matching, "*", Some("ab"), IfMatch::Any),
            (&matching, "*", None, IfMatch::Any),
            (&matching, r#""cd""#, Some("ab"), IfMatch::Another),
            (&matching, r#"W/"ab""#, Some("ab"), IfMatch::Another),
            (&matching, r#""ab""#, None, IfMatch::Another),
            (&none, "*", None, IfMatch::This),
            (&none, "*", Some("ab"), IfMatch::Another),
            (&none, r#""ab""#, None, IfMatch::Unsaid),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(given));
            assert_eq!(photo_seen(&headers, stored), expected, "{name} {given} {stored:?}");
        }
    }
}
