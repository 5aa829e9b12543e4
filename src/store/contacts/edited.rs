//! What waits to go out.

use super::link::{LINK_COLUMNS, LinkRow};
use super::matching::MAY_GO;
use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use crate::model::{AccountId, Contact, ContactId, ContactLink, WriteCounts};
use crate::store::column::{Word, count, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// A contact of which something is left to go out, and the item that it is, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedContact {
    /// The contact as it stands here; gone, where the item is to be deleted.
    pub contact: Contact,
    /// The item; `None` of one that is to be made.
    pub link: Option<ContactLink>,
    /// Whether it was an item before, which the mailbox has no longer.
    pub had_item: bool,
    /// Whether that was deleted there, and nothing has been decided of it yet.
    pub was_deleted_there: bool,
}

/// Where a list of what is left to go out goes on: when the one before was changed, and its id.
pub type EditedPlace = (DateTime<Utc>, ContactId);

impl Store {
    /// Contacts of an account of which something is left to go out, those that wait longest first; from the
    /// one after `after` on, which is told by when it was changed and its id. Left out are those that are
    /// parked at that time, those of which a write is under way, and those made here of which it is not said
    /// yet that the mailbox has no such contact.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn edited_contacts(
        &self,
        account: &AccountId,
        after: Option<&EditedPlace>,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<EditedContact>> {
        self.edited_where(account, "TRUE", after, now, limit).await
    }

    /// Those of them that were deleted here.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deleted_contacts(
        &self,
        account: &AccountId,
        after: Option<&EditedPlace>,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<EditedContact>> {
        self.edited_where(account, "c.gone_at IS NOT NULL", after, now, limit).await
    }

    /// What each of them comes to, told by the rows alone, of those from after `after` on that were changed after
    /// `since`: one that is no item is made, one that was deleted here is deleted, the others are overwritten.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_edited(
        &self,
        account: &AccountId,
        after: &EditedPlace,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<WriteCounts> {
        let text = format!(
            "SELECT COUNT(CASE WHEN l.contact_id IS NULL AND c.gone_at IS NULL THEN 1 END),
                 COUNT(CASE WHEN l.contact_id IS NOT NULL AND c.gone_at IS NULL THEN 1 END),
                 COUNT(CASE WHEN c.gone_at IS NOT NULL THEN 1 END)
             FROM contact c LEFT JOIN contact_link l ON l.contact_id = c.id AND l.ended_at IS NULL
             WHERE c.account_id = $1 AND (c.edited_at, c.id) > ($2, $3) AND c.edited_at > $5 AND {}",
            may_go_out("$4")
        );
        let (creates, overwrites, deletes) = on!(self, db => sqlx::query_as(sqlx::AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(after.0.timestamp_millis())
            .bind(after.1.as_str())
            .bind(now.timestamp_millis())
            .bind(since.map_or(i64::MIN, |since| since.timestamp_millis()))
            .fetch_one(db)
            .await)?;
        Ok(WriteCounts { creates: count(creates), overwrites: count(overwrites), deletes: count(deletes) })
    }

    async fn edited_where(
        &self,
        account: &AccountId,
        condition: &'static str,
        after: Option<&EditedPlace>,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<EditedContact>> {
        let text = format!(
            "SELECT {} FROM contact c WHERE c.account_id = $1 AND (c.edited_at, c.id) > ($2, $3) AND {condition} AND {}
             ORDER BY c.edited_at, c.id LIMIT $5",
            contact_columns(),
            may_go_out("$4")
        );
        let rows: Vec<ContactRow> = on!(self, db => sqlx::query_as(sqlx::AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(after.map_or(i64::MIN, |(at, _)| at.timestamp_millis()))
            .bind(after.map_or("", |(_, id)| id.as_str()))
            .bind(now.timestamp_millis())
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        self.with_links(rows).await
    }

    /// Whether anything of an account's contacts is left to go out, a photo too, also of those that `edited_contacts`
    /// leaves out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_edited_contacts(&self, account: &AccountId) -> Result<bool> {
        let edited: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM (
                 SELECT 1 FROM contact WHERE account_id = $1 AND edited_at IS NOT NULL
                 UNION ALL
                 SELECT 1 FROM contact_photo_edit e CROSS JOIN contact c
                 WHERE c.id = e.contact_id AND c.account_id = $1 AND c.gone_at IS NULL LIMIT 1) AS edited",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        Ok(edited > 0)
    }

    /// Those of these contacts of which something is left to go out, whatever keeps it back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn still_edited(&self, ids: &[ContactId]) -> Result<Vec<EditedContact>> {
        let ids: Vec<&str> = ids.iter().map(ContactId::as_str).collect();
        let rows: Vec<ContactRow> = rows_in!(
            on(self),
            format!("SELECT {} FROM contact c WHERE c.edited_at IS NOT NULL AND c.id IN", contact_columns()),
            [],
            &ids
        );
        self.with_links(rows).await
    }

    /// Those of these contacts of which something is to go out at that time still, as `edited_contacts` has them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn still_to_go(&self, ids: &[ContactId], now: DateTime<Utc>) -> Result<Vec<EditedContact>> {
        let ids: Vec<&str> = ids.iter().map(ContactId::as_str).collect();
        let rows: Vec<ContactRow> = rows_in!(
            on(self),
            format!("SELECT {} FROM contact c WHERE {} AND c.id IN", contact_columns(), may_go_out("$1")),
            [now.timestamp_millis()],
            &ids
        );
        self.with_links(rows).await
    }

    async fn with_links(&self, rows: Vec<ContactRow>) -> Result<Vec<EditedContact>> {
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        let ids: Vec<&str> = contacts.iter().map(|stored| stored.contact.id.as_str()).collect();
        let links: Vec<LinkRow> = rows_in!(
            on(self),
            format!("SELECT {LINK_COLUMNS} FROM contact_link WHERE ended_at IS NULL AND contact_id IN"),
            [],
            &ids
        );
        let mut links: HashMap<ContactId, ContactLink> =
            links.into_iter().map(|link| (link.contact_id.0.clone(), link.link())).collect();
        let ended: Vec<(Word<ContactId>, bool)> = rows_in!(
            on(self),
            "SELECT contact_id, ended_there FROM contact_link WHERE ended_at IS NOT NULL AND contact_id IN",
            [],
            &ids
        );
        let had: HashSet<&ContactId> = ended.iter().map(|(id, _)| &id.0).collect();
        let deleted: HashSet<&ContactId> =
            ended.iter().filter(|(_, there)| *there).map(|(id, _)| &id.0).collect();
        let edited = |stored: StoredCard| {
            let StoredCard { contact, .. } = stored;
            let link = links.remove(&contact.id);
            let is_among = |ids: &HashSet<&ContactId>| link.is_none() && ids.contains(&contact.id);
            let (had_item, was_deleted_there) = (is_among(&had), is_among(&deleted));
            EditedContact { contact, link, had_item, was_deleted_there }
        };
        Ok(contacts.into_iter().map(edited).collect())
    }
}

/// Whether something of a contact `c` is to go out at a time, which is bound as `now`.
fn may_go_out(now: &str) -> String {
    format!(
        "c.edited_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM contact_parked p
             WHERE p.contact_id = c.id AND p.revision = c.revision AND (p.due_at IS NULL OR p.due_at > {now}))
         AND NOT EXISTS (SELECT 1 FROM contact_write w WHERE w.contact_id = c.id AND w.ended_at IS NULL)
         AND {MAY_GO}"
    )
}
