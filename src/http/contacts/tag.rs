//! Entity tags of contacts, and what a caller says of those that they have seen (RFC 9110, 13.1).

use crate::desk::DeskError;
use crate::http::problem::Problem;
use axum::http::{HeaderMap, HeaderName, header};

/// The tag of a revision.
pub(super) fn of(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// Whether the caller has this revision already.
pub(super) fn is_known(headers: &HeaderMap, revision: i64) -> bool {
    let own = of(revision);
    tags(headers, &header::IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
}

/// The revision that the caller means to change; `None` of one who will have any.
///
/// # Errors
/// 428 where they say none, 412 where it is another than this one.
pub(super) fn wanted(headers: &HeaderMap, revision: i64) -> Result<Option<i64>, Problem> {
    let (mut tags, own) = (tags(headers, &header::IF_MATCH).peekable(), of(revision));
    if tags.peek().is_none() {
        return Err(Problem::no_precondition());
    }
    // A weak tag matches nothing here: two versions may share it.
    match tags.find(|tag| *tag == "*" || *tag == own) {
        Some("*") => Ok(None),
        Some(_) => Ok(Some(revision)),
        None => Err(DeskError::StaleContact.into()),
    }
}

fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_a_strong_tag_of_the_revision_lets_it_be_changed() {
        for (given, expected) in [
            (&[r#""3""#][..], Some(Some(3))),
            (&["*"], Some(None)),
            (&[r#""1", "3""#], Some(Some(3))),
            (&[r#""1""#, r#""3""#], Some(Some(3))),
            (&[r#"W/"3""#], None),
            (&[r#""2""#], None),
            (&["3"], None),
            (&[""], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in given {
                headers.append(header::IF_MATCH, HeaderValue::from_static(line));
            }
            assert_eq!(wanted(&headers, 3).ok(), expected, "{given:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(r#"W/"3""#));
        assert!(is_known(&headers, 3) && !is_known(&headers, 4) && !is_known(&HeaderMap::new(), 3));
    }
}
