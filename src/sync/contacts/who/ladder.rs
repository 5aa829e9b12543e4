//! The rungs by which contacts that meet for the first time are told to be one. Pure.

use super::groups::Groups;
use super::person::{self, Key};
use super::{Group, Here, MOST_SHARERS, Meeting, Pair, There};
use crate::model::{Card, Proof};
use crate::sync::contacts::Canon;
use std::collections::{BTreeSet, HashMap};

/// Contacts are numbered: first those of the database, then those in Outlook.
pub(super) struct Ladder<'a, 'b> {
    here: &'b [Here<'a>],
    there: &'b [There<'a>],
    /// Who is paired, or linked: both of a pair have one number.
    met: Vec<Option<usize>>,
    meeting: Meeting<'a>,
}

/// Who has something in common.
struct Shared {
    /// Those of the database that are not met yet.
    here: Vec<usize>,
    /// Those in Outlook.
    there: Vec<usize>,
    /// How many have it, of which those who are met count as one with whom they met.
    holders: usize,
}

impl Shared {
    fn all(&self) -> impl Iterator<Item = usize> {
        self.here.iter().chain(&self.there).copied()
    }

    fn are_all_free(&self) -> bool {
        self.holders == self.here.len() + self.there.len()
    }

    /// The only one on each side; `None` where there are others.
    fn two(&self) -> Option<(usize, usize)> {
        match (self.here.as_slice(), self.there.as_slice()) {
            ([here], [there]) if self.are_all_free() => Some((*here, *there)),
            _ => None,
        }
    }
}

impl<'a, 'b> Ladder<'a, 'b> {
    /// Goes down its rungs: who is met on one is no longer looked at on the next.
    pub(super) fn climb(here: &'b [Here<'a>], there: &'b [There<'a>], canon: Canon) -> Meeting<'a> {
        let met = vec![None; here.len() + there.len()];
        let mut ladder = Self { here, there, met, meeting: Meeting::default() };
        ladder.by_link();
        let holders = ladder.holders(canon);
        ladder.by_keys(&holders);
        ladder.rest(&holders);
        ladder.meeting
    }

    fn card(&self, contact: usize) -> &'a Card {
        let there = || self.there[contact - self.here.len()].card;
        self.here.get(contact).map_or_else(there, |here| here.card)
    }

    fn pair(&mut self, here: usize, there: usize, by: Proof) {
        self.met[here] = Some(here);
        self.met[there] = Some(here);
        let remote = self.there[there - self.here.len()].remote_id;
        self.meeting.pairs.push(Pair { here: self.here[here].id, there: remote, by });
    }

    fn by_link(&mut self) {
        let mut linked = HashMap::new();
        for (at, here) in self.here.iter().enumerate() {
            if let Some(link) = here.link {
                self.met[at] = Some(at);
                linked.insert(link, at);
            }
        }
        for (at, there) in self.there.iter().enumerate() {
            if let Some(here) = linked.get(there.remote_id) {
                self.pair(*here, self.here.len() + at, Proof::Link);
            }
        }
    }

    fn holders(&self, canon: Canon) -> HashMap<Key, Vec<usize>> {
        let mut holders: HashMap<_, Vec<_>> = HashMap::new();
        for contact in 0..self.met.len() {
            for key in person::keys(self.card(contact), canon) {
                holders.entry(key).or_default().push(contact);
            }
        }
        holders
    }

    /// `None` of what joins nobody here with anybody there.
    fn shared(&self, holders: &[usize]) -> Option<Shared> {
        let (met, free): (Vec<_>, Vec<_>) = holders.iter().partition(|contact| self.met[**contact].is_some());
        let (here, there): (Vec<_>, Vec<_>) = free.iter().partition(|contact| **contact < self.here.len());
        let met: BTreeSet<_> = met.into_iter().map(|contact| self.met[contact]).collect();
        let holders = free.len() + met.len();
        (!here.is_empty() && !there.is_empty()).then_some(Shared { here, there, holders })
    }

    /// Pairs those who are joined to one on the other side, and to nobody else.
    fn by_keys(&mut self, holders: &HashMap<Key, Vec<usize>>) {
        let mut groups = Groups::new(self.met.len());
        let mut by = vec![Proof::Phone; self.met.len()];
        for (key, contacts) in holders {
            let shared = self.shared(contacts).filter(|shared| self.proves(key, shared));
            for contact in shared.iter().flat_map(Shared::all) {
                by[contact] = by[contact].min(key.proof());
            }
            groups.join(shared.iter().flat_map(Shared::all));
        }
        for group in groups.of(0..self.met.len()) {
            if let [here, there] = group[..]
                && here < self.here.len()
                && there >= self.here.len()
            {
                self.pair(here, there, by[here]);
            }
        }
    }

    /// Whether what contacts have in common joins them. An address that several have joins them all, so that
    /// none of them is paired; one that somebody has who is met joins nobody.
    fn proves(&self, key: &Key, shared: &Shared) -> bool {
        let cards = shared.two().map(|(here, there)| (self.card(here), self.card(there)));
        let speaks_against = cards.is_some_and(|(here, there)| person::contradict(here, there));
        match key {
            Key::Email(address) => shared.are_all_free() && !person::is_role(address) && !speaks_against,
            Key::Phone(_) => {
                cards.is_some_and(|(here, there)| !speaks_against && !person::have_other_names(here, there))
            }
            Key::Name(_) => false,
        }
    }

    /// What a person decides, and who is new.
    fn rest(&mut self, holders: &HashMap<Key, Vec<usize>>) {
        let mut groups = Groups::new(self.met.len());
        let mut by = vec![BTreeSet::new(); self.met.len()];
        for (key, contacts) in holders {
            let shared = self.shared(contacts).filter(|shared| self.is_worth_asking(key, shared));
            for contact in shared.iter().flat_map(Shared::all) {
                by[contact].insert(key.proof());
            }
            groups.join(shared.iter().flat_map(Shared::all));
        }
        let free: Vec<_> = (0..self.met.len()).filter(|contact| self.met[*contact].is_none()).collect();
        for group in groups.of(free) {
            self.left(&group, &by);
        }
    }

    fn is_worth_asking(&self, key: &Key, shared: &Shared) -> bool {
        let cards = shared.two().map(|(here, there)| (self.card(here), self.card(there)));
        let speaks_against = cards.is_some_and(|(here, there)| person::contradict(here, there));
        match key {
            Key::Email(address) => !person::is_role(address) || shared.holders <= MOST_SHARERS,
            Key::Phone(_) => shared.holders <= MOST_SHARERS,
            Key::Name(_) => shared.holders <= MOST_SHARERS && !speaks_against,
        }
    }

    fn left(&mut self, group: &[usize], by: &[BTreeSet<Proof>]) {
        let (here, there): (Vec<usize>, Vec<usize>) =
            group.iter().partition(|contact| **contact < self.here.len());
        let here = here.iter().map(|contact| self.here[*contact].id).collect::<Vec<_>>();
        let there =
            there.iter().map(|contact| self.there[*contact - self.here.len()].remote_id).collect::<Vec<_>>();
        if here.is_empty() || there.is_empty() {
            self.meeting.only_here.extend(here);
            self.meeting.only_there.extend(there);
        } else {
            let by = group.iter().flat_map(|contact| &by[*contact]).copied().collect();
            self.meeting.unclear.push(Group { here, there, by });
        }
    }
}
