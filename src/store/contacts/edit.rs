//! What is changed here: each change waits to go out, until the mailbox has it.

use super::journal::enter;
use super::meeting::await_meeting;
use super::parts::{StoredCard, fitted, whole};
use super::queue::end_change;
use super::request::remember;
use super::row::{ContactRow, contact_columns};
use super::write::{Writing, insert_contacts, save_contact};
use crate::model::{
    AccountId, AuditEntry, Card, Contact, ContactEdit, ContactId, ContactWrite, RequestKey, storable,
};
use crate::store::access::write_down;
use crate::store::accounts::{hold, lock};
use crate::store::column::{Json, Word, rows_in};
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};

/// Who makes a change, which is written down with it.
#[derive(Debug, Clone, Copy)]
pub enum Editor<'a> {
    /// A person, for whom a line of the audit log is written.
    Person(&'a AuditEntry),
    /// A person whose request is remembered with it under its key.
    Request(&'a AuditEntry, &'a RequestKey),
    /// A person who has said which of both sides holds, as the journal has it.
    Resolver(&'a AuditEntry, &'a ContactWrite),
    /// Another program, by the change of this number that it has handed in, for which a line of the audit log is
    /// written; made by the turn that has claimed the account, once.
    Program(&'a AuditEntry, i64, &'a Claim),
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It is written; the contact has this revision.
    Done(i64),
    /// The contact has another revision by now, or there is none, or the request, or the change that was handed in, was
    /// made before: nothing is written.
    Stale,
    /// Another contact of the account has that external id: nothing is written.
    Taken(ContactId),
}

impl Store {
    /// Makes a contact here.
    ///
    /// # Errors
    /// `NoSuchAccount`; of a change that was handed in `LeaseLost` when another holder has the account.
    pub async fn add_contact(
        &self,
        account: &AccountId,
        new: &ContactEdit,
        by: Editor<'_>,
        now: DateTime<Utc>,
    ) -> Result<Edited> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        if let Some(other) = taken(&mut open, account, new).await? {
            return Ok(Edited::Taken(other));
        }
        let writing = writing(new, Some(now));
        insert_contacts(&mut open, account, std::slice::from_ref(&writing), now).await?;
        await_meeting(&mut open, &new.id).await?;
        name(&mut open, new).await?;
        if !note(&mut open, by, account, (&new.id, true), now).await? {
            return Ok(Edited::Stale);
        }
        open.commit().await?;
        Ok(Edited::Done(1))
    }

    /// Changes a contact here that has this revision; one that was gone is there again. The same card and
    /// external id again are no change.
    ///
    /// # Errors
    /// Of a change that was handed in `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn edit_contact(
        &self,
        account: &AccountId,
        edit: &ContactEdit,
        based_on: i64,
        by: Editor<'_>,
        now: DateTime<Utc>,
    ) -> Result<Edited> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let Some(stored) = stored(&mut open, account, &edit.id).await? else { return Ok(Edited::Stale) };
        if stored.revision != based_on {
            return Ok(Edited::Stale);
        }
        if let Some(other) = taken(&mut open, account, edit).await? {
            return Ok(Edited::Taken(other));
        }
        let mut writing = writing(edit, Some(now));
        let keeps_name = edit.external_id.is_none() || edit.external_id == stored.external_id;
        let is_same = keeps_name && stored.card == writing.card && stored.gone_at.is_none();
        if !is_same {
            let agreed =
                base(&mut open, &edit.id).await?.is_some_and(|base| base.says_the_same(&writing.card));
            writing.edited_at = (!agreed).then_some(now);
            if !save_contact(&mut open, &writing, based_on, now).await? {
                return Ok(Edited::Stale);
            }
            await_meeting(&mut open, &edit.id).await?;
        }
        name(&mut open, edit).await?;
        if !note(&mut open, by, account, (&edit.id, false), now).await? {
            return Ok(Edited::Stale);
        }
        open.commit().await?;
        Ok(Edited::Done(based_on + i64::from(!is_same)))
    }

    /// Deletes a contact here that has this revision. Its row stays; what was never in the mailbox is done
    /// with.
    ///
    /// # Errors
    /// Of a change that was handed in `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn remove_contact(
        &self,
        account: &AccountId,
        id: &ContactId,
        based_on: i64,
        by: Editor<'_>,
        now: DateTime<Utc>,
    ) -> Result<Edited> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let removed = tx!(&mut open, execute sqlx::query(
            "UPDATE contact SET gone_at = $4, changed_at = $4, revision = revision + 1, edited_at = CASE WHEN EXISTS (
                 SELECT 1 FROM contact_link l WHERE l.contact_id = contact.id AND l.ended_at IS NULL) THEN $4 END
             WHERE account_id = $1 AND id = $2 AND revision = $3 AND gone_at IS NULL",
        )
        .bind(account.as_str())
        .bind(id.as_str())
        .bind(based_on)
        .bind(now.timestamp_millis()))?;
        if removed == 0 {
            return Ok(Edited::Stale);
        }
        if !note(&mut open, by, account, (id, false), now).await? {
            return Ok(Edited::Stale);
        }
        open.commit().await?;
        Ok(Edited::Done(based_on + 1))
    }
}

fn writing(edit: &ContactEdit, edited_at: Option<DateTime<Utc>>) -> Writing<'_> {
    let card = edit.card.storable();
    let forms = fitted(&edit.forms, &card);
    Writing { id: &edit.id, card, forms, edited_at }
}

async fn stored(open: &mut Tx, account: &AccountId, id: &ContactId) -> Result<Option<Contact>> {
    let rows: Vec<ContactRow> = rows_in!(
        tx(&mut *open),
        format!("SELECT {} FROM contact c WHERE c.account_id = $1 AND c.id IN", contact_columns()),
        [account.as_str()],
        &[id.as_str()]
    );
    let mut found: Vec<StoredCard> = whole!(tx(&mut *open), rows);
    Ok(found.pop().map(|stored| stored.contact))
}

/// What both sides have agreed on.
async fn base(open: &mut Tx, id: &ContactId) -> Result<Option<Card>> {
    let base: Option<Json<Card>> = tx!(open, db => sqlx::query_scalar(
        "SELECT base_ours FROM contact_link WHERE contact_id = $1 AND ended_at IS NULL",
    )
    .bind(id.as_str())
    .fetch_optional(db)
    .await)?;
    Ok(base.map(|base| base.0))
}

/// Another contact that has the external id.
async fn taken(open: &mut Tx, account: &AccountId, edit: &ContactEdit) -> Result<Option<ContactId>> {
    let other: Option<Word<ContactId>> = tx!(open, db => sqlx::query_scalar(
        "SELECT id FROM contact WHERE account_id = $1 AND external_id = $2 AND id <> $3",
    )
    .bind(account.as_str())
    .bind(edit.external_id.as_deref().map(storable))
    .bind(edit.id.as_str())
    .fetch_optional(db)
    .await)?;
    Ok(other.map(|other| other.0))
}

async fn name(open: &mut Tx, edit: &ContactEdit) -> Result<()> {
    if let Some(external_id) = &edit.external_id {
        tx!(open, execute sqlx::query("UPDATE contact SET external_id = $2 WHERE id = $1")
            .bind(edit.id.as_str())
            .bind(storable(external_id)))?;
    }
    Ok(())
}

/// Whether it could be written down: what was asked for was not made before.
pub(super) async fn note(
    open: &mut Tx,
    by: Editor<'_>,
    account: &AccountId,
    (id, is_new): (&ContactId, bool),
    now: DateTime<Utc>,
) -> Result<bool> {
    match by {
        Editor::Person(line) => write_down(open, line).await?,
        Editor::Request(line, key) => {
            write_down(open, line).await?;
            return remember(open, account, key, (id, is_new), now).await;
        }
        Editor::Resolver(line, write) => {
            write_down(open, line).await?;
            enter(open, account, write).await?;
        }
        Editor::Program(line, number, claim) => {
            hold(open, claim).await?;
            write_down(open, line).await?;
            return end_change(open, number, Some(id), ("done", None), now).await;
        }
    }
    Ok(true)
}
