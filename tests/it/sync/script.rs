//! A mailbox in memory, and the road to it: in either tongue, with what goes wrong on the way.

mod numbered;
mod road;

pub(super) use numbered::Numbered;

use crate::store::{at, item, key};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::browser::BrowserError;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{
    Address, Batch, Body, Changes, Cursor, Depth, Folder, FolderListing, FolderSight, IdPage, IdRow, Instant,
    ItemError, ItemFault, ItemKey, KeySpaces, Looked, Position, Recipient, RecipientKind, Role, RowPage,
    Sight, Window,
};
use outlook_syncd::owa::OwaError;
use outlook_syncd::store::StoreError;
use outlook_syncd::sync::Failure;
use outlook_syncd::sync::mail::MailSource;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use tokio_util::sync::CancellationToken;

/// Rows or changes that are read at once.
pub(super) const BATCH: usize = 10;

/// A folder of the script, by its id on the server.
pub(super) type Place = &'static str;
pub(super) const INBOX: Place = "inbox";
pub(super) const SENT: Place = "sent";

/// As the mailbox lists a folder.
pub(super) fn listed_as(role: Role, path: &str, place: Place) -> FolderSight {
    let name = path.rsplit('/').next().map(str::to_owned);
    FolderSight { role, name, path: Some(path.to_owned()), remote_id: Some(place.to_owned()), total: None }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Windows,
    Changes,
}

/// The mailbox and the road to it.
#[expect(clippy::struct_excessive_bools, reason = "each is something else that goes wrong on the way")]
pub(super) struct Script {
    tongue: Tongue,
    /// As the mailbox lists them; none: it cannot.
    pub(super) folders: Vec<FolderSight>,
    /// How often it was asked for them.
    pub(super) listed: usize,
    /// The folder whose list is open.
    pub(super) open: Option<Place>,
    /// The folders that were read, one entry for each batch.
    pub(super) opened: Vec<Place>,
    /// Newest first.
    items: VecDeque<(Place, Sight)>,
    /// What was deleted.
    bin: Vec<Sight>,
    /// What happened, for the road that tells: an item is here, or is gone from here.
    journal: Vec<(Place, ItemKey, bool)>,
    delivered: i64,
    /// Whether its windows show which time is held.
    pub(super) whole: bool,
    /// Whether every window counts alike.
    pub(super) exact: bool,
    /// The folder whose list comes empty, though it counts mail.
    pub(super) emptied: Option<Place>,
    /// The folder that is refused as if it were not there.
    pub(super) lost: Option<Place>,
    /// Items that cannot be read.
    pub(super) corrupt: HashSet<String>,
    /// Items that cannot be had just now, whatever is wrong with the service.
    pub(super) shaky: HashSet<String>,
    /// An item that ends the browser with which it is asked for, and those beside it.
    pub(super) deadly: Option<String>,
    /// Whether the browser is gone, for the rest of the turn.
    pub(super) is_lost: bool,
    /// Items that no list names.
    pub(super) withheld: HashSet<String>,
    /// What stands in the page's own list as if it had come at another time, as mail does that was snoozed.
    renewed: HashMap<String, DateTime<Utc>>,
    /// Whether the next newest rows of the inbox are those of the page's own list, as when a session is renewed.
    pub(super) shows_page: bool,
    /// How many rows, and how many ids, are listed at once.
    pub(super) rows_at_once: usize,
    pub(super) ids_at_once: usize,
    /// What its lists by ids count beside what they show.
    pub(super) miscounted: i64,
    /// Whether it lists by ids.
    pub(super) lists_ids: bool,
    /// Whether its whole lists show people.
    pub(super) lists_people: bool,
    /// After how many seconds it may be asked again for a list by ids, where it wants to be left alone.
    pub(super) puts_ids_off: Option<u64>,
    /// The same for a list with the people that it shows.
    pub(super) puts_rows_off: Option<u64>,
    /// Whether the way to such a list is lost.
    pub(super) has_lost_way: bool,
    /// How many pages by ids were read.
    pub(super) swept: usize,
    /// Whether items cannot be had just now: fewer come than are asked for.
    pub(super) is_shut: bool,
    /// Items that come without their bodies.
    pub(super) bodiless: HashSet<String>,
    /// Items whose bodies come empty.
    pub(super) hollow: HashSet<String>,
    /// Items that stand in lists, and that there are none of when they are asked for.
    pub(super) vanishing: HashSet<String>,
    /// Items from before the history, of the conversation of the inbox's newest message.
    pub(super) older: Vec<String>,
    /// Before the call of this number, counted from 0, the connection is cut.
    pub(super) cut_at: Option<usize>,
    /// At each read, a message comes and the newest but some leaves.
    pub(super) restless: bool,
    /// How long each call takes, by this clock.
    pub(super) slow: Option<(Clock, TimeDelta)>,
    /// Before the call of this number the turn is asked to stop.
    pub(super) stop_at: Option<usize>,
    /// Before the call of this number an item moves to a folder.
    pub(super) move_at: Option<(usize, Place, String)>,
    pub(super) stop: CancellationToken,
    pub(super) calls: usize,
    /// How many items were asked for.
    pub(super) completed: usize,
}

impl Script {
    pub(super) fn new(tongue: Tongue) -> Self {
        Self {
            tongue,
            folders: vec![listed_as(Role::Inbox, "Inbox", INBOX), listed_as(Role::Sent, "Sent Items", SENT)],
            listed: 0,
            open: None,
            opened: Vec::new(),
            items: VecDeque::new(),
            bin: Vec::new(),
            journal: Vec::new(),
            delivered: 0,
            whole: true,
            exact: true,
            emptied: None,
            lost: None,
            corrupt: HashSet::new(),
            shaky: HashSet::new(),
            deadly: None,
            is_lost: false,
            withheld: HashSet::new(),
            renewed: HashMap::new(),
            shows_page: false,
            rows_at_once: BATCH,
            ids_at_once: BATCH,
            miscounted: 0,
            lists_ids: tongue == Tongue::Windows,
            lists_people: true,
            puts_ids_off: None,
            puts_rows_off: None,
            has_lost_way: false,
            swept: 0,
            is_shut: false,
            bodiless: HashSet::new(),
            hollow: HashSet::new(),
            vanishing: HashSet::new(),
            older: Vec::new(),
            cut_at: None,
            restless: false,
            slow: None,
            stop_at: None,
            move_at: None,
            stop: CancellationToken::new(),
            calls: 0,
            completed: 0,
        }
    }

    /// One message each ten seconds.
    pub(super) fn deliver(&mut self, folder: Place, count: usize) {
        for _ in 0..count {
            self.delivered += 1;
            let id = format!("m{}", self.delivered);
            let sight = Sight { seen_by: "script".into(), ..item(&id, &id, at(self.delivered * 10)) };
            let place = self.items.partition_point(|(_, other)| is_newer(other, &sight));
            self.items.insert(place, (folder, sight));
            self.journal.push((folder, key(&id), true));
        }
    }

    /// So many messages of one second.
    pub(super) fn burst(&mut self, folder: Place, count: usize) {
        let before = self.delivered;
        self.deliver(folder, count);
        let second = at(self.delivered * 10);
        let own: HashSet<_> = (before + 1..=self.delivered).map(|n| key(&format!("m{n}"))).collect();
        for (_, sight) in &mut self.items {
            if sight.key.as_ref().is_some_and(|key| own.contains(key)) {
                sight.received = sight.received.map(|instant| Instant { at: second, ..instant });
            }
        }
        self.sort();
    }

    fn sort(&mut self) {
        let all = self.items.make_contiguous();
        all.sort_by_key(|(_, sight)| Reverse(sight.received.map(|instant| instant.at)));
    }

    /// A message that was received long ago is here from now on.
    pub(super) fn backdate(&mut self, folder: Place, received: DateTime<Utc>) {
        self.deliver(folder, 1);
        let newest = key(&format!("m{}", self.delivered));
        let (_, sight) =
            self.items.iter_mut().find(|(_, sight)| sight.key.as_ref() == Some(&newest)).unwrap();
        sight.received = sight.received.map(|instant| Instant { at: received, ..instant });
        self.sort();
    }

    /// A message that came long ago, from one person, to others; its id.
    pub(super) fn written(
        &mut self,
        folder: Place,
        received: DateTime<Utc>,
        from: Address,
        to: &[Address],
    ) -> String {
        self.backdate(folder, received);
        let id = format!("m{}", self.delivered);
        let (_, sight) = self.items.iter_mut().find(|(_, sight)| sight.key == Some(key(&id))).unwrap();
        let to = to.iter().cloned().map(|address| Recipient { kind: RecipientKind::To, address });
        (sight.from, sight.sender, sight.recipients) = (Some(from), None, Some(to.collect()));
        id
    }

    /// From now on the page's own list has it as if it had come then.
    pub(super) fn renew(&mut self, id: &str, at: DateTime<Utc>) {
        self.renewed.insert(id.to_owned(), at);
    }

    /// Gives the newest message another date than that of its coming, as an import may; the list goes by it.
    pub(super) fn date_newest(&mut self, received: DateTime<Utc>) {
        let sight = &mut self.items[0].1;
        sight.received = sight.received.map(|instant| Instant { at: received, ..instant });
        self.sort();
    }

    /// The message that was delivered last is otherwise.
    pub(super) fn edit_last(&mut self, edit: impl FnOnce(&mut Sight)) {
        let last = key(&format!("m{}", self.delivered));
        let (_, sight) = self.items.iter_mut().find(|(_, sight)| sight.key.as_ref() == Some(&last)).unwrap();
        edit(sight);
        self.sort();
    }

    pub(super) fn mark_read(&mut self, id: &str) {
        let (folder, sight) = self.items.iter_mut().find(|(_, sight)| sight.key == Some(key(id))).unwrap();
        (sight.is_read, sight.change_key) = (Some(true), Some("v2".to_owned()));
        self.journal.push((*folder, key(id), true));
    }

    /// Its newest message has no text at all, and says so.
    pub(super) fn empty_newest(&mut self) {
        let sight = &mut self.items[0].1;
        sight.preview = Some(String::new());
        sight.body = sight.body.take().map(|body| Body { content: String::new(), ..body });
    }

    /// Nobody says of its newest message when it came; lists have it last.
    pub(super) fn undate_newest(&mut self) {
        let sight = &mut self.items[0].1;
        (sight.received, sight.sent_at) = (None, None);
        self.sort();
    }

    /// The mailbox was moved elsewhere: all of its items have other ids since.
    pub(super) fn move_mailbox(&mut self) {
        for (_, sight) in &mut self.items {
            sight.key =
                sight.key.take().map(|ItemKey { space, id }| ItemKey { space, id: format!("moved {id}") });
        }
    }

    pub(super) fn move_to(&mut self, folder: Place, id: &str) {
        let (lies, _) = self.items.iter_mut().find(|(_, sight)| sight.key == Some(key(id))).unwrap();
        let from = std::mem::replace(lies, folder);
        self.journal.extend([(from, key(id), false), (folder, key(id), true)]);
    }

    pub(super) fn delete(&mut self, id: &str) {
        let place = self.items.iter().position(|(_, sight)| sight.key == Some(key(id))).unwrap();
        let (folder, sight) = self.items.remove(place).unwrap();
        self.bin.push(sight);
        self.journal.push((folder, key(id), false));
    }

    /// What was deleted is back, as it was.
    pub(super) fn restore(&mut self, folder: Place, id: &str) {
        let place = self.bin.iter().position(|sight| sight.key == Some(key(id))).unwrap();
        self.items.push_front((folder, self.bin.remove(place)));
        self.journal.push((folder, key(id), true));
    }

    /// Whether there is such an item.
    pub(super) fn has(&self, id: &str) -> bool {
        self.items.iter().any(|(_, sight)| sight.key == Some(key(id)))
    }

    /// A message comes back from a snooze, or is pinned: the list has it on top, as it was.
    pub(super) fn pin(&mut self, id: &str) {
        let place = self.items.iter().position(|(_, sight)| sight.key == Some(key(id))).unwrap();
        let item = self.items.remove(place).unwrap();
        self.items.push_front(item);
    }

    /// The id of one of the items; `None` while there is none.
    pub(super) fn id(&self, any: usize) -> Option<String> {
        let (_, sight) = self.items.get(any.checked_rem(self.items.len())?)?;
        Some(sight.key.as_ref()?.id.clone())
    }

    /// The subject of an item.
    pub(super) fn subject(&self, id: &str) -> &str {
        let (_, sight) = self.items.iter().find(|(_, sight)| sight.key == Some(key(id))).unwrap();
        sight.subject.as_deref().unwrap()
    }

    /// Subject and time of each message of a folder.
    pub(super) fn received(&self, folder: Place) -> Vec<(String, DateTime<Utc>)> {
        let all = self.items.iter().filter(|(lies, _)| *lies == folder);
        all.map(|(_, sight)| (sight.subject.clone().unwrap(), sight.received.unwrap().at)).collect()
    }

    /// The same of `truth`, of those from whom it is.
    pub(super) fn truth_of(
        &self,
        whose: impl Fn(&Address) -> bool,
    ) -> BTreeSet<(Place, String, Option<bool>)> {
        let all = self.items.iter().filter(|(_, sight)| sight.from.as_ref().is_some_and(&whose));
        all.map(|(folder, sight)| (*folder, sight.subject.clone().unwrap(), sight.is_read)).collect()
    }

    /// Folder, subject and whether it was read, of each message.
    pub(super) fn truth(&self) -> BTreeSet<(Place, String, Option<bool>)> {
        let all = self.items.iter().map(|(folder, sight)| (*folder, sight));
        all.map(|(folder, sight)| (folder, sight.subject.clone().unwrap(), sight.is_read)).collect()
    }
}

/// The folder of the script; by its role where the mailbox has not listed it.
pub(super) fn place_of(folder: &Folder) -> Place {
    let id = folder.remote_id.as_deref().unwrap_or(folder.role.as_str());
    let id = id.strip_prefix(numbered::PATH).unwrap_or(id);
    ["inbox", "sent", "archive", "own", "other", "deleted"].into_iter().find(|place| *place == id).unwrap()
}

fn is_newer(one: &Sight, other: &Sight) -> bool {
    let at = |sight: &Sight| sight.received.map(|instant| instant.at);
    at(one) > at(other)
}
