//! The first page: what needs attention, how all accounts do, where the work stands.

use super::Dashboard;
use super::asked::AskedWith;
use super::entry::Admitted;
use super::frame::{Frame, live as live_part, render, revision};
use super::refusal::PageRefusal;
use super::told::FailureTold;
use super::verdicts::Tone;
use crate::desk::CyclesSeen;
use crate::error::WhoseTurn;
use crate::sync::explain::{Explanation, explain};
use crate::sync::health::{AccountHealth, Health, Verdict};
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::Deserialize;
use std::borrow::Cow;

/// So many accounts that need attention stand on the page; the list has all.
const SHOWN: usize = 12;

/// How a part of a page was when it was asked for last.
#[derive(Debug, Deserialize)]
pub(super) struct Before {
    pub(super) revision: Option<String>,
}

/// An account in a few words.
#[derive(Debug)]
pub(super) struct AccountInShort {
    pub(super) health: AccountHealth,
    /// What is to be said of it first: of what its state comes from.
    pub(super) first: Option<Explanation>,
}

impl AccountInShort {
    pub(super) fn new(health: AccountHealth) -> Self {
        let said = explain(&health);
        let gives_verdict = said.iter().position(|said| said.state == health.verdict);
        Self { first: said.into_iter().nth(gives_verdict.unwrap_or_default()), health }
    }

    pub(super) fn tone(&self) -> Tone {
        Tone::of(self.health.verdict)
    }
}

/// How many accounts have this verdict.
#[derive(Debug)]
struct Count {
    verdict: Verdict,
    accounts: u64,
}

/// What the page shows, whatever the time.
#[derive(Debug)]
struct Overview {
    /// What keeps every account from being read.
    fault: Option<FailureTold>,
    attention: Vec<AccountInShort>,
    /// How many more need it.
    more: u64,
    /// An owner's own accounts that do well.
    others: Vec<AccountInShort>,
    counts: Vec<Count>,
    accounts: u64,
    /// Of an operator.
    cycles: Option<CyclesSeen>,
}

impl Overview {
    fn of(health: &Health, cycles: Option<CyclesSeen>) -> Self {
        let accounts = health.accounts.len() as u64;
        let count = |verdict| {
            let accounts = health.accounts.iter().filter(|card| card.verdict == verdict).count() as u64;
            Count { verdict, accounts }
        };
        let counts = Verdict::ALL.map(count).into_iter().filter(|count| count.accounts > 0).collect();
        let fault = health.message.clone().map(|message| FailureTold {
            code: health.error.clone().unwrap_or_default(),
            message,
            whose_turn: health.whose_turn.unwrap_or(WhoseTurn::Operator),
            hint: health.hint.clone().unwrap_or_default(),
        });
        let (mut amiss, well): (Vec<_>, Vec<_>) =
            health.accounts.iter().partition(|card| card.verdict.wants_attention());
        amiss.sort_by_key(|card| Tone::of(card.verdict));
        let more = amiss.len().saturating_sub(SHOWN) as u64;
        let attention = amiss.into_iter().take(SHOWN).cloned().map(AccountInShort::new).collect();
        let is_owners = cycles.is_none();
        let others = well.into_iter().filter(|_| is_owners).cloned().map(AccountInShort::new).collect();
        Self { fault, attention, more, others, counts, accounts, cycles }
    }

    /// What is said aloud when it has changed.
    fn said(&self, page: &Frame) -> Cow<'static, str> {
        match self.attention.len() as u64 + self.more {
            _ if self.fault.is_some() => page.say("overview-fault"),
            _ if self.accounts == 0 => page.say("overview-empty"),
            0 => page.say("overview-calm"),
            n => page.count("overview-said", &n),
        }
    }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage<'a> {
    page: &'a Frame,
    view: &'a Overview,
    revision: &'a str,
}

#[derive(Template)]
#[template(path = "overview_live.html")]
struct OverviewLive<'a> {
    page: &'a Frame,
    view: &'a Overview,
    revision: &'a str,
}

async fn view(dashboard: &Dashboard, guest: &Admitted) -> Result<(Overview, String), PageRefusal> {
    let health = dashboard.desk.health(&guest.actor).await?;
    let is_operator = guest.session.visitor.owner.is_none();
    let cycles = if is_operator { Some(dashboard.desk.cycles().await?) } else { None };
    let view = Overview::of(&health, cycles);
    let revision = revision(&view);
    Ok((view, revision))
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest).await?;
    Ok(render(&OverviewPage { page: &page, view: &view, revision: &revision }))
}

/// Whoever types the name of the machine alone means the dashboard.
pub(super) async fn home() -> Redirect {
    Redirect::to("/ui")
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest).await?;
    let part = OverviewLive { page: &page, view: &view, revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage<'a> {
    page: &'a Frame,
    version: &'a str,
    database: &'a str,
}

/// What runs here.
pub(super) async fn about(State(dashboard): State<Dashboard>, page: Frame) -> Response {
    let database = dashboard.desk.place();
    render(&AboutPage { page: &page, version: env!("CARGO_PKG_VERSION"), database: &database })
}
