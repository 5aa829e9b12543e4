//! Answers to requests under keys of their callers', sealed: the same again is answered alike.

use crate::model::RequestKey;
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// So long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// So long a request is taken to be under way. One that its process did not live to answer is forgotten then.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(2);
/// So many answers of a caller are kept, the latest.
const MOST: i64 = 1000;

/// An answer as it lies here.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SealedAnswer {
    /// The wrapped key that opens it.
    pub wrapped: Vec<u8>,
    /// What was asked, and the answer.
    pub sealed: Vec<u8>,
}

/// A request under a key that is under way. Only who began it ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRun {
    key: String,
    caller: String,
    until: i64,
}

/// How a request under a key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFound {
    /// Nowhere: it is under way from now on.
    Begun(RequestRun),
    /// It is under way.
    UnderWay,
    /// It was answered.
    Answered(SealedAnswer),
}

impl Store {
    /// Begins a request under a key that is free, and forgets what is old.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn begin_request(&self, key: &RequestKey, now: DateTime<Utc>) -> Result<RequestFound> {
        let run = RequestRun {
            key: key.key.clone(),
            caller: key.caller.clone(),
            until: (now + UNDER_WAY).timestamp_millis(),
        };
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM kept_answer WHERE expires_at <= $1")
            .bind(now.timestamp_millis()))?;
        let begun = tx!(&mut open, execute sqlx::query(
            "INSERT INTO kept_answer (key, caller, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
        )
        .bind(&run.key)
        .bind(&run.caller)
        .bind(run.until))?;
        let found = if begun > 0 { RequestFound::Begun(run) } else { answered(&mut open, &run.key).await? };
        open.commit().await?;
        Ok(found)
    }

    /// Keeps what a request that is under way was answered with, and of its caller's answers the latest thousand.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_answer(
        &self,
        run: &RequestRun,
        answer: &SealedAnswer,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE kept_answer SET wrapped = $3, sealed = $4, expires_at = $5
             WHERE key = $1 AND expires_at = $2 AND sealed IS NULL",
        )
        .bind(&run.key)
        .bind(run.until)
        .bind(&answer.wrapped)
        .bind(&answer.sealed)
        .bind((now + KEPT).timestamp_millis()))?;
        tx!(&mut open, execute sqlx::query(
            "DELETE FROM kept_answer WHERE key IN (SELECT key FROM kept_answer
             WHERE caller = $1 AND sealed IS NOT NULL ORDER BY expires_at DESC, key LIMIT $2 OFFSET $2)",
        )
        .bind(&run.caller)
        .bind(MOST))?;
        open.commit().await
    }

    /// Forgets a request that is under way: its key is free.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_request(&self, run: &RequestRun) -> Result<()> {
        on!(self, execute sqlx::query(
            "DELETE FROM kept_answer WHERE key = $1 AND expires_at = $2 AND sealed IS NULL",
        )
        .bind(&run.key)
        .bind(run.until))?;
        Ok(())
    }

    /// Forgets an answer that no key opens, unless another was kept meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_answer(&self, key: &RequestKey, answer: &SealedAnswer) -> Result<()> {
        on!(self, execute sqlx::query("DELETE FROM kept_answer WHERE key = $1 AND sealed = $2")
            .bind(&key.key)
            .bind(&answer.sealed))?;
        Ok(())
    }
}

async fn answered(open: &mut Tx, key: &str) -> Result<RequestFound> {
    let answer: Option<SealedAnswer> = tx!(open, db => sqlx::query_as(
        "SELECT wrapped, sealed FROM kept_answer WHERE key = $1 AND wrapped IS NOT NULL AND sealed IS NOT NULL",
    )
    .bind(key)
    .fetch_optional(db)
    .await)?;
    Ok(answer.map_or(RequestFound::UnderWay, RequestFound::Answered))
}
