//! Contacts of an account of which a person is asked: those that both places changed, by name, and those that may be one,
//! side by side.

use super::super::Dashboard;
use super::super::asked::{AskedWith, PageAccount, PageMatch, SentForm, cut};
use super::super::done::JustDone;
use super::super::entry::Admitted;
use super::super::frame::{Frame, render};
use super::super::refusal::PageRefusal;
use super::After;
use super::person::{FieldRow, compared};
use crate::desk::{ContactDetail, MatchDetail};
use crate::model::{Account, ContactMatchId, MatchAnswer, printable};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

/// So many that may be one stand on a page.
const ON_PAGE: u32 = 10;
/// So many that both places changed stand on the first one; what is said of them makes room for further ones.
const CONTESTED: u32 = 50;

/// What is said of two contacts.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct MatchSaid {
    answer: Option<MatchAnswer>,
}

#[derive(Template)]
#[template(path = "matches.html")]
struct MatchesPage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    contested: &'a [ContactDetail],
    /// Whether more than those wait.
    is_cut: bool,
    /// Each with what is on the one and the other.
    matches: Vec<(&'a MatchDetail, Vec<FieldRow>)>,
    behind: Option<String>,
}

pub(in crate::dashboard) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    AskedWith(After { after }): AskedWith<After>,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let account = desk.account(actor, &id).await?;
    let after = after.as_deref().and_then(ContactMatchId::parse);
    let mut contested = match &after {
        Some(_) => Vec::new(),
        None => desk.contested_contacts(actor, &id, CONTESTED + 1).await?,
    };
    let is_cut = contested.len() > CONTESTED as usize;
    contested.truncate(CONTESTED as usize);
    let mut found = desk.contact_matches(actor, &id, after.as_ref(), ON_PAGE + 1).await?;
    let behind =
        cut(&mut found, ON_PAGE).map(|last| format!("/ui/accounts/{id}/contacts/matches?after={}", last.id));
    let rows = |found: &MatchDetail| compared(&found.here.card, Some(&found.there.card));
    let matches = found.iter().map(|found| (found, rows(found))).collect();
    let name = printable(&account.name());
    Ok(render(&MatchesPage {
        page: &page,
        account: &account,
        name,
        contested: &contested,
        is_cut,
        matches,
        behind,
    }))
}

/// Says whether two are one.
pub(in crate::dashboard) async fn answer(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageMatch(found): PageMatch,
    SentForm(MatchSaid { answer }): SentForm<MatchSaid>,
) -> Result<Response, PageRefusal> {
    dashboard.desk.account(&guest.actor, &id).await?;
    let answer = answer.ok_or_else(PageRefusal::misread)?;
    dashboard.desk.answer_match(&guest.actor, &id, &found, answer).await?;
    Ok(JustDone::Matched.at(&format!("/ui/accounts/{id}/contacts/matches")))
}
