//! Items that lie no longer where they lay: missing, until they are seen elsewhere or called gone.

use super::folder::add_held;
use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use super::{remote_key, remote_keys};
use crate::model::{AccountId, Contact, ContactFolderId, ContactId};
use crate::store::accounts::hold;
use crate::store::column::{Word, count, rows_in};
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// A link that ended: the contact's, and where its item lay.
type Ended = (Word<ContactId>, Word<ContactFolderId>);

impl Store {
    /// How many items of an account were missed before an instant and not seen since, and how many are
    /// linked, with these.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing_contacts(&self, account: &AccountId, before: DateTime<Utc>) -> Result<(u64, u64)> {
        let (missing, held) = on!(self, db => sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM contact_link WHERE account_id = $1 AND missing_at < $2),
             (SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) FROM contact_folder WHERE account_id = $1)",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .fetch_one(db)
        .await)?;
        Ok((count(missing), count(held)))
    }

    /// How many items of an account were missed since an instant of contacts that were changed here, and are not deleted,
    /// and how many are linked, with these.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing_edited_contacts(
        &self,
        account: &AccountId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(u64, u64)> {
        let (missing, held) = on!(self, db => sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM contact_link l JOIN contact c ON c.id = l.contact_id
                 WHERE l.account_id = $1 AND l.missing_at >= $2 AND c.edited_at IS NOT NULL AND c.gone_at IS NULL),
             (SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) FROM contact_folder WHERE account_id = $1)",
        )
        .bind(account.as_str())
        .bind(since.map_or(i64::MIN, |since| since.timestamp_millis()))
        .fetch_one(db)
        .await)?;
        Ok((count(missing), count(held)))
    }

    /// The ids on the server of items that an account misses and that were not found absent since an instant,
    /// in an order of their own, from the one after `after` on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing_contact_ids(
        &self,
        account: &AccountId,
        since: DateTime<Utc>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT remote_id FROM contact_link
             WHERE account_id = $1 AND missing_at IS NOT NULL AND (absent_at IS NULL OR absent_at < $2)
             AND remote_key > $3 ORDER BY remote_key LIMIT $4",
        )
        .bind(account.as_str())
        .bind(since.timestamp_millis())
        .bind(after.map(remote_key).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?)
    }

    /// Notes of items that an account misses that they were asked for and are not there.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn note_absent_contacts(
        &self,
        claim: &Claim,
        remote_ids: &[String],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let _: Vec<(String,)> = rows_in!(
            tx(&mut open),
            "UPDATE contact_link SET absent_at = $2 WHERE account_id = $1 AND missing_at IS NOT NULL AND remote_key IN",
            [claim.account.id.as_str(), now.timestamp_millis()],
            &wanted
        );
        open.commit().await
    }

    /// Ends the links of those items, and calls their contacts gone from now on: their rows stay. A contact
    /// that was changed here stays, and goes out anew. The answer counts the links by folder.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn mark_contacts_gone(
        &self,
        claim: &Claim,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<ContactFolderId, u64>> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let (contacts, gone) = end_missing(&mut open, &claim.account.id, before, now).await?;
        let contacts: Vec<&str> = contacts.iter().map(ContactId::as_str).collect();
        let_go(&mut open, &contacts, now).await?;
        open.commit().await?;
        Ok(gone)
    }

    /// The same as calling them gone, of those of these items, by their ids on the server, that were missed before an
    /// instant.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn end_missing_contacts(
        &self,
        claim: &Claim,
        remote_ids: &[String],
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let mut ended: Vec<Ended> = Vec::new();
        for key in remote_keys(remote_ids) {
            let link: Option<Ended> = tx!(&mut open, db => sqlx::query_as(
                "UPDATE contact_link SET ended_at = $3, missing_at = NULL, ended_there = TRUE
                 WHERE account_id = $1 AND remote_key = $2 AND missing_at < $4 RETURNING contact_id, folder_id",
            )
            .bind(claim.account.id.as_str())
            .bind(key)
            .bind(now.timestamp_millis())
            .bind(before.timestamp_millis())
            .fetch_optional(db)
            .await)?;
            ended.extend(link);
        }
        let (contacts, _) = fewer(&mut open, ended).await?;
        let contacts: Vec<&str> = contacts.iter().map(ContactId::as_str).collect();
        let_go(&mut open, &contacts, now).await?;
        open.commit().await
    }

    /// Ends the links of those items, and leaves their contacts as they are: here alone.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_missing_contacts(
        &self,
        claim: &Claim,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let (contacts, _) = end_missing(&mut open, &claim.account.id, before, now).await?;
        let contacts: Vec<&str> = contacts.iter().map(ContactId::as_str).collect();
        stay(&mut open, &contacts).await?;
        open.commit().await
    }

    /// Contacts whose items an account misses, by name: so many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contacts_missing(&self, account: &AccountId, limit: u32) -> Result<Vec<Contact>> {
        let text = format!(
            "SELECT {} FROM contact c WHERE EXISTS (SELECT 1 FROM contact_link l
                 WHERE l.account_id = $1 AND l.contact_id = c.id AND l.missing_at IS NOT NULL)
             ORDER BY c.listed_as, c.id LIMIT $2",
            contact_columns()
        );
        let rows: Vec<ContactRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        Ok(contacts.into_iter().map(|stored| stored.contact).collect())
    }
}

/// Ends the links of items that were missed before an instant: of which contacts, and how many in each folder.
async fn end_missing(
    open: &mut Tx,
    account: &AccountId,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(Vec<ContactId>, BTreeMap<ContactFolderId, u64>)> {
    let ended: Vec<Ended> = tx!(&mut *open, db => sqlx::query_as(
        "UPDATE contact_link SET ended_at = $3, missing_at = NULL, ended_there = TRUE
         WHERE account_id = $1 AND missing_at < $2 RETURNING contact_id, folder_id",
    )
    .bind(account.as_str())
    .bind(before.timestamp_millis())
    .bind(now.timestamp_millis())
    .fetch_all(db)
    .await)?;
    fewer(open, ended).await
}

/// Of which contacts links ended, and how many in each folder, which holds fewer.
async fn fewer(open: &mut Tx, ended: Vec<Ended>) -> Result<(Vec<ContactId>, BTreeMap<ContactFolderId, u64>)> {
    let (mut contacts, mut folders) = (Vec::new(), BTreeMap::<ContactFolderId, u64>::new());
    for (contact, folder) in ended {
        contacts.push(contact.0);
        *folders.entry(folder.0).or_default() += 1;
    }
    for (folder, fewer) in &folders {
        add_held(&mut *open, folder, -fewer.cast_signed()).await?;
    }
    Ok((contacts, folders))
}

/// What was deleted on both sides has nothing left to go out; what was changed here stays, though it is the photo alone.
async fn let_go(open: &mut Tx, contacts: &[&str], now: DateTime<Utc>) -> Result<()> {
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact SET edited_at = (SELECT e.edited_at FROM contact_photo_edit e WHERE e.contact_id = contact.id)
         WHERE gone_at IS NULL AND edited_at IS NULL AND id IN (SELECT contact_id FROM contact_photo_edit) AND id IN",
        [],
        contacts
    );
    stay(&mut *open, contacts).await?;
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact SET gone_at = $1, changed_at = $1, revision = revision + 1
         WHERE gone_at IS NULL AND edited_at IS NULL AND id IN",
        [now.timestamp_millis()],
        contacts
    );
    Ok(())
}

/// What was deleted on both sides has nothing left to go out; what was changed here is compared before it does.
async fn stay(open: &mut Tx, contacts: &[&str]) -> Result<()> {
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact SET edited_at = NULL WHERE gone_at IS NOT NULL AND id IN",
        [],
        contacts
    );
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact SET met = FALSE WHERE gone_at IS NULL AND edited_at IS NOT NULL AND id IN",
        [],
        contacts
    );
    Ok(())
}

/// These items lie no longer in this folder; in any, where none is named. What is stored of them is missed.
pub(super) async fn miss(
    open: &mut Tx,
    account: &AccountId,
    folder: Option<&ContactFolderId>,
    remote_ids: &[String],
    now: DateTime<Utc>,
) -> Result<()> {
    let keys = remote_keys(remote_ids);
    let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact_link SET missing_at = $3, absent_at = NULL
         WHERE account_id = $1 AND ($2 IS NULL OR folder_id = $2) AND missing_at IS NULL AND ended_at IS NULL
         AND remote_key IN",
        [account.as_str(), folder.map(ContactFolderId::as_str), now.timestamp_millis()],
        &wanted
    );
    Ok(())
}
