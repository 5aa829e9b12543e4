//! The mail of one person, as it is told.

use crate::error::WhoseTurn;
use crate::model::{AccountId, ContactId, Correspondence, Correspondent, Folder, FolderCorrespondence, Part};
use crate::sync::explain::Explanation;
use crate::sync::health::{AccountHealth, Verdict};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

words! {
    /// How it stands.
    pub enum CorrespondenceStanding {
        /// No turn has begun with it.
        Waiting = "waiting",
        /// Turns are at it.
        Reading = "reading",
        /// Every folder was gone through to its end.
        Done = "done",
        /// It has ended, and some folder could not be gone through.
        Incomplete = "incomplete",
    }
}

/// The mail of one person, as far as it was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrespondenceDetail {
    /// In whose mailbox.
    pub account_id: AccountId,
    /// Whose, where that of a contact was asked for.
    pub contact_id: Option<ContactId>,
    /// By which addresses it is known, in lower case.
    pub addresses: BTreeSet<String>,
    /// How it stands.
    pub state: CorrespondenceStanding,
    /// When somebody asked for it.
    pub asked_at: DateTime<Utc>,
    /// When a turn first read of it.
    pub began_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Messages of theirs, in all folders.
    pub found: u64,
    /// Those of them that were not stored before.
    pub stored: u64,
    /// Items of theirs that could not be read.
    pub unreadable: u64,
    /// How far each folder was gone through; none before a turn has begun.
    pub folders: Vec<FolderCorrespondenceDetail>,
    /// Who has to act before it goes on; `None` while nobody has.
    pub whose_turn: Option<WhoseTurn>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// How mail does, where somebody has to act before it goes on.
    #[serde(skip)]
    pub stands_still: Option<Explanation>,
}

/// How far a folder was gone through.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderCorrespondenceDetail {
    /// Which.
    #[serde(flatten)]
    pub folder: Folder,
    /// When the oldest message came down to which its list was gone through.
    pub back_to: Option<DateTime<Utc>>,
    /// Messages of theirs.
    pub found: u64,
    /// Those of them that were not stored before.
    pub stored: u64,
    /// Items of theirs that could not be read.
    pub unreadable: u64,
    /// When it was gone through, or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// A word for what kept the last turn from getting on, or ended it early.
    pub stopped: Option<String>,
}

impl From<FolderCorrespondence> for FolderCorrespondenceDetail {
    fn from(of: FolderCorrespondence) -> Self {
        let FolderCorrespondence { folder, back_to, found, stored, unreadable, ended_at, stopped, .. } = of;
        Self { folder, back_to, found, stored, unreadable, ended_at, stopped }
    }
}

impl CorrespondenceDetail {
    /// Of an account that does so.
    pub(super) fn of(of: Correspondence, card: &AccountHealth) -> Self {
        let state = standing(&of);
        let is_read = |verdict: Verdict| verdict.is_healthy() && verdict != Verdict::Off;
        let mail = card.parts.iter().find(|part| part.part == Part::Mail && !is_read(part.verdict));
        let mail =
            mail.filter(|mail| of.ended_at.is_none() && mail.whose_turn.is_some() && mail.hint.is_some());
        let stands_still = mail.map(Explanation::of_part);
        let sum = |count: fn(&FolderCorrespondence) -> u64| of.folders.iter().map(count).sum();
        Self {
            state,
            found: sum(|folder| folder.found),
            stored: sum(|folder| folder.stored),
            unreadable: sum(|folder| folder.unreadable),
            contact_id: match of.whose {
                Correspondent::Contact(id) => Some(id),
                Correspondent::Address(_) => None,
            },
            account_id: of.account_id,
            addresses: of.names.addresses,
            asked_at: of.asked_at,
            began_at: of.began_at,
            ended_at: of.ended_at,
            folders: of.folders.into_iter().map(Into::into).collect(),
            whose_turn: stands_still.as_ref().map(|said| said.whose_turn),
            hint: stands_still.as_ref().map(Explanation::hint),
            stands_still,
        }
    }
}

fn standing(of: &Correspondence) -> CorrespondenceStanding {
    match (of.began_at, of.ended_at) {
        (None, _) => CorrespondenceStanding::Waiting,
        (Some(_), None) => CorrespondenceStanding::Reading,
        (Some(_), Some(_)) if of.folders.iter().any(|folder| folder.stopped.is_some()) => {
            CorrespondenceStanding::Incomplete
        }
        (Some(_), Some(_)) => CorrespondenceStanding::Done,
    }
}
