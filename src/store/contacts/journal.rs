//! The journal of what is written to mailboxes, and of values here that gave way, each with what was there
//! before.

use super::linker::Linker;
use super::parked::{park, put_off, unpark};
use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use super::write::save_texts;
use super::{photo_edit, remote_key};
use crate::model::{
    AccountId, Card, CardMember, CardPatch, Conflict, ContactId, ContactLink, ContactWrite, ContactWriteId,
    ContactWriteKind, CycleId, ItemFault, storable,
};
use crate::store::accounts::hold;
use crate::store::column::{Json, Ms, Word, count, json, millis, rows_in};
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// So many open ones are looked at: a turn has no time for more.
const MOST_OPEN: u32 = 1_000;

/// What came of a write to a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactWritten {
    /// The item is as it was to be.
    Linked {
        /// How it is linked: `ours` is the card that was sent, with what the mailbox made.
        link: Box<ContactLink>,
        /// What the mailbox made of texts that were not sent: the contact has it from then on, but for what was changed
        /// here since.
        made: Box<CardPatch>,
    },
    /// There is no such item any more.
    Deleted,
    /// The server does not take it: the contact is not sent again until it is changed.
    Refused(ItemFault),
    /// It was not done, and is tried again.
    Failed(ItemFault),
    /// It was not done, and is tried again ever more rarely: the contact stands in no other's way.
    PutOff(ItemFault),
}

/// Which writes to read, the latest first.
#[derive(Debug, Clone, Default)]
pub struct JournalQuery {
    /// This one only.
    pub id: Option<ContactWriteId>,
    /// Of this cycle only.
    pub cycle: Option<CycleId>,
    /// Of this contact only.
    pub contact: Option<ContactId>,
    /// Begun at or after this instant only.
    pub since: Option<DateTime<Utc>>,
    /// Only those of which it is not known what came of them; the oldest first.
    pub is_open: bool,
    /// Those that began before this one, which began then, only.
    pub before: Option<(DateTime<Utc>, ContactWriteId)>,
    /// At most so many.
    pub limit: u32,
}

#[derive(sqlx::FromRow)]
struct WriteRow {
    id: Word<ContactWriteId>,
    cycle_id: Word<CycleId>,
    contact_id: Word<ContactId>,
    kind: Word<ContactWriteKind>,
    revision: i64,
    remote_id: Option<String>,
    before: Option<Json<Card>>,
    sent: Option<Json<Card>>,
    members: Json<BTreeSet<CardMember>>,
    conflicts: Json<Vec<Conflict>>,
    begun_at: Ms,
    ended_at: Option<Ms>,
    code: Option<String>,
    text: Option<String>,
}

impl From<WriteRow> for ContactWrite {
    fn from(row: WriteRow) -> Self {
        let fault = row.code.zip(row.text).map(|(code, text)| ItemFault { code, text });
        Self {
            id: row.id.0,
            cycle: row.cycle_id.0,
            contact: row.contact_id.0,
            kind: row.kind.0,
            revision: row.revision,
            remote_id: row.remote_id,
            before: row.before.map(|card| card.0),
            sent: row.sent.map(|card| card.0),
            members: row.members.0,
            conflicts: row.conflicts.0,
            begun_at: row.begun_at.0,
            ended: row.ended_at.map(|at| (at.0, fault.map_or(Ok(()), Err))),
        }
    }
}

impl Store {
    /// Writes down a write to a mailbox that is about to be sent.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn begin_contact_write(&self, claim: &Claim, write: &ContactWrite) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        enter(&mut open, &claim.account.id, write).await?;
        open.commit().await
    }

    /// Writes down what came of a write, and what of it is left to go out: a contact that was changed here
    /// since is sent again.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn end_contact_write(
        &self,
        claim: &Claim,
        write: &ContactWrite,
        written: &ContactWritten,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        note(&mut open, write, written, now).await?;
        match written {
            ContactWritten::Linked { link, made } => {
                let link = ContactLink { ours: link.ours.storable(), ..(**link).clone() };
                let (contact, item) = (std::iter::once(&write.contact), std::iter::once(&link.remote_id));
                let mut linker = Linker::load(&mut open, account, contact, item, None, now).await?;
                linker.link(&mut open, &write.contact, link.clone()).await?;
                linker.finish(&mut open).await?;
                if write.kind == ContactWriteKind::Create {
                    photo_edit::follow(&mut open, &write.contact, &remote_key(&link.remote_id), now).await?;
                }
                let sent = write.sent.as_ref().map(|sent| made.apply(sent).storable());
                let is_all = sent.is_some_and(|sent| sent.says_the_same(&link.ours));
                clean(&mut open, write, is_all, now).await?;
                take_made(&mut open, write, made, now).await?;
            }
            ContactWritten::Deleted => {
                let mut linker = Linker::of(&mut open, account, &write.contact, now).await?;
                linker.end(&mut open, &write.contact).await?;
                linker.finish(&mut open).await?;
                clean(&mut open, write, true, now).await?;
            }
            ContactWritten::Refused(fault) => park(&mut open, account, write, fault, now).await?,
            ContactWritten::PutOff(fault) => put_off(&mut open, account, write, fault, now).await?,
            ContactWritten::Failed(_) => {}
        }
        open.commit().await
    }

    /// Writes to the mailbox of an account of which it is not known what came of them, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_contact_writes(&self, account: &AccountId) -> Result<Vec<ContactWrite>> {
        let query = JournalQuery { is_open: true, limit: MOST_OPEN, ..JournalQuery::default() };
        self.contact_writes(account, &query).await
    }

    /// How many writes of each kind a cycle has done of an account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_contact_writes(
        &self,
        account: &AccountId,
        cycle: &CycleId,
    ) -> Result<Vec<(ContactWriteKind, u64)>> {
        let rows: Vec<(Word<ContactWriteKind>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT kind, COUNT(*) FROM contact_write
             WHERE account_id = $1 AND cycle_id = $2 AND outcome = 'done' GROUP BY kind",
        )
        .bind(account.as_str())
        .bind(cycle.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(kind, done)| (kind.0, count(done))).collect())
    }

    /// Writes to the mailbox of an account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_writes(
        &self,
        account: &AccountId,
        query: &JournalQuery,
    ) -> Result<Vec<ContactWrite>> {
        let rows: Vec<WriteRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text_of(query)))
            .bind(i64::from(query.limit))
            .bind(account.as_str())
            .bind(query.cycle.as_ref().map(CycleId::as_str))
            .bind(query.contact.as_ref().map(ContactId::as_str))
            .bind(query.since.map(|since| since.timestamp_millis()))
            .bind(query.id.as_ref().map(ContactWriteId::as_str))
            .bind(query.before.as_ref().map(|(at, _)| at.timestamp_millis()))
            .bind(query.before.as_ref().map(|(_, id)| id.as_str()))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(ContactWrite::from).collect())
    }
}

/// Writes down a write that is about to be sent, or one that is done.
pub(super) async fn enter(open: &mut Tx, account: &AccountId, write: &ContactWrite) -> Result<()> {
    let ended_at = write.ended.as_ref().map(|(at, _)| *at);
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, remote_id, before, sent, members,
             conflicts, begun_at, ended_at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(write.id.as_str())
    .bind(account.as_str())
    .bind(write.cycle.as_str())
    .bind(write.contact.as_str())
    .bind(write.kind.as_str())
    .bind(write.revision)
    .bind(write.remote_id.as_deref().map(storable))
    .bind(write.before.as_ref().map(json).transpose()?)
    .bind(write.sent.as_ref().map(json).transpose()?)
    .bind(json(&write.members)?)
    .bind(json(&write.conflicts)?)
    .bind(write.begun_at.timestamp_millis())
    .bind(millis(ended_at))
    .bind(ended_at.map(|_| "done")))?;
    Ok(())
}

/// Only the conditions that are asked for stand in the text: with all of them, and nulls, no index would be
/// used.
fn text_of(query: &JournalQuery) -> String {
    let conditions = [
        (true, "account_id = $2"),
        (query.cycle.is_some(), "cycle_id = $3"),
        (query.contact.is_some(), "contact_id = $4"),
        (query.since.is_some(), "begun_at >= $5"),
        (query.is_open, "ended_at IS NULL"),
        (query.id.is_some(), "id = $6"),
        (query.before.is_some(), "(begun_at, id) < ($7, $8)"),
    ];
    let order = if query.is_open { "begun_at, id" } else { "begun_at DESC, id DESC" };
    let asked = conditions.into_iter().filter(|(asked, _)| *asked).map(|(_, text)| text);
    format!(
        "SELECT id, cycle_id, contact_id, kind, revision, remote_id, before, sent, members, conflicts, begun_at, ended_at,
             code, text
         FROM contact_write WHERE {} ORDER BY {order} LIMIT $1",
        asked.collect::<Vec<_>>().join(" AND ")
    )
}

async fn note(
    open: &mut Tx,
    write: &ContactWrite,
    written: &ContactWritten,
    now: DateTime<Utc>,
) -> Result<()> {
    let (outcome, fault, remote_id) = match written {
        ContactWritten::Linked { link, .. } => ("done", None, Some(&link.remote_id)),
        ContactWritten::Deleted => ("done", None, None),
        ContactWritten::Refused(fault) => ("refused", Some(fault), None),
        ContactWritten::Failed(fault) | ContactWritten::PutOff(fault) => ("failed", Some(fault), None),
    };
    close(open, &write.id, outcome, (fault, remote_id), now).await
}

/// Writes down what came of a write, and which item it was, where that was not known before.
pub(super) async fn close(
    open: &mut Tx,
    write: &ContactWriteId,
    outcome: &'static str,
    (fault, remote_id): (Option<&ItemFault>, Option<&String>),
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_write SET ended_at = $2, outcome = $3, code = $4, text = $5, remote_id = COALESCE($6, remote_id)
         WHERE id = $1",
    )
    .bind(write.as_str())
    .bind(now.timestamp_millis())
    .bind(outcome)
    .bind(fault.map(|fault| storable(&fault.code)))
    .bind(fault.map(|fault| storable(&fault.text)))
    .bind(remote_id.map(|id| storable(id))))?;
    Ok(())
}

/// Writes on the contact what the mailbox made of texts that were not sent, where it still has what was sent.
async fn take_made(open: &mut Tx, write: &ContactWrite, made: &CardPatch, now: DateTime<Utc>) -> Result<()> {
    let Some(sent) = write.sent.as_ref().filter(|_| !made.is_empty()) else { return Ok(()) };
    let text = format!("SELECT {} FROM contact c WHERE c.id IN", contact_columns());
    let rows: Vec<ContactRow> = rows_in!(tx(&mut *open), text, [], &[write.contact.as_str()]);
    let stored: Vec<StoredCard> = whole!(tx(&mut *open), rows);
    for StoredCard { contact, .. } in stored {
        let is_left = |member: &CardMember| contact.card.has_same(*member, &sent.storable());
        let members = made.members.iter().copied().filter(is_left).collect();
        let taken = CardPatch { card: made.card.clone(), members }.apply(&contact.card).storable();
        if taken != contact.card {
            save_texts(open, &contact.id, &taken, now).await?;
        }
    }
    Ok(())
}

/// Nothing of the contact is left to go out, if all of it was sent; unless it was changed here since.
async fn clean(open: &mut Tx, write: &ContactWrite, is_all: bool, now: DateTime<Utc>) -> Result<()> {
    tx!(&mut *open, execute sqlx::query(
        "UPDATE contact SET edited_at = CASE WHEN revision <> $2 OR NOT $3 THEN COALESCE(edited_at, $4) END WHERE id = $1",
    )
    .bind(write.contact.as_str())
    .bind(write.revision)
    .bind(is_all)
    .bind(now.timestamp_millis()))?;
    unpark(open, &write.contact).await
}
