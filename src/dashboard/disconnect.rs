//! The end of a connection: what it destroys, then, asked by a person who has just signed in, the receipt.
//!
//! The receipt is the answer to the form itself and no page of its own: it says what is nowhere any more.

use super::Dashboard;
use super::asked::{PageAccount, SentForm};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{Disconnected, Ending};
use crate::model::ContactsEnd;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct ContactsChoice {
    #[serde(default)]
    contacts: ContactsEnd,
}

#[derive(Template)]
#[template(path = "disconnect.html")]
struct DisconnectPage<'a> {
    page: &'a Frame,
    id: &'a str,
    name: &'a str,
    messages: u64,
    contacts: Option<u64>,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    page: &'a Frame,
    name: &'a str,
    ended: &'a Disconnected,
    /// The page of the CRM that they go back to.
    return_to: Option<&'a str>,
}

/// What it destroys.
pub(super) async fn ask(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    let detail = dashboard.desk.detail(&guest.actor, &id).await?;
    let would = dashboard.desk.would_disconnect(&guest.actor, &detail.account, ContactsEnd::Keep).await?;
    Ok(render(&DisconnectPage {
        page: &page,
        id: id.as_str(),
        name: &detail.health.name,
        messages: detail.folders.iter().map(|folder| folder.held).sum(),
        contacts: Some(would.contacts.kept).filter(|kept| *kept > 0),
    }))
}

/// Destroys it, and says what was destroyed.
pub(super) async fn end(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    SentForm(ContactsChoice { contacts }): SentForm<ContactsChoice>,
) -> Result<Response, PageRefusal> {
    let account = dashboard.desk.to_disconnect(&guest.actor, id.as_str()).await?;
    let ended = dashboard.desk.disconnect(&guest.actor, &account, Ending::Account, contacts).await?;
    let return_to = guest.session.visitor.return_to.as_deref();
    Ok(render(&ReceiptPage { page: &page, name: &account.name(), ended: &ended, return_to }))
}
