//! Signing in: by name and password, or by a link that is good once.
//!
//! To open a link changes nothing, since previews of links are looked at by programs too: the page says whom it lets in,
//! and its button uses it up.

use super::Dashboard;
use super::asked::{AskedWith, SentForm};
use super::cookie;
use super::entry::Visit;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{PasswordSignIn, SignedIn, VisitingBrowser};
use crate::model::{Actor, Reach, Visitor};
use crate::secret::{SecretText, secret};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::time::Duration;
use url::form_urlencoded;

/// The first page.
const HOME: &str = "/ui";

/// Where to go on to.
#[derive(Debug, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct LinkKey {
    #[serde(default)]
    k: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: &'a Frame,
    next: &'a str,
    name: &'a str,
    has_operators: bool,
    /// Why they have to sign in again, or could not.
    told: Option<&'static str>,
}

/// What an owner needs before what cannot be taken back: they have no password here, and come by a new link.
#[derive(Template)]
#[template(path = "step_up.html")]
struct StepUpPage<'a> {
    page: &'a Frame,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage<'a> {
    page: &'a Frame,
    /// Whom it lets in; nobody where it is spent.
    visitor: Option<&'a Visitor>,
    key: &'a str,
}

/// The page where a person signs in.
pub(super) async fn form(
    State(dashboard): State<Dashboard>,
    visit: Visit,
    page: Frame,
    AskedWith(Next { next }): AskedWith<Next>,
) -> Result<Response, PageRefusal> {
    let next = local(&next);
    // Whoever comes back by a link goes on there too.
    let kept =
        [(header::SET_COOKIE, cookie::keep_next(Some(next).filter(|next| *next != HOME), visit.is_secure))];
    if page.is_owners() {
        return Ok((kept, render(&StepUpPage { page: &page })).into_response());
    }
    // Who is signed in and comes here all the same wants something that cannot be taken back.
    let told = page.visitor.is_some().then_some("sign-in-again");
    let has_operators = dashboard.desk.has_operators().await?;
    let form = SignInPage { page: &page, next, name: "", has_operators, told };
    Ok((kept, render(&form)).into_response())
}

/// Signs in by name and password.
pub(super) async fn by_password(
    State(dashboard): State<Dashboard>,
    visit: Visit,
    page: Frame,
    SentForm(PasswordForm { name, password, next }): SentForm<PasswordForm>,
) -> Result<Response, PageRefusal> {
    let (name, password, next) = (name.trim(), secret(password), local(&next));
    let allowed = dashboard.limits.take(visit.peer).and_then(|()| dashboard.limits.take_name(name));
    let tried = match allowed {
        Ok(()) => tried(&dashboard, &visit, name, password).await?,
        Err(wait) => Tried::Later(wait),
    };
    let (status, told) = match &tried {
        Tried::In(signed_in) => return Ok(welcome(&visit, signed_in, next)),
        Tried::Refused => (StatusCode::FORBIDDEN, "sign-in-refused"),
        Tried::Later(_) => (StatusCode::TOO_MANY_REQUESTS, "sign-in-later"),
    };
    let page = &page.shown_at(address(next));
    let form = SignInPage { page, next, name, has_operators: true, told: Some(told) };
    let mut response = (status, render(&form)).into_response();
    if let Tried::Later(wait) = tried {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    Ok(response)
}

/// What came of a try.
enum Tried {
    In(Box<SignedIn>),
    Refused,
    Later(Duration),
}

async fn tried(
    dashboard: &Dashboard,
    visit: &Visit,
    name: &str,
    password: SecretText,
) -> Result<Tried, PageRefusal> {
    Ok(match dashboard.desk.sign_in_by_password(name, password, browser(visit)).await? {
        PasswordSignIn::Good(signed_in) => Tried::In(signed_in),
        PasswordSignIn::Busy => Tried::Later(Duration::from_secs(1)),
        PasswordSignIn::Refused => {
            dashboard.refused(visit).await;
            Tried::Refused
        }
    })
}

impl Dashboard {
    /// Writes down that somebody was not let in. What they said they are called may be a password.
    async fn refused(&self, visit: &Visit) {
        let Some(before) = self.refusals.may_write() else { return };
        let nobody = Actor { call: visit.call.clone(), ..Actor::named("nobody", Reach::Everyone) };
        let why = "bad name or password at the dashboard";
        let why = if before == 0 { why.to_owned() } else { format!("{why}; {before} more before") };
        tracing::info!(peer = %visit.peer, "a sign-in to the dashboard was refused");
        if let Err(error) = self.desk.refused(&nobody, &why).await {
            tracing::error!(%error, "a refusal could not be written down");
        }
    }
}

/// The page behind a link: whom it lets in.
pub(super) async fn link(
    State(dashboard): State<Dashboard>,
    visit: Visit,
    page: Frame,
    AskedWith(LinkKey { k }): AskedWith<LinkKey>,
) -> Result<Response, PageRefusal> {
    let found = async { Ok(dashboard.desk.dashboard_link(&k).await?) };
    let found = dashboard.looked(visit.peer, found).await?;
    Ok(link_page(&page, found.as_ref().map(|link| &link.visitor), &k))
}

/// Uses the link up.
pub(super) async fn by_link(
    State(dashboard): State<Dashboard>,
    visit: Visit,
    page: Frame,
    SentForm(LinkKey { k }): SentForm<LinkKey>,
) -> Result<Response, PageRefusal> {
    let signed_in = async { Ok(dashboard.desk.sign_in_by_link(&k, browser(&visit)).await?) };
    let signed_in = dashboard.looked(visit.peer, signed_in).await?;
    let Some(signed_in) = signed_in else { return Ok(link_page(&page, None, "")) };
    Ok(welcome(&visit, &signed_in, went_on(&visit, &signed_in)))
}

fn link_page(page: &Frame, visitor: Option<&Visitor>, key: &str) -> Response {
    let status = if visitor.is_some() { StatusCode::OK } else { StatusCode::GONE };
    (status, render(&LinkPage { page, visitor, key })).into_response()
}

fn browser(visit: &Visit) -> VisitingBrowser {
    let before = visit.session.as_ref().map(|session| session.id.clone());
    VisitingBrowser { call: visit.call.clone(), name: visit.browser.clone(), before }
}

fn welcome(visit: &Visit, signed_in: &SignedIn, next: &str) -> Response {
    let kept = [cookie::keep(signed_in, visit.is_secure), cookie::keep_next(None, visit.is_secure)];
    (AppendHeaders(kept.map(|cookie| (header::SET_COOKIE, cookie))), Redirect::to(next)).into_response()
}

/// Where whoever comes by a link wanted to go on, in the same browser; where it was somebody else, that is nothing to them.
fn went_on<'a>(visit: &'a Visit, signed_in: &SignedIn) -> &'a str {
    let is_other =
        visit.session.as_ref().is_some_and(|before| before.visitor.owner != signed_in.session.visitor.owner);
    visit.next.as_deref().filter(|_| !is_other).map_or(HOME, local)
}

/// The page where somebody signs in and then goes on.
pub(super) fn address(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/ui/sign-in?next={next}")
}

/// A place to go on to that is a page of ours; the first one where it is none.
pub(super) fn local(next: &str) -> &str {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = next == "/ui" || next.starts_with("/ui/") || next.starts_with("/ui?");
    if is_plain && is_ours && !next.contains("//") { next } else { HOME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_on_to_a_page_of_anothers() {
        for ours in ["/ui", "/ui/accounts?state=late", "/ui?after=1"] {
            assert_eq!(local(ours), ours);
        }
        for wrong in [
            "",
            "/",
            "https://evil.example.test/ui",
            "//evil.example.test/ui",
            "/\\evil.example.test",
            "/uix",
            "/ui//evil.example.test",
            "/ui/\r\nset-cookie: x",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(wrong), "/ui", "{wrong}");
        }
    }
}
