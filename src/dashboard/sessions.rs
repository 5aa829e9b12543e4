//! Who is signed in: a list, and the end of each.

use super::Dashboard;
use super::asked::PageSession;
use super::cookie;
use super::entry::{Admitted, Visit};
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::model::{DashboardSession, DashboardSessionId};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage<'a> {
    page: &'a Frame,
    sessions: &'a [DashboardSession],
    own: &'a DashboardSessionId,
}

/// Who is signed in, of those within reach.
pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
) -> Result<Response, PageRefusal> {
    let sessions = dashboard.desk.dashboard_sessions(&guest.actor).await?;
    Ok(render(&SessionsPage { page: &page, sessions: &sessions, own: &guest.session.id }))
}

/// Ends one of them.
pub(super) async fn end(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageSession(id): PageSession,
) -> Result<Redirect, PageRefusal> {
    dashboard.desk.end_dashboard_session(&guest.actor, &id).await?;
    Ok(Redirect::to("/ui/sessions"))
}

/// Ends one's own.
pub(super) async fn sign_out(
    State(dashboard): State<Dashboard>,
    visit: Visit,
    guest: Admitted,
) -> Result<Response, PageRefusal> {
    dashboard.desk.end_dashboard_session(&guest.actor, &guest.session.id).await?;
    // Where they wanted to go on is nothing to whoever comes next.
    let forgotten = [cookie::forget(visit.is_secure), cookie::keep_next(None, visit.is_secure)];
    let forgotten = AppendHeaders(forgotten.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((forgotten, Redirect::to("/ui/sign-in")).into_response())
}
