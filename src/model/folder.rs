//! Folders, and which stretches of time of a folder we hold completely.

use super::{FolderId, Position, SweepState};
use crate::words::schema;
use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

words! {
    /// What a folder is for, in the order in which a mailbox's folders are told.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// Where mail arrives.
        Inbox = "inbox",
        /// What was sent.
        Sent = "sent",
        /// What was begun and not sent.
        Drafts = "drafts",
        /// Where mail goes that is done with and kept.
        Archive = "archive",
        /// What was taken for junk.
        Junk = "junk",
        /// What was deleted.
        Deleted = "deleted",
        /// What is on its way out.
        Outbox = "outbox",
        /// Made by the owner, or for a purpose that has no word here.
        Other = "other",
    }
}

impl Role {
    /// Those by which a person names a folder: all but `other`, which names none.
    pub fn naming() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|role| *role != Self::Other)
    }

    /// The word that views and JSON have for it.
    #[must_use]
    pub const fn as_in_views(self) -> &'static str {
        if matches!(self, Self::Sent) { "sentitems" } else { self.as_str() }
    }

    /// The word that Outlook has for it: the distinguished id of its folder.
    const fn as_outlook_says(self) -> &'static str {
        match self {
            Self::Sent => "sentitems",
            Self::Junk => "junkemail",
            Self::Deleted => "deleteditems",
            Self::Inbox | Self::Drafts | Self::Archive | Self::Outbox | Self::Other => self.as_str(),
        }
    }

    /// The role that a person names, by its own word or by Outlook's, in any case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let names = |role: &Self| {
            [role.as_str(), role.as_outlook_says()].iter().any(|own| own.eq_ignore_ascii_case(word))
        };
        Self::naming().find(names)
    }
}

/// A folder of a mailbox. In JSON its role, name and id are members of what tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Folder {
    /// Ours, for life: it stays when the folder is renamed or moved.
    #[serde(rename = "folder_id")]
    pub id: FolderId,
    /// What it is for.
    #[serde(rename = "folder", serialize_with = "as_in_views", deserialize_with = "from_views")]
    #[schema(schema_with = words_in_views)]
    pub role: Role,
    /// What the mailbox calls it, in its language; `None` until the mailbox has listed its folders.
    #[serde(rename = "folder_name")]
    pub name: Option<String>,
    /// The names from the top of the mailbox down to this one, with a slash between two; known with the name.
    #[serde(rename = "folder_path")]
    pub path: Option<String>,
    /// Its id on the server; `None` until the server has said it.
    #[serde(skip)]
    pub remote_id: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields by reference")]
fn as_in_views<S: Serializer>(role: &Role, into: S) -> Result<S::Ok, S::Error> {
    into.serialize_str(role.as_in_views())
}

fn from_views<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
    let word = String::deserialize(from)?;
    let role = Role::ALL.into_iter().find(|role| role.as_in_views() == word);
    role.ok_or_else(|| D::Error::custom(format!("no role of a folder: `{word}`")))
}

fn words_in_views() -> RefOr<Schema> {
    schema(Role::ALL.map(Role::as_in_views))
}

impl Folder {
    /// A folder of which nothing but its role is known.
    #[must_use]
    pub fn new(id: FolderId, role: Role) -> Self {
        Self { id, role, name: None, path: None, remote_id: None }
    }

    /// What people are told: the role's word, as the configuration has it; of a folder of the owner's own,
    /// where it lies.
    #[must_use]
    pub fn title(&self) -> &str {
        let own = self.path.as_deref().filter(|_| self.role == Role::Other);
        own.unwrap_or(self.role.as_str())
    }
}

/// What a list of a mailbox's folders says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderSight {
    /// What it is for.
    pub role: Role,
    /// What the mailbox calls it.
    pub name: Option<String>,
    /// The names from the top of the mailbox down to this one.
    pub path: Option<String>,
    /// Its id on the server; `None` where only its role is known.
    pub remote_id: Option<String>,
    /// How many items the server counts in it.
    pub total: Option<i64>,
}

impl FolderSight {
    /// A folder that every mailbox has.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        Self { role, name: None, path: None, remote_id: None, total: None }
    }
}

/// A list of a mailbox's folders: those that mail lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderListing {
    /// Each of them.
    pub folders: Vec<FolderSight>,
    /// Whether it leaves none out: only then a folder that it does not name has vanished.
    pub whole: bool,
}

/// A stretch of time, open at its start, closed at its end: `after < t <= until`.
///
/// Open at the start because several messages of one instant may lie on both sides of a page boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// Not included.
    pub after: DateTime<Utc>,
    /// Included.
    pub until: DateTime<Utc>,
    /// Where in the list the stretch ended when that was read; `None` where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
}

/// The stretches of a folder's time that we hold completely: disjoint, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage {
    /// Use `sync::coverage` to change them.
    pub spans: Vec<Span>,
}

/// How far a folder is read: a part of the OutlookSyncState.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderState {
    /// Which folder.
    #[serde(flatten)]
    pub folder: Folder,
    /// How many items the server counted when the folders were last listed.
    pub listed_total: Option<i64>,
    /// Since when the mailbox no longer lists it; `None` while it does.
    pub vanished_at: Option<DateTime<Utc>>,
    /// How many items the server counted when the folder was last read; `None` where a list of folders has
    /// counted others since.
    pub server_total: Option<i64>,
    /// Opaque: where reading got to.
    pub cursor: Option<String>,
    /// What we hold completely.
    pub coverage: Coverage,
    /// When it was last read to the end without an error.
    pub last_success_at: Option<DateTime<Utc>>,
    /// How many messages of it are stored and not gone. The database counts it itself.
    #[serde(skip)]
    pub held: u64,
    /// How many messages of it were ever stored for one person, beside what is read of it.
    #[serde(skip)]
    pub beside: u64,
    /// Where its sweeps stand.
    #[serde(skip)]
    pub sweeps: SweepState,
}

impl FolderState {
    /// A folder that was never read.
    #[must_use]
    pub fn new(folder: Folder) -> Self {
        Self {
            folder,
            listed_total: None,
            vanished_at: None,
            server_total: None,
            cursor: None,
            coverage: Coverage::default(),
            last_success_at: None,
            held: 0,
            beside: 0,
            sweeps: SweepState::default(),
        }
    }

    /// What it is after a list named it so. One of another id on the server is another folder there: nothing
    /// of it was read.
    #[must_use]
    pub fn after(self, sight: &FolderSight) -> Self {
        let or = |said: &Option<String>, known| said.clone().or(known);
        let ids = self.folder.remote_id.as_ref().zip(sight.remote_id.as_ref());
        let is_another = ids.is_some_and(|(known, said)| known != said);
        let Self { held, beside, .. } = self;
        let state = if is_another { Self { held, beside, ..Self::new(self.folder) } } else { self };
        let Folder { id, name, path, remote_id, .. } = state.folder;
        let folder = Folder {
            id,
            role: sight.role,
            name: or(&sight.name, name),
            path: or(&sight.path, path),
            remote_id: or(&sight.remote_id, remote_id),
        };
        let is_news = sight.total.is_some() && sight.total != state.listed_total;
        Self {
            folder,
            listed_total: sight.total.or(state.listed_total),
            server_total: state.server_total.filter(|_| !is_news),
            vanished_at: None,
            ..state
        }
    }
}
