//! Accounts of which a person is asked something of their contacts.

use super::super::Dashboard;
use super::super::asked::{AskedWith, cut};
use super::super::entry::Admitted;
use super::super::frame::{Frame, render};
use super::super::refusal::PageRefusal;
use super::After;
use crate::desk::AskedAccount;
use crate::model::AccountId;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// So many stand on a page.
const ON_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "settle.html")]
struct SettlePage<'a> {
    page: &'a Frame,
    accounts: &'a [AskedAccount],
    behind: Option<String>,
}

pub(in crate::dashboard) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(After { after }): AskedWith<After>,
) -> Result<Response, PageRefusal> {
    let after = after.as_deref().and_then(AccountId::parse);
    let mut accounts = dashboard.desk.asked_accounts(&guest.actor, after.as_ref(), ON_PAGE + 1).await?;
    let behind = cut(&mut accounts, ON_PAGE).map(|last| format!("/ui/settle?after={}", last.account.id));
    Ok(render(&SettlePage { page: &page, accounts: &accounts, behind }))
}
