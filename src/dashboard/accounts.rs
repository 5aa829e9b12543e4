//! The list of accounts within reach, of one state where one is named.

use super::Dashboard;
use super::asked::AskedWith;
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::overview::AccountInShort;
use super::refusal::Refusal;
use crate::sync::health::Verdict;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

/// So many stand on a page.
const ON_PAGE: usize = 100;

/// Which accounts.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    state: Option<String>,
    /// Which page of them, from 1 on.
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    page: &'a Frame,
    cards: &'a [AccountInShort],
    /// The one that is named.
    state: Option<Verdict>,
    accounts: u64,
    before: Option<String>,
    behind: Option<String>,
}

pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(which): AskedWith<Which>,
) -> Result<Response, Refusal> {
    let state = which.state.as_deref().and_then(Verdict::parse);
    let health = dashboard.desk.health(&guest.actor).await?;
    let mut accounts = health.accounts;
    accounts.retain(|card| state.is_none_or(|state| card.verdict == state));
    let (count, number) = (accounts.len(), which.page.unwrap_or(1).clamp(1, 1 + accounts.len() / ON_PAGE));
    let here = accounts.into_iter().skip((number - 1) * ON_PAGE).take(ON_PAGE).map(AccountInShort::new);
    let cards: Vec<_> = here.collect();
    Ok(render(&AccountsPage {
        page: &page,
        cards: &cards,
        state,
        accounts: count as u64,
        before: (number > 1).then(|| address(state, number - 1)),
        behind: (number * ON_PAGE < count).then(|| address(state, number + 1)),
    }))
}

fn address(state: Option<Verdict>, number: usize) -> String {
    let state = state.map(|state| format!("state={}&", state.as_str())).unwrap_or_default();
    format!("/ui/accounts?{state}page={number}")
}
