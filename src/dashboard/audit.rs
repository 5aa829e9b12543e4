//! The audit log: what was done, by whom and to which account; all of it for operators, that of an account for whoever
//! reaches it.

use super::Dashboard;
use super::asked::{AskedWith, PageAccount, cut};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{Desk, DeskError, Receipt};
use crate::model::{AccountId, Actor, AuditAction, AuditEntry, AuditId, printable};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashMap;

/// So many lines stand on a page.
const ON_PAGE: u32 = 50;

/// Behind which line a page begins.
#[derive(Debug, Deserialize)]
pub(super) struct Behind {
    behind: Option<String>,
}

impl Behind {
    fn line(&self) -> Option<AuditId> {
        self.behind.as_deref().and_then(AuditId::parse)
    }
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage<'a> {
    page: &'a Frame,
    /// The account that it is about, with its name; `None` of all.
    account: Option<(&'a AccountId, &'a str)>,
    lines: &'a [AuditEntry],
    /// What those are called that there are still.
    names: HashMap<AccountId, String>,
    is_first: bool,
    /// Where the log is, and where it goes on.
    path: &'a str,
    behind: Option<&'a AuditId>,
}

impl AuditPage<'_> {
    /// Where it is told what was destroyed with an account.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn receipt(&self, line: &AuditEntry) -> Option<String> {
        let id = line.account.as_ref().filter(|_| line.action == AuditAction::Disconnected)?;
        Receipt::read(line.detail.as_deref()?)?;
        Some(format!("/ui/accounts/{id}/receipt"))
    }
}

/// All that was done within reach.
pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(asked): AskedWith<Behind>,
) -> Result<Response, PageRefusal> {
    let (actor, behind) = (&guest.actor, asked.line());
    let mut lines = dashboard.desk.audit_log(actor, behind.as_ref(), ON_PAGE + 1).await?;
    let behind_this = cut(&mut lines, ON_PAGE).map(|last| last.id.clone());
    let names = names(&dashboard.desk, actor, &lines).await?;
    let (is_first, path) = (behind.is_none(), "/ui/audit");
    let behind = behind_this.as_ref();
    Ok(render(&AuditPage { page: &page, account: None, lines: &lines, names, is_first, path, behind }))
}

/// What was done to an account and with it.
pub(super) async fn of_account(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    AskedWith(asked): AskedWith<Behind>,
) -> Result<Response, PageRefusal> {
    let (actor, behind) = (&guest.actor, asked.line());
    let mut lines = dashboard.desk.audit(actor, &id, behind.as_ref(), ON_PAGE + 1).await?;
    let behind_this = cut(&mut lines, ON_PAGE).map(|last| last.id.clone());
    let names = names(&dashboard.desk, actor, &lines).await?;
    let name = names.get(&id).map_or_else(|| id.as_str(), String::as_str).to_owned();
    Ok(render(&AuditPage {
        page: &page,
        account: Some((&id, &name)),
        lines: &lines,
        names,
        is_first: behind.is_none(),
        path: &format!("/ui/accounts/{id}/audit"),
        behind: behind_this.as_ref(),
    }))
}

/// What the accounts are called that there are still.
async fn names(
    desk: &Desk,
    actor: &Actor,
    lines: &[AuditEntry],
) -> Result<HashMap<AccountId, String>, PageRefusal> {
    let mut names = HashMap::new();
    for id in lines.iter().filter_map(|line| line.account.as_ref()) {
        if names.contains_key(id) {
            continue;
        }
        match desk.account(actor, id).await {
            Ok(account) => drop(names.insert(id.clone(), printable(&account.name()))),
            Err(DeskError::NoSuchAccount(_)) => (),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(names)
}
