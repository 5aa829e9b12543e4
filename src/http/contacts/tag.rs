//! Entity tags of contacts, and what a caller says of those that they have seen (RFC 9110, 13.1).

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
pub(super) fn if_match(headers: &HeaderMap, revision: i64) -> IfMatch {
    let (mut tags, own) = (tags(headers, &header::IF_MATCH).peekable(), of(revision));
    if tags.peek().is_none() {
        return IfMatch::Unsaid;
    }
    // A weak tag matches nothing here: two versions may share it.
    match tags.find(|tag| *tag == "*" || *tag == own) {
        Some("*") => IfMatch::Any,
        Some(_) => IfMatch::This,
        None => IfMatch::Another,
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
            (&[r#""3""#][..], IfMatch::This),
            (&["*"], IfMatch::Any),
            (&[r#""1", "3""#], IfMatch::This),
            (&[r#""1""#, r#""3""#], IfMatch::This),
            (&[r#"W/"3""#], IfMatch::Another),
            (&[r#""2""#], IfMatch::Another),
            (&["3"], IfMatch::Another),
            (&[""], IfMatch::Unsaid),
            (&[], IfMatch::Unsaid),
        ] {
            let mut headers = HeaderMap::new();
            for line in given {
                headers.append(header::IF_MATCH, HeaderValue::from_static(line));
            }
            assert_eq!(if_match(&headers, 3), expected, "{given:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(r#"W/"3""#));
        assert!(is_known(&headers, 3) && !is_known(&headers, 4) && !is_known(&HeaderMap::new(), 3));
    }
}
