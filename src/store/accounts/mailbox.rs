//! What Outlook itself says of a mailbox: its address, its name, how it writes dates.

use super::account::existing;
use super::claim::hold;
use crate::model::{AccountId, MailboxSettings, Person, storable};
use crate::store::{Claim, Result, Store, StoreError, Tx, on, tx};
use sqlx::error::DatabaseError;

impl Store {
    /// Keeps what Outlook itself says of the mailbox. Its address, in lower case, becomes the key of its
    /// state.
    ///
    /// # Errors
    /// `MailboxTaken` when another account has that address; `NoSuchAccount`.
    pub async fn set_identity(
        &self,
        id: &AccountId,
        address: &str,
        display_name: Option<&str>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        write_identity(&mut open, id, address, display_name).await?;
        open.commit().await
    }

    /// Keeps which organisation the mailbox is of, as Outlook itself says. One that is not said stays as it was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_tenant(&self, id: &AccountId, tenant: Option<&str>) -> Result<()> {
        on!(self, execute sqlx::query("UPDATE account SET tenant = COALESCE($2, tenant) WHERE id = $1")
            .bind(id.as_str())
            .bind(tenant.map(storable)))?;
        Ok(())
    }

    /// Keeps whose account it is whose mailbox nobody has named yet: the person who signed in by OAuth, what they
    /// sign in with, and their name.
    ///
    /// # Errors
    /// `MailboxTaken` when another account is that person's; `NoSuchAccount`.
    pub async fn set_person(
        &self,
        id: &AccountId,
        person: &Person,
        login: &str,
        display_name: Option<&str>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        let rows = tx!(&mut open, execute sqlx::query(
            "UPDATE account SET login = CASE WHEN road = 'owa' OR imap_host IS NOT NULL THEN login ELSE $2 END,
                 display_name = COALESCE(display_name, $3)
             WHERE id = $1 AND address IS NULL",
        )
        .bind(id.as_str())
        .bind(storable(login))
        .bind(display_name.map(storable)))?;
        existing(rows)?;
        let key = format!("oid:{}/{}", person.tenant, person.object);
        write_key(&mut open, id, &key).await?;
        open.commit().await
    }

    /// The same of an account that is held.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it, `MailboxTaken`; then nothing is written.
    pub async fn set_identity_held(
        &self,
        claim: &Claim,
        address: &str,
        display_name: Option<&str>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        write_identity(&mut open, &claim.account.id, address, display_name).await?;
        open.commit().await
    }

    /// Keeps how the mailbox writes dates. What `settings` does not say stays as it was.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn set_mailbox_settings(&self, id: &AccountId, settings: &MailboxSettings) -> Result<()> {
        let mut open = self.begin().await?;
        write_settings(&mut open, id, settings).await?;
        open.commit().await
    }

    /// The same of an account that is held.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it; then nothing is written.
    pub async fn set_mailbox_settings_held(&self, claim: &Claim, settings: &MailboxSettings) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        write_settings(&mut open, &claim.account.id, settings).await?;
        open.commit().await
    }
}

async fn write_identity(
    open: &mut Tx,
    id: &AccountId,
    address: &str,
    display_name: Option<&str>,
) -> Result<()> {
    let (address, display_name) = (storable(&address.to_lowercase()), display_name.map(storable));
    let rows = tx!(&mut *open, execute sqlx::query(
        "UPDATE account SET address = $2, display_name = $3 WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(&address)
    .bind(display_name))?;
    existing(rows)?;
    write_key(open, id, &address).await
}

async fn write_key(open: &mut Tx, id: &AccountId, key: &str) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE sync_state SET mailbox_key = $2 WHERE account_id = $1")
        .bind(id.as_str())
        .bind(key))
    .map_err(taken)?;
    Ok(())
}

async fn write_settings(open: &mut Tx, id: &AccountId, settings: &MailboxSettings) -> Result<()> {
    existing(tx!(open, execute sqlx::query(
        "UPDATE account SET culture = COALESCE($2, culture), time_zone = COALESCE($3, time_zone),
             date_format = COALESCE($4, date_format), time_format = COALESCE($5, time_format)
         WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(settings.culture.as_deref().map(storable))
    .bind(settings.time_zone.as_deref().map(storable))
    .bind(settings.date_format.as_deref().map(storable))
    .bind(settings.time_format.as_deref().map(storable)))?)
}

fn taken(error: sqlx::Error) -> StoreError {
    let twice = error.as_database_error().is_some_and(DatabaseError::is_unique_violation);
    if twice { StoreError::MailboxTaken } else { error.into() }
}
