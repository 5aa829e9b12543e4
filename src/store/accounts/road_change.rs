//! Changes of road: asked for, tried, ended.

use super::claim::{Claim, hold, lock};
use super::due::schedule;
use super::folder::write_folder;
use super::sweep::write_sweeps;
use crate::model::{
    AccountId, AuditEntry, FolderState, ItemKey, KeySpaces, LastError, MessageId, Part, Road, RoadChange,
    RoadChangeState, RoadReport, SweepState,
};
use crate::store::access::write_down;
use crate::store::column::{Json, Ms, Word, json, millis};
use crate::store::mail::attach;
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// A change that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoadWish {
    /// The road.
    pub road: Road,
    /// Whether the roads are only compared.
    pub shadow: bool,
    /// Who asked, as the audit log names them.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How many turns could not look at it.
    pub tries: u32,
}

/// The version of an item on another road.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVersion {
    /// The message that it is.
    pub message: MessageId,
    /// Its version.
    pub version: String,
    /// Whether it was read, as a list says that tells this version.
    pub is_read: Option<bool>,
}

/// What an account takes another road with: written as a whole or not at all.
#[derive(Debug)]
pub struct RoadTurn<'a> {
    /// The road.
    pub road: Road,
    /// In which spaces messages are known there.
    pub spaces: KeySpaces,
    /// By what its messages are known there that it did not know them by.
    pub keys: &'a [(MessageId, ItemKey)],
    /// The versions of their items there.
    pub versions: &'a [ItemVersion],
    /// Its folders, as that road names them, and how far each of them is read on it.
    pub folders: &'a [FolderState],
    /// Who had it done, and when.
    pub line: &'a AuditEntry,
}

#[derive(sqlx::FromRow)]
struct RoadChangeRow {
    road: Word<Road>,
    shadow: bool,
    state: Word<RoadChangeState>,
    asked_by: String,
    asked_at: Ms,
    tries: i64,
    ended_at: Option<Ms>,
    report: Option<Json<RoadReport>>,
    error: Option<Json<LastError>>,
}

impl Store {
    /// Has the account's next turn look at another road; what was asked for before is forgotten.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn ask_for_road(&self, id: &AccountId, wish: &RoadWish, line: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        lock(&mut open, id).await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM road_change WHERE account_id = $1").bind(id.as_str()))?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO road_change (account_id, road, shadow, state, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.as_str())
        .bind(wish.road.as_str())
        .bind(wish.shadow)
        .bind(RoadChangeState::Wanted.as_str())
        .bind(&wish.asked_by)
        .bind(wish.asked_at.timestamp_millis()))?;
        schedule(&mut open, id, Part::Mail, wish.asked_at).await?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// Forgets another road that is wanted and was not looked at yet; whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_road(&self, id: &AccountId) -> Result<bool> {
        let text = "DELETE FROM road_change WHERE account_id = $1 AND ended_at IS NULL";
        Ok(on!(self, execute sqlx::query(text).bind(id.as_str()))? > 0)
    }

    /// What was last asked for of an account, and what came of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn road_change(&self, id: &AccountId) -> Result<Option<RoadChange>> {
        Ok(self.road_change_row(id).await?.map(|row| RoadChange {
            road: row.road.0,
            shadow: row.shadow,
            state: row.state.0,
            asked_at: row.asked_at.0,
            ended_at: row.ended_at.map(|at| at.0),
            report: row.report.map(|report| report.0),
            error: row.error.map(|error| error.0),
        }))
    }

    /// The change that waits for an account's turn.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn road_wish(&self, id: &AccountId) -> Result<Option<RoadWish>> {
        let row = self.road_change_row(id).await?.filter(|row| row.ended_at.is_none());
        Ok(row.map(|row| RoadWish {
            road: row.road.0,
            shadow: row.shadow,
            asked_by: row.asked_by,
            asked_at: row.asked_at.0,
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
        }))
    }

    async fn road_change_row(&self, id: &AccountId) -> Result<Option<RoadChangeRow>> {
        Ok(on!(self, db => sqlx::query_as("SELECT * FROM road_change WHERE account_id = $1")
            .bind(id.as_str())
            .fetch_optional(db)
            .await)?)
    }

    /// Keeps what came of a turn that looked at another road, or could not: it waits on in state `wanted`, and has ended in
    /// any other. Nothing of the account changes. Nothing is kept where it was asked for otherwise meanwhile.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn end_road_wish(
        &self,
        claim: &Claim,
        wish: &RoadWish,
        (state, report, error): (RoadChangeState, Option<&RoadReport>, Option<&LastError>),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        end(&mut open, &claim.account.id, wish, (state, report, error), now).await?;
        open.commit().await
    }

    /// Has the mail of an account go by another road from now on: the keys beside those of other roads, the folders' ids,
    /// where reading begins on it, the road itself, and the line that tells of it. Whether it was still asked for: else
    /// nothing is written.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn turn_to_road(
        &self,
        claim: &Claim,
        wish: &RoadWish,
        turn: &RoadTurn<'_>,
        report: &RoadReport,
    ) -> Result<bool> {
        let (account, now) = (&claim.account.id, turn.line.at);
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let outcome = (RoadChangeState::Taken, Some(report), None);
        if !end(&mut open, account, wish, outcome, now).await? {
            return Ok(false);
        }
        for (message, key) in turn.keys {
            attach(&mut open, account, message, key).await?;
        }
        // One that was read since is another version than what is stored: it is looked at again.
        for ItemVersion { message, version, is_read } in turn.versions {
            tx!(&mut open, execute sqlx::query(
                "UPDATE message SET change_key = $2 WHERE id = $1 AND COALESCE(is_read, $3) = $3",
            )
            .bind(message.as_str())
            .bind(version)
            .bind(*is_read))?;
        }
        for state in turn.folders {
            write_folder(&mut open, account, state).await?;
            // What was gone through on another road was another list.
            write_sweeps(&mut open, &state.folder.id, &SweepState::default()).await?;
        }
        forget_other_ids(&mut open, account, &turn.spaces).await?;
        tx!(&mut open, execute sqlx::query("UPDATE account SET road = $2 WHERE id = $1 AND NOT leaving")
            .bind(account.as_str())
            .bind(turn.road.as_str()))?;
        tx!(&mut open, execute sqlx::query("UPDATE sync_state SET folders_listed_at = $2 WHERE account_id = $1")
            .bind(account.as_str())
            .bind(now.timestamp_millis()))?;
        write_down(&mut open, turn.line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// Holds a claimed account until then, where that is longer than it is held.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it.
    pub async fn hold_longer(&self, claim: &Claim, until: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE sync_state SET lease_until = $2 WHERE account_id = $1 AND lease_until < $2",
        )
        .bind(claim.account.id.as_str())
        .bind(until.timestamp_millis()))?;
        open.commit().await
    }
}

async fn end(
    open: &mut Tx,
    account: &AccountId,
    wish: &RoadWish,
    (state, report, error): (RoadChangeState, Option<&RoadReport>, Option<&LastError>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended_at = (state != RoadChangeState::Wanted).then_some(now);
    let rows = tx!(open, execute sqlx::query(
        "UPDATE road_change SET state = $3, report = $4, error = $5, ended_at = $6, tries = tries + 1
         WHERE account_id = $1 AND asked_at = $2 AND road = $7 AND ended_at IS NULL",
    )
    .bind(account.as_str())
    .bind(wish.asked_at.timestamp_millis())
    .bind(state.as_str())
    .bind(report.map(json).transpose()?)
    .bind(error.map(json).transpose()?)
    .bind(millis(ended_at))
    .bind(wish.road.as_str()))?;
    Ok(rows > 0)
}

/// What failed by ids that the road does not know is not asked for by them any more: a message without its body is by its
/// own, and what is not stored is listed.
async fn forget_other_ids(open: &mut Tx, account: &AccountId, spaces: &KeySpaces) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM ledger WHERE account_id = $1 AND space NOT IN ($2, $3)")
        .bind(account.as_str())
        .bind(spaces.first.as_str())
        .bind(spaces.other.as_str()))?;
    Ok(())
}
