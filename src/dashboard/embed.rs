//! The card that a page of a listed origin frames: how an owner's mailboxes do. It shows and does nothing, so that nobody is made to
//! press anything in it; what acts opens in a window.
//!
//! Its address has a handle, and no cookie is asked for: to a frame of another site browsers send none
//! (`SameSite=Strict`; third-party cookies), and one that they would send could not say which page frames it.

use super::Dashboard;
use super::asked::AskedWith;
use super::entry::{Visit, policy};
use super::frame::{Frame, live as live_part, render, revision};
use super::overview::{AccountInShort, Before};
use super::refusal::PageRefusal;
use crate::http::Framed;
use crate::model::DashboardCard;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage<'a> {
    page: &'a Frame,
    handle: &'a str,
    cards: &'a [AccountInShort],
    revision: &'a str,
}

#[derive(Template)]
#[template(path = "embed_live.html")]
struct EmbedLive<'a> {
    page: &'a Frame,
    handle: &'a str,
    cards: &'a [AccountInShort],
    revision: &'a str,
}

/// What a handle shows.
struct Embedded {
    card: DashboardCard,
    page: Frame,
    cards: Vec<AccountInShort>,
    revision: String,
}

async fn embedded(
    dashboard: &Dashboard,
    page: Frame,
    visit: &Visit,
    handle: &str,
) -> Result<Embedded, PageRefusal> {
    let found = async { Ok(dashboard.desk.dashboard_card(handle).await?) };
    let (card, visitor) = dashboard.looked(visit.peer, found).await?.ok_or_else(PageRefusal::not_found)?;
    let health = dashboard.desk.health(&visitor.actor()).await?;
    let cards: Vec<_> = health.accounts.iter().cloned().map(AccountInShort::new).collect();
    let revision = revision(&cards);
    Ok(Embedded { card, page: Frame { visitor: Some(visitor), ..page }, cards, revision })
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    Path(handle): Path<String>,
) -> Result<Response, PageRefusal> {
    let Embedded { card, page, cards, revision } = embedded(&dashboard, page, &visit, &handle).await?;
    let shown = EmbedPage { page: &page, handle: &handle, cards: &cards, revision: &revision };
    Ok(framed(render(&shown), &card))
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    Path(handle): Path<String>,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let Embedded { page, cards, revision, .. } = embedded(&dashboard, page, &visit, &handle).await?;
    let part = EmbedLive { page: &page, handle: &handle, cards: &cards, revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

/// The answer that pages of the card's origin may frame, and no others.
fn framed(mut response: Response, card: &DashboardCard) -> Response {
    if let Ok(policy) = HeaderValue::from_str(&policy(&card.origin)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        response.extensions_mut().insert(Framed);
    }
    response.into_response()
}
