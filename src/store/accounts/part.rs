//! The parts of accounts as they are stored, and how a part of a turn ends.

use super::claim::{Claim, hold};
use super::session::write_session;
use super::span::AccountSpan;
use crate::error::{Disposition, WhoseTurn};
use crate::model::{
    AccountId, BrowserSession, Import, LastError, Part, PartState, Reach, SessionState, storable,
};
use crate::store::column::{Ms, Word, millis};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

/// How a part of a claimed account's turn ended.
#[derive(Debug, Clone)]
pub struct PartEnd {
    /// The part of the turn.
    pub part: Part,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How it was read, where anything was; or what went wrong: one more failure in a row.
    pub result: std::result::Result<Option<String>, LastError>,
    /// Whether it was not read since it is not to be: when it last was stays as it is.
    pub is_off: bool,
    /// What is to be told although it was read: kept as an error is, and no failure.
    pub warning: Option<LastError>,
    /// How far its history is read, where not all of it is.
    pub import: Option<Import>,
    /// When it is due again; `None` parks it. What lives on the same credential meets the same.
    pub next_at: Option<DateTime<Utc>>,
    /// The time before which it is not due, whoever asks.
    pub not_before: Option<DateTime<Utc>>,
    /// What became of the browser session; `None` leaves it as it was.
    pub session: Option<BrowserSession>,
}

#[derive(sqlx::FromRow)]
pub(super) struct PartRow {
    account_id: Word<AccountId>,
    part: Word<Part>,
    due_at: Option<Ms>,
    not_before: Option<Ms>,
    failures: i64,
    drifts: i64,
    error_disposition: Option<Word<Disposition>>,
    error_code: Option<String>,
    error_message: Option<String>,
    error_whose_turn: Option<Word<WhoseTurn>>,
    error_hint: Option<String>,
    error_at: Option<Ms>,
    error_since: Option<Ms>,
    last_success_at: Option<Ms>,
    last_attempt_at: Option<Ms>,
    asked_at: Option<Ms>,
    read_by: Option<String>,
    is_off: bool,
    import_since: Option<Ms>,
    import_from: Option<i64>,
    import_done: Option<i64>,
    import_ends_at: Option<Ms>,
}

impl PartRow {
    pub(super) fn account_id(&self) -> &AccountId {
        &self.account_id.0
    }

    fn import(&self) -> Option<Import> {
        let millionths = |stored: Option<i64>| u32::try_from(stored?).ok();
        Some(Import {
            since: self.import_since.as_ref()?.0,
            from: millionths(self.import_from)?,
            done: millionths(self.import_done)?,
            ends_at: self.import_ends_at.as_ref().map(|at| at.0),
        })
    }

    fn last_error(&self) -> Option<LastError> {
        Some(LastError {
            disposition: self.error_disposition.as_ref()?.0,
            code: self.error_code.clone()?,
            message: self.error_message.clone()?,
            whose_turn: self.error_whose_turn.as_ref()?.0,
            hint: self.error_hint.clone()?,
            at: self.error_at?.0,
        })
    }
}

impl From<PartRow> for PartState {
    fn from(row: PartRow) -> Self {
        Self {
            last_error: row.last_error(),
            import: row.import(),
            part: row.part.0,
            due_at: row.due_at.map(|at| at.0),
            not_before: row.not_before.map(|at| at.0),
            failures: row.failures,
            drifts: row.drifts,
            error_since: row.error_since.map(|at| at.0),
            last_success_at: row.last_success_at.map(|at| at.0),
            last_attempt_at: row.last_attempt_at.map(|at| at.0),
            asked_at: row.asked_at.map(|at| at.0),
            read_by: row.read_by,
            is_off: row.is_off,
        }
    }
}

/// The parts of the accounts within reach, of one or of all, in the order of `Part`.
pub(super) async fn parts(store: &Store, reach: &Reach, span: AccountSpan<'_>) -> Result<Vec<PartRow>> {
    let within = span.holds(reach, "account_id", AccountSpan::BOUND);
    let text = format!("SELECT * FROM part_state WHERE {within}");
    let mut rows: Vec<PartRow> = on!(store, db => sqlx::query_as(AssertSqlSafe(text))
    .bind(reach.owner())
    .bind(span.from)
    .bind(span.to)
    .fetch_all(db)
    .await)?;
    rows.sort_by_key(|row| row.part.0);
    Ok(rows)
}

impl Store {
    /// Records how a part of a claimed account's turn ended; its other parts stay as they are, and the
    /// account stays held. Where somebody asked for the part or parked it meanwhile, that stands, and
    /// `next_at` is not looked at; but it is not due before `not_before`.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is recorded.
    pub async fn end_part(&self, claim: &Claim, end: &PartEnd) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let id = &claim.account.id;
        write_end(&mut open, id, end).await?;
        again(&mut open, id, end.part, end.next_at).await?;
        if let Some(session) = end.session {
            write_session(&mut open, id, session).await?;
        }
        if end.session.is_some_and(|session| session.state == SessionState::Valid) {
            unpark(&mut open, id, end).await?;
        }
        open.commit().await
    }
}

async fn write_end(open: &mut Tx, id: &AccountId, end: &PartEnd) -> Result<()> {
    let (read_by, error) = match &end.result {
        Ok(read_by) => (read_by.as_deref(), end.warning.as_ref()),
        Err(error) => (None, Some(error)),
    };
    let import = end.import.as_ref();
    tx!(open, execute sqlx::query(
        "UPDATE part_state SET failures = CASE WHEN $12 THEN failures + 1 ELSE 0 END,
         drifts = CASE WHEN NOT $12 THEN 0 WHEN $3 = $13 THEN drifts + 1 ELSE drifts END, error_disposition = $3,
         error_code = $4, error_message = $5, error_whose_turn = $6, error_hint = $7, error_at = $8,
         error_since = CASE WHEN error_code = $4 THEN COALESCE(error_since, $8) ELSE $8 END,
         read_by = COALESCE($9, read_by), last_attempt_at = $10,
         last_success_at = CASE WHEN $12 OR $18 THEN last_success_at ELSE $10 END, not_before = $11,
         import_since = $14, import_from = $15, import_done = $16, import_ends_at = $17, is_off = $18
         WHERE account_id = $1 AND part = $2",
    )
    .bind(id.as_str())
    .bind(end.part.as_str())
    .bind(error.map(|error| error.disposition.as_str()))
    .bind(error.map(|error| error.code.as_str()))
    .bind(error.map(|error| storable(&error.message)))
    .bind(error.map(|error| error.whose_turn.as_str()))
    .bind(error.map(|error| storable(&error.hint)))
    .bind(error.map(|error| error.at.timestamp_millis()))
    .bind(read_by)
    .bind(end.at.timestamp_millis())
    .bind(millis(end.not_before))
    .bind(end.result.is_err())
    .bind(Disposition::Drift.as_str())
    .bind(millis(import.map(|import| import.since)))
    .bind(import.map(|import| i64::from(import.from)))
    .bind(import.map(|import| i64::from(import.done)))
    .bind(millis(import.and_then(|import| import.ends_at)))
    .bind(end.is_off))?;
    Ok(())
}

/// The part is due again at that time, or when somebody has asked for it since its turn began. What was
/// parked stays parked.
async fn again(open: &mut Tx, id: &AccountId, part: Part, next_at: Option<DateTime<Utc>>) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE part_state SET next_at = COALESCE(asked_at, $3)
         WHERE account_id = $1 AND part = $2 AND next_at IS NOT NULL",
    )
    .bind(id.as_str())
    .bind(part.as_str())
    .bind(millis(next_at)))?;
    Ok(())
}

/// What was parked meanwhile because its session was taken for dead: the turn has read with it.
async fn unpark(open: &mut Tx, id: &AccountId, end: &PartEnd) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE part_state SET next_at = $3 WHERE account_id = $1 AND part = $2 AND next_at IS NULL
         AND account_id IN (SELECT id FROM account WHERE sync_enabled)",
    )
    .bind(id.as_str())
    .bind(end.part.as_str())
    .bind(millis(end.next_at)))?;
    Ok(())
}
