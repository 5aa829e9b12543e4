//! Wrapped keys: those of the accounts, and the record by which a wrong ring is noticed.
//!
//! The store opens none of them. It compares how they begin: with the number of the ring's key that wrapped
//! them, so that of two the newer begins with the greater bytes.

use crate::model::{AccountId, AuditEntry};
use crate::store::access::write_down;
use crate::store::accounts::{connected, hold};
use crate::store::column::{Word, count};
use crate::store::{Claim, Result, Store, StoreError, Tx, on, tx};

/// An account's key, wrapped by a key of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The record; only a ring opens it.
    pub wrapped: Vec<u8>,
    /// How many records its newest generation has sealed.
    pub seals: u64,
    /// The owner of the account, as its row says.
    pub owner: String,
}

/// A key that was wrapped before a certain one of the ring, or in another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldKey {
    /// The account whose key it is.
    pub account: AccountId,
    /// The owner of the account, as its row says.
    pub owner: String,
    /// The record.
    pub wrapped: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct DataKeyRow {
    wrapped: Vec<u8>,
    seals: i64,
    owner: String,
}

impl From<DataKeyRow> for WrappedKey {
    fn from(row: DataKeyRow) -> Self {
        Self { wrapped: row.wrapped, seals: count(row.seals), owner: row.owner }
    }
}

impl Store {
    /// The connected accounts with their owners, as their rows say, and their wrapped keys, where they have one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn owned_keys(&self) -> Result<Vec<(AccountId, String, Option<Vec<u8>>)>> {
        const TEXT: &str = concat!(
            "SELECT a.id, a.owner, k.wrapped FROM account a LEFT JOIN data_key k ON k.account_id = a.id
             WHERE NOT a.leaving AND ",
            connected!(),
            " ORDER BY a.id"
        );
        let rows: Vec<(Word<AccountId>, String, Option<Vec<u8>>)> =
            on!(self, db => sqlx::query_as(TEXT).fetch_all(db).await)?;
        Ok(rows.into_iter().map(|(id, owner, wrapped)| (id.0, owner, wrapped)).collect())
    }

    /// An account's wrapped key.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_key(&self, account: &AccountId) -> Result<Option<WrappedKey>> {
        let row: Option<DataKeyRow> = on!(self, db => sqlx::query_as(
            "SELECT k.wrapped, k.seals, a.owner FROM data_key k JOIN account a ON a.id = k.account_id
             WHERE k.account_id = $1",
        )
        .bind(account.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(WrappedKey::from))
    }

    /// Keeps a key that was wrapped for an account of this owner and has none.
    ///
    /// # Errors
    /// `RingOutdated` when it is wrapped by an older key than the database goes by; `KeyChanged` when the
    /// account has another owner, or is gone.
    pub async fn add_data_key(&self, account: &AccountId, owner: &str, fresh: &[u8]) -> Result<()> {
        let mut open = self.begin().await?;
        add(&mut open, account, owner, fresh).await?;
        open.commit().await
    }

    /// The same for the holder of the account, as long as the claim holds.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or a new sign-in has; then nothing is written.
    /// `RingOutdated`, `KeyChanged`.
    pub async fn add_data_key_held(&self, claim: &Claim, fresh: &[u8]) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        add(&mut open, &claim.account.id, &claim.account.owner, fresh).await?;
        open.commit().await
    }

    /// Counts one more seal of an account's key, and gives the key to do it with. `None`: it has none.
    ///
    /// # Errors
    /// Those of the database; then nothing may be sealed.
    pub async fn data_key_to_seal(&self, account: &AccountId) -> Result<Option<WrappedKey>> {
        let mut open = self.begin().await?;
        let row: Option<DataKeyRow> = tx!(&mut open, db => sqlx::query_as(
            "UPDATE data_key SET seals = seals + 1 WHERE account_id = $1
             RETURNING wrapped, seals, (SELECT owner FROM account WHERE id = account_id) AS owner",
        )
        .bind(account.as_str())
        .fetch_optional(db)
        .await)?;
        open.commit().await?;
        Ok(row.map(WrappedKey::from))
    }

    /// Puts the next generation of an account's key in the place of this one, unless that has changed
    /// meanwhile, and begins to count its seals.
    ///
    /// # Errors
    /// `RingOutdated` when it is wrapped by an older key than the database goes by.
    pub async fn renew_data_key(&self, account: &AccountId, old: &[u8], new: &[u8]) -> Result<()> {
        let mut open = self.begin().await?;
        match replace_key(&mut open, account, old, new).await {
            Err(StoreError::KeyChanged) => Ok(()),
            replaced => {
                replaced?;
                open.commit().await
            }
        }
    }

    /// The next keys, by account, that an older key of the ring has wrapped than the one whose records begin
    /// so, or that are of an older form.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_keys_before(
        &self,
        beginning: &[u8],
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Vec<OldKey>> {
        let rows: Vec<(Word<AccountId>, String, Vec<u8>)> = on!(self, db => sqlx::query_as(
            "SELECT k.account_id, a.owner, k.wrapped FROM data_key k JOIN account a ON a.id = k.account_id
             WHERE substr(k.wrapped, 1, 5) < $1 AND ($2 IS NULL OR k.account_id > $2) ORDER BY k.account_id LIMIT $3",
        )
        .bind(beginning)
        .bind(after.map(AccountId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(id, owner, wrapped)| OldKey { account: id.0, owner, wrapped }).collect())
    }

    /// Puts keys that one key of the ring has wrapped anew in the place of what they were, in one
    /// transaction; how many. One that has changed meanwhile stays as it is.
    ///
    /// # Errors
    /// `RingOutdated` when the database goes by a newer key; then none was written.
    pub async fn rewrap(&self, keys: &[(AccountId, Vec<u8>, Vec<u8>)]) -> Result<u64> {
        let Some((_, _, first)) = keys.first() else { return Ok(0) };
        let mut open = self.begin().await?;
        fence(&mut open, first).await?;
        let mut rows = 0;
        for (account, old, new) in keys {
            rows += tx!(&mut open, execute sqlx::query(
                "UPDATE data_key SET wrapped = $3 WHERE account_id = $1 AND wrapped = $2",
            )
            .bind(account.as_str())
            .bind(old)
            .bind(new))?;
        }
        open.commit().await?;
        Ok(rows)
    }

    /// How wrapped keys begin, and how many begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_key_beginnings(&self) -> Result<Vec<(Vec<u8>, u64)>> {
        let rows: Vec<(Vec<u8>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT substr(wrapped, 1, 5), COUNT(*) FROM data_key GROUP BY 1 ORDER BY 1",
        )
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(beginning, keys)| (beginning, count(keys))).collect())
    }

    /// Keeps the record by which a wrong key is noticed, unless there is one. Read it back to see which one
    /// counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_canary(&self, sealed: &[u8]) -> Result<()> {
        on!(self, execute sqlx::query("INSERT INTO canary (id, sealed) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(sealed))?;
        Ok(())
    }

    /// The record by which a wrong key is noticed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn canary(&self) -> Result<Option<Vec<u8>>> {
        Ok(
            on!(self, db => sqlx::query_scalar("SELECT sealed FROM canary WHERE id = 1").fetch_optional(db).await)?,
        )
    }

    /// Whether a ring has sealed something here, or marked a token or an operator.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn holds_secrets(&self) -> Result<bool> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM data_key) OR EXISTS (SELECT 1 FROM api_token)
                 OR EXISTS (SELECT 1 FROM dashboard_user)",
        )
        .fetch_one(db)
        .await)?)
    }

    /// Puts a canary in the place of this one that tells otherwise of the forms in which the rest is sealed.
    /// False when it has changed meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn swap_canary(&self, old: &[u8], new: &[u8]) -> Result<bool> {
        let mut open = self.begin().await?;
        let swapped = replace_canary(&mut open, old, new).await?;
        open.commit().await?;
        Ok(swapped)
    }

    /// Puts a canary of a newer key in the place of this one, with a line in the audit log: from now on keys
    /// wrapped by an older one are refused. False when it has changed meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn renew_canary(&self, old: &[u8], new: &[u8], entry: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        if !replace_canary(&mut open, old, new).await? {
            return Ok(false);
        }
        write_down(&mut open, entry).await?;
        open.commit().await?;
        Ok(true)
    }
}

/// Makes sure that the database goes by no newer key than the one that has wrapped this, until the
/// transaction ends: the write locks the canary, so that a rotation waits for it, and finds what it has
/// written. Otherwise that would be lost with the key that is retired then.
pub(in crate::store) async fn fence(open: &mut Tx, wrapped: &[u8]) -> Result<()> {
    let rows = tx!(open, execute sqlx::query(
        "UPDATE canary SET sealed = sealed WHERE id = 1 AND substr(sealed, 1, 5) <= substr($1, 1, 5)",
    )
    .bind(wrapped))?;
    if rows == 0 { Err(StoreError::RingOutdated) } else { Ok(()) }
}

/// Makes sure that an account still has this key, until the transaction ends: what is sealed with it opens
/// with it, or with what is made of it.
pub(super) async fn keep_key(open: &mut Tx, account: &AccountId, wrapped: &[u8]) -> Result<()> {
    let rows = tx!(open, execute sqlx::query(
        "UPDATE data_key SET wrapped = wrapped WHERE account_id = $1 AND wrapped = $2",
    )
    .bind(account.as_str())
    .bind(wrapped))?;
    if rows == 0 { Err(StoreError::KeyChanged) } else { Ok(()) }
}

/// Puts a key in the place of this one. Its seals are counted anew.
pub(super) async fn replace_key(open: &mut Tx, account: &AccountId, old: &[u8], new: &[u8]) -> Result<()> {
    fence(open, new).await?;
    let rows = tx!(open, execute sqlx::query(
        "UPDATE data_key SET wrapped = $3, seals = 0 WHERE account_id = $1 AND wrapped = $2",
    )
    .bind(account.as_str())
    .bind(old)
    .bind(new))?;
    if rows == 0 { Err(StoreError::KeyChanged) } else { Ok(()) }
}

/// The write to the account's row keeps its owner, until the transaction ends: the key is wrapped for them.
async fn add(open: &mut Tx, account: &AccountId, owner: &str, fresh: &[u8]) -> Result<()> {
    fence(open, fresh).await?;
    let rows = tx!(open, execute sqlx::query("UPDATE account SET owner = owner WHERE id = $1 AND owner = $2")
        .bind(account.as_str())
        .bind(owner))?;
    if rows == 0 {
        return Err(StoreError::KeyChanged);
    }
    tx!(open, execute sqlx::query(
        "INSERT INTO data_key (account_id, wrapped) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING",
    )
    .bind(account.as_str())
    .bind(fresh))?;
    Ok(())
}

async fn replace_canary(open: &mut Tx, old: &[u8], new: &[u8]) -> Result<bool> {
    let rows = tx!(open, execute sqlx::query("UPDATE canary SET sealed = $2 WHERE id = 1 AND sealed = $1")
        .bind(old)
        .bind(new))?;
    Ok(rows > 0)
}
