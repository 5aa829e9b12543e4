//! The journal of photos that are written to mailboxes, and of those here that gave way, each with what was there before.

use super::journal::{close, enter};
use super::photo::{put_off, replace, take_away};
use super::photo_edit::{EditedPhoto, clean, number};
use super::photo_parked::park;
use super::{photo, remote_key};
use crate::model::{ContactId, ContactPhoto, ContactWrite, ContactWriteId, ItemFault};
use crate::store::accounts::hold;
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// What the journal keeps of a photo that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoLine {
    /// What was there before; `None` where there was none.
    pub before: Option<ContactPhoto>,
    /// SHA-256 of what was sent, or holds since; `None` where the photo was taken away.
    pub sent: Option<String>,
    /// SHA-256 of the file that the item showed of it, once that is known; empty while a write was answered as done,
    /// and is not seen yet; `None` where the photo was taken away.
    pub shown: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    before: Option<Vec<u8>>,
    sent: Option<String>,
    shown: Option<String>,
}

impl From<LineRow> for PhotoLine {
    fn from(row: LineRow) -> Self {
        let LineRow { before, sent, shown } = row;
        Self { before: before.and_then(ContactPhoto::of), sent, shown }
    }
}

impl PhotoLine {
    /// Whether a contact's photo, by its SHA-256, is what the write made of it.
    #[must_use]
    pub fn is_now(&self, now: Option<&str>) -> bool {
        now == self.sent.as_deref() || (now.is_some() && now == self.shown.as_deref())
    }
}

/// What came of writing a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoWritten {
    /// The item is as it was to be, and shows the photo of this SHA-256; of one that was taken away, `None` as it should
    /// be, or one that somebody has set since.
    Done(Option<String>),
    /// It was answered as done, and the item does not show it yet, or cannot be seen: it stays open.
    Answered,
    /// The item shows this one, and nobody saw how it came there: it is ours from now on.
    Found(ContactPhoto),
    /// The server does not take it: it is not sent again until it is changed.
    Refused(ItemFault),
    /// It was not done, and is tried again.
    Failed(ItemFault),
    /// It was not done, and is tried again ever more rarely.
    PutOff(ItemFault),
}

/// What is decided of a photo that was changed here, after a look at the item's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoSettled {
    /// Both sides have the same.
    Agreed,
    /// The item's holds, which is this one, and stands so in the journal.
    Taken(Option<ContactPhoto>, Box<ContactWrite>),
    /// A person is to say whose holds; the item's is that of this SHA-256.
    Contested(Option<String>),
    /// The item's could not be seen: it is tried again ever more rarely.
    Unseen(ItemFault),
}

impl Store {
    /// Writes down a write of a photo that is about to be sent.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn begin_photo_write(
        &self,
        claim: &Claim,
        write: &ContactWrite,
        line: &PhotoLine,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        enter(&mut open, &claim.account.id, write).await?;
        keep_line(&mut open, &write.id, line).await?;
        open.commit().await
    }

    /// What the journal keeps of a photo; `None` of a write of something else.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn photo_line(&self, write: &ContactWriteId) -> Result<Option<PhotoLine>> {
        let found: Option<LineRow> = on!(self, db => sqlx::query_as(
            "SELECT before, sent, shown FROM contact_write_photo WHERE write_id = $1",
        )
        .bind(write.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(found.map(PhotoLine::from))
    }

    /// What the journal keeps of the last write of this change of a contact's photo that was answered as done, and was not
    /// seen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn answered_photo(&self, contact: &ContactId, number: i64) -> Result<Option<PhotoLine>> {
        let found: Option<LineRow> = on!(self, db => sqlx::query_as(
            "SELECT p.before, p.sent, p.shown FROM contact_write w JOIN contact_write_photo p ON p.write_id = w.id
             WHERE w.contact_id = $1 AND w.revision = $2 AND p.shown = '' ORDER BY w.begun_at DESC LIMIT 1",
        )
        .bind(contact.as_str())
        .bind(number)
        .fetch_optional(db)
        .await)?;
        Ok(found.map(PhotoLine::from))
    }

    /// Writes down what came of a write of a photo. One that was changed here since waits on.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn end_photo_write(
        &self,
        claim: &Claim,
        write: &ContactWrite,
        written: &PhotoWritten,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let (outcome, fault) = match written {
            PhotoWritten::Answered => {
                note_shown(&mut open, &write.id, Some("")).await?;
                return open.commit().await;
            }
            PhotoWritten::Done(_) | PhotoWritten::Found(_) => ("done", None),
            PhotoWritten::Refused(fault) => ("refused", Some(fault)),
            PhotoWritten::Failed(fault) | PhotoWritten::PutOff(fault) => ("failed", Some(fault)),
        };
        close(&mut open, &write.id, outcome, (fault, None), now).await?;
        let sent = (&write.contact, write.revision);
        match written {
            PhotoWritten::Done(shown) => {
                note_shown(&mut open, &write.id, shown.as_deref()).await?;
                agree(&mut open, write, shown.as_deref()).await?;
                rest(&mut open, claim, write, shown.is_some() == write.kind.sets_photo(), now).await?;
            }
            PhotoWritten::Found(photo) => {
                found(&mut open, write, photo, now).await?;
                rest(&mut open, claim, write, true, now).await?;
            }
            PhotoWritten::Refused(fault) => park(&mut open, sent, fault, None, now).await?,
            PhotoWritten::PutOff(fault) => park(&mut open, sent, fault, Some(now), now).await?,
            PhotoWritten::Failed(_) | PhotoWritten::Answered => {}
        }
        open.commit().await
    }

    /// Writes down what is decided of a photo that was changed here. Of one that was changed again since, nothing is.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn settle_photo(
        &self,
        claim: &Claim,
        edited: &EditedPhoto,
        settled: &PhotoSettled,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (contact, item) = (&edited.contact, edited.item.as_ref().map(|item| remote_key(&item.remote_id)));
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        if number(&mut open, contact).await? != Some(edited.number) {
            return Ok(());
        }
        match settled {
            PhotoSettled::Agreed => {
                clean(&mut open, contact).await?;
                if let Some(ours) = &edited.ours {
                    photo::shows(&mut open, contact, item.as_deref(), ours).await?;
                }
            }
            PhotoSettled::Taken(theirs, write) => {
                let before = photo::bytes(&mut open, contact).await?.and_then(ContactPhoto::of);
                enter(&mut open, &claim.account.id, write).await?;
                let sent = theirs.as_ref().map(ContactPhoto::sha256);
                keep_line(&mut open, &write.id, &PhotoLine { before, sent, shown: None }).await?;
                clean(&mut open, contact).await?;
                match theirs {
                    Some(photo) => replace(&mut open, contact, photo, item.as_deref(), now).await?,
                    None => take_away(&mut open, contact).await?,
                }
            }
            PhotoSettled::Contested(theirs) => {
                // A text that is empty stands for none.
                tx!(&mut open, execute sqlx::query(
                    "UPDATE contact_photo_edit SET contested = $2 WHERE contact_id = $1 AND contested IS DISTINCT FROM $2",
                )
                .bind(contact.as_str())
                .bind(theirs.as_deref().unwrap_or_default()))?;
            }
            PhotoSettled::Unseen(fault) => {
                park(&mut open, (contact, edited.number), fault, Some(now), now).await?;
            }
        }
        open.commit().await
    }
}

async fn note_shown(open: &mut Tx, write: &ContactWriteId, shown: Option<&str>) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE contact_write_photo SET shown = $2 WHERE write_id = $1")
        .bind(write.as_str())
        .bind(shown))?;
    Ok(())
}

async fn keep_line(open: &mut Tx, write: &ContactWriteId, line: &PhotoLine) -> Result<()> {
    tx!(open, execute sqlx::query("INSERT INTO contact_write_photo (write_id, before, sent) VALUES ($1, $2, $3)")
        .bind(write.as_str())
        .bind(line.before.as_ref().map(|photo| photo.bytes.as_slice()))
        .bind(line.sent.as_deref()))?;
    Ok(())
}

fn item_of(write: &ContactWrite) -> Option<String> {
    write.remote_id.as_deref().map(remote_key)
}

/// Both sides have what was sent; where it was changed here since, that is what they last agreed on.
async fn agree(open: &mut Tx, write: &ContactWrite, shown: Option<&str>) -> Result<()> {
    let shown = shown.filter(|_| write.kind.sets_photo());
    if number(open, &write.contact).await? != Some(write.revision) {
        return base_on(open, write, shown).await;
    }
    clean(open, &write.contact).await?;
    match shown {
        Some(shown) => photo::shows(open, &write.contact, item_of(write).as_deref(), shown).await,
        None => Ok(()),
    }
}

/// What the item shows is ours, unless ours was changed since; so has the journal what was sent.
async fn found(open: &mut Tx, write: &ContactWrite, photo: &ContactPhoto, now: DateTime<Utc>) -> Result<()> {
    let sha256 = photo.sha256();
    tx!(&mut *open, execute sqlx::query("UPDATE contact_write_photo SET sent = $2 WHERE write_id = $1")
        .bind(write.id.as_str())
        .bind(&sha256))?;
    if number(open, &write.contact).await? != Some(write.revision) {
        return base_on(open, write, Some(&sha256)).await;
    }
    clean(open, &write.contact).await?;
    replace(open, &write.contact, photo, item_of(write).as_deref(), now).await
}

async fn base_on(open: &mut Tx, write: &ContactWrite, base: Option<&str>) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE contact_photo_edit SET item = $2, base = $3 WHERE contact_id = $1")
        .bind(write.contact.as_str())
        .bind(item_of(write))
        .bind(base))?;
    Ok(())
}

/// What an item shows is known; what somebody has set there since is looked at soon.
async fn rest(
    open: &mut Tx,
    claim: &Claim,
    write: &ContactWrite,
    is_known: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(item) = item_of(write) else { return Ok(()) };
    let again = if is_known { now + photo::GOOD_FOR } else { now };
    put_off(open, &claim.account.id, &item, again.timestamp_millis()).await
}
