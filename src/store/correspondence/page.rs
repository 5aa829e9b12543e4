//! What a turn writes of it; always under the account's lease.

use crate::model::{CorrespondenceId, CorrespondenceItem, FolderId, ItemKey, Names, Sweep};
use crate::store::accounts::hold;
use crate::store::column::{Word, json, millis, rows_in};
use crate::store::mail::by_space;
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};

/// What became of a page of a folder, written with its messages.
#[derive(Debug, Clone)]
pub struct CorrespondencePage {
    /// Of which.
    pub id: CorrespondenceId,
    /// In which folder.
    pub folder: FolderId,
    /// What became of items.
    pub items: Vec<(ItemKey, CorrespondenceItem)>,
    /// What they are called, where that has become more.
    pub names: Option<BTreeSet<String>>,
    /// How its list is read on; `None` while not all of the page is written.
    pub step: Option<FolderStep>,
}

/// How a folder's list is read on.
#[derive(Debug, Clone)]
pub struct FolderStep {
    /// From where; `None` at its end.
    pub place: Option<Sweep>,
    /// When the oldest message of the page came; `None` where that is not known.
    pub back_to: Option<DateTime<Utc>>,
}

impl Store {
    /// Begins one: by what it is known, and the folders that are gone through. Folders that have come since
    /// are added; none begins anew.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn begin_correspondence(
        &self,
        claim: &Claim,
        id: &CorrespondenceId,
        names: &Names,
        folders: &[FolderId],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE correspondence SET names = $2, began_at = COALESCE(began_at, $3) WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(json(&names.names)?)
        .bind(now.timestamp_millis()))?;
        for folder in folders {
            tx!(&mut open, execute sqlx::query(
                "INSERT INTO correspondence_folder (correspondence_id, folder_id)
                 SELECT id, $2 FROM correspondence WHERE id = $1 ON CONFLICT DO NOTHING",
            )
            .bind(id.as_str())
            .bind(folder.as_str()))?;
        }
        open.commit().await
    }

    /// What became of these items; of those that were not looked at yet nothing is said.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correspondence_items(
        &self,
        id: &CorrespondenceId,
        keys: &[ItemKey],
    ) -> Result<HashMap<ItemKey, CorrespondenceItem>> {
        let mut found = HashMap::new();
        for (space, wanted) in by_space(keys) {
            let rows: Vec<(String, Word<CorrespondenceItem>)> = rows_in!(
                on(self),
                "SELECT item_id, outcome FROM correspondence_item
                 WHERE correspondence_id = $1 AND space = $2 AND item_id IN",
                [id.as_str(), space.as_str()],
                &wanted
            );
            found.extend(
                rows.into_iter().map(|(id, outcome)| (ItemKey { space: space.clone(), id }, outcome.0)),
            );
        }
        Ok(found)
    }

    /// Keeps that a turn did not get on in a folder, and why; after `most` turns in a row, or at once where it is
    /// for good, it is given up.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn stop_correspondence(
        &self,
        claim: &Claim,
        id: &CorrespondenceId,
        folder: &FolderId,
        why: &str,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE correspondence_folder SET tries = tries + 1, stopped = $3,
             ended_at = CASE WHEN tries + 1 >= $4 THEN $5 END
             WHERE correspondence_id = $1 AND folder_id = $2 AND ended_at IS NULL",
        )
        .bind(id.as_str())
        .bind(folder.as_str())
        .bind(why)
        .bind(i64::from(most))
        .bind(now.timestamp_millis()))?;
        open.commit().await
    }

    /// Ends one, unless there is a folder that is still to be gone through. Whether it has ended.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn end_correspondence(
        &self,
        claim: &Claim,
        id: &CorrespondenceId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let ended = tx!(&mut open, execute sqlx::query(
            "UPDATE correspondence SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM correspondence_folder WHERE correspondence_id = $1 AND ended_at IS NULL)",
        )
        .bind(id.as_str())
        .bind(now.timestamp_millis()))?;
        open.commit().await?;
        Ok(ended > 0)
    }
}

/// What a page came to, in the transaction of its messages.
pub(in crate::store) async fn write(
    open: &mut Tx,
    page: &CorrespondencePage,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut settled = 0;
    for (key, outcome) in &page.items {
        settled += tx!(&mut *open, execute sqlx::query(
            "INSERT INTO correspondence_item (correspondence_id, space, item_id, folder_id, outcome)
             SELECT id, $2, $3, $4, $5 FROM correspondence WHERE id = $1
             ON CONFLICT (correspondence_id, space, item_id) DO NOTHING",
        )
        .bind(page.id.as_str())
        .bind(key.space.as_str())
        .bind(&key.id)
        .bind(page.folder.as_str())
        .bind(outcome.as_str()))?;
    }
    if let Some(names) = &page.names {
        tx!(&mut *open, execute sqlx::query("UPDATE correspondence SET names = $2 WHERE id = $1")
            .bind(page.id.as_str())
            .bind(json(names)?))?;
    }
    let Some(step) = &page.step else { return get_on(open, page, settled).await };
    let ended_at = step.place.is_none().then_some(now);
    tx!(&mut *open, execute sqlx::query(
        "UPDATE correspondence_folder SET place = $3, back_to = COALESCE($4, back_to), tries = 0, stopped = NULL,
         ended_at = $5 WHERE correspondence_id = $1 AND folder_id = $2",
    )
    .bind(page.id.as_str())
    .bind(page.folder.as_str())
    .bind(step.place.as_ref().map(json).transpose()?)
    .bind(millis(step.back_to))
    .bind(millis(ended_at)))?;
    Ok(())
}

/// Where something more is settled, the turn has got on in the folder.
async fn get_on(open: &mut Tx, page: &CorrespondencePage, settled: u64) -> Result<()> {
    tx!(&mut *open, execute sqlx::query(
        "UPDATE correspondence_folder SET tries = 0
         WHERE correspondence_id = $1 AND folder_id = $2 AND tries > 0 AND $3 > 0",
    )
    .bind(page.id.as_str())
    .bind(page.folder.as_str())
    .bind(settled.cast_signed()))?;
    Ok(())
}
