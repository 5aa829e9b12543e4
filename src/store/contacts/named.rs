//! Contacts by what a person or another program calls them.

use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use crate::model::{AccountId, Contact, ContactId, Reach, storable};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;

/// `$4`: the form by which addresses are compared, which is made in one place for both databases.
const CALLED: &str = "c.gone_at IS NULL AND c.id IN (
     SELECT id FROM contact WHERE external_id = $2 UNION ALL SELECT contact_id FROM contact_email WHERE matched = $4)";

impl Store {
    /// The contacts within reach that go by a name, at most `limit`: the one of this id, also where it is
    /// gone, else those that are not and have this external id or an e-mail address of this form.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contacts_named(
        &self,
        reach: &Reach,
        name: &str,
        form: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let name = storable(name);
        let found = self.contacts_within(reach, "c.id = $2", (&name, None), limit).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        self.contacts_within(reach, CALLED, (&name, form), limit).await
    }

    async fn contacts_within(
        &self,
        reach: &Reach,
        condition: &str,
        (name, form): (&str, Option<&str>),
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let text = format!(
            "SELECT {} FROM contact c LEFT JOIN account a ON a.id = c.account_id
             WHERE ($1 IS NULL OR COALESCE(a.owner, c.former_owner) = $1) AND {condition}
             ORDER BY c.id LIMIT $3",
            contact_columns()
        );
        let rows: Vec<ContactRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(name)
            .bind(i64::from(limit))
            .bind(form.map(storable))
            .fetch_all(db)
            .await)?;
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        Ok(contacts.into_iter().map(|stored| stored.contact).collect())
    }

    /// The contact of an account that has this external id, also one that is gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_by_external_id(
        &self,
        account: &AccountId,
        external_id: &str,
    ) -> Result<Option<Contact>> {
        let id: Option<Word<ContactId>> = on!(self, db => sqlx::query_scalar(
            "SELECT id FROM contact WHERE account_id = $1 AND external_id = $2",
        )
        .bind(account.as_str())
        .bind(storable(external_id))
        .fetch_optional(db)
        .await)?;
        match id {
            Some(id) => self.contact(&id.0).await,
            None => Ok(None),
        }
    }
}
