//! The list as the page shows it: rows collected by scrolling, since only those near the window exist.

mod read;
mod words;

pub(super) use read::{RawRow, read};

use crate::browser::{BrowserError, Page};
use serde::Deserialize;
use std::collections::HashSet;

/// What the page shows of its list right now.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    /// Whether there is a list at all.
    pub(super) list: bool,
    rows: Vec<RawRow>,
}

impl Shown {
    /// Reads it off the page.
    pub(super) async fn take(page: &Page) -> Result<Self, BrowserError> {
        page.eval(include_str!("list.js")).await
    }
}

/// Scrolls the list down by most of a window, or to the end of what there is; whether the end is reached.
pub(super) async fn scroll(page: &Page, whole: bool) -> Result<bool, BrowserError> {
    page.eval(&include_str!("scroll.js").replace("WHOLE", if whole { "true" } else { "false" })).await
}

/// The rows seen so far, in the order of the list.
#[derive(Debug, Default)]
pub(super) struct Collected {
    ids: HashSet<String>,
    /// Each once.
    pub(super) rows: Vec<RawRow>,
}

impl Collected {
    /// Adds what is shown and was not seen yet; whether there was any. A row far from the window has its place and no
    /// content: it is taken when it comes near.
    pub(super) fn add(&mut self, shown: Shown) -> bool {
        let before = self.rows.len();
        let full = shown.rows.into_iter().filter(|row| !row.parts.is_empty());
        self.rows.extend(full.filter(|row| self.ids.insert(row.id.clone())));
        self.rows.len() > before
    }
}
