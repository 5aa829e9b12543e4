//! What may go out to mailboxes: each account's direction, its first plan, and plans that wait for a person.

use super::photo_parked;
use super::rejected::REJECTED;
use crate::model::{
    AccountId, AskReason, AskedMissing, AskedPlan, AuditEntry, ContactGate, Direction, MissingAnswer, Part,
    WriteCounts,
};
use crate::store::access::write_down;
use crate::store::accounts::hold;
use crate::store::column::{Ms, Word, count, millis};
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct GateRow {
    direction: Option<Word<Direction>>,
    is_past_first: bool,
    approved_until: Option<Ms>,
    asked_at: Option<Ms>,
    asked_until: Option<Ms>,
    last_missed: Option<Ms>,
    asked_why: Option<Word<AskReason>>,
    creates: Option<i64>,
    overwrites: Option<i64>,
    deletes: Option<i64>,
    missing_at: Option<Ms>,
    missing: Option<i64>,
    missing_of: Option<i64>,
    missing_until: Option<Ms>,
    missing_answer: Option<Word<MissingAnswer>>,
}

impl From<GateRow> for ContactGate {
    fn from(row: GateRow) -> Self {
        let counted = |counted: Option<i64>| counted.map(count).unwrap_or_default();
        let counts = WriteCounts {
            creates: counted(row.creates),
            overwrites: counted(row.overwrites),
            deletes: counted(row.deletes),
        };
        let asked = row.asked_at.zip(row.asked_why);
        let (missing, held) = (counted(row.missing), counted(row.missing_of));
        let said = row.missing_until.zip(row.missing_answer);
        Self {
            direction: row.direction.map(|direction| direction.0),
            is_past_first: row.is_past_first,
            approved_until: row.approved_until.map(|at| at.0),
            counted_until: row.asked_until.map(|at| at.0),
            last_missed: row.last_missed.map(|at| at.0),
            asked: asked.map(|(since, why)| AskedPlan { since: since.0, why: why.0, counts }),
            missing: row.missing_at.map(|since| AskedMissing { since: since.0, missing, held }),
            said_of_missing: said.map(|(until, answer)| (until.0, answer.0)),
        }
    }
}

impl Store {
    /// What may go out to an account's mailbox.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_gate(&self, account: &AccountId) -> Result<ContactGate> {
        let row: Option<GateRow> = on!(self, db => sqlx::query_as(
            "SELECT direction, is_past_first, approved_until, asked_at, asked_until, asked_why, creates, overwrites, deletes,
                 missing_at, missing, missing_of, missing_until, missing_answer,
                 (SELECT MAX(l.missing_at) FROM contact_link l WHERE l.account_id = $1) AS last_missed
             FROM contact_gate WHERE account_id = $1",
        )
        .bind(account.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(ContactGate::from).unwrap_or_default())
    }

    /// Accounts whose plans, or missing contacts, wait for a person, those that wait longest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn asking_accounts(&self) -> Result<Vec<AccountId>> {
        let rows: Vec<Word<AccountId>> = on!(self, db => sqlx::query_scalar(
            "SELECT account_id FROM contact_gate WHERE asked_at IS NOT NULL OR missing_at IS NOT NULL
             ORDER BY COALESCE(asked_at, missing_at), account_id",
        )
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|id| id.0).collect())
    }

    /// Has a person look at a claimed account's plan, counted just now; nobody, where it is `None`. Since
    /// when stays while the reason does.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn ask_about_contacts(&self, claim: &Claim, asked: Option<&AskedPlan>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        row(&mut open, &claim.account.id).await?;
        let counts = asked.map(|asked| asked.counts);
        let counted = |of: fn(WriteCounts) -> u64| counts.map(|counts| of(counts).cast_signed());
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_gate SET asked_at = CASE WHEN asked_why = $3 THEN asked_at ELSE $2 END, asked_why = $3,
             creates = $4, overwrites = $5, deletes = $6, asked_until = $2 WHERE account_id = $1",
        )
        .bind(claim.account.id.as_str())
        .bind(asked.map(|asked| asked.since.timestamp_millis()))
        .bind(asked.map(|asked| asked.why.as_str()))
        .bind(counted(|counts| counts.creates))
        .bind(counted(|counts| counts.overwrites))
        .bind(counted(|counts| counts.deletes)))?;
        open.commit().await
    }

    /// Has a person say of contacts that a claimed account's mailbox lacks whether they are gone; nobody, where
    /// it is `None`. Since when stays while somebody is asked.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn ask_about_missing(&self, claim: &Claim, asked: Option<&AskedMissing>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        row(&mut open, &claim.account.id).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_gate SET missing_at = CASE WHEN $2 IS NULL THEN NULL ELSE COALESCE(missing_at, $2) END,
             missing = $3, missing_of = $4 WHERE account_id = $1",
        )
        .bind(claim.account.id.as_str())
        .bind(asked.map(|asked| asked.since.timestamp_millis()))
        .bind(asked.map(|asked| asked.missing.cast_signed()))
        .bind(asked.map(|asked| asked.held.cast_signed())))?;
        open.commit().await
    }

    /// Keeps what a person has said of the contacts that were missed up to an instant; nobody is asked any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn say_of_missing(
        &self,
        account: &AccountId,
        answer: MissingAnswer,
        until: DateTime<Utc>,
        line: &AuditEntry,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        row(&mut open, account).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_gate SET missing_until = $2, missing_answer = $3, missing_at = NULL, missing = NULL,
             missing_of = NULL WHERE account_id = $1",
        )
        .bind(account.as_str())
        .bind(until.timestamp_millis())
        .bind(answer.as_str()))?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// Says of a claimed account that its first plan is done with.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn pass_first_plan(&self, claim: &Claim) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        row(&mut open, &claim.account.id).await?;
        tx!(&mut open, execute sqlx::query("UPDATE contact_gate SET is_past_first = TRUE WHERE account_id = $1")
            .bind(claim.account.id.as_str()))?;
        open.commit().await
    }

    /// Lets out what is changed here until the approval ends, which may be later than now. Where it is not said
    /// when: what was changed until it was counted for that person, or else last for anybody, or, where nobody was asked,
    /// until now, the instant of the line; an approval that ends later than that goes on. What was rejected before is in no
    /// count: it goes out too where `rejected` says so. Nobody is asked any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn approve_contacts(
        &self,
        account: &AccountId,
        ends: Option<DateTime<Utc>>,
        counted: Option<DateTime<Utc>>,
        rejected: bool,
        line: &AuditEntry,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        let last = decide(&mut open, account, line.at).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_gate SET approved_until = CASE WHEN $2 IS NOT NULL THEN $2
             WHEN approved_until > $3 THEN approved_until ELSE $3 END WHERE account_id = $1",
        )
        .bind(account.as_str())
        .bind(millis(ends))
        .bind(millis(counted.map(|at| at.min(line.at))).unwrap_or(last)))?;
        if rejected {
            tx!(&mut open, execute sqlx::query("DELETE FROM contact_parked WHERE account_id = $1 AND code = $2")
                .bind(account.as_str())
                .bind(REJECTED))?;
            photo_parked::unpark(&mut open, account, true).await?;
        }
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// Gives an account a direction of its own; none takes it away. That its contacts are not read by the one that holds
    /// then is said at once, for a part that is parked has no turn that would; and nobody is asked any more of what that
    /// does not do.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_contact_direction(
        &self,
        account: &AccountId,
        direction: Option<Direction>,
        holds: Direction,
        line: &AuditEntry,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        row(&mut open, account).await?;
        tx!(&mut open, execute sqlx::query("UPDATE contact_gate SET direction = $2 WHERE account_id = $1")
            .bind(account.as_str())
            .bind(direction.map(Direction::as_str)))?;
        tx!(&mut open, execute sqlx::query("UPDATE part_state SET is_off = $3 WHERE account_id = $1 AND part = $2")
            .bind(account.as_str())
            .bind(Part::Contacts.as_str())
            .bind(holds == Direction::Off))?;
        if !holds.writes() {
            tx!(&mut open, execute sqlx::query(
                "UPDATE contact_gate SET asked_at = NULL, asked_why = NULL, creates = NULL, overwrites = NULL, deletes = NULL,
                 asked_until = NULL WHERE account_id = $1",
            )
            .bind(account.as_str()))?;
        }
        if !holds.reads() {
            tx!(&mut open, execute sqlx::query(
                "UPDATE contact_gate SET missing_at = NULL, missing = NULL, missing_of = NULL WHERE account_id = $1",
            )
            .bind(account.as_str()))?;
        }
        write_down(&mut open, line).await?;
        open.commit().await
    }
}

async fn row(open: &mut Tx, account: &AccountId) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_gate (account_id) VALUES ($1) ON CONFLICT (account_id) DO NOTHING",
    )
    .bind(account.as_str()))?;
    Ok(())
}

/// A person has looked at the plan; up to when what was changed is decided of.
pub(super) async fn decide(open: &mut Tx, account: &AccountId, until: DateTime<Utc>) -> Result<i64> {
    row(open, account).await?;
    let asked: Option<i64> = tx!(&mut *open, db => sqlx::query_scalar(
        "SELECT asked_until FROM contact_gate WHERE account_id = $1",
    )
    .bind(account.as_str())
    .fetch_one(db)
    .await)?;
    tx!(open, execute sqlx::query(
        "UPDATE contact_gate SET is_past_first = TRUE, asked_at = NULL, asked_why = NULL, creates = NULL,
         overwrites = NULL, deletes = NULL, asked_until = NULL WHERE account_id = $1",
    )
    .bind(account.as_str()))?;
    // What was counted while the clock was ahead would be an approval until then.
    let until = until.timestamp_millis();
    Ok(asked.unwrap_or(until).min(until))
}
