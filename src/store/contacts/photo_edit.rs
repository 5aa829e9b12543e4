//! Photos that were set or taken away here: each waits until its item is so.

use super::edit::{Editor, note};
use super::meeting::await_meeting;
use super::photo::{replace, take_away};
use super::remote_keys;
use crate::model::{AccountId, ConflictPolicy, ContactId, ContactPhoto, Side};
use crate::store::accounts::lock;
use crate::store::column::{Ms, Word, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// A photo that was set or taken away here and waits to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedPhoto {
    /// Whose it is.
    pub contact: ContactId,
    /// When it was last set or taken away here.
    pub edited_at: DateTime<Utc>,
    /// 1, one more with each change here.
    pub number: i64,
    /// SHA-256 of our photo; `None` where it was taken away.
    pub ours: Option<String>,
    /// The item that the contact is; `None` while it is none.
    pub item: Option<PhotoItem>,
    /// Whose photo holds where both sides changed it, as a person said.
    pub holds: Option<Side>,
    /// Whether both sides changed it, and no person has said yet whose holds.
    pub is_contested: bool,
}

impl EditedPhoto {
    /// Whether it waits for a person to say whose photo holds.
    #[must_use]
    pub fn is_asked(&self, policy: ConflictPolicy) -> bool {
        policy == ConflictPolicy::Ask && self.is_contested
    }
}

/// The item of a contact whose photo was changed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoItem {
    /// Its id on the server.
    pub remote_id: String,
    /// When the server last wrote it.
    pub modified_at: Option<DateTime<Utc>>,
    /// SHA-256 of the photo that it showed when both sides last agreed; `None` where it had none.
    pub base: Option<String>,
}

/// Which photo somebody means to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoSeen<'a> {
    /// Whichever there is, or none.
    Any,
    /// The one of this SHA-256.
    This(&'a str),
    /// None at all.
    Absent,
}

/// What became of a change of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoSet {
    /// It is so, and waits to go out.
    Done,
    /// It was so.
    Same,
    /// There is another photo by now: nothing is changed.
    Stale,
    /// The account has no such contact, or it is gone.
    NoContact,
}

#[derive(sqlx::FromRow)]
struct EditRow {
    contact_id: Word<ContactId>,
    edited_at: Ms,
    number: i64,
    ours: Option<String>,
    remote_id: Option<String>,
    modified_at: Option<Ms>,
    base: Option<String>,
    holds: Option<Word<Side>>,
    is_contested: bool,
}

impl From<EditRow> for EditedPhoto {
    fn from(row: EditRow) -> Self {
        let modified_at = row.modified_at.map(|at| at.0);
        Self {
            contact: row.contact_id.0,
            edited_at: row.edited_at.0,
            number: row.number,
            ours: row.ours,
            item: row.remote_id.map(|remote_id| PhotoItem { remote_id, modified_at, base: row.base }),
            holds: row.holds.map(|side| side.0),
            is_contested: row.is_contested,
        }
    }
}

/// A base is good for the item alone that showed it. What waits is looked through, never what is there: that is what the
/// CROSS JOIN says to SQLite.
const EDITED: &str =
    "SELECT e.contact_id, e.edited_at, e.number, p.sha256 AS ours, l.remote_id, l.modified_at,
         CASE WHEN e.item = l.remote_key THEN e.base END AS base, e.holds,
         e.contested IS NOT NULL AND e.holds IS NULL AS is_contested
     FROM contact_photo_edit e CROSS JOIN contact c
     LEFT JOIN contact_photo p ON p.contact_id = e.contact_id
     LEFT JOIN contact_link l ON l.contact_id = e.contact_id AND l.ended_at IS NULL
     WHERE c.id = e.contact_id AND c.account_id = $1 AND c.gone_at IS NULL";

/// What comes of a write that is under way decides of the photo.
const NOT_UNDER_WAY: &str =
    "NOT EXISTS (SELECT 1 FROM contact_write w WHERE w.contact_id = e.contact_id AND w.ended_at IS NULL)";

impl Store {
    /// Sets the photo of a contact here, or takes it away.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn set_contact_photo(
        &self,
        account: &AccountId,
        contact: &ContactId,
        (photo, seen): (Option<&ContactPhoto>, PhotoSeen<'_>),
        by: Editor<'_>,
        now: DateTime<Utc>,
    ) -> Result<PhotoSet> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let Some(stored) = stored(&mut open, account, contact).await? else { return Ok(PhotoSet::NoContact) };
        let is_meant = match seen {
            PhotoSeen::Any => true,
            PhotoSeen::This(sha256) => stored.as_deref() == Some(sha256),
            PhotoSeen::Absent => stored.is_none(),
        };
        if !is_meant {
            return Ok(PhotoSet::Stale);
        }
        if stored == photo.map(ContactPhoto::sha256) {
            return Ok(PhotoSet::Same);
        }
        wait(&mut open, contact, now).await?;
        match photo {
            Some(photo) => replace(&mut open, contact, photo, None, now).await?,
            None => take_away(&mut open, contact).await?,
        }
        note(&mut open, by, account, (contact, false), now).await?;
        open.commit().await?;
        Ok(PhotoSet::Done)
    }

    /// Photos of an account that wait to go out, those that wait longest first; from the one after `after` on, which
    /// is told by when it was changed and its contact. Left out are those that are parked at that time, and those of
    /// contacts of which a write is under way.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn edited_photos(
        &self,
        account: &AccountId,
        after: Option<&(DateTime<Utc>, ContactId)>,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<EditedPhoto>> {
        let text = format!(
            "{EDITED} AND (e.edited_at, e.contact_id) > ($2, $3) AND (e.code IS NULL OR e.due_at <= $4)
             AND {NOT_UNDER_WAY}
             ORDER BY e.edited_at, e.contact_id LIMIT $5"
        );
        let rows: Vec<EditRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(after.map_or(i64::MIN, |(at, _)| at.timestamp_millis()))
            .bind(after.map_or("", |(_, id)| id.as_str()))
            .bind(now.timestamp_millis())
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(EditedPhoto::from).collect())
    }

    /// The photos of these items that wait to go out, whatever keeps them back but a write of their contacts that is under
    /// way, by the items' ids on the server.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn edited_photos_of(
        &self,
        account: &AccountId,
        remote_ids: &[String],
    ) -> Result<HashMap<String, EditedPhoto>> {
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let rows: Vec<EditRow> = rows_in!(
            on(self),
            format!("{EDITED} AND {NOT_UNDER_WAY} AND l.remote_key IN"),
            [account.as_str()],
            &wanted
        );
        let edited = rows.into_iter().map(EditedPhoto::from);
        Ok(edited.filter_map(|edited| Some((edited.item.as_ref()?.remote_id.clone(), edited))).collect())
    }
}

/// SHA-256 of a contact's photo; the outer `None` where the account has no such contact.
async fn stored(open: &mut Tx, account: &AccountId, contact: &ContactId) -> Result<Option<Option<String>>> {
    let found: Option<(Option<String>,)> = tx!(open, db => sqlx::query_as(
        "SELECT p.sha256 FROM contact c LEFT JOIN contact_photo p ON p.contact_id = c.id
         WHERE c.account_id = $1 AND c.id = $2 AND c.gone_at IS NULL",
    )
    .bind(account.as_str())
    .bind(contact.as_str())
    .fetch_optional(db)
    .await)?;
    Ok(found.map(|(sha256,)| sha256))
}

/// The photo that a contact has, or its lack, gives way to another: what the item shows is the base, until that is out.
async fn wait(open: &mut Tx, contact: &ContactId, now: DateTime<Utc>) -> Result<()> {
    tx!(&mut *open, execute sqlx::query(
        "INSERT INTO contact_photo_edit AS e (contact_id, edited_at, number, item, base)
         SELECT c.id, $2, 1, COALESCE(p.item, l.remote_key), CASE WHEN p.item IS NOT NULL THEN COALESCE(p.shown, p.sha256) END
         FROM contact c LEFT JOIN contact_photo p ON p.contact_id = c.id
         LEFT JOIN contact_link l ON l.contact_id = c.id AND l.ended_at IS NULL WHERE c.id = $1
         ON CONFLICT (contact_id) DO UPDATE SET edited_at = excluded.edited_at, number = e.number + 1, contested = NULL,
         holds = NULL, code = NULL, text = NULL, parked_at = NULL, due_at = NULL, attempts = 0",
    )
    .bind(contact.as_str())
    .bind(now.timestamp_millis()))?;
    go_anew(open, contact, now).await
}

/// A contact that is here alone goes out as one that was changed.
async fn go_anew(open: &mut Tx, contact: &ContactId, now: DateTime<Utc>) -> Result<()> {
    let goes = tx!(&mut *open, execute sqlx::query(
        "UPDATE contact SET edited_at = $2 WHERE id = $1 AND edited_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM contact_link l WHERE l.contact_id = contact.id AND l.ended_at IS NULL)",
    )
    .bind(contact.as_str())
    .bind(now.timestamp_millis()))?;
    if goes > 0 { await_meeting(open, contact).await } else { Ok(()) }
}

/// An item was made of a contact: its photo goes after it, as what was changed with it. One that Outlook does not take,
/// such as a PNG that it once had, waits with the reason.
pub(super) async fn follow(open: &mut Tx, contact: &ContactId, item: &str, now: DateTime<Utc>) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_photo_edit (contact_id, edited_at, number)
         SELECT p.contact_id, COALESCE(c.edited_at, $3), 1 FROM contact_photo p JOIN contact c ON c.id = p.contact_id
         WHERE p.contact_id = $1 AND p.item IS DISTINCT FROM $2
         ON CONFLICT (contact_id) DO NOTHING",
    )
    .bind(contact.as_str())
    .bind(item)
    .bind(now.timestamp_millis()))?;
    Ok(())
}

/// Which change of a contact's photo waits; `None` where none does.
pub(super) async fn number(open: &mut Tx, contact: &ContactId) -> Result<Option<i64>> {
    Ok(tx!(open, db => sqlx::query_scalar("SELECT number FROM contact_photo_edit WHERE contact_id = $1")
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?)
}

/// Nothing of a contact's photo waits any more.
pub(super) async fn clean(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM contact_photo_edit WHERE contact_id = $1").bind(contact.as_str()))?;
    Ok(())
}
