//! Which item of the mailbox a contact is: what sync asks before it writes.

use super::linking::Linking;
use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use super::{remote_key, remote_keys};
use crate::model::{AccountId, Card, Contact, ContactFolderId, ContactId, ContactLink};
use crate::store::column::{Json, Ms, Word, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;
use std::collections::{HashMap, HashSet};

/// An item of the mailbox and the contact that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedContact {
    /// The contact as it stands here.
    pub contact: Contact,
    /// What the item had when both last agreed.
    pub link: ContactLink,
    /// When the full round began that last showed it.
    pub seen_round: Option<DateTime<Utc>>,
    /// Since when its folder lacks it; `None` while it does not.
    pub missing_at: Option<DateTime<Utc>>,
    /// When the item ended to be this contact.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the contact is another item since.
    pub is_another: bool,
}

/// The columns of a link, as `LinkRow` wants them.
pub(super) const LINK_COLUMNS: &str =
    "remote_key, remote_id, contact_id, folder_id, change_key, modified_at, base_ours, base_theirs, others, contested,
     seen_round, missing_at, ended_at";

#[derive(Clone, sqlx::FromRow)]
pub(super) struct LinkRow {
    pub(super) remote_key: String,
    remote_id: String,
    pub(super) contact_id: Word<ContactId>,
    pub(super) folder_id: Word<ContactFolderId>,
    pub(super) change_key: Option<String>,
    modified_at: Option<Ms>,
    base_ours: Json<Card>,
    base_theirs: Json<Option<Card>>,
    others: Json<Map<String, Value>>,
    contested: Option<Json<Card>>,
    seen_round: Option<Ms>,
    missing_at: Option<Ms>,
    pub(super) ended_at: Option<Ms>,
}

impl LinkRow {
    /// Whether this link has all that is to be written.
    pub(super) fn is(&self, other: &Linking<'_>) -> bool {
        self.ended_at.is_none() && self.contact_id.0 == *other.contact && self.clone().link() == other.link
    }

    /// Whether its folder lacks the item.
    pub(super) const fn is_missing(&self) -> bool {
        self.missing_at.is_some()
    }

    pub(super) fn link(self) -> ContactLink {
        ContactLink {
            remote_id: self.remote_id,
            folder: self.folder_id.0,
            change_key: self.change_key,
            modified_at: self.modified_at.map(|at| at.0),
            theirs: self.base_theirs.0.unwrap_or_else(|| self.base_ours.0.clone()),
            ours: self.base_ours.0,
            others: self.others.0,
            contested: self.contested.map(|card| Box::new(card.0)),
        }
    }

    fn with(self, contact: Contact, is_another: bool) -> LinkedContact {
        let (seen_round, missing_at, ended_at) = (self.seen_round, self.missing_at, self.ended_at);
        LinkedContact {
            contact,
            link: self.link(),
            seen_round: seen_round.map(|at| at.0),
            missing_at: missing_at.map(|at| at.0),
            ended_at: ended_at.map(|at| at.0),
            is_another,
        }
    }
}

impl Store {
    /// The contacts that items are or were, by the items' ids on the server; items that are not known are
    /// absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn linked_contacts(
        &self,
        account: &AccountId,
        remote_ids: &[String],
    ) -> Result<HashMap<String, LinkedContact>> {
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let links: Vec<LinkRow> = rows_in!(
            on(self),
            format!("SELECT {LINK_COLUMNS} FROM contact_link WHERE account_id = $1 AND remote_key IN"),
            [account.as_str()],
            &wanted
        );
        let contacts = self.contacts_by_id(links.iter().map(|link| &link.contact_id.0)).await?;
        let ended = links.iter().filter(|link| link.ended_at.is_some());
        let ended: Vec<&str> = ended.map(|link| link.contact_id.0.as_str()).collect();
        let others: Vec<(Word<ContactId>,)> = rows_in!(
            on(self),
            "SELECT contact_id FROM contact_link WHERE ended_at IS NULL AND contact_id IN",
            [],
            &ended
        );
        let others: HashSet<ContactId> = others.into_iter().map(|(contact,)| contact.0).collect();
        let by_key: HashMap<&str, LinkRow> =
            links.iter().map(|link| (link.remote_key.as_str(), link.clone())).collect();
        let linked = |id: &String| {
            let link = by_key.get(remote_key(id).as_str())?;
            // A contact may be destroyed between the two queries.
            let contact = contacts.get(&link.contact_id.0)?;
            let is_another = link.ended_at.is_some() && others.contains(&contact.id);
            Some((id.clone(), link.clone().with(contact.clone(), is_another)))
        };
        Ok(remote_ids.iter().filter_map(linked).collect())
    }

    /// Which item a contact is; `None` while it is none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_link(&self, contact: &ContactId) -> Result<Option<ContactLink>> {
        let link: Option<LinkRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(format!(
            "SELECT {LINK_COLUMNS} FROM contact_link WHERE contact_id = $1 AND ended_at IS NULL",
        )))
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(link.map(LinkRow::link))
    }

    /// The contacts of these ids; those that there are not are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contacts_by_id(
        &self,
        ids: impl Iterator<Item = &ContactId>,
    ) -> Result<HashMap<ContactId, Contact>> {
        let mut wanted: Vec<&str> = ids.map(ContactId::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let rows: Vec<ContactRow> = rows_in!(
            on(self),
            format!("SELECT {} FROM contact c WHERE c.id IN", contact_columns()),
            [],
            &wanted
        );
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        Ok(contacts.into_iter().map(|stored| (stored.contact.id.clone(), stored.contact)).collect())
    }
}
