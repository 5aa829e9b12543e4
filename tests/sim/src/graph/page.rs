//! What a round of contacts or messages brings.

use std::collections::{BTreeSet, HashMap};
use std::marker::PhantomData;

use serde_json::{Map, Value, json};

use super::cursor::Cursor;
use super::query::View;
use super::shelf::{Kind, Shelved};
use super::{Quirk, Settings};
use crate::world::Mailbox;
use crate::world::contacts::is_empty;
use crate::world::journal::{Change, What};

/// Items, each with its place in the round.
pub(super) type Rows = Vec<(u64, Value)>;

/// A round of one folder.
pub(super) struct Round<'a, K> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) settings: &'a Settings,
    pub(super) cursor: &'a Cursor,
    pub(super) folder: usize,
    /// Number of the last change that it brings.
    pub(super) to: u64,
    /// The request prefers ids that survive a move.
    pub(super) immutable: bool,
    pub(super) of: PhantomData<K>,
}

impl<'a, K: Shelved + 'a> Round<'a, K> {
    /// At most so many items behind the cursor's place.
    pub(super) fn rows(&self, most: usize) -> Rows {
        match self.cursor.from {
            _ if self.settings.has(Quirk::ShowsNothing) => Vec::new(),
            None => self.all(most),
            Some(from) => {
                self.changed(from).into_iter().filter(|(at, _)| *at > self.cursor.after).take(most).collect()
            }
        }
    }

    fn all(&self, most: usize) -> Rows {
        if self.cursor.kinds.as_deref().is_some_and(|kinds| kinds != "created") {
            return Vec::new();
        }
        let held = K::held(self.mailbox, self.folder, self.cursor.after).into_iter();
        let held =
            held.filter(|item| item.since() <= self.to).map(|item| (item.key(), self.item(item, None)));
        let since = self.cursor.received_since.as_deref();
        held.filter(|(_, item)| is_since(item, since)).take(most).collect()
    }

    /// By the number of the last change of each id.
    fn changed(&self, from: u64) -> Rows {
        let from = if self.settings.has(Quirk::Replays) { from.saturating_sub(3) } else { from };
        let mut by_id: HashMap<String, Vec<(u64, &Change)>> = HashMap::new();
        let changes = K::changes(self.mailbox).between(from, self.to);
        let changes = changes.filter(|(_, change)| change.folder == self.folder && self.tells(&change.what));
        for (number, change) in changes {
            if let Some(id) = self.id_of(change) {
                by_id.entry(id).or_default().push((number, change));
            }
        }
        let row = |(id, changes): (String, Vec<(u64, &Change)>)| {
            Some((changes.last()?.0, self.row(&id, &changes).filter(|row| self.wants(row, &changes))?))
        };
        let mut rows: Rows = by_id.into_iter().filter_map(row).collect();
        rows.sort_by_key(|(number, _)| *number);
        rows
    }

    /// Whether it counts as a change of what was selected: that a message was read or not is told to whoever
    /// selected it (alcionai/corso#1866).
    fn tells(&self, what: &What) -> bool {
        let is_read =
            matches!(what, What::Edited(members) if members.iter().all(|member| member == "isRead"));
        let select = self.cursor.select.as_ref();
        !(K::KIND == Kind::Messages
            && is_read
            && select.is_some_and(|select| !select.contains(&"isRead".to_owned())))
    }

    /// Whether the kind of change is one that was asked for by `changeType`.
    fn wants(&self, row: &Value, changes: &[(u64, &Change)]) -> bool {
        let Some(wanted) = self.cursor.kinds.as_deref() else { return true };
        let is_edit = changes.iter().all(|(_, change)| matches!(change.what, What::Edited(_)));
        let kind = match row.get("@removed") {
            Some(_) => "deleted",
            None if is_edit => "updated",
            None => "created",
        };
        wanted == kind
    }

    /// The id that a change is told under; none: a later change tells of it.
    fn id_of(&self, change: &Change) -> Option<String> {
        match &change.what {
            _ if self.immutable => Some(K::immutable(self.mailbox, change.key)),
            What::Left { id } => Some(id.clone()),
            What::Made | What::Arrived | What::Edited(_) => Some(self.here(change.key)?.id(false)),
        }
    }

    fn here(&self, key: u64) -> Option<&'a K> {
        K::here(self.mailbox, self.folder, key)
    }

    fn row(&self, id: &str, changes: &[(u64, &Change)]) -> Option<Value> {
        let here = self.here(changes.first()?.1.key).filter(|item| item.id(self.immutable) == id);
        let left = changes.iter().any(|(_, change)| matches!(change.what, What::Left { .. }));
        let came = changes.iter().any(|(_, change)| matches!(change.what, What::Arrived));
        let Some(item) = here.filter(|_| !(self.forgets() && left && came)) else {
            let hidden = self.settings.has(Quirk::HidesLastRemoval)
                && K::held(self.mailbox, self.folder, 0).is_empty();
            return (left && !hidden).then(|| self.removed(id));
        };
        let arrived = changes.iter().all(|(_, change)| matches!(change.what, What::Arrived));
        if arrived && self.settings.has(Quirk::HidesArrivals) {
            return None;
        }
        Some(self.item(item, edited(changes)))
    }

    fn forgets(&self) -> bool {
        self.immutable && self.settings.has(Quirk::ForgetsReturns)
    }

    fn removed(&self, id: &str) -> Value {
        let reason = if self.settings.has(Quirk::RemovedAsChanged) { "changed" } else { "deleted" };
        json!({"@removed": {"reason": reason}, "id": id})
    }

    /// An item, or only these members of it.
    fn item(&self, item: &K, only: Option<BTreeSet<&str>>) -> Value {
        let view = View { select: self.cursor.select.clone(), ..View::default() };
        let mut item: Map<String, Value> = item.entity(self.mailbox, &view, self.immutable);
        if let Some(only) = only.filter(|_| self.settings.has(Quirk::PartialItems)) {
            item.retain(|name, _| K::ALWAYS.contains(&name.as_str()) || only.contains(name.as_str()));
        }
        if self.settings.has(Quirk::NoEmpties) {
            item.retain(|_, value| !is_empty(value));
        }
        item.into()
    }
}

/// Whether an item came at an instant or later; one that does not say when is taken to have.
fn is_since(item: &Value, since: Option<&str>) -> bool {
    let received = item["receivedDateTime"].as_str();
    since.zip(received).is_none_or(|(since, received)| received >= since)
}

/// The members that changed; none: the item is new here.
fn edited<'a>(changes: &[(u64, &'a Change)]) -> Option<BTreeSet<&'a str>> {
    let mut names = BTreeSet::new();
    for (_, change) in changes {
        match &change.what {
            What::Edited(members) => names.extend(members.iter().map(String::as_str)),
            What::Made | What::Arrived | What::Left { .. } => return None,
        }
    }
    Some(names)
}
