//! What a round of contacts brings.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::cursor::Cursor;
use super::query::View;
use super::{Quirk, Settings, entity};
use crate::world::Mailbox;
use crate::world::contacts::{Contact, Place, is_empty};
use crate::world::journal::{Change, What};

/// Items, each with its place in the round.
pub(super) type Rows = Vec<(u64, Value)>;

/// A round of one folder.
pub(super) struct Round<'a> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) settings: &'a Settings,
    pub(super) cursor: &'a Cursor,
    pub(super) folder: usize,
    /// Number of the last change that it brings.
    pub(super) to: u64,
    /// The request prefers ids that survive a move.
    pub(super) immutable: bool,
}

impl Round<'_> {
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
        let held = self.mailbox.book.in_folder(self.folder, self.cursor.after);
        let held = held.filter(|contact| !contact.is_list && contact.since <= self.to);
        held.take(most).map(|contact| (contact.key, self.item(contact, None))).collect()
    }

    /// By the number of the last change of each id.
    fn changed(&self, from: u64) -> Rows {
        let from = if self.settings.has(Quirk::Replays) { from.saturating_sub(3) } else { from };
        let mut by_id: HashMap<String, Vec<(u64, &Change)>> = HashMap::new();
        let changes =
            self.mailbox.book.changes.between(from, self.to).filter(|(_, change)| change.folder == self.folder);
        for (number, change) in changes {
            if let Some(id) = self.id_of(change) {
                by_id.entry(id).or_default().push((number, change));
            }
        }
        let row = |(id, changes): (String, Vec<(u64, &Change)>)| {
            Some((changes.last()?.0, self.row(&id, &changes)?))
        };
        let mut rows: Rows = by_id.into_iter().filter_map(row).collect();
        rows.sort_by_key(|(number, _)| *number);
        rows
    }

    /// The id that a change is told under; none: a later change tells of it.
    fn id_of(&self, change: &Change) -> Option<String> {
        match &change.what {
            _ if self.immutable => Some(self.mailbox.book.immutable(change.key)),
            What::Left { id } => Some(id.clone()),
            What::Made | What::Arrived | What::Edited(_) => {
                self.here(change.key).map(|contact| contact.id.clone())
            }
        }
    }

    fn here(&self, key: u64) -> Option<&Contact> {
        let contact = self.mailbox.book.get(key)?;
        (contact.place == Place::Folder(self.folder)).then_some(contact)
    }

    fn row(&self, id: &str, changes: &[(u64, &Change)]) -> Option<Value> {
        let here =
            self.here(changes.first()?.1.key).filter(|contact| entity::id(contact, self.immutable) == id);
        let all = |what: fn(&What) -> bool| changes.iter().all(|(_, change)| what(&change.what));
        let left = changes.iter().any(|(_, change)| matches!(change.what, What::Left { .. }));
        let came = changes.iter().any(|(_, change)| matches!(change.what, What::Arrived));
        let Some(contact) = here.filter(|_| !(self.forgets() && left && came)) else {
            let hidden = self.settings.has(Quirk::HidesLastRemoval)
                && self.mailbox.book.in_folder(self.folder, 0).next().is_none();
            return (left && !hidden).then(|| self.removed(id));
        };
        let arrived = all(|what| matches!(what, What::Arrived));
        if contact.is_list || (arrived && self.settings.has(Quirk::HidesArrivals)) {
            return None;
        }
        Some(self.item(contact, edited(changes)))
    }

    fn forgets(&self) -> bool {
        self.immutable && self.settings.has(Quirk::ForgetsReturns)
    }

    fn removed(&self, id: &str) -> Value {
        let reason = if self.settings.has(Quirk::RemovedAsChanged) { "changed" } else { "deleted" };
        json!({"@removed": {"reason": reason}, "id": id})
    }

    /// A contact, or only these members of it.
    fn item(&self, contact: &Contact, only: Option<BTreeSet<&str>>) -> Value {
        let view = View { select: self.cursor.select.clone(), expand: Vec::new() };
        let mut item: Map<String, Value> = entity::contact(self.mailbox, contact, &view, self.immutable);
        if let Some(only) = only.filter(|_| self.settings.has(Quirk::PartialItems)) {
            let always = ["@odata.etag", "id", "parentFolderId"];
            item.retain(|name, _| always.contains(&name.as_str()) || only.contains(name.as_str()));
        }
        if self.settings.has(Quirk::NoEmpties) {
            item.retain(|_, value| !is_empty(value));
        }
        item.into()
    }
}

/// The members that changed; none: the contact is new here.
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
