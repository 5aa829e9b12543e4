//! Contacts of which a person says whether they are one.

use super::meeting::{ContactJoin, join};
use super::near::NearContact;
use crate::model::{AccountId, AuditEntry, ContactId, ContactMatch, ContactMatchId, MatchAnswer, Proof};
use crate::store::access::write_down;
use crate::store::accounts::lock;
use crate::store::column::{Json, Ms, Word, count, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// Whether a contact `c` may go out as far as this is asked: it is an item, or was compared with those of the
/// mailbox and waits for nobody's answer.
pub(super) const MAY_GO: &str = "(EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL)
     OR (c.met IS NULL OR c.met) AND NOT EXISTS (SELECT 1 FROM contact_match m JOIN contact t ON t.id = m.there_id
         WHERE m.here_id = c.id AND m.settled_at IS NULL AND t.gone_at IS NULL))";

/// Whether a person is asked of a contact `c`, which is there and no item, whether it is one of the mailbox's.
pub(super) const IS_ASKED: &str =
    "(c.gone_at IS NULL AND EXISTS (SELECT 1 FROM contact_match m JOIN contact t ON t.id = m.there_id
         WHERE m.here_id = c.id AND m.settled_at IS NULL AND t.gone_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL))";

/// What is asked, of all accounts: as long as the one is no item, and the other is one.
pub(super) const OPEN: &str =
    "FROM contact_match m JOIN contact h ON h.id = m.here_id JOIN contact t ON t.id = m.there_id
     WHERE m.settled_at IS NULL AND h.gone_at IS NULL AND t.gone_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = h.id AND l.ended_at IS NULL)";

#[derive(sqlx::FromRow)]
struct MatchRow {
    id: Word<ContactMatchId>,
    here_id: Word<ContactId>,
    there_id: Word<ContactId>,
    proofs: Json<BTreeSet<Proof>>,
    found_at: Ms,
}

impl From<MatchRow> for ContactMatch {
    fn from(row: MatchRow) -> Self {
        Self {
            id: row.id.0,
            here: row.here_id.0,
            there: row.there_id.0,
            by: row.proofs.0,
            found_at: row.found_at.0,
        }
    }
}

impl Store {
    /// What of an account's contacts a person has to say, in the order in which it was found; from the one
    /// after `after` on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_matches(
        &self,
        account: &AccountId,
        after: Option<&ContactMatchId>,
        limit: u32,
    ) -> Result<Vec<ContactMatch>> {
        let text = format!(
            "SELECT m.id, m.here_id, m.there_id, m.proofs, m.found_at {OPEN} AND m.account_id = $1 AND m.id > $2
             ORDER BY m.id LIMIT $3"
        );
        let rows: Vec<MatchRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(after.map_or("", ContactMatchId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(ContactMatch::from).collect())
    }

    /// How much of that there is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_contact_matches(&self, account: &AccountId) -> Result<u64> {
        let text = format!("SELECT COUNT(*) {OPEN} AND m.account_id = $1");
        let open = on!(self, db => sqlx::query_scalar(AssertSqlSafe(text))
            .bind(account.as_str())
            .fetch_one(db)
            .await)?;
        Ok(count(open))
    }

    /// One of them, with its contacts, the one made here first; `None` where it is not asked any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_match(
        &self,
        account: &AccountId,
        id: &ContactMatchId,
    ) -> Result<Option<(ContactMatch, [NearContact; 2])>> {
        let text = format!(
            "SELECT m.id, m.here_id, m.there_id, m.proofs, m.found_at {OPEN}
             AND m.account_id = $1 AND m.id = $2"
        );
        let row: Option<MatchRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(id.as_str())
            .fetch_optional(db)
            .await)?;
        let Some(found) = row.map(ContactMatch::from) else { return Ok(None) };
        let mut near = self.near(&BTreeSet::from([found.here.clone(), found.there.clone()])).await?;
        near.sort_by_key(|near| near.contact.id != found.here);
        let near: std::result::Result<[NearContact; 2], _> = near.try_into();
        Ok(near.ok().map(|near| (found, near)))
    }

    /// Which of the answers that a person gave say that contacts are two: those of these contacts, made here.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn different_contacts(
        &self,
        account: &AccountId,
        here: &[&ContactId],
    ) -> Result<BTreeSet<(ContactId, ContactId)>> {
        let here: Vec<&str> = here.iter().map(|id| id.as_str()).collect();
        let rows: Vec<(Word<ContactId>, Word<ContactId>)> = rows_in!(
            on(self),
            "SELECT here_id, there_id FROM contact_match WHERE account_id = $1 AND answer = 'different' AND here_id IN",
            [account.as_str()],
            &here
        );
        Ok(rows.into_iter().map(|(here, there)| (here.0, there.0)).collect())
    }

    /// Answers what was asked, with the line of the audit log that says so: with a join the contacts are one,
    /// without they are two. Whether it is answered: not where it was before, or one of the contacts was
    /// changed since.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn answer_contact_match(
        &self,
        account: &AccountId,
        id: &ContactMatchId,
        one: Option<&ContactJoin>,
        line: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let answer = if one.is_some() { MatchAnswer::Same } else { MatchAnswer::Different };
        if !note_answer(&mut open, account, id, answer, now).await? {
            return Ok(false);
        }
        if let Some(one) = one
            && !join(&mut open, account, std::slice::from_ref(one), now).await?
        {
            return Ok(false);
        }
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }
}

async fn note_answer(
    open: &mut Tx,
    account: &AccountId,
    id: &ContactMatchId,
    answer: MatchAnswer,
    now: DateTime<Utc>,
) -> Result<bool> {
    let settled = tx!(open, execute sqlx::query(
        "UPDATE contact_match SET settled_at = $3, answer = $4 WHERE account_id = $1 AND id = $2 AND settled_at IS NULL",
    )
    .bind(account.as_str())
    .bind(id.as_str())
    .bind(now.timestamp_millis())
    .bind(answer.as_str()))?;
    Ok(settled > 0)
}
