//! What we knew + what we saw -> what to write. Pure.
//!
//! One message is one row, whichever road or tier saw it: an item's key decides; what has no stored key is
//! matched with a stored message of the same conversation and folder that lies in the same interval of time
//! and has the same Internet message id or, where one of them is not known, the same topic. What a sight then
//! changes of the message is `Message::after`'s to say. Where one side knows no conversations, an item without a stored
//! key is a message of the same Internet message id, time and sender that has no key of the road now (`counterparts`).
//!
//! A row that only the page has shown is provisional and is adopted when JSON names the item, never doubled.
//! In conversation view it stands for the newest message; the others count as unseen. A row that may be one
//! of several that are stored is not written.
//!
//! Nothing is deleted because it was not seen. An empty list where there was mail is drift, unless the server
//! itself counts none; then the rows stay as well.

mod adopt;
mod counterparts;
mod introduced;
mod items;

use self::adopt::{Adoptions, Match, Seen};
pub(super) use self::counterparts::{by_look, is_near, is_same_sender, pair};
pub(super) use self::introduced::Introduced;
use self::introduced::{end_of, is_before};
use self::items::Items;
use crate::model::{Depth, FolderId, Instant, ItemKey, Looked, MessageId, Precision, Sight};
use crate::store::{Candidate, Known, OlderItem, Unread, Upsert};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// Of the items that the rows of a batch name as of their conversations, so many are asked for at once: one
/// topic may have thousands. The others count as unseen until the list is read again.
const MOST_OTHERS: usize = 50;

/// What a batch comes to.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What to write.
    pub(super) upserts: Vec<Upsert>,
    /// What could not be read: for the ledger.
    pub(super) failed: Vec<Unread>,
    /// Items that there are no more.
    pub(super) gone: Vec<ItemKey>,
    /// Items that came before the history.
    pub(super) older: Vec<OlderItem>,
    /// Items that were named and of which nothing could be seen, and rows that may be one of several
    /// messages.
    pub(super) unseen: usize,
    /// Rows that stand for a message that was not stored.
    pub(super) new_rows: u32,
    /// Rows at the batch's beginning that stand, or may stand, for messages that were.
    pub(super) known_head: usize,
    /// The same at its end.
    pub(super) known_tail: usize,
}

/// What is known when sights come in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// Where they were seen.
    pub(super) folder: &'a FolderId,
    /// The history that is kept begins after this.
    pub(super) horizon: DateTime<Utc>,
    /// What is stored under the keys that they name.
    pub(super) known: &'a HashMap<ItemKey, Known>,
    /// Those of them that no list makes us ask for: they stand in the ledger, and are asked for when their
    /// time comes, or came before the history.
    pub(super) passed_over: &'a HashSet<ItemKey>,
    /// Stored messages that those without a stored key may stand for.
    pub(super) candidates: &'a [Candidate],
    /// What is known of items before they are read whole.
    pub(super) introduced: &'a Introduced,
}

impl Ground<'_> {
    /// The items that have to be read themselves: new ones, changed ones, and those that never were; but not
    /// those that are passed over. Of those that conversations name, the newest of each come first.
    pub(super) fn wanted(&self, sights: &[Sight]) -> Vec<ItemKey> {
        let stale = |key: &&ItemKey, change_key: Option<&String>| match self.known.get(key) {
            None => self.introduced.is_wanted(key, self.horizon),
            Some(stored) => {
                stored.depth < Depth::Whole
                    || (change_key.is_some() && change_key != stored.change_key.as_ref())
            }
        };
        let mut asked: HashSet<&ItemKey> = self.passed_over.iter().collect();
        let matters = || sights.iter().filter(|sight| self.matters(sight));
        let own = matters().filter(|sight| sight.depth < Depth::Whole).flat_map(|sight| {
            // That something has become of it may be all that is said.
            let says_nothing = sight.change_key.is_none() && sight.is_read.is_none();
            sight.key.iter().filter(move |key| says_nothing || stale(key, sight.change_key.as_ref()))
        });
        let mut wanted: Vec<_> = own.filter(|key| asked.insert(*key)).cloned().collect();
        let named = matters().flat_map(|sight| sight.others.iter().enumerate());
        let mut others: Vec<_> = named.filter(|(_, key)| stale(key, None) && asked.insert(*key)).collect();
        others.sort_by_key(|(age, _)| *age);
        wanted.extend(others.into_iter().take(MOST_OTHERS).map(|(_, key)| key.clone()));
        wanted
    }

    /// The keys by which items name themselves where they were asked for by others.
    pub(super) fn renamed(looked: &[Looked]) -> Vec<ItemKey> {
        let answered = looked.iter().filter_map(|(asked, looked)| {
            let key = looked.as_ref().ok()?.key.as_ref()?;
            (key != asked).then_some(key)
        });
        answered.cloned().collect()
    }

    /// Turns sights, and the items read for them, into what to write. A conversation names items of any age.
    pub(super) fn plan(
        &self,
        sights: &[Sight],
        looked: Vec<Looked>,
        fresh: impl FnMut() -> MessageId,
    ) -> Plan {
        let mut planner = Planner::new(self, looked, fresh);
        for sight in sights.iter().filter(|sight| self.matters(sight)) {
            planner.sight(sight);
            for key in &sight.others {
                planner.other(key, sight);
            }
        }
        planner.end()
    }

    /// What items come to that an earlier batch had named and that could not be read then.
    pub(super) fn settle(&self, looked: Vec<Looked>, fresh: impl FnMut() -> MessageId) -> Plan {
        let mut planner = Planner::new(self, looked, fresh);
        for (key, sight) in std::mem::take(&mut planner.items.found) {
            planner.item(&key, sight);
        }
        planner.end()
    }

    /// Whether it is a message of the history that is kept, or is stored: a list goes back as far as its page
    /// happens to reach.
    fn matters(&self, sight: &Sight) -> bool {
        let is_stored = sight.key.as_ref().is_some_and(|key| self.known.contains_key(key));
        is_stored || (sight.is_mail() && !self.is_before(sight.received))
    }

    /// Whether all of the interval lies before the history. A conversation's time is that of its newest
    /// message.
    fn is_before(&self, received: Option<Instant>) -> bool {
        is_before(received, self.horizon)
    }

    /// An item that is not stored, for it came before the history.
    fn older(&self, key: &ItemKey, received: Option<Instant>) -> Option<OlderItem> {
        let received_by = received.map(end_of).filter(|end| *end <= self.horizon)?;
        Some(OlderItem { key: key.clone(), received_by })
    }
}

/// A plan that is being made.
struct Planner<'a, F> {
    ground: &'a Ground<'a>,
    adoptions: Adoptions<'a>,
    items: Items,
    /// Which messages the items of this batch are.
    ids: HashMap<ItemKey, MessageId>,
    plan: Plan,
    fresh: F,
}

impl<'a, F: FnMut() -> MessageId> Planner<'a, F> {
    fn new(ground: &'a Ground<'a>, looked: Vec<Looked>, fresh: F) -> Self {
        let items = Items::of(looked);
        let stored = ground.known.iter().map(|(key, known)| (key.clone(), known.message_id.clone()));
        let adoptions = Adoptions::of(ground.candidates);
        Self { ground, adoptions, items, ids: stored.collect(), plan: Plan::default(), fresh }
    }

    /// A row, with the item read for it.
    fn sight(&mut self, row: &Sight) {
        let asked = row.key.as_ref();
        let headers = asked.and_then(|key| self.ground.introduced.headers.get(key));
        let row_and_headers = headers.map_or_else(|| row.clone(), |headers| headers.clone().over(row));
        let item = asked.and_then(|key| self.items.found.remove(key));
        let sight = item.map_or_else(|| row_and_headers.clone(), |item| item.over(&row_and_headers));
        let is = self.recognise(asked, &sight);
        self.plan.known_tail = if is == Match::None { 0 } else { self.plan.known_tail + 1 };
        self.plan.new_rows += u32::from(is == Match::None);
        self.plan.known_head += usize::from(self.plan.new_rows == 0);
        match is {
            Match::One(id) => self.put(asked, sight, id),
            Match::None if row.is_bare() => self.new_bare(asked, sight),
            Match::None => {
                let id = (self.fresh)();
                self.put(asked, sight, id);
            }
            Match::Several => self.plan.unseen += 1,
        }
    }

    /// A message that is not stored and of which its row says next to nothing: it is stored as the item is, or
    /// not at all.
    fn new_bare(&mut self, asked: Option<&ItemKey>, sight: Sight) {
        let Some(key) = asked else { return };
        match self.ground.older(key, sight.received) {
            Some(older) => self.plan.older.push(older),
            None if !sight.is_bare() => {
                let id = (self.fresh)();
                self.put(asked, sight, id);
            }
            // Lists are ahead at times: it is asked for again before it is believed.
            None if self.items.gone.remove(key) => self.items.doubt(key),
            None => self.not_had(key),
        }
    }

    /// An item of which nothing came: it is unseen, unless it is known why.
    fn not_had(&mut self, key: &ItemKey) {
        let is_known = self.items.lacks(key) || self.ground.passed_over.contains(key);
        self.plan.unseen += usize::from(!is_known);
    }

    /// An item that a conversation's row names.
    fn other(&mut self, key: &ItemKey, row: &Sight) {
        match self.items.found.remove(key) {
            Some(sight) => match self.ground.older(key, sight.received) {
                Some(older) if !self.is_stored(key, &sight) => self.plan.older.push(older),
                Some(_) | None => self.item(key, Sight { seen_by: row.seen_by.clone(), ..sight }),
            },
            None if self.ids.contains_key(key) => {}
            None => self.not_had(key),
        }
    }

    /// An item itself, by the key that it was asked for. Where several fit, it is taken for a new one.
    fn item(&mut self, asked: &ItemKey, sight: Sight) {
        let id = match self.recognise(Some(asked), &sight) {
            Match::One(id) => id,
            Match::Several | Match::None => (self.fresh)(),
        };
        self.put(Some(asked), sight, id);
    }

    /// Whether an item is stored under either of its keys.
    fn is_stored(&self, asked: &ItemKey, sight: &Sight) -> bool {
        self.stored(Some(asked), sight).is_some()
    }

    /// The message that is stored under the key by which an item names itself, or was asked for.
    fn stored(&self, asked: Option<&ItemKey>, sight: &Sight) -> Option<MessageId> {
        sight.key.iter().chain(asked).find_map(|key| self.ids.get(key)).cloned()
    }

    /// Which stored message a sight stands for. One without an id is a new one only if it can be told from
    /// all others: else it would be stored anew each time.
    fn recognise(&mut self, asked: Option<&ItemKey>, sight: &Sight) -> Match {
        match &sight.key {
            Some(_) => {
                let mut keys = asked.into_iter().chain(&sight.key);
                let introduced = || keys.find_map(|key| self.ground.introduced.is(key));
                let stored = self.stored(asked, sight).or_else(introduced);
                stored.or_else(|| self.adoptions.adopt_item(Seen::of(sight))).map_or(Match::None, Match::One)
            }
            None if sight.conversation_id.is_none() => Match::Several,
            None => self.adoptions.adopt(Seen::of(sight)),
        }
    }

    /// An item whose body came empty although it has first words is one without its body.
    fn without_hollow(&mut self, key: &ItemKey, sight: Sight) -> Sight {
        let has_preview = match &sight.preview {
            Some(preview) => !items::is_blank(preview),
            None => self.ground.known.get(key).is_some_and(|known| known.has_preview),
        };
        if has_preview { self.items.without_blank_body(key, sight) } else { sight }
    }

    /// Where an item names itself by another key than it was asked for, both are kept: either may be met
    /// again.
    fn put(&mut self, asked: Option<&ItemKey>, sight: Sight, id: MessageId) {
        if !sight.is_mail() && !asked.is_some_and(|asked| self.is_stored(asked, &sight)) {
            return;
        }
        let sight = match asked {
            Some(asked) => self.without_hollow(asked, sight),
            None => sight,
        };
        let other = asked.filter(|asked| sight.key.as_ref() != Some(asked));
        let new = sight.key.iter().chain(other).filter(|key| !self.ids.contains_key(*key));
        let keys: Vec<_> = new.cloned().collect();
        self.ids.extend(keys.iter().map(|key| (key.clone(), id.clone())));
        self.plan.upserts.push(Upsert { id, keys, folder: self.ground.folder.clone(), sight });
    }

    fn end(self) -> Plan {
        let folder = self.ground.folder;
        let failed =
            self.items.lost.into_iter().map(|(key, fault)| Unread { folder: folder.clone(), key, fault });
        Plan { failed: failed.collect(), gone: self.items.gone.into_iter().collect(), ..self.plan }
    }
}

/// Whether a row's time can be relied on to say what is held; a row without one says nothing.
pub(super) fn is_exact(row: &Sight) -> bool {
    row.received.is_none_or(|received| received.precision == Precision::Second)
}

#[cfg(test)]
mod tests;
