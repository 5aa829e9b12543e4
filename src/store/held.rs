//! What changes the schema waits for whoever uses it, and everybody behind it: on PostgreSQL not for long, and who it
//! waits for is told.

use super::StoreError;
use crate::clock::Clock;
use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

/// How long a statement waits for others that use a table.
pub(super) const LOCKS: Duration = Duration::from_secs(5);
/// How soon and how often it is looked at who is waited for.
const LOOK: Duration = Duration::from_secs(1);

/// Has the transaction's statements wait no longer than that for a lock; zero is for ever. The server's process that
/// serves it, for `watched`.
pub(super) async fn wait_at_most(open: &mut PgConnection, time: Duration) -> sqlx::Result<i32> {
    let set = AssertSqlSafe(format!("SET LOCAL lock_timeout = {}", time.as_millis()));
    sqlx::raw_sql(set).execute(&mut *open).await?;
    sqlx::query_scalar("SELECT pg_catalog.pg_backend_pid()").fetch_one(open).await
}

/// Does `work`, in a transaction that this process of the server serves. The log says whom it waits for.
///
/// # Errors
/// `Held` where it waited too long; those of `work`.
pub(super) async fn watched<T, E>(
    pool: &PgPool,
    process: i32,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E>
where
    E: From<StoreError> + HeldUp,
{
    let holder = OnceLock::new();
    let done = tokio::select! {
        done = work => done,
        never = look(pool, process, &holder) => match never {},
    };
    let held = |error: E| if error.is_held_up() { named(&holder).into() } else { error };
    done.map_err(held)
}

/// A failure that may be one of waiting too long for a lock.
pub(super) trait HeldUp {
    fn is_held_up(&self) -> bool;
}

impl HeldUp for StoreError {
    fn is_held_up(&self) -> bool {
        matches!(self, Self::Held(_))
    }
}

fn named(holder: &OnceLock<String>) -> StoreError {
    StoreError::Held(holder.get().cloned().unwrap_or_else(|| "another session".to_owned()))
}

async fn look(pool: &PgPool, process: i32, holder: &OnceLock<String>) -> Infallible {
    loop {
        Clock::System.sleep(LOOK).await;
        // Who it is is worth a word, and no failure.
        let Ok(Some(found)) = holders(pool, process).await else { continue };
        if holder.set(found).is_ok() {
            tracing::warn!(sessions = holder.get(), "waits for others that use the database");
        }
    }
}

/// The sessions that a process of the server waits for; `None` where it waits for none.
async fn holders(pool: &PgPool, process: i32) -> sqlx::Result<Option<String>> {
    let sessions: Vec<(i32, Option<String>, Option<i64>)> = sqlx::query_as(
        "SELECT a.pid, a.usename::text, (EXTRACT(epoch FROM COALESCE(a.xact_start, a.backend_start)) * 1000)::bigint
         FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY (pg_catalog.pg_blocking_pids($1)) ORDER BY a.pid",
    )
    .bind(process)
    .fetch_all(pool)
    .await?;
    let said: Vec<_> =
        sessions.into_iter().map(|(pid, role, since)| session(pid, role.as_deref(), since)).collect();
    Ok((!said.is_empty()).then(|| said.join(", ")))
}

/// What a role that is not its own may not see of a session is null.
fn session(pid: i32, role: Option<&str>, since: Option<i64>) -> String {
    let since: Option<DateTime<Utc>> = since.and_then(DateTime::from_timestamp_millis);
    let since = since.map(|at| format!(" since {}", at.format("%Y-%m-%d %H:%M:%S UTC"))).unwrap_or_default();
    format!("pid {pid}, role {}{since}", role.unwrap_or("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_as_far_as_it_is_known() {
        assert_eq!(session(7, Some("crm"), Some(0)), "pid 7, role crm since 1970-01-01 00:00:00 UTC");
        assert_eq!(session(7, None, None), "pid 7, role unknown");
    }
}
