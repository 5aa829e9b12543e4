//! What of a contact stands in tables of its own: e-mail addresses, phone numbers and postal addresses.

use super::insert::{insert_rows, insert_text, pieces};
use super::row::ContactRow;
use super::write::Writing;
use crate::model::{
    Card, CardEmail, CardPhone, CardPlace, Contact, ContactForms, ContactId, PhoneKind, PlaceKind, storable,
};
use crate::store::column::Word;
use crate::store::{Result, Tx, tx};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};

pub(super) const EMAILS: &str =
    "SELECT contact_id, position, address, name, matched FROM contact_email WHERE contact_id IN";
pub(super) const PHONES: &str =
    "SELECT contact_id, position, kind, number, matched FROM contact_phone WHERE contact_id IN";
pub(super) const PLACES: &str = "SELECT contact_id, kind, street, city, state, postal_code, country FROM contact_place WHERE contact_id IN";

#[derive(sqlx::FromRow)]
pub(super) struct EmailRow {
    contact_id: Word<ContactId>,
    position: i64,
    address: String,
    name: String,
    matched: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct PhoneRow {
    contact_id: Word<ContactId>,
    position: i64,
    kind: Word<PhoneKind>,
    number: String,
    matched: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct PlaceRow {
    contact_id: Word<ContactId>,
    kind: Word<PlaceKind>,
    street: String,
    city: String,
    state: String,
    postal_code: String,
    country: String,
}

/// The parts of a contact, in their order.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) emails: Vec<CardEmail>,
    pub(super) phones: Vec<CardPhone>,
    pub(super) places: BTreeMap<PlaceKind, CardPlace>,
    pub(super) forms: ContactForms,
}

/// A contact as it is stored, with the forms of its addresses and numbers.
pub(super) struct StoredCard {
    pub(super) contact: Contact,
    pub(super) forms: ContactForms,
}

/// The contacts of rows, with their parts.
pub(super) fn gather(
    rows: Vec<ContactRow>,
    mut emails: Vec<EmailRow>,
    mut phones: Vec<PhoneRow>,
    places: Vec<PlaceRow>,
) -> Vec<StoredCard> {
    emails.sort_by_key(|row| row.position);
    phones.sort_by_key(|row| row.position);
    let mut parts: HashMap<ContactId, Parts> = HashMap::new();
    for row in emails {
        let part = parts.entry(row.contact_id.0).or_default();
        part.emails.push(CardEmail { address: row.address, name: row.name });
        part.forms.emails.push(row.matched);
    }
    for row in phones {
        let part = parts.entry(row.contact_id.0).or_default();
        part.phones.push(CardPhone { kind: row.kind.0, number: row.number });
        part.forms.phones.push(row.matched);
    }
    for row in places {
        let PlaceRow { street, city, state, postal_code, country, .. } = row;
        let place = CardPlace { street, city, state, postal_code, country };
        parts.entry(row.contact_id.0).or_default().places.insert(row.kind.0, place);
    }
    let whole = |row: ContactRow| {
        let mut part = parts.remove(&row.id.0).unwrap_or_default();
        let forms = std::mem::take(&mut part.forms);
        StoredCard { contact: row.with(part), forms }
    };
    rows.into_iter().map(whole).collect()
}

/// The contacts of rows with their parts, which are asked for; `run` is `on` or `tx`.
macro_rules! whole {
    ($run:ident($target:expr), $rows:expr) => {{
        let rows: Vec<$crate::store::contacts::row::ContactRow> = $rows;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.0.as_str()).collect();
        let emails = rows_in!($run($target), $crate::store::contacts::parts::EMAILS, [], &ids);
        let phones = rows_in!($run($target), $crate::store::contacts::parts::PHONES, [], &ids);
        let places = rows_in!($run($target), $crate::store::contacts::parts::PLACES, [], &ids);
        $crate::store::contacts::parts::gather(rows, emails, phones, places)
    }};
}
pub(super) use whole;

/// Writes the parts of a contact in place of those that it had.
pub(super) async fn replace_parts(open: &mut Tx, contact: &Writing<'_>) -> Result<()> {
    for text in [
        "DELETE FROM contact_email WHERE contact_id = $1",
        "DELETE FROM contact_phone WHERE contact_id = $1",
        "DELETE FROM contact_place WHERE contact_id = $1",
    ] {
        tx!(&mut *open, execute sqlx::query(text).bind(contact.id.as_str()))?;
    }
    insert_parts(open, std::slice::from_ref(contact)).await
}

pub(super) async fn insert_parts(open: &mut Tx, contacts: &[Writing<'_>]) -> Result<()> {
    let (mut emails, mut phones, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for Writing { id, card, forms, .. } in contacts {
        let formed = (0_i64..).zip(&card.emails).zip(&forms.emails);
        emails.extend(formed.map(|((position, email), form)| (*id, position, email, form)));
        let formed = (0_i64..).zip(&card.phones).zip(&forms.phones);
        phones.extend(formed.map(|((position, phone), form)| (*id, position, phone, form)));
        places.extend(card.places.iter().map(|(kind, place)| (*id, *kind, place)));
    }
    insert_emails(open, &emails).await?;
    insert_phones(open, &phones).await?;
    insert_places(open, &places).await
}

/// One form for each address and number of a card, as it can be stored.
pub(super) fn fitted(forms: &ContactForms, card: &Card) -> ContactForms {
    let fit = |forms: &[Option<String>], length: usize| {
        let forms = forms.iter().map(|form| form.as_deref().map(storable));
        forms.chain(std::iter::repeat(None)).take(length).collect()
    };
    ContactForms {
        emails: fit(&forms.emails, card.emails.len()),
        phones: fit(&forms.phones, card.phones.len()),
    }
}

async fn insert_emails(open: &mut Tx, rows: &[(&ContactId, i64, &CardEmail, &Option<String>)]) -> Result<()> {
    let columns = ["contact_id", "position", "address", "name", "matched"];
    insert_rows!(open, "contact_email", &columns, rows, |query, row| {
        let (contact, position, email, form) = row;
        query.bind(contact.as_str()).bind(*position).bind(&email.address).bind(&email.name).bind(*form)
    });
    Ok(())
}

async fn insert_phones(open: &mut Tx, rows: &[(&ContactId, i64, &CardPhone, &Option<String>)]) -> Result<()> {
    let columns = ["contact_id", "position", "kind", "number", "matched"];
    insert_rows!(open, "contact_phone", &columns, rows, |query, row| {
        let (contact, position, phone, form) = row;
        query.bind(contact.as_str()).bind(*position).bind(phone.kind.as_str()).bind(&phone.number).bind(*form)
    });
    Ok(())
}

async fn insert_places(open: &mut Tx, rows: &[(&ContactId, PlaceKind, &CardPlace)]) -> Result<()> {
    let columns = ["contact_id", "kind", "street", "city", "state", "postal_code", "country"];
    insert_rows!(open, "contact_place", &columns, rows, |query, row| {
        let (contact, kind, place) = row;
        query
            .bind(contact.as_str())
            .bind(kind.as_str())
            .bind(&place.street)
            .bind(&place.city)
            .bind(&place.state)
            .bind(&place.postal_code)
            .bind(&place.country)
    });
    Ok(())
}
