//! A sign-in at Microsoft that a page of the dashboard has begun: its way back, its end, and how it stands.
//!
//! Microsoft sends the browser to the popup's callback, and that here. No cookie of a sign-in comes along: the request began at
//! another site (`SameSite=Strict`). So the page has a form, which brings the cookie, and the script sends it.

use super::Dashboard;
use super::asked::{AskedWith, PageAttempt, SentForm};
use super::connect::connect_again;
use super::entry::Admitted;
use super::frame::{Frame, live as live_part, render, revision};
use super::overview::Before;
use super::refusal::PageRefusal;
use super::told::{Saying, Told};
use crate::model::{Attempt, AttemptFailure, AttemptId, AttemptStanding};
use crate::secret::secret;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What came back.
#[derive(Deserialize)]
pub(super) struct Returned {
    #[serde(default)]
    finish: String,
    #[serde(default)]
    attempt: String,
}

#[derive(Template)]
#[template(path = "attempt_back.html")]
struct BackPage<'a> {
    page: &'a Frame,
    finish: &'a str,
    attempt: &'a str,
    /// Whether it was tried and can be tried again: then nothing is sent by itself.
    is_again: bool,
}

/// What the page shows.
#[derive(Debug)]
struct AttemptView {
    attempt: Attempt,
    /// The mailbox that is connected by it.
    name: Option<String>,
    /// Whether its mail is read.
    reads_mail: bool,
}

/// Which of the words says how one stands.
pub(super) fn said(standing: &AttemptStanding) -> &'static str {
    match standing {
        AttemptStanding::Pending(_) => "connect-waiting",
        AttemptStanding::Connected(_) => "connect-connected",
        AttemptStanding::Failed(_) | AttemptStanding::Expired => "connect-not-connected",
    }
}

impl AttemptView {
    fn account(&self) -> Option<&str> {
        match &self.attempt.standing {
            AttemptStanding::Connected(id) => Some(id.as_str()),
            AttemptStanding::Pending(_) | AttemptStanding::Failed(_) | AttemptStanding::Expired => None,
        }
    }

    /// Which of the words says how it stands.
    fn said(&self) -> &'static str {
        said(&self.attempt.standing)
    }

    /// Where it is begun again.
    fn again(&self) -> String {
        connect_again(self.attempt.wanted.as_ref())
    }

    fn is_pending(&self) -> bool {
        matches!(self.attempt.standing, AttemptStanding::Pending(_))
    }

    /// Whether its last step was tried and can be tried again.
    fn is_again(&self) -> bool {
        matches!(self.attempt.standing, AttemptStanding::Pending(Some(_)))
    }

    /// Why it connected nothing.
    fn told(&self, page: &Frame) -> Option<Told<'_>> {
        let failure = match &self.attempt.standing {
            AttemptStanding::Failed(failure) => failure,
            AttemptStanding::Pending(_) | AttemptStanding::Connected(_) | AttemptStanding::Expired => {
                return None;
            }
        };
        let AttemptFailure { code, whose_turn, hint } = failure;
        Some(Told::new(page, &Saying::of_code(code, "", *whose_turn, hint)))
    }
}

#[derive(Template)]
#[template(path = "attempt.html")]
struct AttemptPage<'a> {
    page: &'a Frame,
    view: &'a AttemptView,
    told: Option<&'a Told<'a>>,
    revision: &'a str,
}

#[derive(Template)]
#[template(path = "attempt_live.html")]
struct AttemptLive<'a> {
    page: &'a Frame,
    view: &'a AttemptView,
    told: Option<&'a Told<'a>>,
    revision: &'a str,
}

/// The way back: a button that finishes it. To look at it changes nothing.
pub(super) async fn back(
    page: Frame,
    AskedWith(Returned { finish, attempt }): AskedWith<Returned>,
) -> Result<Response, PageRefusal> {
    // What came is in no address any more once it was sent.
    if finish.is_empty() {
        return Err(PageRefusal::lost());
    }
    let page = &page.shown_once();
    Ok(render(&BackPage { page, finish: &finish, attempt: &attempt, is_again: false }))
}

/// Finishes it for whom it was begun. Why it connected nothing is kept with it; what passed can be tried again on the spot.
pub(super) async fn finish(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    SentForm(Returned { finish, attempt }): SentForm<Returned>,
) -> Result<Response, PageRefusal> {
    let id = AttemptId::parse(&attempt).ok_or_else(PageRefusal::misread)?;
    let begun = dashboard.desk.attempt(&guest.actor, &id).await?;
    // Of what somebody else has begun they learn, too, that it was.
    let user = guest.session.visitor.owner.as_deref();
    let ended = dashboard.desk.finish_popup(&guest.actor, user, secret(finish.clone())).await;
    if begun.is_none() {
        return Ok(Redirect::to(&format!("/ui/accounts/{}", ended?.id)).into_response());
    }
    let (view, _) = view(&dashboard, &guest, &id).await?;
    if ended.is_err() && view.is_pending() {
        let again = BackPage { page: &page, finish: &finish, attempt: &attempt, is_again: true };
        return Ok((StatusCode::SERVICE_UNAVAILABLE, render(&again)).into_response());
    }
    Ok(Redirect::to(&format!("/ui/connect/attempts/{id}")).into_response())
}

async fn view(
    dashboard: &Dashboard,
    guest: &Admitted,
    id: &AttemptId,
) -> Result<(AttemptView, String), PageRefusal> {
    let attempt = dashboard.desk.attempt(&guest.actor, id).await?.ok_or_else(PageRefusal::not_found)?;
    let account = match &attempt.standing {
        AttemptStanding::Connected(id) => dashboard.desk.account(&guest.actor, id).await.ok(),
        AttemptStanding::Pending(_) | AttemptStanding::Failed(_) | AttemptStanding::Expired => None,
    };
    let reads_mail = account.as_ref().is_some_and(|account| account.road.is_some());
    let name = account.map(|account| account.name().into_owned());
    let view = AttemptView { attempt, name, reads_mail };
    let revision = revision(&view);
    Ok((view, revision))
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAttempt(id): PageAttempt,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, &id).await?;
    let told = view.told(&page);
    Ok(render(&AttemptPage { page: &page, view: &view, told: told.as_ref(), revision: &revision }))
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAttempt(id): PageAttempt,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, &id).await?;
    let told = view.told(&page);
    let part = AttemptLive { page: &page, view: &view, told: told.as_ref(), revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

/// Gives it up.
pub(super) async fn cancel(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAttempt(id): PageAttempt,
) -> Result<Redirect, PageRefusal> {
    dashboard.desk.cancel_attempt(&guest.actor, &id).await?.ok_or_else(PageRefusal::not_found)?;
    Ok(Redirect::to(&format!("/ui/connect/attempts/{id}")))
}
