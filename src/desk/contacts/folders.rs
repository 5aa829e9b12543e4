//! What is stored of an account's contacts, folder by folder, and which of them are not in step.

use super::plan::{LISTED, called};
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Contact, ContactFolder, ContactFolderId, ContactId, ItemFault};
use crate::store::{ContactLedgerItem, ParkedContact};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An account's contact folders, and the contacts that are not in step.
#[derive(Debug, Serialize)]
pub struct ContactsDetail {
    /// Every folder that the mailbox ever listed, the default one first.
    pub folders: Vec<ContactFolderDetail>,
    /// Those that could not be read.
    pub unreadable: Vec<UnreadableContact>,
    /// Those that do not go out, or whose photos do not: Outlook does not take them, a person has rejected them, or
    /// they are tried again later.
    pub parked: Vec<ParkedContactDetail>,
    /// How many more there are of these.
    pub more_parked: u64,
}

/// A contact folder, and what is stored of it.
#[derive(Debug, Serialize)]
pub struct ContactFolderDetail {
    /// Ours, for life.
    pub folder_id: ContactFolderId,
    /// What the mailbox calls it.
    pub folder_name: Option<String>,
    /// Whether it is the one that every mailbox has.
    pub is_default: bool,
    /// How many contacts are stored.
    pub held: u64,
    /// How many the server counted, with what it does not list, such as contact lists; `None` before the
    /// first time.
    pub server_total: Option<i64>,
    /// When its changes were last read to the end.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Since when the mailbox no longer lists it; `None` while it does.
    pub vanished_at: Option<DateTime<Utc>>,
}

/// A contact that could not be read.
#[derive(Debug, Serialize)]
pub struct UnreadableContact {
    /// Where it lies.
    pub folder_id: ContactFolderId,
    /// As Outlook names it.
    pub item_id: String,
    /// A stable word for why.
    pub code: String,
    /// What Outlook said.
    pub message: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it first failed.
    pub first_seen_at: DateTime<Utc>,
    /// When it last failed.
    pub last_seen_at: DateTime<Utc>,
    /// It is not asked for again before.
    pub next_try_at: DateTime<Utc>,
}

/// A contact that does not go out as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedContactDetail {
    /// The contact.
    pub contact_id: ContactId,
    /// What it is called.
    pub name: String,
    /// A stable word for why.
    pub code: String,
    /// What Outlook said, or why else.
    pub message: String,
    /// Since when.
    pub parked_at: DateTime<Utc>,
    /// When it is tried again by itself; `None` where it is not, before it is changed or approved.
    pub next_try_at: Option<DateTime<Utc>>,
}

impl From<ContactFolder> for ContactFolderDetail {
    fn from(folder: ContactFolder) -> Self {
        Self {
            folder_id: folder.id,
            folder_name: folder.name,
            is_default: folder.is_default,
            held: folder.held,
            server_total: folder.server_total,
            last_success_at: folder.last_success_at,
            vanished_at: folder.vanished_at,
        }
    }
}

impl From<ContactLedgerItem> for UnreadableContact {
    fn from(item: ContactLedgerItem) -> Self {
        Self {
            folder_id: item.unread.folder,
            item_id: item.unread.remote_id,
            code: item.unread.fault.code,
            message: item.unread.fault.text,
            attempts: item.attempts,
            first_seen_at: item.first_seen,
            last_seen_at: item.last_seen,
            next_try_at: item.due_at,
        }
    }
}

impl ParkedContactDetail {
    fn of(parked: ParkedContact, name: String) -> Self {
        let ParkedContact { contact, fault: ItemFault { code, text }, since, due_at } = parked;
        Self { contact_id: contact, name, code, message: text, parked_at: since, next_try_at: due_at }
    }
}

impl Database {
    pub(in crate::desk) async fn contacts_detail(&self, account: &AccountId) -> Result<ContactsDetail> {
        let folders = self.store.contact_folders(account).await?;
        let unreadable = self.store.contact_ledger(account).await?;
        let (mut parked, all) = self.store.parked_contacts(account, LISTED).await?;
        let more_parked = all - parked.len() as u64;
        let of_photo = |mut parked: ParkedContact| {
            parked.fault.text = format!("its photo: {}", parked.fault.text);
            parked
        };
        parked.extend(self.store.parked_photos(account).await?.into_iter().map(of_photo));
        let parked = self.named_parked(parked).await?;
        Ok(ContactsDetail {
            folders: folders.into_iter().map(ContactFolderDetail::from).collect(),
            unreadable: unreadable.into_iter().map(UnreadableContact::from).collect(),
            parked,
            more_parked,
        })
    }

    async fn named_parked(&self, parked: Vec<ParkedContact>) -> Result<Vec<ParkedContactDetail>> {
        let contacts = self.store.contacts_by_id(parked.iter().map(|parked| &parked.contact)).await?;
        let named = |parked: ParkedContact| {
            let name = contacts.get(&parked.contact).map(called).unwrap_or_default();
            ParkedContactDetail::of(parked, name)
        };
        Ok(parked.into_iter().map(named).collect())
    }

    /// Why a contact does not go out as it stands; `None` of one that does, or of which nothing is to go out.
    pub(super) async fn parked_of(&self, contact: &Contact) -> Result<Option<ParkedContactDetail>> {
        if contact.account_id.is_none() {
            return Ok(None);
        }
        let own = self.store.parked_contact(&contact.id).await?;
        Ok(own.map(|parked| ParkedContactDetail::of(parked, called(contact))))
    }
}
