//! One contact with what does not stand on it.

use super::conflicts::ConflictDetail;
use super::detail::ContactDetail;
use super::folders::ParkedContactDetail;
use super::photo::PhotoShown;
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Actor, CardMember, Contact, ContactId, ContactWrite, ContactWriteId, Side};
use crate::store::JournalQuery;
use crate::sync::contacts::overflow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// So many of its writes are looked at for what gave way.
const WRITES: u32 = 100;

/// A contact with what does not stand on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactShown {
    /// The contact.
    #[serde(flatten)]
    pub contact: ContactDetail,
    /// What waits for a person to say whose values hold; `None` where nothing does.
    pub conflict: Option<ConflictDetail>,
    /// Why it does not go out as it stands; `None` where nothing keeps it back.
    pub parked: Option<ParkedContactDetail>,
    /// Entries that have no room in Outlook, by member: they stay here.
    pub no_room: BTreeMap<CardMember, Vec<String>>,
    /// How its photo stands.
    pub photo: PhotoShown,
    /// Values that gave way where both sides had changed the same one, the latest first.
    pub gave_way: Vec<GaveWay>,
}

/// A value that gave way.
#[derive(Debug, Serialize, ToSchema)]
pub struct GaveWay {
    /// The line of the journal, by which it is taken back.
    pub write: ContactWriteId,
    /// When it gave way.
    pub at: DateTime<Utc>,
    /// Where on the card.
    pub member: CardMember,
    /// Whose it was.
    pub side: Side,
    /// The value; null where that side had emptied it.
    pub value: Value,
}

impl Database {
    /// The contact that a person means, with what does not stand on it.
    ///
    /// # Errors
    /// Those of `contact_named`.
    pub async fn contact_shown(&self, actor: &Actor, name: &str) -> Result<ContactShown> {
        let contact = self.contact_named(actor, name).await?;
        self.shown(contact).await
    }

    /// The same of a contact that was found.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn shown(&self, contact: Contact) -> Result<ContactShown> {
        let gave_way = match &contact.account_id {
            Some(account) => self.gave_way(account, &contact.id).await?,
            None => Vec::new(),
        };
        let conflict = self.conflict_of(&contact.id).await?;
        let no_room = match contact.account_id {
            Some(_) => self.no_room(&contact).await?,
            None => BTreeMap::new(),
        };
        let photo = self.photo_shown(&contact.id).await?;
        let parked = self.parked_of(&contact).await?;
        Ok(ContactShown { contact: contact.into(), conflict, parked, no_room, photo, gave_way })
    }

    async fn no_room(&self, contact: &Contact) -> Result<BTreeMap<CardMember, Vec<String>>> {
        let link = self.store.contact_link(&contact.id).await?;
        Ok(overflow(&contact.card, link.as_ref(), self.contacts.joining.canon))
    }

    async fn gave_way(&self, account: &AccountId, contact: &ContactId) -> Result<Vec<GaveWay>> {
        let query = JournalQuery { contact: Some(contact.clone()), limit: WRITES, ..JournalQuery::default() };
        let writes = self.store.contact_writes(account, &query).await?;
        let done = writes.iter().filter(|write| matches!(write.ended, Some((_, Ok(())))));
        Ok(done.flat_map(lost).collect())
    }
}

fn lost(write: &ContactWrite) -> impl Iterator<Item = GaveWay> {
    write.conflicts.iter().filter_map(|conflict| {
        let (side, value) = (conflict.holds?.other(), conflict.lost()?.clone());
        let (id, member) = (write.id.clone(), conflict.member);
        Some(GaveWay { write: id, at: write.begun_at, member, side, value })
    })
}
