//! Tokens for the API, found by their hash.

use super::write_down;
use crate::model::{ApiToken, AuditAction, AuditEntry, Scopes, TokenId};
use crate::store::column::{Ms, Word, WordList};
use crate::store::{Result, Store, on, tx};
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
    scopes: WordList<Scopes>,
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
}
