//! A row of the list as the page shows it.

use serde::Deserialize;

/// A row as the script found it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::owa) struct RawRow {
    /// The row's key in this view, not the item's.
    pub(super) id: String,
    /// `data-convid`
    pub(super) conversation: Option<String>,
    /// `aria-label`
    pub(super) label: String,
    /// The header of its group.
    pub(super) group: Option<String>,
    /// Its texts in order.
    pub(super) parts: Vec<RowText>,
}

/// A text of a row and the title over it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::owa) struct RowText {
    pub(super) text: String,
    pub(super) title: Option<String>,
}

impl RowText {
    /// The address that its title is, as over the sender's name.
    pub(super) fn address(&self) -> Option<&str> {
        self.title.as_deref().filter(|title| title.contains('@') && !title.contains(' '))
    }
}
