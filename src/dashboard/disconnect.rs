//! The end of a connection: what it destroys, then, asked by a person who has just signed in, the receipt.
//!
//! The receipt is a page of its own, read from the audit log: it says how much was destroyed, and nothing of what it was.

use super::Dashboard;
use super::asked::{PageAccount, SentForm};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{Ending, Receipt};
use crate::model::{AccountId, AuditEntry, ContactsEnd};
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
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
    owner: &'a str,
    messages: u64,
    contacts: Option<u64>,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    page: &'a Frame,
    id: &'a AccountId,
    /// The line of the audit log.
    line: &'a AuditEntry,
    receipt: &'a Receipt,
}

impl ReceiptPage<'_> {
    /// Whether whoever looks is an owner who did it themselves.
    fn is_own(&self) -> bool {
        let own = self.page.visitor.as_ref().filter(|visitor| visitor.owner.is_some());
        own.is_some_and(|visitor| visitor.name == self.line.actor)
    }
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
        owner: &detail.account.owner,
        messages: detail.folders.iter().map(|folder| folder.held).sum(),
        contacts: Some(would.contacts.kept).filter(|kept| *kept > 0),
    }))
}

/// Destroys it, and goes on to the receipt.
pub(super) async fn end(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
    SentForm(ContactsChoice { contacts }): SentForm<ContactsChoice>,
) -> Result<Redirect, PageRefusal> {
    let account = dashboard.desk.to_disconnect(&guest.actor, id.as_str()).await?;
    dashboard.desk.disconnect(&guest.actor, &account, Ending::Account, contacts).await?;
    Ok(Redirect::to(&format!("/ui/accounts/{id}/receipt")))
}

/// What was destroyed.
pub(super) async fn receipt(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    let found = dashboard.desk.receipt(&guest.actor, &id).await?;
    let (line, receipt) = found.ok_or_else(PageRefusal::not_found)?;
    Ok(render(&ReceiptPage { page: &page, id: &id, line: &line, receipt: &receipt }))
}
