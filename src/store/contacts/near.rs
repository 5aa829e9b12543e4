//! Contacts that have something in common with others: what is asked to tell who is whom.

use super::link::{LINK_COLUMNS, LinkRow};
use super::parts::{StoredCard, whole};
use super::remote_keys;
use super::row::{ContactRow, contact_columns};
use crate::model::{AccountId, Contact, ContactForms, ContactId, ContactLink};
use crate::store::column::{Word, count, rows_in};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A contact that another one may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearContact {
    /// The contact as it stands here.
    pub contact: Contact,
    /// The item that it is; `None` while it is none.
    pub link: Option<ContactLink>,
    /// Whether the mailbox brought it, and no other program has an id for it.
    pub is_brought: bool,
}

/// The first contacts that have a form, by it.
pub type FormHolders = BTreeMap<String, BTreeSet<ContactId>>;

const BY_EMAIL: &str =
    "SELECT e.matched, e.contact_id, CASE WHEN c.met IS NULL AND c.external_id IS NULL THEN 1 ELSE 0 END
     FROM contact_email e JOIN contact c ON c.id = e.contact_id
     WHERE c.account_id = $1 AND c.gone_at IS NULL AND e.matched IN";
const BY_PHONE: &str =
    "SELECT p.matched, p.contact_id, CASE WHEN c.met IS NULL AND c.external_id IS NULL THEN 1 ELSE 0 END
     FROM contact_phone p JOIN contact c ON c.id = p.contact_id
     WHERE c.account_id = $1 AND c.gone_at IS NULL AND p.matched IN";

const BY_NAME: &str =
    "SELECT c.listed_as, c.id, CASE WHEN c.met IS NULL AND c.external_id IS NULL THEN 1 ELSE 0 END
     FROM contact c WHERE c.account_id = $1 AND c.gone_at IS NULL AND c.listed_as IN";

impl Store {
    /// Contacts of an account that were made here, are no items, and were not compared yet with those of the
    /// mailbox, in an order of their own; from the one after `after` on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unmet_contacts(
        &self,
        account: &AccountId,
        after: Option<&ContactId>,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let text = format!(
            "SELECT {} FROM contact c WHERE c.account_id = $1 AND NOT c.met AND c.id > $2 AND c.gone_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL)
             ORDER BY c.id LIMIT $3",
            contact_columns()
        );
        let rows: Vec<ContactRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(after.map_or("", ContactId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        Ok(contacts.into_iter().map(|stored| stored.contact).collect())
    }

    /// How many there are of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_unmet(&self, account: &AccountId) -> Result<u64> {
        let unmet = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM contact c WHERE c.account_id = $1 AND NOT c.met AND c.gone_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL)",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        Ok(count(unmet))
    }

    /// Contacts of an account, without those that are gone or missing, that have one of these forms; of each
    /// form at most so many that the mailbox brought, and so many others, in the order of their ids.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn near_contacts(
        &self,
        account: &AccountId,
        forms: &ContactForms,
        most: usize,
    ) -> Result<Vec<NearContact>> {
        let holders = self.form_holders(account, forms, most).await?;
        self.near(&holders.into_values().flatten().collect()).await
    }

    /// Which contacts of an account, without those that are gone, have one of these forms; of each form as
    /// many as `near_contacts` finds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn form_holders(
        &self,
        account: &AccountId,
        forms: &ContactForms,
        most: usize,
    ) -> Result<FormHolders> {
        let mut rows: Vec<(String, Word<ContactId>, i32)> =
            rows_in!(on(self), BY_EMAIL, [account.as_str()], &distinct(&forms.emails));
        let more: Vec<(String, Word<ContactId>, i32)> =
            rows_in!(on(self), BY_PHONE, [account.as_str()], &distinct(&forms.phones));
        rows.extend(more);
        Ok(first_of_each(rows, most))
    }

    /// Contacts of an account, without those that are gone or missing, that are listed by one of these names; of
    /// each name as many as `near_contacts` finds of a form.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn namesakes(
        &self,
        account: &AccountId,
        names: &BTreeSet<String>,
        most: usize,
    ) -> Result<Vec<NearContact>> {
        let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows: Vec<(String, Word<ContactId>, i32)> =
            rows_in!(on(self), BY_NAME, [account.as_str()], &wanted);
        self.near(&first_of_each(rows, most).into_values().flatten().collect()).await
    }

    /// Those of these contacts that are items, or were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ever_linked(&self, ids: &[&ContactId]) -> Result<BTreeSet<ContactId>> {
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let rows: Vec<(Word<ContactId>,)> =
            rows_in!(on(self), "SELECT contact_id FROM contact_link WHERE contact_id IN", [], &ids);
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }

    /// The contacts of an account that were kept when it was disconnected, and are no items since, by the ids
    /// on the server of the items that they were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn kept_contacts(
        &self,
        account: &AccountId,
        remote_ids: &[String],
    ) -> Result<HashMap<String, Contact>> {
        let any: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT 1 FROM contact WHERE account_id = $1 AND former_item IS NOT NULL LIMIT 1) AS kept",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        if any == 0 {
            return Ok(HashMap::new());
        }
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let kept: Vec<(String, Word<ContactId>)> = rows_in!(
            on(self),
            "SELECT former_item, id FROM contact WHERE account_id = $1 AND former_item IN",
            [account.as_str()],
            &wanted
        );
        let kept: HashMap<_, _> = kept.into_iter().map(|(key, id)| (key, id.0)).collect();
        let contacts = self.unlinked_contacts(account, &kept.values().collect::<Vec<_>>()).await?;
        let of = |key: &String| contacts.iter().find(|contact| Some(&contact.id) == kept.get(key)).cloned();
        Ok(remote_ids.iter().zip(&keys).filter_map(|(id, key)| Some((id.clone(), of(key)?))).collect())
    }

    /// Those of these contacts that are the account's, are not gone and are no items.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unlinked_contacts(&self, account: &AccountId, ids: &[&ContactId]) -> Result<Vec<Contact>> {
        let near = self.near(&ids.iter().map(|id| (*id).clone()).collect()).await?;
        let is_free =
            |near: &NearContact| near.link.is_none() && near.contact.account_id.as_ref() == Some(account);
        Ok(near.into_iter().filter(is_free).map(|near| near.contact).collect())
    }

    /// These contacts, without those that are gone or missing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn near(&self, ids: &BTreeSet<ContactId>) -> Result<Vec<NearContact>> {
        let contacts = self.contacts_by_id(ids.iter()).await?;
        let ids: Vec<&str> = ids.iter().map(ContactId::as_str).collect();
        let links: Vec<LinkRow> = rows_in!(
            on(self),
            format!("SELECT {LINK_COLUMNS} FROM contact_link WHERE ended_at IS NULL AND contact_id IN"),
            [],
            &ids
        );
        let brought: Vec<(Word<ContactId>,)> = rows_in!(
            on(self),
            "SELECT id FROM contact WHERE met IS NULL AND external_id IS NULL AND id IN",
            [],
            &ids
        );
        let brought: HashSet<_> = brought.into_iter().map(|(id,)| id.0).collect();
        let mut links: HashMap<_, _> =
            links.into_iter().map(|link| (link.contact_id.0.clone(), link)).collect();
        let near = |(id, contact): (ContactId, Contact)| {
            let link = links.remove(&id);
            let is_there = contact.gone_at.is_none() && !link.as_ref().is_some_and(LinkRow::is_missing);
            is_there.then(|| NearContact {
                contact,
                is_brought: link.is_some() && brought.contains(&id),
                link: link.map(LinkRow::link),
            })
        };
        let mut near: Vec<_> = contacts.into_iter().filter_map(near).collect();
        near.sort_by(|one, other| one.contact.id.cmp(&other.contact.id));
        Ok(near)
    }
}

/// Of the contacts that have a form, or a name, the first of either side.
fn first_of_each(rows: Vec<(String, Word<ContactId>, i32)>, most: usize) -> FormHolders {
    let mut sides: BTreeMap<(String, i32), BTreeSet<ContactId>> = BTreeMap::new();
    for (form, contact, is_brought) in rows {
        sides.entry((form, is_brought)).or_default().insert(contact.0);
    }
    let mut holders = FormHolders::new();
    for ((form, _), ids) in sides {
        holders.entry(form).or_default().extend(ids.into_iter().take(most));
    }
    holders
}

fn distinct(forms: &[Option<String>]) -> Vec<&str> {
    let forms: BTreeSet<&str> = forms.iter().flatten().map(String::as_str).collect();
    forms.into_iter().collect()
}
