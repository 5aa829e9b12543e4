//! A mailbox's contacts in memory, and the road to them, with what goes wrong on the way.

use super::pen::{Meanwhile, Pen};
use crate::store::at;
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Meaning, WhoseTurn};
use outlook_syncd::model::{
    Card, CardText, ContactChanges, ContactFolderSight, ContactId, ContactList, ContactListPage,
    ContactPhoto, ContactRequest, ContactSight, ItemError, ItemFault, PageSize,
};
use outlook_syncd::store::StoreError;
use outlook_syncd::sync::Failure;
use outlook_syncd::sync::contacts::{ContactSource, LookedUp, PhotoFound, Sent};
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Changes on a page.
pub(super) const PAGE: usize = 5;
/// The folder that every mailbox has.
pub(super) const CONTACTS: &str = "contacts";
/// The mail folder that deleted contacts go to.
const DELETED: &str = "deleteditems";

/// The mailbox and the road to it.
#[derive(Default)]
pub(super) struct Book {
    /// Folders by their ids, with their names; the default one is there always.
    pub(super) folders: BTreeMap<String, String>,
    /// Folder and contact, by its id.
    pub(super) items: BTreeMap<String, (String, ContactSight)>,
    /// What happened: in which folder, to which contact.
    pub(super) journal: Vec<(String, String)>,
    made: usize,
    /// Links that were given before this place of the journal mean nothing any more.
    pub(super) forgotten: usize,
    /// A full mailbox tells no changes.
    pub(super) is_full: bool,
    /// Photos, by the contact's id.
    pub(super) photos: BTreeMap<String, Vec<u8>>,
    /// Contacts whose photos cannot be had.
    pub(super) dark: HashSet<String>,
    /// While it is set, changes tell nothing of what happens.
    pub(super) is_silent: bool,
    /// Contacts with which no page of whole contacts comes through.
    pub(super) heavy: HashSet<String>,
    /// Contacts that changes say only the half of.
    pub(super) partial: HashSet<String>,
    /// Contacts that changes say the half of wherever they lay.
    pub(super) sluggish: HashSet<String>,
    /// Contacts that cannot be read.
    pub(super) corrupt: HashSet<String>,
    /// Contacts that changes show, and that cannot be asked for.
    pub(super) mute: HashSet<String>,
    /// Folders whose changes cannot be had.
    pub(super) broken: HashSet<String>,
    /// Contacts that are said to be removed although they are not.
    pub(super) slandered: HashSet<String>,
    /// Contacts as they were, which every page of changes tells again.
    pub(super) ghosts: Vec<ContactSight>,
    /// The folder that comes empty, though it is not.
    pub(super) emptied: Option<String>,
    /// Before the call of this number, counted from 0, the lease is lost.
    pub(super) cut_at: Option<usize>,
    /// What somebody does to it before the call of this number.
    pub(super) meanwhile: Option<(usize, Meanwhile)>,
    /// The clock, and how far it goes on while something is asked for.
    pub(super) pace: Option<(Clock, TimeDelta)>,
    /// How often it was asked for anything.
    pub(super) calls: usize,
    /// How it takes what is written to it.
    pub(super) pen: Pen,
}

impl Book {
    pub(super) fn new() -> Self {
        let mut book = Self::default();
        book.make_folder(CONTACTS, "Contacts");
        book
    }

    pub(super) fn make_folder(&mut self, id: &str, name: &str) {
        self.folders.insert(id.to_owned(), name.to_owned());
    }

    /// Its contacts lie among deleted mail.
    pub(super) fn remove_folder(&mut self, id: &str) {
        let inside: Vec<_> =
            self.items.iter().filter(|(_, (folder, _))| folder == id).map(|(id, _)| id.clone()).collect();
        for id in &inside {
            self.delete(id);
        }
        self.folders.remove(id);
    }

    /// A new contact of that name; its id.
    pub(super) fn add(&mut self, folder: &str, name: &str) -> String {
        self.made += 1;
        let id = format!("c{}", self.made);
        let mut card = Card::default();
        card.set_text(CardText::DisplayName, name.to_owned());
        let sight = ContactSight {
            remote_id: id.clone(),
            folder: folder.to_owned(),
            change_key: Some("v0".to_owned()),
            modified_at: None,
            carries: None,
            card,
            others: Map::new(),
        };
        self.items.insert(id.clone(), (folder.to_owned(), sight));
        self.tell(folder, &id);
        id
    }

    /// Changes a card; the version of the item changes too.
    pub(super) fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Card)) {
        let (folder, sight) = self.items.get_mut(id).unwrap();
        edit(&mut sight.card);
        let folder = folder.clone();
        self.tell(&folder, id);
    }

    /// Sets a photo, or takes it away.
    pub(super) fn picture(&mut self, id: &str, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.photos.insert(id.to_owned(), bytes.to_vec()),
            None => self.photos.remove(id),
        };
        self.edit(id, |_| {});
    }

    /// The item carries an id of ours from now on, which changes say only when they are asked for.
    pub(super) fn carry(&mut self, id: &str, contact: &ContactId) {
        self.items.get_mut(id).unwrap().1.carries = Some(contact.clone());
    }

    pub(super) fn rename(&mut self, id: &str, name: &str) {
        self.edit(id, |card| card.set_text(CardText::DisplayName, name.to_owned()));
    }

    pub(super) fn move_to(&mut self, folder: &str, id: &str) {
        let (lies, sight) = self.items.get_mut(id).unwrap();
        let from = std::mem::replace(lies, folder.to_owned());
        folder.clone_into(&mut sight.folder);
        self.tell(&from, id);
        self.tell(folder, id);
    }

    /// A deleted contact lies among deleted mail, and is there for whoever asks for it by its id.
    pub(super) fn delete(&mut self, id: &str) {
        self.move_to(DELETED, id);
    }

    /// It is nowhere any more; as it was.
    pub(super) fn purge(&mut self, id: &str) -> ContactSight {
        let (folder, sight) = self.items.remove(id).unwrap();
        self.tell(&folder, id);
        sight
    }

    /// A change is told once more, of the contact as it stands.
    pub(super) fn replay(&mut self, id: &str) {
        let folder = self.items[id].0.clone();
        self.journal.push((folder, id.to_owned()));
    }

    /// Every link that was given means nothing any more.
    pub(super) fn forget_links(&mut self) {
        self.journal.push((String::new(), String::new()));
        self.forgotten = self.journal.len();
    }

    /// The ids of what can be read in the folders, in order.
    pub(super) fn ids(&self) -> Vec<String> {
        let here = self.items.iter().filter(|(_, (folder, _))| self.folders.contains_key(folder));
        here.map(|(id, _)| id.clone()).collect()
    }

    /// Folder and card of each contact.
    pub(super) fn truth(&self) -> BTreeSet<(String, String)> {
        let here = self.items.values().filter(|(folder, _)| self.folders.contains_key(folder));
        here.map(|(folder, sight)| (folder.clone(), words(&sight.card))).collect()
    }

    fn tell(&mut self, folder: &str, id: &str) {
        let told = if self.is_silent { ("", "") } else { (folder, id) };
        self.journal.push((told.0.to_owned(), told.1.to_owned()));
        if let Some((_, sight)) = self.items.get_mut(id) {
            sight.change_key = Some(format!("v{}", self.journal.len()));
            sight.modified_at = Some(at(i64::try_from(self.journal.len()).unwrap()));
        }
    }

    fn step(&mut self) -> Result<(), Failure> {
        let call = self.calls;
        self.calls += 1;
        if let Some((_, change)) = self.meanwhile.take_if(|(at, _)| *at == call) {
            change(self);
        }
        if let Some((clock, takes)) = &self.pace {
            clock.advance(*takes);
        }
        if self.cut_at == Some(call) { Err(StoreError::LeaseLost.into()) } else { Ok(()) }
    }
}

/// A card as a test compares it: without what is empty.
pub(super) fn words(card: &Card) -> String {
    serde_json::to_string(card)
        .unwrap()
        .replace("\"emails\":[],", "")
        .replace("\"phones\":[],\"places\":{},", "")
        .replace(",\"children\":[],\"categories\":[]", "")
}

impl ContactSource for Book {
    fn word(&self) -> &'static str {
        "script"
    }

    async fn folders(&mut self) -> Result<Vec<ContactFolderSight>, Failure> {
        self.step()?;
        let sight = |(id, name): (&String, &String)| ContactFolderSight {
            remote_id: id.clone(),
            parent: (id != CONTACTS).then(|| CONTACTS.to_owned()),
            name: Some(name.clone()),
        };
        let mut folders: Vec<_> = self.folders.iter().map(sight).collect();
        folders.sort_by_key(|folder| folder.remote_id != CONTACTS);
        Ok(folders)
    }

    async fn changes(
        &mut self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, Failure> {
        self.step()?;
        if !self.folders.contains_key(folder) {
            return Ok(ContactChanges::NoFolder);
        }
        if self.broken.contains(folder) {
            let meaning = Meaning::retry("broken", WhoseTurn::Nobody, "it is asked again.").folder();
            return Err(Failure { meaning, message: String::new() });
        }
        Ok(self.told(folder, from, size))
    }

    async fn list(&mut self, folder: &str, from: Option<&str>) -> Result<ContactList, Failure> {
        self.step()?;
        if !self.folders.contains_key(folder) {
            return Ok(ContactList::NoFolder);
        }
        let here = self.items.iter().filter(|(_, (lies, _))| lies == folder);
        let here: Vec<_> = here.filter(|_| self.emptied.as_deref() != Some(folder)).collect();
        let page = here.iter().filter(|(id, _)| id.as_str() > from.unwrap_or_default()).take(PAGE);
        let items: Vec<_> = page.map(|(id, (_, sight))| ((*id).clone(), sight.change_key.clone())).collect();
        let last = items.last().map(|(id, _)| id.clone());
        let is_last = here.last().map(|(id, _)| *id) == last.as_ref();
        let total = Some(i64::try_from(here.len()).unwrap());
        Ok(ContactList::Page(ContactListPage { items, total, next: last.filter(|_| !is_last) }))
    }

    async fn contacts(&mut self, ids: &[String]) -> Result<Vec<LookedUp>, Failure> {
        self.step()?;
        let look = |id: &String| match self.items.get(id) {
            None => Err(ItemError::Gone),
            Some(_) if self.corrupt.contains(id) || self.mute.contains(id) => {
                Err(ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() }.into())
            }
            Some((_, sight)) => Ok(sight.clone()),
        };
        Ok(ids.iter().map(|id| (id.clone(), look(id))).collect())
    }

    async fn photos(&mut self, ids: &[String]) -> Result<Vec<PhotoFound>, Failure> {
        self.step()?;
        let mut shown = self.photos.clone();
        for id in ids {
            if let Some((before, left)) = self.pen.late.get_mut(id).filter(|(_, left)| *left > 0) {
                *left -= 1;
                match before {
                    Some(before) => shown.insert(id.clone(), before.clone()),
                    None => shown.remove(id),
                };
            }
        }
        let photo = |id: &String| match shown.get(id) {
            _ if self.dark.contains(id) => {
                Err(ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() }.into())
            }
            Some(bytes) => Ok(ContactPhoto::of(bytes.clone()).expect("it is an image")),
            None => Err(ItemError::Gone),
        };
        Ok(ids.iter().map(|id| (id.clone(), photo(id))).collect())
    }

    async fn send(&mut self, requests: &[ContactRequest]) -> Result<Vec<Sent>, Failure> {
        let mut sent = Vec::new();
        for request in requests {
            self.step()?;
            sent.push(self.write(request));
        }
        Ok(sent)
    }

    async fn carrying(&mut self, contact: &ContactId) -> Result<Option<Vec<ContactSight>>, Failure> {
        self.step()?;
        if self.pen.cannot_search {
            return Ok(None);
        }
        if self.pen.finds_late > 0 {
            self.pen.finds_late -= 1;
            return Ok(Some(Vec::new()));
        }
        let carries = |(folder, sight): &&(String, ContactSight)| {
            folder == CONTACTS && sight.carries.as_ref() == Some(contact)
        };
        Ok(Some(self.items.values().filter(carries).map(|(_, sight)| sight.clone()).collect()))
    }
}
