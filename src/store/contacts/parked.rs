//! What waits to go out, and what a server does not take: not sent again until it is changed, or somebody
//! asks for it.

use super::link::{LINK_COLUMNS, LinkRow};
use super::matching::MAY_GO;
use super::parts::{StoredCard, whole};
use super::photo_parked;
use super::rejected::REJECTED;
use super::row::{ContactRow, contact_columns};
use crate::model::{
    AccountId, AuditEntry, Contact, ContactId, ContactLink, ContactWrite, ItemFault, storable,
};
use crate::store::access::write_down;
use crate::store::column::{Ms, Word, rows_in};
use crate::store::retry::{LONGEST_WAIT, SECOND_WAIT};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// A contact of which something is left to go out, and the item that it is, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedContact {
    /// The contact as it stands here; gone, where the item is to be deleted.
    pub contact: Contact,
    /// The item; `None` of one that is to be made.
    pub link: Option<ContactLink>,
    /// Whether it was an item that the mailbox has no longer.
    pub was_deleted_there: bool,
}

/// A contact that the server does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedContact {
    /// The contact's id.
    pub contact: ContactId,
    /// Why.
    pub fault: ItemFault,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it is sent again by itself; `None` where it is not.
    pub due_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    contact_id: Word<ContactId>,
    code: String,
    text: String,
    parked_at: Ms,
    due_at: Option<Ms>,
}

impl From<ParkedRow> for ParkedContact {
    fn from(row: ParkedRow) -> Self {
        Self {
            contact: row.contact_id.0,
            fault: ItemFault { code: row.code, text: row.text },
            since: row.parked_at.0,
            due_at: row.due_at.map(|at| at.0),
        }
    }
}

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
        after: Option<&(DateTime<Utc>, ContactId)>,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<EditedContact>> {
        let text = format!(
            "SELECT {} FROM contact c WHERE c.account_id = $1 AND (c.edited_at, c.id) > ($2, $3) AND {}
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
        let deleted: Vec<(Word<ContactId>,)> = rows_in!(
            on(self),
            "SELECT contact_id FROM contact_link WHERE ended_there AND contact_id IN",
            [],
            &ids
        );
        let deleted: HashSet<ContactId> = deleted.into_iter().map(|(id,)| id.0).collect();
        let edited = |stored: StoredCard| {
            let link = links.remove(&stored.contact.id);
            let was_deleted_there = link.is_none() && deleted.contains(&stored.contact.id);
            EditedContact { contact: stored.contact, link, was_deleted_there }
        };
        Ok(contacts.into_iter().map(edited).collect())
    }

    /// The contacts of an account that the server does not take, as they stand; the latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn parked_contacts(&self, account: &AccountId) -> Result<Vec<ParkedContact>> {
        let rows: Vec<ParkedRow> = on!(self, db => sqlx::query_as(
            "SELECT p.contact_id, p.code, p.text, p.parked_at, p.due_at FROM contact_parked p JOIN contact c ON c.id = p.contact_id
             WHERE p.account_id = $1 AND p.revision = c.revision ORDER BY p.parked_at DESC, p.contact_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(ParkedContact::from).collect())
    }

    /// Sends the contacts of an account once more that the server did not take, with the line of the audit log
    /// that says so, and their photos. What a person has rejected stays. How many they are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retry_contacts(&self, account: &AccountId, line: &AuditEntry) -> Result<u64> {
        let mut open = self.begin().await?;
        let retried = tx!(&mut open, execute sqlx::query(
            "DELETE FROM contact_parked WHERE account_id = $1 AND code <> $2
             AND revision = (SELECT c.revision FROM contact c WHERE c.id = contact_parked.contact_id)",
        )
        .bind(account.as_str())
        .bind(REJECTED))?;
        let photos = photo_parked::unpark(&mut open, account, false).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(retried + photos)
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

/// Has a contact wait for its next try: it is due again in the next turn, then after 4, 16, 36 … minutes, once
/// a day at last.
pub(super) async fn put_off(
    open: &mut Tx,
    account: &AccountId,
    write: &ContactWrite,
    fault: &ItemFault,
    now: DateTime<Utc>,
) -> Result<()> {
    park(&mut *open, account, write, fault, now).await?;
    tx!(open, execute sqlx::query(
        "UPDATE contact_parked SET due_at = $2
             + CASE WHEN attempts <= $4 THEN (attempts - 1) * (attempts - 1) * $3 ELSE $5 END
         WHERE contact_id = $1",
    )
    .bind(write.contact.as_str())
    .bind(now.timestamp_millis())
    .bind(SECOND_WAIT)
    .bind((LONGEST_WAIT / SECOND_WAIT).isqrt())
    .bind(LONGEST_WAIT))?;
    Ok(())
}

/// Has a contact wait until it is changed.
pub(super) async fn park(
    open: &mut Tx,
    account: &AccountId,
    write: &ContactWrite,
    fault: &ItemFault,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_parked AS p (contact_id, account_id, revision, code, text, parked_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (contact_id) DO UPDATE SET revision = excluded.revision, code = excluded.code,
         text = excluded.text, parked_at = excluded.parked_at, due_at = NULL,
         attempts = CASE WHEN p.revision = excluded.revision THEN p.attempts + 1 ELSE 1 END",
    )
    .bind(write.contact.as_str())
    .bind(account.as_str())
    .bind(write.revision)
    .bind(storable(&fault.code))
    .bind(storable(&fault.text))
    .bind(now.timestamp_millis()))?;
    Ok(())
}

pub(super) async fn unpark(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM contact_parked WHERE contact_id = $1").bind(contact.as_str()))?;
    Ok(())
}
