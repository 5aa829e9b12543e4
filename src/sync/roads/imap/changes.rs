//! What differs in a folder since a cursor: new numbers, numbers that are not there any more, and what was read, which is
//! looked for where mail is newest and in another stretch each time.

use super::cursor::ImapCursor;
use super::door::{ImapDoor, ImapStop, ask};
use super::{ImapMail, SEEN_BY, list, path};
use crate::imap::{ImapFolder, ImapKey, MessageFlags};
use crate::model::{Changes, Folder, Sight};
use crate::sync::{Failure, SyncError};
use std::collections::{BTreeMap, BTreeSet};

/// So many messages are told at once.
const BATCH: u32 = 100;
/// So many known messages are looked at together.
const STRETCH: usize = 500;

impl<D: ImapDoor> ImapMail<D> {
    /// A cursor of another numbering, or of none, begins a round with all that is there.
    ///
    /// # Errors
    /// `folder_emptied` where a folder is numbered anew and nothing is in it: that is not understood.
    pub(super) async fn changes(&mut self, folder: &Folder, since: &str) -> Result<Changes, ImapStop> {
        let opened = self.session.examine(path(folder)?).await?;
        let cursor = ImapCursor::parse(since);
        let same = cursor.as_ref().is_some_and(|cursor| cursor.validity == opened.validity);
        let held = cursor.as_ref().map_or(0, |cursor| cursor.known.0.len());
        match cursor.filter(|_| same) {
            None if opened.total == 0 && held > 0 => {
                let (folder, held) = (folder.clone(), held as u64);
                Err(Failure::from(SyncError::Emptied { folder, held }).into())
            }
            Some(cursor) if cursor.left.is_none() => self.news(&opened, cursor).await,
            begun => self.all(opened, begun).await,
        }
    }

    /// All that is there, the latest numbers first.
    async fn all(&mut self, opened: ImapFolder, begun: Option<ImapCursor>) -> Result<Changes, ImapStop> {
        let id = opened.id.clone();
        if self.lists.get(&id).is_none_or(|list| list.folder.validity != opened.validity) {
            self.list_anew(opened.clone()).await?;
        }
        let listed = self.lists.get(&id);
        let next = listed.map_or(1, list::ArrivalList::next_uid);
        let mut cursor = begun.unwrap_or_else(|| ImapCursor::beginning(opened.validity, next));
        let below = cursor.left.unwrap_or(next);
        let batch = listed.map(|list| list.below(below, BATCH as usize)).unwrap_or_default();
        for message in &batch {
            cursor.take(message);
        }
        cursor.left = batch.last().map(|last| last.uid).filter(|_| batch.len() == BATCH as usize);
        let seen = batch.iter().map(|message| list::bare(&opened, message)).collect();
        Ok(Changes { more: cursor.left.is_some(), anew: true, ..told(&cursor, seen) })
    }

    /// What differs, new mail first.
    async fn news(&mut self, opened: &ImapFolder, mut cursor: ImapCursor) -> Result<Changes, ImapStop> {
        let mut seen = self.next_new(opened, &mut cursor).await?;
        if opened.next.is_some_and(|next| cursor.next < next) {
            return Ok(Changes { more: true, ..told(&cursor, seen) });
        }
        let mut found = Differences::default();
        self.look_over(opened, &mut cursor, &mut found).await?;
        seen.extend(found.seen.values().map(|message| list::bare(opened, message)));
        let key = |uid| ImapKey { folder: opened.id.clone(), validity: opened.validity, uid }.item();
        let removed = found.gone.into_iter().map(key).collect();
        Ok(Changes { removed, ..told(&cursor, seen) })
    }

    /// The next of the new messages.
    async fn next_new(
        &mut self,
        opened: &ImapFolder,
        cursor: &mut ImapCursor,
    ) -> Result<Vec<Sight>, ImapStop> {
        let first = cursor.next;
        let came = match opened.next {
            Some(next) if next <= first => Vec::new(),
            Some(next) => {
                let last = next.min(first.saturating_add(BATCH)) - 1;
                cursor.next = last + 1;
                ask!(self.session, flags(first, last))?
            }
            None => ask!(self.session, since(first))?,
        };
        let mut seen = Vec::new();
        for message in &came {
            cursor.take(message);
            cursor.next = cursor.next.max(message.uid.saturating_add(1));
            seen.push(list::bare(opened, message));
        }
        Ok(seen)
    }

    /// Looks for what is not there any more, as long as the folder counts less than is known, from the latest down; and
    /// whether mail was read, in the latest stretch and another one.
    async fn look_over(
        &mut self,
        opened: &ImapFolder,
        cursor: &mut ImapCursor,
        found: &mut Differences,
    ) -> Result<(), ImapStop> {
        let known: Vec<u32> = cursor.known.0.iter().copied().collect();
        let stretches: Vec<&[u32]> = known.rchunks(STRETCH).collect();
        let drawn = drawn(self.clock.now().timestamp(), stretches.len());
        for (n, stretch) in stretches.iter().enumerate() {
            let lost = cursor.known.0.len() > opened.total as usize;
            if let (true, Some(first), Some(last)) =
                (lost || n == 0 || n == drawn, stretch.first(), stretch.last())
            {
                let there = ask!(self.session, flags(*first, *last))?;
                found.take(cursor, stretch, &there);
            }
        }
        Ok(())
    }
}

/// Messages that are new or different, and where to go on.
fn told(cursor: &ImapCursor, seen: Vec<Sight>) -> Changes {
    let (removed, next) = (Vec::new(), cursor.to_string());
    Changes { seen_by: SEEN_BY.into(), seen, removed, next, more: false, anew: false }
}

/// What a look over known messages found.
#[derive(Default)]
struct Differences {
    seen: BTreeMap<u32, MessageFlags>,
    gone: BTreeSet<u32>,
}

impl Differences {
    fn take(&mut self, cursor: &mut ImapCursor, asked: &[u32], there: &[MessageFlags]) {
        let is_there: BTreeSet<u32> = there.iter().map(|message| message.uid).collect();
        for uid in asked.iter().filter(|uid| !is_there.contains(uid)) {
            cursor.remove(*uid);
            self.gone.insert(*uid);
        }
        for message in there {
            if cursor.take(message) {
                self.seen.insert(message.uid, *message);
            }
        }
    }
}

/// One of so many, another one at most times.
fn drawn(seconds: i64, of: usize) -> usize {
    let mixed = seconds.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    usize::try_from(mixed).unwrap_or_default() % of.max(1)
}
