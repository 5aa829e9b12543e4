//! What of Graph varies from account to account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hosts::GRAPH;

/// What becomes of the date of a birthday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Birthday {
    /// That day at 11:59 UTC.
    #[default]
    Noon,
    /// That day at 00:00 UTC.
    Midnight,
}

/// How a lost cursor is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostCursor {
    /// 410 `SyncStateNotFound`.
    #[default]
    NotFound,
    /// The same with a `Location` that has an empty token.
    Location,
    /// 400 `SyncStateInvalid`.
    Invalid,
    /// 410 `resyncRequired`.
    Resync,
    /// 400 `ErrorInvalidIdMalformed`.
    Malformed,
    /// 400 `BadRequest`.
    Bare,
}

/// What the real thing was seen to do, here and there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// A round begins with a page that has no items.
    EmptyPages,
    /// Every item stands twice on its page.
    Doubles,
    /// Items of a page come in reverse order.
    Reversed,
    /// A round brings the three changes before its cursor again.
    Replays,
    /// Items of a later round have only the members that changed.
    PartialItems,
    /// Members that are empty are left out of delta's items.
    NoEmpties,
    /// With immutable ids: what left a folder and came back between two rounds is removed for delta.
    ForgetsReturns,
    /// What was moved to a folder is not shown there.
    HidesArrivals,
    /// That the last contact of a folder left is not shown.
    HidesLastRemoval,
    /// `@removed` has the reason `changed` instead of `deleted`.
    RemovedAsChanged,
    /// A page with a next link has a delta link too.
    BothLinks,
    /// Rounds of messages take no filter.
    RefusesFilters,
    /// A page that has more behind it has no link at all.
    NoLinks,
    /// A next link leads to the page that it stands on.
    SelfLink,
    /// Two next links lead to one another.
    RingOfLinks,
    /// Delta says that nothing is there, and gives a good cursor.
    ShowsNothing,
    /// `If-Match` is not looked at.
    IgnoresIfMatch,
    /// A PATCH is answered 204, whatever was preferred.
    EmptyPatches,
    /// `parentFolderId` in a PATCH changes nothing.
    IgnoresParent,
    /// Some contacts of a folder of its own gain its name as a category when they are written.
    FolderAsCategory,
    /// The owner's control characters stand in the JSON as they are, which makes it none.
    RawControls,
    /// Every fourth part of a batch that is not serial meets 429.
    ThrottledBatches,
    /// What is sent gets another Message-ID than its client gave it (MailCore/mailcore2#1095).
    RenamesSent,
    /// No list has the copy of what is sent, until a test shows it: it comes with a delay.
    SentCopiesLate,
    /// What is sent leaves no copy.
    NoSentCopies,
    /// A photo can be neither replaced by PUT nor taken away: 405.
    FixedPhotos,
}

/// Variants of an account at Graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What stands before `/v1.0` in links; no client should follow one that leads elsewhere.
    pub base: String,
    /// Items on a page of delta without a preference.
    pub usual_page: usize,
    /// Most items on a page of delta, whatever is preferred.
    pub most_page: usize,
    /// Delta fails with 504 when a larger page is preferred than this, of more than two members of each item.
    pub page_too_big: Option<usize>,
    /// How long a change takes until delta, lists and searches show it, milliseconds.
    pub late_ms: u32,
    /// The mailbox is full: no delta, nothing new.
    pub full: bool,
    /// Requests that are answered at once; more meet 429.
    pub most_at_once: usize,
    /// Requests in ten minutes.
    pub most_in_ten_minutes: usize,
    /// What becomes of a birthday.
    pub birthday: Birthday,
    /// How a lost cursor is answered.
    pub lost_cursor: LostCursor,
    /// What becomes of these members when they are written, whatever was sent.
    pub rewrites: BTreeMap<String, Value>,
    /// What else it does.
    pub quirks: BTreeSet<Quirk>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base: format!("https://{GRAPH}"),
            usual_page: 10,
            most_page: 200,
            page_too_big: None,
            late_ms: 0,
            full: false,
            most_at_once: 4,
            most_in_ten_minutes: 10_000,
            birthday: Birthday::default(),
            lost_cursor: LostCursor::default(),
            rewrites: BTreeMap::new(),
            quirks: BTreeSet::new(),
        }
    }
}

impl Settings {
    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}
