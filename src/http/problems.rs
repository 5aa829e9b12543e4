//! `GET /problems/{error}`: where the `type` of a problem leads. A page of what its word means, whose turn it is and what to
//! do, out of the table of docs/problems.md.

use super::page::escaped;
use super::problem::Problem;
use super::reference::{self, with_code};
use crate::error::WhoseTurn;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use std::sync::LazyLock;

/// The table, a row for each word of an error.
const TABLE: &str = include_str!("../../docs/problems.md");

/// A kind of failure.
pub(super) struct ProblemKind {
    /// Its word.
    pub(super) error: &'static str,
    /// What it means, whatever happened this time.
    pub(super) means: &'static str,
    whose_turn: &'static str,
    step: &'static str,
}

impl ProblemKind {
    /// Whose turn it is, and the step as it follows that in a sentence.
    pub(super) fn turn(&self) -> Option<(WhoseTurn, String)> {
        let whose = WhoseTurn::parse(&self.whose_turn.to_ascii_lowercase())?;
        let (first, rest) = self.step.split_at_checked(1)?;
        let is_word = rest.starts_with(|next: char| next.is_ascii_lowercase());
        let first = if is_word { first.to_ascii_lowercase() } else { first.to_owned() };
        Some((whose, first + rest))
    }
}

/// All of them, by their words.
pub(super) fn kinds() -> &'static [ProblemKind] {
    static KINDS: LazyLock<Vec<ProblemKind>> = LazyLock::new(|| TABLE.lines().filter_map(row).collect());
    &KINDS
}

/// The kind of a word; `None` where there is no such word.
pub(super) fn kind(error: &str) -> Option<&'static ProblemKind> {
    let place = kinds().binary_search_by(|kind| kind.error.cmp(error)).ok()?;
    kinds().get(place)
}

/// Where its page is.
pub(super) fn address(error: &str) -> String {
    format!("/problems/{error}")
}

fn row(line: &'static str) -> Option<ProblemKind> {
    let mut cells = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
    let error = cells.next()?.strip_suffix('`')?;
    Some(ProblemKind { error, means: cells.next()?, whose_turn: cells.next()?, step: cells.next()? })
}

/// Read what the word of an error means, whose turn it is and what to do
#[utoipa::path(get,
    path = "/problems/{error}",
    operation_id = "getProblem",
    tag = "service",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn show(error: Result<Path<String>, PathRejection>) -> Result<Response, Problem> {
    let Path(error) = error.map_err(|_| Problem::not_found())?;
    let kind = kind(&error).ok_or_else(Problem::not_found)?;
    Ok(reference::styled(|nonce| page(kind, nonce)))
}

fn page(kind: &ProblemKind, nonce: &str) -> String {
    let ProblemKind { error, means, whose_turn, step } = kind;
    let (means, turn, step) = (with_code(means), escaped(whose_turn), with_code(step));
    let style = reference::STYLE;
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{error} · outlook-syncd</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style nonce=\"{nonce}\">{style}</style></head>\
         <body><main id=\"main\"><h1><code>{error}</code></h1><p>{means}.</p><table>\
         <tr><th scope=\"row\">Whose turn</th><td>{turn}</td></tr>\
         <tr><th scope=\"row\">What to do</th><td>{step}</td></tr></table>\
         <p><a href=\"/v1/reference#problems\">All errors</a></p></main></body></html>"
    )
}

/// All of them as rows of a table, each with the way to its page.
pub(super) fn list() -> String {
    let row = |kind: &ProblemKind| {
        let (error, address, means) = (kind.error, address(kind.error), with_code(kind.means));
        format!(
            "<tr><th scope=\"row\"><a href=\"{address}\"><code>{error}</code></a></th><td>{means}</td></tr>"
        )
    };
    kinds().iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_they_stand_by_their_words() {
        let rows = TABLE.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(kinds().len(), rows);
        assert!(rows > 200 && kinds().is_sorted_by(|one, other| one.error < other.error));
        for ProblemKind { error, means, whose_turn, step } in kinds() {
            assert!(["owner", "operator", "IT", "nobody"].contains(whose_turn), "{error}: {whose_turn}");
            assert!(step.ends_with(['.', '`']) && !means.ends_with('.'), "{error}: {means} | {step}");
            assert_eq!(kind(error).map(|kind| kind.means), Some(*means));
        }
        assert!(kind("no_such_word").is_none());
    }
}
