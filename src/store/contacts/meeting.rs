//! Contacts made here and those that the mailbox brought: which are one, and which a person is asked about.

use super::page::{ContactPageWrite, ContactUpsert, ContactWriter};
use super::photo;
use super::write::Writing;
use crate::model::{AccountId, ContactId, ContactMatch, ContactMatchId, Proof};
use crate::store::accounts::hold;
use crate::store::column::{Json, Word, json, rows_in};
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashSet};

/// A contact that becomes the item which another one has been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactJoin {
    /// The contact with its item.
    pub upsert: ContactUpsert,
    /// The contact that has been the item, which is gone then. What is known of it goes over.
    pub other: ContactId,
    /// The revision of that one.
    pub other_revision: i64,
}

/// What came of comparing contacts that were made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingWrite {
    /// The contacts that were compared, with their revisions.
    pub met: Vec<(ContactId, i64)>,
    /// Those that are items of the mailbox.
    pub joins: Vec<ContactJoin>,
    /// Those of which a person says it. What was asked before keeps its id, and what was answered its answer.
    pub matches: Vec<ContactMatch>,
    /// When they were compared.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Writes what came of comparing contacts. Whether it is written: not where one of them was changed here
    /// since.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn write_meeting(&self, claim: &Claim, meeting: &MeetingWrite) -> Result<bool> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for (id, revision) in &meeting.met {
            let met = tx!(&mut open, execute sqlx::query(
                "UPDATE contact SET met = TRUE, former_item = NULL WHERE id = $1 AND revision = $2",
            )
            .bind(id.as_str())
            .bind(revision))?;
            if met == 0 {
                return Ok(false);
            }
        }
        write_matches(&mut open, account, meeting).await?;
        if !join(&mut open, account, &meeting.joins, meeting.now).await? {
            return Ok(false);
        }
        open.commit().await?;
        Ok(true)
    }
}

/// What is asked: its id, the contact made here, the other one, and what they have in common.
type AskedRow = (Word<ContactMatchId>, Word<ContactId>, Word<ContactId>, Json<BTreeSet<Proof>>);

/// Asks what is not asked yet, and no longer what is not asked any more. A question about an item that carries the id of
/// the other contact stays until it is answered: what is on them says nothing of that.
async fn write_matches(open: &mut Tx, account: &AccountId, meeting: &MeetingWrite) -> Result<()> {
    let met: Vec<&str> = meeting.met.iter().map(|(id, _)| id.as_str()).collect();
    let asked: Vec<AskedRow> = rows_in!(
        tx(&mut *open),
        "SELECT id, here_id, there_id, proofs FROM contact_match WHERE settled_at IS NULL AND here_id IN",
        [],
        &met
    );
    let still: HashSet<_> = meeting.matches.iter().map(|found| (&found.here, &found.there)).collect();
    let is_over = |(_, here, there, by): &&AskedRow| {
        !still.contains(&(&here.0, &there.0)) && !by.0.contains(&Proof::Carried)
    };
    for (id, ..) in asked.iter().filter(is_over) {
        tx!(&mut *open, execute sqlx::query("DELETE FROM contact_match WHERE id = $1").bind(id.0.as_str()))?;
    }
    for found in &meeting.matches {
        tx!(&mut *open, execute sqlx::query(
            "INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (here_id, there_id) DO NOTHING",
        )
        .bind(found.id.as_str())
        .bind(account.as_str())
        .bind(found.here.as_str())
        .bind(found.there.as_str())
        .bind(json(&found.by)?)
        .bind(found.found_at.timestamp_millis()))?;
    }
    Ok(())
}

/// Whether all could be joined: none of them was changed here since.
pub(super) async fn join(
    open: &mut Tx,
    account: &AccountId,
    joins: &[ContactJoin],
    now: DateTime<Utc>,
) -> Result<bool> {
    for join in joins {
        if !retire(open, join, now).await? {
            return Ok(false);
        }
    }
    let page = ContactPageWrite::at(now);
    let upserts: Vec<_> = joins.iter().map(|join| &join.upsert).collect();
    let mut writer = ContactWriter::load(open, account, &page, &upserts).await?;
    for upsert in upserts {
        if !writer.write(open, upsert).await? {
            return Ok(false);
        }
    }
    writer.finish(open, &page).await?;
    Ok(true)
}

/// What is known of a contact goes over to the one that takes its place; it itself is gone.
async fn retire(open: &mut Tx, join: &ContactJoin, now: DateTime<Utc>) -> Result<bool> {
    let (id, other) = (join.upsert.id.as_str(), join.other.as_str());
    let external_id: Option<Option<String>> = tx!(&mut *open, db => sqlx::query_scalar(
        "SELECT external_id FROM contact WHERE id = $1 AND revision = $2 AND gone_at IS NULL",
    )
    .bind(other)
    .bind(join.other_revision)
    .fetch_optional(db)
    .await)?;
    let Some(external_id) = external_id else { return Ok(false) };
    tx!(&mut *open, execute sqlx::query(
        "UPDATE contact SET gone_at = $2, changed_at = $2, revision = revision + 1, edited_at = NULL, external_id = NULL
         WHERE id = $1",
    )
    .bind(other)
    .bind(now.timestamp_millis()))?;
    tx!(&mut *open, execute sqlx::query("UPDATE contact SET external_id = COALESCE(external_id, $2) WHERE id = $1")
        .bind(id)
        .bind(external_id))?;
    tx!(&mut *open, execute sqlx::query("UPDATE contact_write SET contact_id = $1 WHERE contact_id = $2")
        .bind(id)
        .bind(other))?;
    photo::hand_over(open, &join.other, &join.upsert.id).await?;
    // Whether others are the item is asked, and was answered, of whoever is it.
    tx!(&mut *open, execute sqlx::query(
        "UPDATE contact_match SET there_id = $1 WHERE there_id = $2 AND here_id <> $1 AND here_id NOT IN (
             SELECT here_id FROM contact_match WHERE there_id = $1)",
    )
    .bind(id)
    .bind(other))?;
    Ok(true)
}

/// A contact that is no item of the mailbox is compared, before it goes out.
pub(super) async fn await_meeting(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact SET met = FALSE WHERE id = $1 AND NOT EXISTS (
             SELECT 1 FROM contact_link l WHERE l.contact_id = contact.id AND l.ended_at IS NULL)",
    )
    .bind(contact.as_str()))?;
    Ok(())
}

/// A contact has become an item: one made here was compared; one that was kept is what it was before.
pub(super) async fn became_item(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact SET met = CASE WHEN former_item IS NULL AND met IS NOT NULL THEN TRUE END, former_item = NULL
         WHERE id = $1",
    )
    .bind(contact.as_str()))?;
    Ok(())
}

/// Contacts that were compared and are no items, and have something in common with one that the mailbox
/// brings, are compared again.
pub(super) async fn await_meeting_again(
    open: &mut Tx,
    account: &AccountId,
    brought: &[Writing<'_>],
) -> Result<()> {
    const EMAILS: &str = "SELECT e.contact_id FROM contact_email e JOIN contact c ON c.id = e.contact_id
         WHERE c.account_id = $1 AND c.met AND c.gone_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL) AND e.matched IN";
    const PHONES: &str = "SELECT p.contact_id FROM contact_phone p JOIN contact c ON c.id = p.contact_id
         WHERE c.account_id = $1 AND c.met AND c.gone_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL) AND p.matched IN";
    if brought.is_empty() || !has_met(open, account).await? {
        return Ok(());
    }
    let emails = brought.iter().flat_map(|contact| &contact.forms.emails).flatten();
    let phones = brought.iter().flat_map(|contact| &contact.forms.phones).flatten();
    let emails: Vec<&str> = emails.map(String::as_str).collect();
    let phones: Vec<&str> = phones.map(String::as_str).collect();
    let mut near: Vec<(Word<ContactId>,)> = rows_in!(tx(&mut *open), EMAILS, [account.as_str()], &emails);
    let more: Vec<(Word<ContactId>,)> = rows_in!(tx(&mut *open), PHONES, [account.as_str()], &phones);
    near.extend(more);
    let near: Vec<&str> = near.iter().map(|(id,)| id.0.as_str()).collect();
    let _: Vec<(String,)> = rows_in!(tx(&mut *open), "UPDATE contact SET met = FALSE WHERE id IN", [], &near);
    Ok(())
}

/// Whether any contact of the account was ever made here: most have none, and nothing is looked for then.
async fn has_met(open: &mut Tx, account: &AccountId) -> Result<bool> {
    let met: i64 = tx!(open, db => sqlx::query_scalar(
        "SELECT COUNT(*) FROM (SELECT 1 FROM contact WHERE account_id = $1 AND met LIMIT 1) AS met",
    )
    .bind(account.as_str())
    .fetch_one(db)
    .await)?;
    Ok(met > 0)
}
