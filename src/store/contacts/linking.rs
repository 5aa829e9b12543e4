//! Writing which item of the mailbox a contact is.

use super::insert::{insert_rows, insert_text, pieces};
use crate::model::{AccountId, Card, ContactId, ContactLink, storable};
use crate::store::column::{json, millis};
use crate::store::{Result, Tx, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

/// A link to be written, under its item's key.
pub(super) struct Linking<'a> {
    pub(super) key: String,
    pub(super) contact: &'a ContactId,
    pub(super) link: ContactLink,
}

/// The texts of a link: its bases, its other members, and what is contested.
fn texts(link: &ContactLink) -> Result<([String; 3], Option<String>)> {
    let contested = link.contested.as_ref().map(json).transpose()?;
    let [ours, theirs] = bases(&link.ours, &link.theirs)?;
    Ok(([ours, theirs, json(&link.others)?], contested))
}

/// The texts of both bases, ours and theirs: JSON's null where theirs is ours, as it mostly is.
pub(super) fn bases(ours: &Card, theirs: &Card) -> Result<[String; 2]> {
    Ok([json(ours)?, json(&Some(theirs).filter(|theirs| *theirs != ours))?])
}

/// Writes links of items that were none before. Their photos are to be looked at.
pub(super) async fn insert_links(
    open: &mut Tx,
    account: &AccountId,
    links: &[Linking<'_>],
    round: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    let columns = [
        "account_id",
        "remote_key",
        "remote_id",
        "contact_id",
        "folder_id",
        "change_key",
        "modified_at",
        "base_ours",
        "base_theirs",
        "others",
        "contested",
        "seen_round",
        "photo_due_at",
    ];
    let mut rows = Vec::with_capacity(links.len());
    for linking in links {
        rows.push((linking, texts(&linking.link)?));
    }
    insert_rows!(open, "contact_link", &columns, &rows, |query, row| {
        let (Linking { key, contact, link }, ([ours, theirs, others], contested)) = row;
        query
            .bind(account.as_str())
            .bind(key)
            .bind(storable(&link.remote_id))
            .bind(contact.as_str())
            .bind(link.folder.as_str())
            .bind(link.change_key.as_deref().map(storable))
            .bind(millis(link.modified_at))
            .bind(ours)
            .bind(theirs)
            .bind(others)
            .bind(contested)
            .bind(millis(round))
            .bind(now.timestamp_millis())
    });
    Ok(())
}

/// Writes a link over the one that its item has; it is neither missing nor ended then. Its photo is looked at from
/// then on, where that is said.
pub(super) async fn save_link(
    open: &mut Tx,
    account: &AccountId,
    linking: &Linking<'_>,
    round: Option<DateTime<Utc>>,
    photo_due: Option<DateTime<Utc>>,
) -> Result<()> {
    let Linking { key, contact, link } = linking;
    let ([ours, theirs, others], contested) = texts(link)?;
    tx!(open, execute sqlx::query(
        "UPDATE contact_link SET contact_id = $3, folder_id = $4, change_key = $5, modified_at = $6, base_ours = $7,
         base_theirs = $8, others = $9, seen_round = COALESCE($10, seen_round), missing_at = NULL, ended_at = NULL,
         ended_there = FALSE, contested = $11, photo_due_at = COALESCE($12, photo_due_at)
         WHERE account_id = $1 AND remote_key = $2",
    )
    .bind(account.as_str())
    .bind(key)
    .bind(contact.as_str())
    .bind(link.folder.as_str())
    .bind(link.change_key.as_deref().map(storable))
    .bind(millis(link.modified_at))
    .bind(ours)
    .bind(theirs)
    .bind(others)
    .bind(millis(round))
    .bind(contested)
    .bind(millis(photo_due)))?;
    Ok(())
}

/// Ends a link: its contact is another item.
pub(super) async fn end_link(
    open: &mut Tx,
    account: &AccountId,
    key: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_link SET ended_at = $3, missing_at = NULL WHERE account_id = $1 AND remote_key = $2",
    )
    .bind(account.as_str())
    .bind(key)
    .bind(now.timestamp_millis()))?;
    Ok(())
}
