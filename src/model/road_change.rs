//! Another road for an account's mail: that it is wanted, and what came of it.

use super::{FolderId, LastError, MessageId, Road, Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words! {
    /// Where a change of road stands.
    pub enum RoadChangeState {
        /// The account's next turn looks at the other road.
        Wanted = "wanted",
        /// Mail goes by it.
        Taken = "taken",
        /// Too little of the mail was recognised on it: nothing was changed.
        Refused = "refused",
        /// The roads were compared, as somebody asked, and nothing was changed.
        Compared = "compared",
        /// The other road could not be read: nothing was changed.
        Failed = "failed",
    }
}

/// What somebody asked for, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoadChange {
    /// The road that is wanted, or looked at.
    pub road: Road,
    /// Whether the roads are only compared.
    pub shadow: bool,
    /// Where it stands.
    pub state: RoadChangeState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it ended; `None` while it waits for the account's turn.
    pub ended_at: Option<DateTime<Utc>>,
    /// What was recognised; `None` while nothing was looked at.
    pub report: Option<RoadReport>,
    /// What kept the last turn from looking at it, or why nothing was changed.
    pub error: Option<LastError>,
}

/// How many there are, and how many of them are on the other side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recognised {
    /// All of them.
    pub all: u64,
    /// Those that are on the other side too.
    pub recognised: u64,
}

impl Recognised {
    /// Those that are not on the other side.
    #[must_use]
    pub const fn unknown(self) -> u64 {
        self.all.saturating_sub(self.recognised)
    }

    /// Counts one more.
    pub fn count(&mut self, is_recognised: bool) {
        self.all += 1;
        self.recognised += u64::from(is_recognised);
    }

    /// Adds those of another folder.
    pub const fn add(&mut self, other: Self) {
        self.all += other.all;
        self.recognised += other.recognised;
    }

    /// Whether at least so many of a hundred are on the other side.
    #[must_use]
    pub const fn reaches(self, percent: u64) -> bool {
        self.recognised.saturating_mul(100) >= self.all.saturating_mul(percent)
    }
}

/// What of an account's mail was recognised on another road: ids, times and counts, and nothing of what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoadReport {
    /// Messages that are stored of the folders and the time that are read.
    pub stored: Recognised,
    /// Messages that the other road lists there, of the time that is held.
    pub seen: Recognised,
    /// By what they were recognised.
    pub by: RecognisedBy,
    /// The same folder by folder.
    pub folders: Vec<FolderMet>,
    /// Messages of which both looks were compared; only where that was asked for.
    pub compared: u64,
    /// Of how many of them a member differs; of those that were not recognised too, where their Internet message id is
    /// the same.
    pub differing: Differing,
    /// Each of these, 200 at most.
    pub differences: Vec<RoadDifference>,
}

/// By what messages were recognised on another road.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecognisedBy {
    /// By an id that both roads have.
    pub id: u64,
    /// By Internet message id, time and sender.
    pub internet_message_id: u64,
    /// By second, sender and subject, where a list says no Internet message id.
    pub look: u64,
    /// By Internet message id, time and sender in another folder, to which they have moved.
    pub moved: u64,
}

/// What of a folder was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderMet {
    /// The folder's id.
    pub folder_id: FolderId,
    /// What it is for.
    pub folder: Role,
    /// Whether the other road lists it.
    pub is_listed: bool,
    /// Messages that are stored.
    pub stored: Recognised,
    /// Messages that the other road lists.
    pub seen: Recognised,
}

words! {
    /// What is compared of two looks at a message.
    #[derive(PartialOrd, Ord)]
    pub enum ComparedMember {
        /// When it arrived.
        Received = "received",
        /// Who sent it.
        Sender = "sender",
        /// Its subject.
        Subject = "subject",
        /// Whether it was read.
        Read = "read",
        /// Whether it has attachments.
        Attachments = "attachments",
        /// Where it lies.
        Folder = "folder",
    }
}

/// Of how many messages each member differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Differing {
    /// When they arrived.
    pub received: u64,
    /// Who sent them.
    pub sender: u64,
    /// Their subjects.
    pub subject: u64,
    /// Whether they were read.
    pub read: u64,
    /// Whether they have attachments.
    pub attachments: u64,
    /// Where they lie.
    pub folder: u64,
}

impl Differing {
    /// The number of a member.
    pub const fn of(&mut self, member: ComparedMember) -> &mut u64 {
        match member {
            ComparedMember::Received => &mut self.received,
            ComparedMember::Sender => &mut self.sender,
            ComparedMember::Subject => &mut self.subject,
            ComparedMember::Read => &mut self.read,
            ComparedMember::Attachments => &mut self.attachments,
            ComparedMember::Folder => &mut self.folder,
        }
    }
}

/// A member of a message in which two looks differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoadDifference {
    /// The stored message.
    pub message_id: MessageId,
    /// What differs.
    pub member: ComparedMember,
    /// When it arrived as it is stored, where that differs.
    pub stored_at: Option<DateTime<Utc>>,
    /// When it arrived as the other road says.
    pub seen_at: Option<DateTime<Utc>>,
}

impl RoadReport {
    /// Differences that are told one by one.
    pub const MOST: usize = 200;

    /// Takes a difference in.
    pub fn differs(&mut self, difference: RoadDifference) {
        *self.differing.of(difference.member) += 1;
        if self.differences.len() < Self::MOST {
            self.differences.push(difference);
        }
    }
}
