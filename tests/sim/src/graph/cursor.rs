//! The tokens in the links of delta: all that a round needs is in them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::shelf::Kind;
use super::{GraphError, LostCursor};

/// Where a round is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) kind: Kind,
    /// Number of the folder whose items are followed; none: the folders are.
    pub(super) folder: Option<usize>,
    pub(super) immutable: bool,
    pub(super) generation: u32,
    pub(super) select: Option<Vec<String>>,
    /// `changeType`: the one kind of change that is told.
    pub(super) kinds: Option<String>,
    /// Messages from before are not told of.
    pub(super) received_since: Option<String>,
    /// The round brings what changed behind this number; none: it brings all.
    pub(super) from: Option<u64>,
    /// Number of the last change that the round brings; none: the round is yet to begin.
    pub(super) to: Option<u64>,
    /// Where the next page begins.
    pub(super) after: u64,
    /// A page was given.
    pub(super) opened: bool,
    /// Which of two links that lead to one another.
    pub(super) turn: bool,
}

impl Cursor {
    /// The cursor in a request's link; none: the request begins a round of its own.
    pub(super) fn of(asked: &Asked) -> Result<Option<Self>, GraphError> {
        let token = asked.option("skiptoken").or_else(|| asked.option("deltatoken"));
        // A token that means "from now on" elsewhere means nothing here.
        let Some(token) = token.filter(|token| !token.is_empty() && *token != "latest") else {
            return Ok(None);
        };
        // Who encodes the link again gets no further.
        let bytes = token.strip_suffix('=').and_then(|token| URL_SAFE_NO_PAD.decode(token).ok());
        let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        cursor.map(Some).ok_or_else(|| GraphError::bad_request("Badly formed token."))
    }

    /// The link to what follows, on the path that was asked for.
    pub(super) fn link(&self, base: &str, path: &str) -> String {
        let kind = if self.to.is_some() { "$skiptoken" } else { "$deltatoken" };
        let token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        format!("{base}/v1.0{path}?{kind}={token}%3d")
    }

    /// Whether it can go on: it is of this generation, this folder and this family of ids.
    pub(super) fn check(&self, now: &Self, form: LostCursor, location: &str) -> Result<(), GraphError> {
        if (self.kind, self.folder) != (now.kind, now.folder) {
            return Err(GraphError::bad_request("Badly formed token."));
        }
        if self.generation != now.generation {
            return Err(lost(self.generation, now.generation, form, location));
        }
        if now.immutable && !self.immutable {
            return Err(invalid());
        }
        Ok(())
    }
}

/// How a lost cursor is told.
pub(super) fn lost(of: u32, highest: u32, form: LostCursor, location: &str) -> GraphError {
    let (second, third) = (highest.saturating_sub(2), highest.saturating_sub(1));
    let text = format!(
        "The sync state generation is not found; generation={of};[highest={highest}][{highest}][{second}][{third}]."
    );
    let not_found = GraphError::new(410, "SyncStateNotFound", &text);
    match form {
        LostCursor::NotFound => not_found,
        LostCursor::Location => not_found.with("location", location),
        LostCursor::Invalid => invalid(),
        LostCursor::Resync => GraphError::new(
            410,
            "resyncRequired",
            "Resync required. Replace any local items with the server's version (including deletes) if you're sure that the service was up to date with your local changes when you last sync'd. Upload any local changes that the server doesn't know about.",
        ),
        LostCursor::Malformed => GraphError::malformed_id(),
        LostCursor::Bare => GraphError::bad_request("Bad Request"),
    }
}

fn invalid() -> GraphError {
    GraphError::new(400, "SyncStateInvalid", "The sync state is invalid.")
}
