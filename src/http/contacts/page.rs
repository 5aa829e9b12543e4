//! Pages of a list of contacts, each going on after the last contact of the one before.

use crate::desk::{ContactDetail, Desk};
use crate::http::paging::{self, NextPage, Paged};
use crate::http::problem::Problem;
use crate::model::{AccountId, Actor, Contact, ContactId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which contacts, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PageQuery {
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before, of the same list.
    cursor: Option<String>,
    /// Only those with each of its words in a name, the company, an address or a number.
    #[serde(default)]
    search: String,
    /// Only the one that has this external id.
    external_id: Option<String>,
}

/// A page of contacts, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ContactListing {
    contacts: Vec<ContactDetail>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
}

/// After which contact a page begins, and of which search.
#[derive(Debug, Serialize, Deserialize)]
struct PageStart(String, ContactId, String);

impl PageQuery {
    /// The page after the one that ends with this contact.
    fn next(&self, account: &AccountId, last: Option<&Contact>) -> NextPage {
        let start = |last: &Contact| PageStart(last.card.listed_as(), last.id.clone(), self.search.clone());
        let cursor = last.and_then(|last| paging::cursor(&start(last)));
        let search = Some(self.search.clone()).filter(|search| !search.is_empty());
        NextPage::of(&format!("/v1/accounts/{account}/contacts"), cursor, self.limit, &[("search", search)])
    }

    /// After which contact a cursor goes on; `None` where it is none of this list.
    fn place(&self, cursor: &str) -> Option<(String, ContactId)> {
        let PageStart(listed_as, id, search) = paging::start(cursor)?;
        let is_whole = !listed_as.contains('\0') && !id.as_str().contains('\0');
        (search == self.search && is_whole).then_some((listed_as, id))
    }
}

/// The page that is asked for.
pub(super) async fn read(
    desk: &Desk,
    actor: &Actor,
    account: &AccountId,
    asked: &PageQuery,
) -> Result<Paged<ContactListing>, Problem> {
    let limit = paging::limit(asked.limit)?;
    if let Some(external_id) = &asked.external_id {
        let found = desk.contact_of(actor, account, external_id).await?;
        let contacts = found.into_iter().map(ContactDetail::from).collect();
        return Ok(asked.next(account, None).behind(ContactListing { contacts, next: None }));
    }
    let after = match &asked.cursor {
        Some(cursor) => Some(asked.place(cursor).ok_or_else(Problem::invalid_cursor)?),
        None => None,
    };
    // One more tells whether there is another page.
    let mut found = desk.contact_page(actor, account, &asked.search, after, limit + 1).await?;
    let next = asked.next(account, paging::cut(&mut found, limit));
    let contacts = found.into_iter().map(ContactDetail::from).collect();
    let page = ContactListing { contacts, next: next.cursor.clone() };
    Ok(next.behind(page))
}
