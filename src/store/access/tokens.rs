//! Tokens for the API, found by their hash. What proves that a row is ours, its mark, nobody here can make.

use super::write_down;
use crate::model::{
    AccountId, ApiToken, AuditAction, AuditEntry, Networks, Resource, Scopes, TokenId, TokenLimits,
};
use crate::store::column::{Ms, Word, WordList, count};
use crate::store::secrets::fence;
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, Utc};

/// How exactly it is known when a token was last used from the same place: one write an hour, not one a request.
const USE_MS: i64 = 60 * 60 * 1000;

/// The columns of a token, as `TokenRow` wants them.
macro_rules! token_columns {
    () => {
        "id, name, prefix, scopes, owner, account, resource, networks, uses_per_hour, created_at, expires_at,
         last_used_at, last_used_from"
    };
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Word<TokenId>,
    name: String,
    prefix: String,
    scopes: WordList<Scopes>,
    owner: Option<String>,
    account: Option<Word<AccountId>>,
    resource: Option<Word<Resource>>,
    networks: Option<WordList<Networks>>,
    uses_per_hour: Option<i64>,
    created_at: Ms,
    expires_at: Ms,
    last_used_at: Option<Ms>,
    last_used_from: Option<String>,
}

impl TokenRow {
    /// A number of uses that is none allows not one.
    fn limits(&mut self) -> TokenLimits {
        TokenLimits {
            account: self.account.take().map(|account| account.0),
            resource: self.resource.take().map(|resource| resource.0),
            networks: self.networks.take().map(|networks| networks.0).unwrap_or_default(),
            uses_per_hour: self.uses_per_hour.map(|uses| u32::try_from(uses).unwrap_or(0)),
        }
    }
}

/// A token as it lies here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// What its row says of it, which is true when the mark fits.
    pub token: ApiToken,
    /// By what it is found.
    pub hash: Vec<u8>,
    /// The mark; none in a row of a version before, or of somebody else's.
    pub mark: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct StoredTokenRow {
    #[sqlx(flatten)]
    token: TokenRow,
    hash: Vec<u8>,
    mark: Option<Vec<u8>>,
}

impl From<StoredTokenRow> for StoredToken {
    fn from(row: StoredTokenRow) -> Self {
        Self { token: row.token.into(), hash: row.hash, mark: row.mark }
    }
}

impl From<TokenRow> for ApiToken {
    fn from(mut row: TokenRow) -> Self {
        Self {
            limits: row.limits(),
            id: row.id.0,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes.0,
            owner: row.owner,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
            last_used_from: row.last_used_from,
        }
    }
}

impl Store {
    /// Keeps a token by its hash, with its mark, and that `actor` made it.
    ///
    /// # Errors
    /// `RingOutdated` when an older key has made the mark than the database goes by.
    pub async fn add_api_token(
        &self,
        token: &ApiToken,
        hash: &[u8; 32],
        mark: &[u8],
        actor: &str,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        fence(&mut open, mark).await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO api_token (id, name, prefix, hash, scopes, owner, created_at, expires_at, mark, account, resource,
             networks, uses_per_hour) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(token.id.as_str())
        .bind(&token.name)
        .bind(&token.prefix)
        .bind(&hash[..])
        .bind(token.scopes.to_string())
        .bind(&token.owner)
        .bind(token.created_at.timestamp_millis())
        .bind(token.expires_at.timestamp_millis())
        .bind(mark)
        .bind(token.limits.account.as_ref().map(AccountId::as_str))
        .bind(token.limits.resource.map(Resource::as_str))
        .bind((!token.limits.networks.is_empty()).then(|| token.limits.networks.to_string()))
        .bind(token.limits.uses_per_hour.map(i64::from)))?;
        write_down(&mut open, &line(token.created_at, actor, AuditAction::TokenMade, token)).await?;
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

    /// The token of this hash, unless it has expired by `now`. Whether the row is ours is for the caller to
    /// see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_token(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<StoredToken>> {
        const TEXT: &str = concat!(
            "SELECT ",
            token_columns!(),
            ", hash, mark FROM api_token WHERE hash = $1 AND expires_at > $2"
        );
        let row: Option<StoredTokenRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&hash[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(StoredToken::from))
    }

    /// The rows of all tokens, the oldest first. Whether they are ours is for the caller to see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn stored_api_tokens(&self) -> Result<Vec<StoredToken>> {
        const TEXT: &str =
            concat!("SELECT ", token_columns!(), ", hash, mark FROM api_token ORDER BY created_at, id");
        let rows: Vec<StoredTokenRow> = on!(self, db => sqlx::query_as(TEXT).fetch_all(db).await)?;
        Ok(rows.into_iter().map(StoredToken::from).collect())
    }

    /// Notes that a token is used from a place.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn token_used(&self, token: &ApiToken, from: &str, now: DateTime<Utc>) -> Result<()> {
        let now = now.timestamp_millis();
        let is_known = token.last_used_from.as_deref() == Some(from);
        if !is_known || token.last_used_at.is_none_or(|at| now - at.timestamp_millis() >= USE_MS) {
            on!(self, execute sqlx::query(
                "UPDATE api_token SET last_used_at = $2, last_used_from = $3 WHERE id = $1",
            )
            .bind(token.id.as_str())
            .bind(now)
            .bind(from))?;
        }
        Ok(())
    }

    /// The next tokens, by id, without a mark, or whose mark an older key of the ring has made than the one
    /// whose marks begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_tokens_before(
        &self,
        beginning: &[u8],
        after: Option<&TokenId>,
        limit: u32,
    ) -> Result<Vec<StoredToken>> {
        const TEXT: &str = concat!(
            "SELECT ",
            token_columns!(),
            ", hash, mark FROM api_token WHERE (mark IS NULL OR substr(mark, 1, 5) < $1)
             AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3"
        );
        let rows: Vec<StoredTokenRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(beginning)
            .bind(after.map(TokenId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(StoredToken::from).collect())
    }

    /// Gives tokens new marks, which one key of the ring has made, in one transaction; how many. One that has
    /// changed meanwhile stays as it is.
    ///
    /// # Errors
    /// `RingOutdated` when the database goes by a newer key; then none was written.
    pub async fn remark(&self, tokens: &[(StoredToken, Vec<u8>)]) -> Result<u64> {
        let Some((_, first)) = tokens.first() else { return Ok(0) };
        let mut open = self.begin().await?;
        fence(&mut open, first).await?;
        let mut rows = 0;
        for (old, new) in tokens {
            rows += tx!(&mut open, execute sqlx::query(
                "UPDATE api_token SET mark = $3 WHERE id = $1 AND mark IS NOT DISTINCT FROM $2",
            )
            .bind(old.token.id.as_str())
            .bind(old.mark.as_deref())
            .bind(new))?;
        }
        open.commit().await?;
        Ok(rows)
    }

    /// Takes a token's mark away, unless it has changed meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unmark(&self, token: &StoredToken) -> Result<()> {
        on!(self, execute sqlx::query("UPDATE api_token SET mark = NULL WHERE id = $1 AND mark = $2")
            .bind(token.token.id.as_str())
            .bind(token.mark.as_deref()))?;
        Ok(())
    }

    /// How marks of tokens and of the dashboard's operators begin, and how many begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_beginnings(&self) -> Result<Vec<(Vec<u8>, u64)>> {
        let rows: Vec<(Vec<u8>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT beginning, COUNT(*) FROM
             (SELECT substr(mark, 1, 5) AS beginning FROM api_token WHERE mark IS NOT NULL
              UNION ALL SELECT substr(mark, 1, 5) FROM dashboard_user WHERE length(mark) > 0) AS marks GROUP BY beginning ORDER BY beginning",
        )
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(beginning, tokens)| (beginning, count(tokens))).collect())
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
        write_down(&mut open, &line(now, actor, AuditAction::TokenRevoked, &token)).await?;
        open.commit().await?;
        Ok(Some(token))
    }
}

/// The line that tells what somebody did with a token: what it may do, and whose accounts that reaches.
fn line(at: DateTime<Utc>, actor: &str, action: AuditAction, token: &ApiToken) -> AuditEntry {
    let (account, owner) = (token.limits.account.clone(), token.owner.clone());
    AuditEntry { account, owner, detail: Some(token.told()), ..AuditEntry::new(at, actor, action) }
}
