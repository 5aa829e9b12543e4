//! What a road reads of a folder at once, in either tongue: a window of a list, or changes.

use super::{ItemError, ItemKey, Sight};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// A place in a folder's list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Position {
    /// Rows before it, newest first.
    pub offset: u32,
}

/// Where reading goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cursor {
    /// At this place of a list, the newest being first.
    At(Position),
    /// With what has changed since; the text is the road's own.
    Since {
        /// The road's own text, which nobody else reads.
        since: String,
    },
}

impl Cursor {
    /// As it stands in the database; `None` where there is none, or none that can be read.
    #[must_use]
    pub fn stored(text: Option<&str>) -> Option<Self> {
        serde_json::from_str(text?).ok()
    }

    /// The place of a list that it names; that of another tongue names the beginning.
    #[must_use]
    pub fn position(&self) -> Position {
        match self {
            Self::At(position) => *position,
            Self::Since { .. } => Position::default(),
        }
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Self::At(Position::default())
    }
}

/// What was read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Batch {
    /// Of a road that lists.
    Window(Window),
    /// Of a road that tells what is different.
    Changes(Changes),
}

/// A window of a folder's list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The road's own word for how it was had.
    pub seen_by: Cow<'static, str>,
    /// One sight for each row, the newest first.
    pub rows: Vec<Sight>,
    /// Whether the list leaves nothing of the folder out and says to the second when items came: only then
    /// does it show which stretches of time are held.
    pub whole: bool,
    /// Where the next window begins; `None` at the end of the list.
    pub next: Option<Position>,
    /// How many items the server says the folder holds, where it counts items (not conversations).
    pub count: Option<i64>,
    /// Whether `count` is always counted in the same way, so that it can be compared with an earlier one.
    pub exact: bool,
    /// The folder's id on the server, where the window names it.
    pub remote_id: Option<String>,
    /// Where to go on with changes when the list is read, of a road that lists first and tells then.
    pub then: Option<String>,
}

/// What is different in a folder since a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The road's own word for how they were had.
    pub seen_by: Cow<'static, str>,
    /// Items that are new or different.
    pub seen: Vec<Sight>,
    /// Items that lie here no longer: deleted, or moved elsewhere. Of one that `seen` names too, the sight
    /// counts.
    pub removed: Vec<ItemKey>,
    /// Where to go on.
    pub next: String,
    /// Whether there is more at once.
    pub more: bool,
    /// Whether they begin anew, with all that is there: what left before is not named.
    pub anew: bool,
}

/// What became of an item that was asked for.
pub type Looked = (ItemKey, Result<Sight, ItemError>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_storage_also_as_it_was_always_written() {
        for cursor in [Cursor::At(Position { offset: 40 }), Cursor::Since { since: "d:1".to_owned() }] {
            let stored = serde_json::to_string(&cursor).expect("texts and numbers serialise");
            assert_eq!(serde_json::from_str::<Cursor>(&stored).ok(), Some(cursor));
        }
        assert_eq!(serde_json::from_str::<Cursor>(r#"{"offset":0}"#).ok(), Some(Cursor::default()));
    }
}
