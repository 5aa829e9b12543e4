//! Whether a server of PostgreSQL will do, before anything is asked of it.

use super::{Result, StoreError};
use crate::clock::Clock;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Row};
use std::time::Duration;

/// By how much a machine's clock may differ from that of the database's server: of two machines by twice that. Each
/// binds its own time, so a lease is longer than the work under it by more.
pub const APART: Duration = Duration::from_secs(30);

/// Whether the server lets us in within a limit, goes by the same time as we do, and keeps a connection's
/// process for it.
///
/// # Errors
/// `Clock`, `Pooled`; what stands in the way.
pub(super) async fn look(options: &PgConnectOptions, limit: Duration) -> Result<()> {
    let looked = Clock::limit(limit, async {
        let (mut one, mut other) = (options.connect().await?, options.connect().await?);
        clocks(&mut one).await?;
        pooled(&mut one, &mut other).await?;
        one.close().await?;
        Ok(other.close().await?)
    });
    looked.await.map_err(|_| StoreError::Connection(sqlx::Error::PoolTimedOut.into()))?
}

async fn clocks(connection: &mut PgConnection) -> Result<()> {
    let before = Clock::System.now();
    let theirs = number(connection, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").await?;
    let ours = before + (Clock::System.now() - before) / 2;
    match DateTime::from_timestamp_millis(theirs).and_then(|theirs| apart(ours, theirs)) {
        Some(seconds) => Err(StoreError::Clock { seconds }),
        None => Ok(()),
    }
}

/// By how many seconds our clock is ahead, where that is too much.
fn apart(ours: DateTime<Utc>, theirs: DateTime<Utc>) -> Option<i64> {
    let ahead = ours - theirs;
    ahead.abs().to_std().is_ok_and(|ahead| ahead > APART).then(|| ahead.num_seconds())
}

/// Between two statements a pooler hands the process of one connection to another: what is prepared on it is
/// not there any more.
async fn pooled(one: &mut PgConnection, other: &mut PgConnection) -> Result<()> {
    const PROCESS: &str = "SELECT pg_backend_pid()::bigint";
    let before = number(one, PROCESS).await?;
    sqlx::raw_sql("BEGIN").execute(&mut *other).await?;
    let others = number(other, PROCESS).await?;
    let after = number(one, PROCESS).await?;
    sqlx::raw_sql("ROLLBACK").execute(other).await?;
    if before == after && before != others { Ok(()) } else { Err(StoreError::Pooled) }
}

/// Without preparing the statement, which a pooler may not bear.
async fn number(connection: &mut PgConnection, text: &'static str) -> Result<i64> {
    Ok(sqlx::raw_sql(text).fetch_one(connection).await?.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_by_more_than_half_a_minute_are_too_far_apart() {
        let at = |seconds: i64| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        for (ours, expected) in [(0, None), (30, None), (-30, None), (31, Some(31)), (-90, Some(-90))] {
            assert_eq!(apart(at(ours), at(0)), expected, "{ours}");
        }
    }
}
