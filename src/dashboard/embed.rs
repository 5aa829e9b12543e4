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
use crate::desk::CardSeen;
use crate::http::Framed;
use crate::model::{DashboardCard, Visitor};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
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

/// What stands where a card was: no more than that it is over.
#[derive(Template)]
#[template(path = "embed_over.html")]
struct EmbedOverPage<'a> {
    page: &'a Frame,
}

/// What a handle shows.
struct Embedded {
    page: Frame,
    cards: Vec<AccountInShort>,
    revision: String,
}

/// The card that a handle shows or has shown. One that it has shown is no guess of a secret.
async fn seen(dashboard: &Dashboard, visit: &Visit, handle: &str) -> Result<CardSeen, PageRefusal> {
    let found = async { Ok(dashboard.desk.dashboard_card(handle).await?) };
    dashboard.looked(visit.peer, found).await?.ok_or_else(PageRefusal::not_found)
}

async fn embedded(dashboard: &Dashboard, page: Frame, visitor: Visitor) -> Result<Embedded, PageRefusal> {
    let health = dashboard.desk.health(&visitor.actor()).await?;
    let cards: Vec<_> = health.accounts.iter().cloned().map(AccountInShort::new).collect();
    let revision = revision(&cards);
    Ok(Embedded { page: Frame { visitor: Some(visitor), ..page }, cards, revision })
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    Path(handle): Path<String>,
) -> Result<Response, PageRefusal> {
    let CardSeen { card, visitor, is_over } = seen(&dashboard, &visit, &handle).await?;
    if is_over {
        let over = (StatusCode::GONE, render(&EmbedOverPage { page: &page })).into_response();
        return Ok(framed(over, &dashboard, &card));
    }
    let Embedded { page, cards, revision } = embedded(&dashboard, page, visitor).await?;
    let shown = EmbedPage { page: &page, handle: &handle, cards: &cards, revision: &revision };
    Ok(framed(render(&shown), &dashboard, &card))
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    Path(handle): Path<String>,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let CardSeen { visitor, is_over, .. } = seen(&dashboard, &visit, &handle).await?;
    if is_over {
        return Ok(StatusCode::GONE.into_response());
    }
    let Embedded { page, cards, revision } = embedded(&dashboard, page, visitor).await?;
    let part = EmbedLive { page: &page, handle: &handle, cards: &cards, revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

/// The answer that pages of the card's origin may frame, and no others: while that is listed.
fn framed(mut response: Response, dashboard: &Dashboard, card: &DashboardCard) -> Response {
    let popup = dashboard.access.popup.as_ref();
    let is_listed = popup.is_some_and(|popup| popup.openers.contains(&card.origin));
    if let Some(policy) = HeaderValue::from_str(&policy(&card.origin)).ok().filter(|_| is_listed) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        response.extensions_mut().insert(Framed);
    }
    response
}
