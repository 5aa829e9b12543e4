//! Where the tokens of a sign-in go, and how they are given up. A few numbered steps, each repeatable.

use super::{Engine, Failure, SyncError};
use crate::model::{Account, AccountId, NewAccount, NewGrant, Road};
use crate::oauth::SignedIn;
use crate::store::{StoreError, Wiped};
use serde::Serialize;

/// Keeps the tokens of a sign-in with the account they belong to: that of the same person (`tid` and `oid`); where none is
/// known to be theirs, that of the same address; otherwise a new one, which has no road for mail. Connecting again keeps id,
/// cursors and data. `wanted` names the account that must come of it.
///
/// 1. the account's row
/// 2. the mailbox's identity, where Outlook has not said it yet
/// 3. tokens and grant, in one transaction
///
/// # Errors
/// `not_the_owner` for another owner's account, `another_person` where another person's was wanted; nothing is kept then.
pub async fn attach(
    engine: &Engine,
    owner: &str,
    wanted: Option<&AccountId>,
    signed_in: &SignedIn,
) -> Result<Account, Failure> {
    let grant = &signed_in.grant;
    let found = find(engine, grant).await?;
    may(engine, owner, wanted, found.as_ref(), grant).await?;
    let (account, is_new) = match found {
        Some(account) => (account, false),
        None => (add(engine, owner, grant).await?, true),
    };
    let kept = keep(engine, &account, signed_in).await;
    if kept.is_err() && is_new {
        engine.store.delete_account(&account.id).await?;
    }
    kept?;
    tracing::info!(account = %account.id, "connected by OAuth");
    engine.store.account(&account.id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
}

async fn find(engine: &Engine, grant: &NewGrant) -> Result<Option<Account>, Failure> {
    let known = match engine.store.grant_of(&grant.person).await? {
        Some(known) => engine.store.account(&known.account_id).await?,
        None => engine.store.account_at(&grant.address).await?,
    };
    Ok(known)
}

async fn may(
    engine: &Engine,
    owner: &str,
    wanted: Option<&AccountId>,
    found: Option<&Account>,
    grant: &NewGrant,
) -> Result<(), Failure> {
    if found.is_some_and(|account| account.owner != owner) {
        return Err(SyncError::NotTheOwner(grant.address.clone()).into());
    }
    if let Some(wanted) = wanted.filter(|&wanted| found.is_none_or(|account| account.id != *wanted)) {
        let account = engine.store.account(wanted).await?.ok_or(StoreError::NoSuchAccount)?;
        return Err(SyncError::AnotherPerson(account.name().to_owned()).into());
    }
    let Some(account) = found else { return Ok(()) };
    match engine.store.grant(&account.id).await? {
        // An address may be given to another person later.
        Some(before) if before.given.person != grant.person => {
            Err(SyncError::AnotherPerson(account.name().to_owned()).into())
        }
        Some(_) | None => Ok(()),
    }
}

async fn add(engine: &Engine, owner: &str, grant: &NewGrant) -> Result<Account, Failure> {
    let now = engine.clock.now();
    let id = AccountId::new(now);
    let (owner, login) = (owner.to_owned(), grant.address.clone());
    engine.store.add_account(&NewAccount { id: id.clone(), owner, login, road: Road::None }, now).await?;
    engine.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
}

async fn keep(engine: &Engine, account: &Account, signed_in: &SignedIn) -> Result<(), Failure> {
    let grant = &signed_in.grant;
    if account.address.is_none() {
        engine.store.set_identity(&account.id, &grant.address, grant.display_name.as_deref()).await?;
    }
    Ok(engine.strongbox.put_grant(&account.id, grant, &signed_in.tokens()).await?)
}

/// What a disconnect destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Disconnected {
    /// Whether there were tokens.
    pub tokens: bool,
    /// What went with the account, which had nothing but OAuth. `None`: it goes on with its browser session.
    pub wiped: Option<Wiped>,
}

/// Ends an account's connection by OAuth. A mailbox that has another road keeps it and its data; one that has none is
/// destroyed as a whole. Microsoft is not told: it knows no way to take back the tokens of one application.
///
/// It is one step: an account that has lost its grant is not asked for here again.
///
/// # Errors
/// Those of the database. `LogKept` comes when all is done.
pub async fn disconnect(engine: &Engine, account: &Account) -> Result<Disconnected, Failure> {
    let (tokens, wiped) = match account.road {
        Road::Owa => (engine.strongbox.destroy_grant(&account.id).await?, None),
        // Its grant and its tokens go with it.
        Road::None => {
            let tokens = engine.store.grant(&account.id).await?.is_some();
            (tokens, Some(engine.store.delete_account(&account.id).await?))
        }
    };
    tracing::info!(account = %account.id, whole = wiped.is_some(), "disconnected from OAuth");
    Ok(Disconnected { tokens, wiped })
}
