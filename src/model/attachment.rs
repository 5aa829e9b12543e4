//! What hangs on a message: files, other items, addresses of files that lie elsewhere.

use super::storable;
use serde::Serialize;
use utoipa::ToSchema;

/// So many are kept of a message: one that is forged may name any number.
const MOST: usize = 500;

words! {
    /// What hangs on a message.
    pub enum AttachedKind {
        /// A file.
        File = "file",
        /// Another item, such as a message.
        Item = "item",
        /// The address of a file that lies elsewhere.
        Reference = "reference",
    }
}

/// One thing that hangs on a message. What the look did not say is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attachment {
    /// By which its road asks for it, exactly as Exchange has it; `None` of a road that has no such ids.
    #[serde(skip)]
    pub item_id: Option<String>,
    /// What it is.
    pub kind: AttachedKind,
    /// The name of a file, or the subject of an item: hostile input.
    pub name: Option<String>,
    /// Its media type, as its sender says.
    pub content_type: Option<String>,
    /// Bytes, as the server counts: of Exchange a little more than the file has.
    pub size: Option<i64>,
    /// By which an HTML body shows it (`cid:`), without brackets.
    pub content_id: Option<String>,
    /// Whether the body shows it, as the server says; that may be wrong.
    pub is_inline: bool,
    /// Of a `reference`: where the file lies. `None` where the server does not say it.
    pub url: Option<String>,
}

impl Attachment {
    /// One of which only the kind is known.
    #[must_use]
    pub const fn of(kind: AttachedKind) -> Self {
        Self {
            item_id: None,
            kind,
            name: None,
            content_type: None,
            size: None,
            content_id: None,
            is_inline: false,
            url: None,
        }
    }

    /// As a database takes them.
    #[must_use]
    pub fn storable(said: &[Self]) -> Vec<Self> {
        let text = |text: &Option<String>| text.as_deref().map(storable);
        let one = |one: &Self| Self {
            item_id: text(&one.item_id),
            kind: one.kind,
            name: text(&one.name),
            content_type: text(&one.content_type),
            size: one.size,
            content_id: text(&one.content_id),
            is_inline: one.is_inline,
            url: text(&one.url),
        };
        said.iter().take(MOST).map(one).collect()
    }
}

/// A Content-ID without the brackets that a header has around it.
#[must_use]
pub fn bare_content_id(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id)
}
