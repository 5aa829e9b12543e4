//! Which stored message each item is that another road lists: all folders by key first; then, folder by folder, what has
//! no key is recognised by what it says; last, across folders, what has moved.

mod keyless;
mod moved;
mod sample;

use super::RoadLook;
use super::list::{Listed, list};
use super::verdict::should_be_stored;
use crate::model::{
    Cursor, FolderId, FolderMet, FolderState, ItemKey, MessageId, Recognised, RoadReport, Sight,
};
use crate::store::{Counterpart, ItemVersion, Stretch};
use crate::sync::mail::MailSource;
use crate::sync::{Failure, SyncError, folders};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;

/// Two roads may say by so much that mail arrived at different times.
const APART: TimeDelta = TimeDelta::seconds(3);

/// What of an account's mail was recognised on another road, and what it then is.
#[derive(Debug, Default)]
pub(super) struct RoadMeeting {
    /// The keys there of messages that were not known by them.
    pub(super) keys: Vec<(MessageId, ItemKey)>,
    /// The versions there of these items: what is known is none, or that of another item.
    pub(super) versions: Vec<ItemVersion>,
    /// Its folders, as that road names them, and where reading begins there.
    pub(super) folders: Vec<FolderState>,
    pub(super) report: RoadReport,
}

impl RoadLook<'_> {
    /// Reads a mailbox by ids on the road that is wanted, and recognises what is stored.
    ///
    /// # Errors
    /// What stops it: nothing was changed.
    pub(super) async fn meet<S: MailSource>(&self, source: &mut S) -> Result<RoadMeeting, Failure> {
        let listing = match source.listed() {
            Some(listing) => listing,
            None => source.list_folders().await?.ok_or(SyncError::RoadUnlisted)?,
        };
        let now = self.clock.now();
        let states = folders::across(&self.claim.folders, &listing, now, || FolderId::new(now));
        let mut meeting = Meeting::new(self, source);
        for state in &states {
            meeting.list(state).await?;
        }
        for n in 0..meeting.folders.len() {
            meeting.recognise(n).await?;
        }
        meeting.find_moved().await?;
        if self.wish.shadow {
            meeting.compare().await?;
        }
        Ok(meeting.end(states))
    }
}

/// A folder that is gone through.
struct FolderLook {
    /// As it was read.
    before: FolderState,
    /// As the road names it.
    there: FolderState,
    /// Whether it is read: else it only holds what was stored beside that.
    is_read: bool,
    /// Items that are stored under no key of the road.
    unknown: Vec<Listed>,
    /// How many items it lists.
    listed: u32,
    /// What is stored of it and should be listed.
    expected: HashSet<MessageId>,
    seen: Recognised,
}

/// An item that was not recognised in its folder.
struct Stranger {
    /// The place of the folder.
    folder: usize,
    /// Whether it should be stored.
    is_expected: bool,
    sight: Sight,
}

struct Meeting<'a, S> {
    look: &'a RoadLook<'a>,
    source: &'a mut S,
    began: DateTime<Utc>,
    folders: Vec<FolderLook>,
    /// Messages that were recognised.
    recognised: HashSet<MessageId>,
    strangers: Vec<Stranger>,
    /// Messages of which both looks are compared: which, in which folder, and how it looks there.
    sample: Vec<(MessageId, usize, Sight)>,
    /// How many items were asked for as a whole.
    whole: usize,
    into: RoadMeeting,
}

impl<'a, S: MailSource> Meeting<'a, S> {
    fn new(look: &'a RoadLook<'a>, source: &'a mut S) -> Self {
        Self {
            look,
            source,
            began: look.clock.now(),
            folders: Vec::new(),
            recognised: HashSet::new(),
            strangers: Vec::new(),
            sample: Vec::new(),
            whole: 0,
            into: RoadMeeting::default(),
        }
    }

    /// What a folder lists that is read, or in which something is stored, and what of it is known by key.
    async fn list(&mut self, there: &FolderState) -> Result<(), Failure> {
        let RoadLook { store, claim, wanted, horizon, .. } = *self.look;
        let id = &there.folder.id;
        let Some(before) = claim.folders.iter().find(|before| before.folder.id == *id) else { return Ok(()) };
        let is_read = folders::choose(wanted, &claim.folders).0.iter().any(|one| one.folder.id == *id);
        if before.vanished_at.is_some() || (!is_read && before.held == 0) {
            return Ok(());
        }
        let oldest = store.oldest_message(id).await?.map_or(horizon, |oldest| oldest - APART);
        let listed = if there.vanished_at.is_none() {
            list(self.source, there, horizon.min(oldest), self.began).await?
        } else {
            Vec::new()
        };
        let mut folder = FolderLook {
            before: before.clone(),
            there: there.clone(),
            is_read,
            unknown: Vec::new(),
            listed: u32::try_from(listed.len()).unwrap_or(u32::MAX),
            expected: if is_read { self.stored(id).await? } else { HashSet::new() },
            seen: Recognised::default(),
        };
        self.meet_by_key(&mut folder, listed).await?;
        self.folders.push(folder);
        Ok(())
    }

    /// What is stored of a folder of the history, and should be listed.
    async fn stored(&self, folder: &FolderId) -> Result<HashSet<MessageId>, Failure> {
        let stretch = Stretch { after: Some(self.look.horizon), until: None };
        let whenever = self.began..self.began;
        let (mut all, mut place) = (HashSet::new(), None);
        loop {
            let (held, next) = self.look.store.held_in(folder, stretch, &whenever, place).await?;
            all.extend(held);
            place = next;
            if place.is_none() {
                return Ok(all);
            }
        }
    }

    async fn meet_by_key(&mut self, folder: &mut FolderLook, listed: Vec<Listed>) -> Result<(), Failure> {
        let keys: Vec<_> = listed.iter().map(|listed| listed.row.key.clone()).collect();
        let known = self.look.store.known(&self.look.claim.account.id, &keys).await?;
        for listed in listed {
            let Some(stored) = known.get(&listed.row.key) else {
                // What is no mail is not stored on either road.
                folder.unknown.extend(Some(listed).filter(|listed| listed.row.is_mail));
                continue;
            };
            self.into.report.by.id += u64::from(self.recognised.insert(stored.message_id.clone()));
            if self.is_expected(folder, &listed) {
                folder.seen.count(true);
            }
        }
        Ok(())
    }

    fn is_expected(&self, folder: &FolderLook, listed: &Listed) -> bool {
        let should = |at| should_be_stored(&folder.before, self.look.horizon, at);
        folder.is_read && listed.row.is_mail && listed.row.received.is_some_and(should)
    }

    /// That an item of a folder is this message, which was not known by its key.
    fn take(&mut self, message: MessageId, folder: usize, sight: Sight) {
        self.recognised.insert(message.clone());
        self.into.keys.extend(sight.key.clone().map(|key| (message.clone(), key)));
        let is_read = sight.is_read;
        let version = sight.change_key.clone();
        self.into.versions.extend(version.map(|version| ItemVersion {
            message: message.clone(),
            version,
            is_read,
        }));
        if self.sample.len() < sample::MOST {
            self.sample.push((message, folder, sight));
        }
    }

    /// Those of these that were not recognised and have no key on the road, or one under which it has nothing.
    async fn free(&mut self, stored: Vec<Counterpart>) -> Result<Vec<Counterpart>, Failure> {
        let mut free = stored;
        free.retain(|one| !self.recognised.contains(&one.message_id));
        let taken: Vec<ItemKey> = free.iter().filter_map(|one| one.key.clone()).collect();
        if taken.is_empty() {
            return Ok(free);
        }
        // A road that cannot say more than its lists has shown that it has nothing.
        if let Some(said) = self.source.places(&taken).await? {
            let there: HashSet<_> =
                said.into_iter().filter(|(_, place)| place.is_ok()).map(|(key, _)| key).collect();
            free.retain(|one| one.key.as_ref().is_none_or(|key| !there.contains(key)));
        }
        Ok(free)
    }

    fn end(mut self, states: Vec<FolderState>) -> RoadMeeting {
        let begins = self.source.begins().map(|since| Cursor::Since { since });
        let cursor = begins.and_then(|cursor| serde_json::to_string(&cursor).ok());
        for folder in self.folders.iter().filter(|folder| folder.is_read) {
            let FolderLook { before, there, expected, seen, .. } = folder;
            let known = expected.iter().filter(|id| self.recognised.contains(*id)).count() as u64;
            let stored = Recognised { all: expected.len() as u64, recognised: known };
            self.into.report.stored.add(stored);
            self.into.report.seen.add(*seen);
            self.into.report.folders.push(FolderMet {
                folder_id: before.folder.id.clone(),
                folder: before.folder.role,
                is_listed: there.vanished_at.is_none(),
                stored,
                seen: *seen,
            });
        }
        self.into.folders = states.into_iter().map(|state| begun(state, cursor.as_deref())).collect();
        self.into
    }
}

/// A folder where reading begins on another road: what is held stays held, and the places of lists mean nothing.
fn begun(mut state: FolderState, cursor: Option<&str>) -> FolderState {
    for span in &mut state.coverage.spans {
        span.end = None;
    }
    let is_read = state.last_success_at.is_some();
    FolderState { cursor: cursor.filter(|_| is_read).map(str::to_owned), server_total: None, ..state }
}
