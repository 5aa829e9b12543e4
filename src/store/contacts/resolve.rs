//! What a person says of a contact that both sides have changed.

use super::edit::Edited;
use super::journal::enter;
use super::linking::bases;
use super::parts::fitted;
use super::remote_key;
use super::write::{Writing, save_contact};
use crate::model::{AccountId, AuditEntry, Card, Contact, ContactForms, ContactId, ContactWrite};
use crate::store::access::write_down;
use crate::store::accounts::{hold, lock};
use crate::store::column::json;
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};

/// What a contact becomes when a person has said whose values hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactResolution {
    /// What is written on it, which is there again then; `None` of one that stays deleted.
    pub card: Option<(Card, ContactForms)>,
    /// What both sides have agreed on from now on: ours, and the server's.
    pub bases: (Card, Card),
    /// The server's card as it was last seen, while something else is left to be said.
    pub contested: Option<Card>,
    /// The server's card that the person was shown.
    pub seen: Card,
    /// How the journal has it.
    pub journal: ContactWrite,
}

impl Store {
    /// Writes what a person has said of a contact, with the line of the audit log that says so.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn resolve_contact(
        &self,
        account: &AccountId,
        contact: &Contact,
        resolution: &ContactResolution,
        line: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<Edited> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        if !agree(&mut open, &contact.id, resolution).await? {
            return Ok(Edited::Stale);
        }
        let mut revision = contact.revision;
        if let Some((card, forms)) = &resolution.card {
            let card = card.storable();
            // One that is there again is looked at: it may have changed in the mailbox beside that.
            let is_agreed = contact.gone_at.is_none() && card.says_the_same(&resolution.bases.0);
            let (forms, edited_at) = (fitted(forms, &card), (!is_agreed).then_some(now));
            let writing = Writing { id: &contact.id, card, forms, edited_at };
            if !save_contact(&mut open, &writing, revision, now).await? {
                return Ok(Edited::Stale);
            }
            revision += 1;
        }
        enter(&mut open, account, &resolution.journal).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(Edited::Done(revision))
    }

    /// Has a contact made anew in the mailbox that was changed here and deleted there, as the journal has it, with
    /// the line of the audit log that says so. Whether it was one.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn make_contact_anew(
        &self,
        account: &AccountId,
        journal: &ContactWrite,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        if !make_anew(&mut open, account, journal).await? {
            return Ok(false);
        }
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// The same where nobody is asked: the edit outlives that it was deleted there.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn outlive_deletion(&self, claim: &Claim, journal: &ContactWrite) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        make_anew(&mut open, &claim.account.id, journal).await?;
        open.commit().await
    }
}

async fn make_anew(open: &mut Tx, account: &AccountId, journal: &ContactWrite) -> Result<bool> {
    let made = tx!(&mut *open, execute sqlx::query(
        "UPDATE contact_link SET ended_there = FALSE WHERE contact_id = $1 AND ended_there",
    )
    .bind(journal.contact.as_str()))?;
    if made > 0 {
        enter(open, account, journal).await?;
    }
    Ok(made > 0)
}

/// Whether the mailbox still had what the person was shown.
async fn agree(open: &mut Tx, contact: &ContactId, resolution: &ContactResolution) -> Result<bool> {
    let [ours, theirs] = bases(&resolution.bases.0, &resolution.bases.1)?;
    let agreed = tx!(open, execute sqlx::query(
        "UPDATE contact_link SET base_ours = $2, base_theirs = $3, contested = $4
         WHERE contact_id = $1 AND ended_at IS NULL AND contested = $5",
    )
    .bind(contact.as_str())
    .bind(ours)
    .bind(theirs)
    .bind(resolution.contested.as_ref().map(json).transpose()?)
    .bind(json(&resolution.seen)?))?;
    Ok(agreed > 0)
}

/// Keeps what the mailbox has of an item of which a person is to say whether it is deleted.
pub(super) async fn contest(open: &mut Tx, account: &AccountId, remote_id: &str, card: &Card) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_link SET contested = $3 WHERE account_id = $1 AND remote_key = $2",
    )
    .bind(account.as_str())
    .bind(remote_key(remote_id))
    .bind(json(card)?))?;
    Ok(())
}
