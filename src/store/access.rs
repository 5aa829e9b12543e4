//! Tokens for the API, found by their hash, and the audit log.

use super::column::{Ms, Word, Words};
use super::{Result, Store, Tx, on, tx};
use crate::model::{AccountId, ApiToken, AuditAction, AuditEntry, AuditId, Scopes, TokenId};
use chrono::{DateTime, Utc};

/// How exactly it is known when a token was last used: one write an hour, not one a request.
const USE_MS: i64 = 60 * 60 * 1000;

/// The columns of a token, as `TokenRow` wants them.
macro_rules! token_columns {
    () => {
        "id, name, prefix, scopes, owner, created_at, expires_at, last_used_at"
    };
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Word<TokenId>,
    name: String,
    prefix: String,
    scopes: Words<Scopes>,
    owner: Option<String>,
    created_at: Ms,
    expires_at: Ms,
    last_used_at: Option<Ms>,
}

impl From<TokenRow> for ApiToken {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id.0,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes.0,
            owner: row.owner,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
        }
    }
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: Word<AuditId>,
    at: Ms,
    actor: String,
    action: Word<AuditAction>,
    account: Option<Word<AccountId>>,
    detail: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id.0,
            at: row.at.0,
            actor: row.actor,
            action: row.action.0,
            account: row.account.map(|account| account.0),
            detail: row.detail,
        }
    }
}

impl Store {
    /// Keeps a token by its hash, and that `actor` made it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_api_token(&self, token: &ApiToken, hash: &[u8; 32], actor: &str) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO api_token (id, name, prefix, hash, scopes, owner, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(token.id.as_str())
        .bind(&token.name)
        .bind(&token.prefix)
        .bind(&hash[..])
        .bind(token.scopes.to_string())
        .bind(&token.owner)
        .bind(token.created_at.timestamp_millis())
        .bind(token.expires_at.timestamp_millis()))?;
        let entry = AuditEntry::new(token.created_at, actor, AuditAction::TokenMade);
        write_down(&mut open, &AuditEntry { detail: Some(token.prefix.clone()), ..entry }).await?;
        open.commit().await
    }

    /// All tokens, the oldest first, also those that have expired.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>> {
        const TEXT: &str = concat!("SELECT ", token_columns!(), " FROM api_token ORDER BY created_at, id");
        let rows: Vec<TokenRow> = on!(self, db => sqlx::query_as(TEXT).fetch_all(db).await)?;
        Ok(rows.into_iter().map(ApiToken::from).collect())
    }

    /// The token of this hash, unless it has expired by `now`. Notes that it was used.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_token(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<ApiToken>> {
        const TEXT: &str =
            concat!("SELECT ", token_columns!(), " FROM api_token WHERE hash = $1 AND expires_at > $2");
        let now_ms = now.timestamp_millis();
        let row: Option<TokenRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(&hash[..]).bind(now_ms).fetch_optional(db).await)?;
        let Some(token) = row.map(ApiToken::from) else { return Ok(None) };
        if token.last_used_at.is_none_or(|at| now_ms - at.timestamp_millis() >= USE_MS) {
            on!(self, execute sqlx::query("UPDATE api_token SET last_used_at = $2 WHERE id = $1")
                .bind(token.id.as_str())
                .bind(now_ms))?;
        }
        Ok(Some(token))
    }

    /// Destroys the token of this id or prefix, and keeps that `actor` did so. `None`: there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_api_token(
        &self,
        name: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<ApiToken>> {
        const TEXT: &str =
            concat!("DELETE FROM api_token WHERE id = $1 OR prefix = $1 RETURNING ", token_columns!());
        let mut open = self.begin().await?;
        let row: Option<TokenRow> =
            tx!(&mut open, db => sqlx::query_as(TEXT).bind(name).fetch_optional(db).await)?;
        let Some(token) = row.map(ApiToken::from) else { return Ok(None) };
        let entry = AuditEntry::new(now, actor, AuditAction::TokenRevoked);
        write_down(&mut open, &AuditEntry { detail: Some(token.prefix.clone()), ..entry }).await?;
        open.commit().await?;
        Ok(Some(token))
    }

    /// Writes a line into the audit log.
    ///
    /// # Errors
    /// Those of the database; then what was to be written down must not be done.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        write_down(&mut open, entry).await?;
        open.commit().await
    }

    /// The newest lines of the audit log, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_log(&self, limit: u32) -> Result<Vec<AuditEntry>> {
        let rows: Vec<AuditRow> = on!(self, db => sqlx::query_as(
            "SELECT id, at, actor, action, account, detail FROM audit_log ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}

/// Writes a line in the transaction of what it tells of: neither is there without the other.
pub(super) async fn write_down(open: &mut Tx, entry: &AuditEntry) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, account, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(entry.id.as_str())
    .bind(entry.at.timestamp_millis())
    .bind(&entry.actor)
    .bind(entry.action.as_str())
    .bind(entry.account.as_ref().map(AccountId::as_str))
    .bind(&entry.detail))?;
    Ok(())
}
