//! Linking contacts with the items that they are: which links there are, and what is written of them.

use super::folder::add_held;
use super::link::{LINK_COLUMNS, LinkRow};
use super::linking::{Linking, end_link, insert_links, save_link};
use super::round::mark_seen;
use super::{remote_key, remote_keys};
use crate::model::{AccountId, ContactFolderId, ContactId, ContactLink};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Tx, tx};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// What is stored of the items that contacts are to be linked with.
pub(super) struct Linker<'a> {
    account: &'a AccountId,
    now: DateTime<Utc>,
    /// The full round that shows the items.
    pub(super) round: Option<DateTime<Utc>>,
    /// The items' keys.
    pub(super) keys: Vec<String>,
    links: HashMap<String, LinkRow>,
    /// The item that each contact is, by its key, and where it lies.
    live: HashMap<ContactId, (String, ContactFolderId)>,
    new: Vec<Linking<'a>>,
    /// What is to be written over the links that items have, and whether an item has another version than the
    /// stored one.
    saves: Vec<(Linking<'a>, bool)>,
    /// Items that are stored as they were seen.
    same: Vec<String>,
    /// How many more are linked in each folder than before.
    held: BTreeMap<ContactFolderId, i64>,
}

impl<'a> Linker<'a> {
    /// Of those items, and of contacts that there are: a new one is no item yet.
    pub(super) async fn load(
        open: &mut Tx,
        account: &'a AccountId,
        contacts: impl Iterator<Item = &ContactId>,
        remote_ids: impl Iterator<Item = &String>,
        round: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let contacts: Vec<&str> = contacts.map(ContactId::as_str).collect();
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let rows: Vec<LinkRow> = rows_in!(
            tx(&mut *open),
            format!("SELECT {LINK_COLUMNS} FROM contact_link WHERE account_id = $1 AND remote_key IN"),
            [account.as_str()],
            &wanted
        );
        Ok(Self {
            account,
            now,
            round,
            links: rows.into_iter().map(|link| (link.remote_key.clone(), link)).collect(),
            live: live(open, &contacts).await?,
            keys,
            new: Vec::new(),
            saves: Vec::new(),
            same: Vec::new(),
            held: BTreeMap::new(),
        })
    }

    /// Of a contact that is to be no item any more.
    pub(super) async fn of(
        open: &mut Tx,
        account: &'a AccountId,
        contact: &ContactId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Self::load(open, account, std::iter::once(contact), std::iter::empty(), None, now).await
    }

    /// Whether a contact was an item before.
    pub(super) fn is_item(&self, contact: &ContactId) -> bool {
        self.live.contains_key(contact)
    }

    /// Links a contact with an item; another one that it was ends to be it.
    pub(super) async fn link(
        &mut self,
        open: &mut Tx,
        contact: &'a ContactId,
        link: ContactLink,
    ) -> Result<()> {
        let linking = Linking { key: remote_key(&link.remote_id), contact, link };
        if let Some((other, folder)) = self.live.get(contact).filter(|(key, _)| *key != linking.key) {
            end_link(open, self.account, other, self.now).await?;
            *self.held.entry(folder.clone()).or_default() -= 1;
        }
        *self.held.entry(linking.link.folder.clone()).or_default() += 1;
        let Some(stored) = self.links.get(&linking.key) else {
            self.new.push(linking);
            return Ok(());
        };
        if stored.ended_at.is_none() {
            *self.held.entry(stored.folder_id.0.clone()).or_default() -= 1;
        }
        if stored.is(&linking) {
            self.same.push(linking.key);
            return Ok(());
        }
        let is_another = stored.ended_at.is_some() || stored.change_key != linking.link.change_key;
        self.saves.push((linking, is_another));
        Ok(())
    }

    /// Ends the link of a contact, if it has one: there is no such item any more.
    pub(super) async fn end(&mut self, open: &mut Tx, contact: &ContactId) -> Result<()> {
        if let Some((key, folder)) = self.live.remove(contact) {
            end_link(open, self.account, &key, self.now).await?;
            *self.held.entry(folder).or_default() -= 1;
        }
        Ok(())
    }

    /// Writes what is new, what differs, what was seen and what each folder holds. The contacts are written
    /// before.
    pub(super) async fn finish(self, open: &mut Tx) -> Result<()> {
        for (linking, is_another) in &self.saves {
            save_link(open, self.account, linking, self.round, is_another.then_some(self.now)).await?;
        }
        insert_links(open, self.account, &self.new, self.round, self.now).await?;
        mark_seen(open, self.account, &self.same, self.round).await?;
        for (folder, more) in self.held.into_iter().filter(|(_, more)| *more != 0) {
            add_held(open, &folder, more).await?;
        }
        Ok(())
    }
}

/// The item that each of these contacts is, by its key, and where it lies.
async fn live(open: &mut Tx, contacts: &[&str]) -> Result<HashMap<ContactId, (String, ContactFolderId)>> {
    let rows: Vec<(Word<ContactId>, String, Word<ContactFolderId>)> = rows_in!(
        tx(&mut *open),
        "SELECT contact_id, remote_key, folder_id FROM contact_link WHERE ended_at IS NULL AND contact_id IN",
        [],
        contacts
    );
    Ok(rows.into_iter().map(|(contact, key, folder)| (contact.0, (key, folder.0))).collect())
}
