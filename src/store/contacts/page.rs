//! Writing a page: its contacts with their links, the ledger and the folder's state in one transaction.

use super::folder::{add_held, write_folder};
use super::ledger::UnreadContact;
use super::link::{LINK_COLUMNS, LinkRow};
use super::linking::{Linking, end_link, insert_links, save_link};
use super::parts::{Stored, fitted, replace_parts, whole};
use super::round::mark_seen;
use super::row::{ContactRow, contact_columns};
use super::write::{Writing, insert_contacts, save_contact, save_edited};
use super::{gone, ledger, remote_key, remote_keys};
use crate::model::{AccountId, Card, ContactFolder, ContactFolderId, ContactForms, ContactId, ContactLink};
use crate::store::accounts::hold;
use crate::store::column::{Word, rows_in};
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One contact to be written, with the item that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactUpsert {
    /// Ours: of the stored contact, or a fresh one.
    pub id: ContactId,
    /// The revision of the stored contact that the card was made from; 0 of a fresh one.
    pub based_on: i64,
    /// What is written on it from now on.
    pub card: Card,
    /// The forms of its addresses and numbers.
    pub forms: ContactForms,
    /// The item, and what both sides agree on. Nothing of the contact is left to go out where `ours` is its
    /// card.
    pub link: ContactLink,
}

/// One page of a folder, written with the folder's state in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPageWrite {
    /// The folder as it stands after this page; `None` where only contacts were read again. What a page shows
    /// of a folder whose full round is under way is marked as seen in that round.
    pub folder: Option<ContactFolder>,
    /// Items that the page names as no longer in its folder, by their ids on the server.
    pub removed: Vec<String>,
    /// The contacts of the page. Of several of one item the last counts.
    pub upserts: Vec<ContactUpsert>,
    /// Items that the page shows as they are stored.
    pub seen: Vec<String>,
    /// Items of the page that could not be read.
    pub failed: Vec<UnreadContact>,
    /// Items that were asked for and that there are no more.
    pub gone: Vec<String>,
    /// When it was read.
    pub now: DateTime<Utc>,
}

impl ContactPageWrite {
    /// Of a page without anything on it.
    #[must_use]
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self {
            folder: None,
            removed: Vec::new(),
            upserts: Vec::new(),
            seen: Vec::new(),
            failed: Vec::new(),
            gone: Vec::new(),
            now,
        }
    }
}

/// What a page changed. Writing the same again changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ContactCounts {
    /// Contacts that were not stored before.
    pub new: u64,
    /// Contacts of which something differs now.
    pub changed: u64,
}

impl Store {
    /// Writes a page and the folder's state behind it, both or neither. Writing the same again writes no
    /// contact. `None`, and nothing is written, where a contact was changed here since its card was made: it
    /// has to be made again, from what is stored now.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn write_contact_page(
        &self,
        claim: &Claim,
        page: &ContactPageWrite,
    ) -> Result<Option<ContactCounts>> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        if let Some(folder) = &page.folder {
            gone::miss(&mut open, account, Some(&folder.id), &page.removed, page.now).await?;
            ledger::strike(&mut open, account, &remote_keys(&page.removed), Some(&folder.id)).await?;
        }
        let upserts = last_of_each(&page.upserts);
        let mut writer = Writer::load(&mut open, account, page, &upserts).await?;
        for upsert in upserts {
            if !writer.write(&mut open, upsert).await? {
                return Ok(None);
            }
        }
        let counts = writer.finish(&mut open, page).await?;
        open.commit().await?;
        Ok(Some(counts))
    }
}

fn last_of_each(upserts: &[ContactUpsert]) -> Vec<&ContactUpsert> {
    let mut named = HashSet::new();
    let mut last: Vec<_> =
        upserts.iter().rev().filter(|upsert| named.insert(&upsert.link.remote_id)).collect();
    last.reverse();
    last
}

/// What is stored of the contacts of a page, and what is written of them at its end.
struct Writer<'a> {
    account: &'a AccountId,
    now: DateTime<Utc>,
    round: Option<DateTime<Utc>>,
    contacts: HashMap<ContactId, Stored>,
    /// By the items' keys.
    links: HashMap<String, LinkRow>,
    /// The item that each contact is, by its key, and where it lies.
    live: HashMap<ContactId, (String, ContactFolderId)>,
    new: Vec<Writing<'a>>,
    new_links: Vec<Linking<'a>>,
    /// Items that are stored as they were seen.
    same: Vec<String>,
    /// Items that were read.
    read: Vec<String>,
    changed: u64,
    /// How many more are linked in each folder than before.
    held: BTreeMap<ContactFolderId, i64>,
}

impl<'a> Writer<'a> {
    async fn load(
        open: &mut Tx,
        account: &'a AccountId,
        page: &'a ContactPageWrite,
        upserts: &[&ContactUpsert],
    ) -> Result<Self> {
        let ids: Vec<&str> = upserts.iter().map(|upsert| upsert.id.as_str()).collect();
        let rows: Vec<ContactRow> = rows_in!(
            tx(&mut *open),
            format!("SELECT {} FROM contact c WHERE c.id IN", contact_columns()),
            [],
            &ids
        );
        let contacts = whole!(tx(&mut *open), rows);
        let keys = remote_keys(upserts.iter().map(|upsert| &upsert.link.remote_id));
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let links: Vec<LinkRow> = rows_in!(
            tx(&mut *open),
            format!("SELECT {LINK_COLUMNS} FROM contact_link WHERE account_id = $1 AND remote_key IN"),
            [account.as_str()],
            &wanted
        );
        let live: Vec<(Word<ContactId>, String, Word<ContactFolderId>)> = rows_in!(
            tx(&mut *open),
            "SELECT contact_id, remote_key, folder_id FROM contact_link WHERE ended_at IS NULL AND contact_id IN",
            [],
            &ids
        );
        Ok(Self {
            account,
            now: page.now,
            round: page.folder.as_ref().and_then(|folder| folder.round).map(|round| round.began),
            contacts: contacts.into_iter().map(|stored| (stored.contact.id.clone(), stored)).collect(),
            links: links.into_iter().map(|link| (link.remote_key.clone(), link)).collect(),
            live: live.into_iter().map(|(contact, key, folder)| (contact.0, (key, folder.0))).collect(),
            new: Vec::new(),
            new_links: Vec::new(),
            same: Vec::new(),
            read: keys,
            changed: 0,
            held: BTreeMap::new(),
        })
    }

    /// Whether it could be written: the contact was not changed here since.
    async fn write(&mut self, open: &mut Tx, upsert: &'a ContactUpsert) -> Result<bool> {
        let link = ContactLink { ours: upsert.link.ours.storable(), ..upsert.link.clone() };
        let card = upsert.card.storable();
        let stored = self.contacts.get(&upsert.id);
        let before = stored.and_then(|stored| stored.contact.edited_at);
        let edited_at = if card == link.ours { None } else { before.or(Some(self.now)) };
        let forms = fitted(&upsert.forms, &card);
        let writing = Writing { id: &upsert.id, card, forms, edited_at };
        match stored {
            None if upsert.based_on == 0 => self.new.push(writing),
            None => return Ok(false),
            Some(stored) => match rewrite(open, stored, &writing, upsert.based_on, self.now).await? {
                Rewritten::Overtaken => return Ok(false),
                Rewritten::Changed => self.changed += 1,
                Rewritten::Same => {}
            },
        }
        self.link(open, Linking { key: remote_key(&link.remote_id), contact: &upsert.id, link }).await?;
        Ok(true)
    }

    async fn link(&mut self, open: &mut Tx, linking: Linking<'a>) -> Result<()> {
        if let Some((other, folder)) = self.live.get(linking.contact).filter(|(key, _)| *key != linking.key) {
            end_link(open, self.account, other, self.now).await?;
            *self.held.entry(folder.clone()).or_default() -= 1;
        }
        *self.held.entry(linking.link.folder.clone()).or_default() += 1;
        let Some(stored) = self.links.get(&linking.key) else {
            self.new_links.push(linking);
            return Ok(());
        };
        if stored.ended_at.is_none() {
            *self.held.entry(stored.folder_id.0.clone()).or_default() -= 1;
        }
        if stored.is(&linking) {
            self.same.push(linking.key);
            return Ok(());
        }
        save_link(open, self.account, &linking, self.round).await
    }

    async fn finish(self, open: &mut Tx, page: &ContactPageWrite) -> Result<ContactCounts> {
        let account = self.account;
        insert_contacts(open, account, &self.new, self.now).await?;
        insert_links(open, account, &self.new_links, self.round).await?;
        let seen = [self.same, remote_keys(&page.seen)].concat();
        mark_seen(open, account, &seen, self.round).await?;
        ledger::strike(open, account, &self.read, None).await?;
        for unread in &page.failed {
            ledger::enter(open, account, unread, page.now).await?;
        }
        gone::miss(open, account, None, &page.gone, page.now).await?;
        ledger::strike(open, account, &remote_keys(&page.gone), None).await?;
        if let Some(folder) = &page.folder {
            write_folder(open, account, folder).await?;
        }
        for (folder, more) in self.held.into_iter().filter(|(_, more)| *more != 0) {
            add_held(open, &folder, more).await?;
        }
        Ok(ContactCounts { new: self.new.len() as u64, changed: self.changed })
    }
}

enum Rewritten {
    Same,
    Changed,
    /// It was changed here since.
    Overtaken,
}

/// Writes what of a stored contact differs.
async fn rewrite(
    open: &mut Tx,
    stored: &Stored,
    next: &Writing<'_>,
    based_on: i64,
    now: DateTime<Utc>,
) -> Result<Rewritten> {
    let Stored { contact, forms } = stored;
    if contact.card != next.card || contact.gone_at.is_some() {
        let saved = contact.revision == based_on && save_contact(open, next, based_on, now).await?;
        return Ok(if saved { Rewritten::Changed } else { Rewritten::Overtaken });
    }
    if contact.edited_at != next.edited_at && !save_edited(open, next, contact.revision).await? {
        return Ok(Rewritten::Overtaken);
    }
    if *forms != next.forms {
        replace_parts(open, next).await?;
    }
    Ok(Rewritten::Same)
}
