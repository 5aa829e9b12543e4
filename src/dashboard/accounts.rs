//! The list of accounts within reach, of one state where one is named.

use super::Dashboard;
use super::asked::{AskedWith, cut};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::overview::AccountInShort;
use super::refusal::PageRefusal;
use crate::model::AccountId;
use crate::sync::health::{AccountHealth, Verdict};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// So many stand on a page.
const ON_PAGE: u32 = 100;

/// Which accounts.
#[derive(Debug, Deserialize)]
pub(super) struct WhichAccounts {
    state: Option<String>,
    /// Those behind the one of this id.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    page: &'a Frame,
    cards: &'a [AccountInShort],
    /// The one that is named.
    state: Option<Verdict>,
    accounts: u64,
    first: Option<String>,
    behind: Option<String>,
}

pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(which): AskedWith<WhichAccounts>,
) -> Result<Response, PageRefusal> {
    let state = which.state.as_deref().and_then(Verdict::parse);
    let after = which.after.as_deref().and_then(AccountId::parse);
    let (mut found, accounts) = match state {
        None => dashboard.desk.health_page(&guest.actor, after.as_ref(), ON_PAGE + 1).await?,
        Some(state) => of_state(&dashboard, &guest, state, after.as_ref()).await?,
    };
    let behind = cut(&mut found, ON_PAGE).map(|last| address(state, Some(&last.id)));
    let cards: Vec<_> = found.into_iter().map(AccountInShort::new).collect();
    let first = after.is_some().then(|| address(state, None));
    Ok(render(&AccountsPage { page: &page, cards: &cards, state, accounts, first, behind }))
}

/// One more than a page of those that do so, and how many do.
async fn of_state(
    dashboard: &Dashboard,
    guest: &Admitted,
    state: Verdict,
    after: Option<&AccountId>,
) -> Result<(Vec<AccountHealth>, u64), PageRefusal> {
    let health = dashboard.desk.health(&guest.actor).await?;
    let mut cards: Vec<_> = health.accounts.iter().filter(|card| card.verdict == state).collect();
    cards.sort_by(|one, other| one.id.cmp(&other.id));
    let accounts = cards.len() as u64;
    let behind = cards.into_iter().filter(|card| after.is_none_or(|after| card.id.as_str() > after.as_str()));
    Ok((behind.take(ON_PAGE as usize + 1).cloned().collect(), accounts))
}

fn address(state: Option<Verdict>, after: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(state.map(|state| ("state", state.as_str())));
    query.extend_pairs(after.map(|after| ("after", after)));
    format!("/ui/accounts?{}", query.finish())
}
