//! Photos of contacts, and of which items they are to be looked at.

use super::photo_edit::number;
use super::{remote_key, remote_keys};
use crate::model::{AccountId, ContactId, ContactPhoto};
use crate::store::accounts::hold;
use crate::store::column::{Word, rows_in};
use crate::store::retry::LONGEST_WAIT;
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// After so long a photo is looked at again: not every change of one is told.
pub(super) const GOOD_FOR: TimeDelta = TimeDelta::days(7);

/// What came of looking at the photo of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoLook {
    /// This is it.
    Photo(ContactPhoto),
    /// It has none.
    None,
    /// It could not be had; it is asked for again a day later.
    Failed,
}

impl Store {
    /// The items of an account whose photos are to be looked at, by their ids on the server; those that wait
    /// longest come first. What is due later than anything can be was put off when a clock was ahead.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_photos_due(
        &self,
        account: &AccountId,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<String>> {
        let due: Vec<(String, i64, String)> = on!(self, db => sqlx::query_as(
            "SELECT remote_id, photo_due_at, contact_id FROM contact_link
             WHERE account_id = $1 AND ended_at IS NULL AND photo_due_at <= $2
             UNION ALL SELECT remote_id, photo_due_at, contact_id FROM contact_link
             WHERE account_id = $1 AND ended_at IS NULL AND photo_due_at > $2 + $3
             ORDER BY photo_due_at, contact_id LIMIT $4",
        )
        .bind(account.as_str())
        .bind(now.timestamp_millis())
        .bind(GOOD_FOR.num_milliseconds())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(due.into_iter().map(|(remote_id, ..)| remote_id).collect())
    }

    /// Keeps what came of looking at photos, by the ids of the items on the server. A photo that is stored to
    /// the byte is not written anew, nor what the server made of one that was set there from here. That an item has
    /// none takes a photo away only where that item had it: one that was made without the photo of its contact says
    /// nothing of it. What was changed here and waits to go out stays as it is.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_contact_photos(
        &self,
        claim: &Claim,
        looks: &[(String, PhotoLook)],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let contacts = linked(&mut open, account, looks).await?;
        for (remote_id, look) in looks {
            let key = remote_key(remote_id);
            if let Some(contact) = contacts.get(&key) {
                keep(&mut open, contact, &key, look, now).await?;
            }
            let wait = if *look == PhotoLook::Failed { LONGEST_WAIT } else { GOOD_FOR.num_milliseconds() };
            put_off(&mut open, account, &key, now.timestamp_millis() + wait).await?;
        }
        open.commit().await
    }

    /// The photo of a contact.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_photo(&self, contact: &ContactId) -> Result<Option<ContactPhoto>> {
        let bytes: Option<Vec<u8>> = on!(self, db => sqlx::query_scalar(
            "SELECT bytes FROM contact_photo WHERE contact_id = $1",
        )
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(bytes.and_then(ContactPhoto::of))
    }
}

/// The contacts that those items are, by the items' keys.
async fn linked(
    open: &mut Tx,
    account: &AccountId,
    looks: &[(String, PhotoLook)],
) -> Result<HashMap<String, ContactId>> {
    let keys = remote_keys(looks.iter().map(|(id, _)| id));
    let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
    let rows: Vec<(String, Word<ContactId>)> = rows_in!(
        tx(&mut *open),
        "SELECT remote_key, contact_id FROM contact_link WHERE account_id = $1 AND ended_at IS NULL AND remote_key IN",
        [account.as_str()],
        &wanted
    );
    Ok(rows.into_iter().map(|(key, contact)| (key, contact.0)).collect())
}

async fn keep(
    open: &mut Tx,
    contact: &ContactId,
    item: &str,
    look: &PhotoLook,
    now: DateTime<Utc>,
) -> Result<()> {
    match look {
        PhotoLook::Photo(photo) => keep_photo(open, contact, item, photo, now).await,
        PhotoLook::None => {
            tx!(open, execute sqlx::query(
                "DELETE FROM contact_photo WHERE contact_id = $1 AND item = $2
                 AND NOT EXISTS (SELECT 1 FROM contact_photo_edit e WHERE e.contact_id = $1)",
            )
            .bind(contact.as_str())
            .bind(item))?;
            Ok(())
        }
        PhotoLook::Failed => Ok(()),
    }
}

async fn keep_photo(
    open: &mut Tx,
    contact: &ContactId,
    item: &str,
    photo: &ContactPhoto,
    now: DateTime<Utc>,
) -> Result<()> {
    let stored: Option<StoredPhoto> = tx!(&mut *open, db => sqlx::query_as(
        "SELECT p.sha256, p.shown, p.item, e.number FROM contact c LEFT JOIN contact_photo p ON p.contact_id = c.id
         LEFT JOIN contact_photo_edit e ON e.contact_id = c.id WHERE c.id = $1",
    )
    .bind(contact.as_str())
    .fetch_optional(db)
    .await)?;
    let sha256 = photo.sha256();
    match stored {
        None | Some(StoredPhoto { number: Some(_), .. }) => Ok(()),
        Some(stored) if stored.is_shown_as(&sha256) && stored.item.as_deref() == Some(item) => Ok(()),
        Some(stored) if stored.is_seen_in(&sha256) => shows(open, contact, Some(item), &sha256).await,
        Some(_) => replace(open, contact, photo, Some(item), now).await,
    }
}

/// What is stored of a contact's photo, and which change of it waits.
#[derive(sqlx::FromRow)]
struct StoredPhoto {
    sha256: Option<String>,
    shown: Option<String>,
    item: Option<String>,
    number: Option<i64>,
}

impl StoredPhoto {
    /// Whether it is known that its item shows it as this.
    fn is_shown_as(&self, sha256: &str) -> bool {
        self.shown.as_deref().or(self.sha256.as_deref()) == Some(sha256)
    }

    /// Whether this is the same picture: our file, or what the server made of it.
    fn is_seen_in(&self, sha256: &str) -> bool {
        let is = |known: &Option<String>| known.as_deref() == Some(sha256);
        is(&self.sha256) || is(&self.shown)
    }
}

/// Writes a photo over whatever a contact has; which item shows it, if one does.
pub(super) async fn replace(
    open: &mut Tx,
    contact: &ContactId,
    photo: &ContactPhoto,
    item: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_photo (contact_id, media_type, bytes, sha256, changed_at, item)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (contact_id) DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes,
         changed_at = excluded.changed_at, sha256 = excluded.sha256, item = excluded.item, shown = NULL",
    )
    .bind(contact.as_str())
    .bind(photo.media_type)
    .bind(photo.bytes.as_slice())
    .bind(photo.sha256())
    .bind(now.timestamp_millis())
    .bind(item))?;
    Ok(())
}

pub(super) async fn take_away(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM contact_photo WHERE contact_id = $1").bind(contact.as_str()))?;
    Ok(())
}

/// The photo of a contact is shown by this item, as the file of this SHA-256.
pub(super) async fn shows(
    open: &mut Tx,
    contact: &ContactId,
    item: Option<&str>,
    sha256: &str,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_photo SET item = $2, shown = CASE WHEN sha256 = $3 THEN NULL ELSE $3 END WHERE contact_id = $1",
    )
    .bind(contact.as_str())
    .bind(item)
    .bind(sha256))?;
    Ok(())
}

/// The file of a contact's photo.
pub(super) async fn bytes(open: &mut Tx, contact: &ContactId) -> Result<Option<Vec<u8>>> {
    Ok(tx!(open, db => sqlx::query_scalar("SELECT bytes FROM contact_photo WHERE contact_id = $1")
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?)
}

/// An item is looked at again then, or sooner where it has another version.
pub(super) async fn put_off(open: &mut Tx, account: &AccountId, key: &str, again: i64) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE contact_link SET photo_due_at = $3 WHERE account_id = $1 AND remote_key = $2")
        .bind(account.as_str())
        .bind(key)
        .bind(again))?;
    Ok(())
}

/// The photo of a contact goes over to the one that takes its place, and that is the same item then. One that was
/// changed at that one waits on.
pub(super) async fn hand_over(open: &mut Tx, from: &ContactId, to: &ContactId) -> Result<()> {
    if number(open, to).await?.is_some() {
        return Ok(());
    }
    let is_edited = number(open, from).await?.is_some();
    tx!(&mut *open, execute sqlx::query(
        "DELETE FROM contact_photo WHERE contact_id = $2
         AND ($3 OR EXISTS (SELECT 1 FROM contact_photo WHERE contact_id = $1))",
    )
    .bind(from.as_str())
    .bind(to.as_str())
    .bind(is_edited))?;
    for text in [
        "UPDATE contact_photo SET contact_id = $2 WHERE contact_id = $1",
        "UPDATE contact_photo_edit SET contact_id = $2 WHERE contact_id = $1",
    ] {
        tx!(&mut *open, execute sqlx::query(text).bind(from.as_str()).bind(to.as_str()))?;
    }
    Ok(())
}
