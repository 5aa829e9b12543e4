//! The list of accounts within reach, of one state, and of one owner, where they are named.

use super::Dashboard;
use super::asked::{AskedWith, cut};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::overview::AccountInShort;
use super::refusal::PageRefusal;
use crate::model::{AccountId, Actor, Reach};
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
    /// Those of this user.
    owner: Option<String>,
    /// Those behind the one of this id.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    page: &'a Frame,
    cards: &'a [AccountInShort],
    /// What they are narrowed to.
    of: &'a Narrowed,
    accounts: u64,
    first: Option<String>,
    behind: Option<String>,
}

/// What the list is narrowed to.
#[derive(Debug)]
struct Narrowed {
    state: Option<Verdict>,
    /// Whose they are, where an operator has named one.
    owner: Option<String>,
}

impl Narrowed {
    /// Who is shown them: nobody else's, where one owner is named.
    fn actor(&self, guest: &Admitted) -> Actor {
        let reach = self.owner.clone().map_or_else(|| guest.actor.reach.clone(), Reach::Owner);
        Actor { reach, ..guest.actor.clone() }
    }

    /// Where they are, behind one where one is named.
    fn address(&self, after: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.state.map(|state| ("state", state.as_str())));
        query.extend_pairs(self.owner.as_ref().map(|owner| ("owner", owner)));
        query.extend_pairs(after.map(|after| ("after", after)));
        format!("/ui/accounts?{}", query.finish())
    }
}

impl AccountsPage<'_> {
    /// Where all accounts of a user stand.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn of_owner(&self, owner: &str) -> String {
        Narrowed { state: None, owner: Some(owner.to_owned()) }.address(None)
    }
}

pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(which): AskedWith<WhichAccounts>,
) -> Result<Response, PageRefusal> {
    let state = which.state.as_deref().and_then(Verdict::parse);
    let owner = which.owner.filter(|owner| !owner.is_empty() && page.is_operator());
    let (of, after) = (Narrowed { state, owner }, which.after.as_deref().and_then(AccountId::parse));
    let actor = of.actor(&guest);
    let (mut found, accounts) = match state {
        None => dashboard.desk.health_page(&actor, after.as_ref(), ON_PAGE + 1).await?,
        Some(state) => of_state(&dashboard, &actor, state, after.as_ref()).await?,
    };
    let behind = cut(&mut found, ON_PAGE).map(|last| of.address(Some(&last.id)));
    let cards: Vec<_> = found.into_iter().map(AccountInShort::new).collect();
    let first = after.is_some().then(|| of.address(None));
    Ok(render(&AccountsPage { page: &page, cards: &cards, of: &of, accounts, first, behind }))
}

/// One more than a page of those that do so, and how many do.
async fn of_state(
    dashboard: &Dashboard,
    actor: &Actor,
    state: Verdict,
    after: Option<&AccountId>,
) -> Result<(Vec<AccountHealth>, u64), PageRefusal> {
    let health = dashboard.desk.health(actor).await?;
    let mut cards: Vec<_> = health.accounts.iter().filter(|card| card.verdict == state).collect();
    cards.sort_by(|one, other| one.id.cmp(&other.id));
    let accounts = cards.len() as u64;
    let behind = cards.into_iter().filter(|card| after.is_none_or(|after| card.id.as_str() > after.as_str()));
    Ok((behind.take(ON_PAGE as usize + 1).cloned().collect(), accounts))
}
