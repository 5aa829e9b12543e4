//! How a contact stands in its row.

use super::parts::Parts;
use crate::model::{AccountId, Card, CardText, Contact, ContactId};
use crate::store::column::{Json, Ms, Word};
use chrono::NaiveDate;
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};
use std::collections::BTreeMap;

/// The columns of a contact `c`, as `ContactRow` wants them.
pub(super) fn contact_columns() -> String {
    const OTHERS: [&str; 12] = [
        "id",
        "account_id",
        "external_id",
        "birthday",
        "im_addresses",
        "children",
        "categories",
        "edited_at",
        "created_at",
        "changed_at",
        "revision",
        "gone_at",
    ];
    let texts = CardText::ALL.into_iter().map(CardText::as_str);
    OTHERS.into_iter().chain(texts).map(|name| format!("c.{name}")).collect::<Vec<_>>().join(", ")
}

/// A row of the table of contacts.
#[derive(FromRow)]
pub(super) struct ContactRow {
    pub(super) id: Word<ContactId>,
    account_id: Option<Word<AccountId>>,
    external_id: Option<String>,
    birthday: Option<Word<NaiveDate>>,
    im_addresses: Json<Vec<String>>,
    children: Json<Vec<String>>,
    categories: Json<Vec<String>>,
    edited_at: Option<Ms>,
    created_at: Ms,
    changed_at: Ms,
    revision: i64,
    gone_at: Option<Ms>,
    #[sqlx(flatten)]
    texts: Texts,
}

/// The texts of a card, each in the column of its word.
struct Texts(BTreeMap<CardText, String>);

impl<'r, R: Row> FromRow<'r, R> for Texts
where
    &'static str: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let mut texts = BTreeMap::new();
        for text in CardText::ALL {
            let value: Option<String> = row.try_get(text.as_str())?;
            texts.extend(value.map(|value| (text, value)));
        }
        Ok(Self(texts))
    }
}

impl ContactRow {
    /// The contact, with what stands of it in tables of their own.
    pub(super) fn with(self, parts: Parts) -> Contact {
        let card = Card {
            texts: self.texts.0,
            birthday: self.birthday.map(|day| day.0),
            emails: parts.emails,
            phones: parts.phones,
            places: parts.places,
            im_addresses: self.im_addresses.0,
            children: self.children.0,
            categories: self.categories.0,
        };
        Contact {
            id: self.id.0,
            account_id: self.account_id.map(|id| id.0),
            external_id: self.external_id,
            card,
            edited_at: self.edited_at.map(|at| at.0),
            created_at: self.created_at.0,
            changed_at: self.changed_at.0,
            revision: self.revision,
            gone_at: self.gone_at.map(|at| at.0),
        }
    }
}
