//! IMAP over the control interface.
//!
//! ```text
//! POST   /imap/{smtp}/renumber      {"folder": "INBOX"}: another UIDVALIDITY, other UIDs
//! ```
//!
//! Variants and failures go through `/knobs`: `{"set": {"imap": {"front": "new", "quirks": ["split"]}}}`,
//! `{"fail": [{"kind": "imap", "how": "backoff", "ms": 299961, "actions": ["imap_select"], "times": 1}]}`; `about` is looked
//! for in the command. The actions of failures and of the log are `imap_` and the command in small letters, without
//! `uid`; and `imap_greeting`, of failures alone. The log alone has `imap_empty_reply` and `imap_other_reply`, for what a
//! client says to the challenge of a refused token. A status of 200 is OK, 403 NO, 400 BAD, 503 no answer. Tokens come from
//! `/identity/access` with the scope `https://outlook.office.com/IMAP.AccessAsUser.All`.

use anyhow::{Context as _, Result};
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::places;
use crate::control::{Answer, answer};
use crate::sim::Sim;

/// IMAP.
impl Sim {
    /// Gives the folder of this path another UIDVALIDITY, and its messages other UIDs, as happens to real ones again and
    /// again (joeyates/imap-backup#234).
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn renumber(&self, smtp: &str, path: &str) -> Result<()> {
        let place = places::named(self, smtp, path).with_context(|| format!("no folder {path}"))?;
        self.renumber_folder(smtp, place.folder);
        Ok(())
    }
}

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().route("/imap/{smtp}/renumber", post(renumber)).with_state(sim)
}

#[derive(Deserialize)]
struct Renumber {
    folder: String,
}

async fn renumber(State(sim): State<Sim>, Path(smtp): Path<String>, Json(what): Json<Renumber>) -> Answer {
    sim.renumber(&smtp, &what.folder)?;
    answer(json!({}))
}
