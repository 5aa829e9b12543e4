//! The list as the page shows it: rows collected by scrolling, since only those near the window exist.

mod date;
mod read;
mod row;
mod words;

pub(super) use read::read;
pub(super) use row::RawRow;

use super::profile::MailList;
use crate::browser::{BrowserError, Page};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;

/// How long a list may take to be drawn before there is anything to scroll.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where to scroll once the rows in view are read. Reading and scrolling are one script, so that no row is
/// passed by.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scroll {
    /// To the first row.
    Top,
    /// On by the rows in view, if they have been drawn.
    On,
}

/// What the page shows of its list right now.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    /// Whether there is a list at all.
    pub(super) list: bool,
    /// Whether the page is still on its way.
    pub(super) loading: bool,
    /// How many rows are in the document, drawn or not.
    pub(super) nodes: u32,
    /// Whether its end was in view, and drawn.
    pub(super) end: bool,
    /// None while a row in view has not been drawn.
    rows: Vec<RawRow>,
}

impl Shown {
    /// Reads it off the page, then scrolls.
    pub(super) async fn take(page: &Page, list: &MailList, then: Scroll) -> Result<Self, BrowserError> {
        page.call(include_str!("list.js"), json!({ "names": list, "to": then })).await
    }
}

/// Scrolls to the last row that there is, once there is one, and reads nothing: the page then fetches more.
pub(super) async fn scroll_to_end(page: &Page, list: &MailList) -> Result<(), BrowserError> {
    let argument = json!({ "names": list, "to": "end", "patience": PATIENCE.as_millis() });
    page.call(include_str!("list.js"), argument).await
}

/// The rows seen so far, in the order of the list.
#[derive(Debug, Default)]
pub(super) struct Collected {
    ids: HashSet<String>,
    /// Each row once, however often it was passed.
    pub(super) rows: Vec<RawRow>,
}

impl Collected {
    /// Adds what is shown and was not seen yet; whether there was any. A row far from the window has its
    /// place and no content: it is taken when it comes near.
    pub(super) fn add(&mut self, shown: Shown) -> bool {
        let before = self.rows.len();
        let full = shown.rows.into_iter().filter(|row| !row.parts.is_empty());
        self.rows.extend(full.filter(|row| self.ids.insert(row.id.clone())));
        self.rows.len() > before
    }
}
