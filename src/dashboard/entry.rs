//! Who comes, whether a page lets them in, and what every answer carries.

use super::cookie;
use super::done::JustDone;
use super::frame::Frame;
use super::pages::Audience;
use super::refusal::PageRefusal;
use super::theme::Theme;
use super::words::Words;
use super::{Dashboard, sign_in};
use crate::http::{Peer, call};
use crate::model::{Actor, CallOrigin, DashboardSession, Visitor};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use std::convert::Infallible;
use tower_http::csrf::ProtectionError;
use url::Url;

/// Nothing runs and nothing is loaded but what is ours; what the script writes goes through the one policy that it has.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types outlook-syncd";

/// The same of a page that pages of an origin may frame.
pub(super) fn policy(ancestors: &str) -> String {
    POLICY.replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"))
}

/// What every page carries beside what every answer does. Without a referrer to ourselves a browser would not say where
/// our own forms come from (Fetch, `Origin`).
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A request, before it is known what page it asks for.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Where it comes from.
    pub(super) peer: Peer,
    pub(super) call: CallOrigin,
    /// What the browser calls itself.
    pub(super) browser: Option<String>,
    /// Who is signed in with it.
    pub(super) session: Option<DashboardSession>,
    /// How much they are asked of contacts.
    pub(super) to_settle: u64,
    /// Whether it came by our public https address.
    pub(super) is_secure: bool,
    /// Whether it came by the address that Microsoft sends popups back to.
    pub(super) is_where_popups_return: bool,
    /// Where it is asked, with what.
    pub(super) address: String,
    /// Whether only to look.
    pub(super) is_get: bool,
    /// What was done just now, where this page shall say it.
    pub(super) done: Option<JustDone>,
    /// Where they wanted to go on when they had to sign in first.
    pub(super) next: Option<String>,
    /// The page of the CRM that they came from, while it is of a listed origin.
    pub(super) return_to: Option<Url>,
    pub(super) words: &'static Words,
    pub(super) theme: Theme,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().expect("every page is entered"))
    }
}

/// Somebody who is signed in, on a page that lets them in.
#[derive(Debug, Clone)]
pub(super) struct Admitted {
    pub(super) actor: Actor,
    pub(super) session: DashboardSession,
}

impl<S: Sync> FromRequestParts<S> for Admitted {
    type Rejection = PageRefusal;

    /// A handler that wants a guest on a page for anyone lets nobody in.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageRefusal> {
        parts.extensions.get().cloned().ok_or_else(PageRefusal::not_found)
    }
}

/// Longer names of browsers are cut, characters.
const LONGEST_BROWSER: usize = 200;

async fn visit(
    dashboard: &Dashboard,
    peer: Peer,
    Parts { method, uri, headers, .. }: &Parts,
) -> Result<Visit, PageRefusal> {
    let jar = CookieJar::from_headers(headers);
    let is_secure = cookie::is_secure(&dashboard.access, headers);
    let is_asset = uri.path().starts_with("/ui/assets/");
    // What a page asks for by itself is no person who is there.
    let is_live = uri.path().ends_with("/live");
    let session = match cookie::read(&jar, is_secure).filter(|_| !is_asset) {
        Some((id, secret)) => {
            let found = async { Ok(dashboard.desk.dashboard_session(&id, secret).await?) };
            dashboard.looked(peer, found).await?
        }
        None => None,
    };
    if let Some(session) = session.as_ref().filter(|_| !is_live) {
        dashboard.desk.dashboard_session_seen(session).await?;
    }
    let to_settle = match session.as_ref().filter(|_| !is_live) {
        Some(session) => dashboard.desk.count_questions(&session.visitor.actor()).await?,
        None => 0,
    };
    let popup = dashboard.access.popup.as_ref();
    let is_get = method == Method::GET;
    let is_page = is_get && !is_live && session.is_some();
    let return_to = session.as_ref().and_then(|session| returning(dashboard, &session.visitor));
    let address = uri.path_and_query().map_or("/ui", |address| address.as_str()).to_owned();
    Ok(Visit {
        peer,
        call: call(peer, headers),
        browser: text(headers, &header::USER_AGENT).map(|name| name.chars().take(LONGEST_BROWSER).collect()),
        session,
        to_settle,
        is_secure,
        is_where_popups_return: popup.is_some_and(|popup| popup.is_at(cookie::host(headers))),
        address,
        is_get,
        done: JustDone::brought(&jar, is_secure).filter(|_| is_page),
        next: cookie::next(&jar, is_secure).map(str::to_owned),
        return_to,
        words: Words::accepted(text(headers, &header::ACCEPT_LANGUAGE).unwrap_or_default()),
        theme: Theme::of(&jar),
    })
}

/// The page of the CRM, where its origin is listed still.
fn returning(dashboard: &Dashboard, visitor: &Visitor) -> Option<Url> {
    let page = Url::parse(visitor.return_to.as_deref()?).ok()?;
    let openers = &dashboard.access.popup.as_ref()?.openers;
    openers.contains(&page.origin().ascii_serialization()).then_some(page)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Sees who comes, renders what is refused in their language, and gives every answer its headers.
pub(super) async fn enter(State(dashboard): State<Dashboard>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get().copied().unwrap_or(Peer::LOCAL);
    let visit = match visit(&dashboard, peer, &parts).await {
        Ok(visit) => visit,
        Err(refusal) => return dressed(refusal.page(&Frame::nobodys(dashboard.desk.now()))),
    };
    let frame = Frame::of(&visit, dashboard.desk.now());
    let is_secure = visit.is_secure;
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(visit);
    request.extensions_mut().insert(frame.clone());
    let mut response = next.run(request).await;
    let refused = response.extensions_mut().remove::<PageRefusal>();
    let is_foreign = response.extensions().get::<ProtectionError>().is_some();
    let refused = refused.or_else(|| is_foreign.then(PageRefusal::foreign));
    told(dressed(refused.map_or(response, |refusal| refusal.page(&frame))), frame.done, is_secure)
}

/// Has the next page say what was done; what this one has said is over.
fn told(mut response: Response, said: Option<JustDone>, is_secure: bool) -> Response {
    let done = response.extensions_mut().remove::<JustDone>();
    if done.is_some() || said.is_some() && !response.status().is_redirection() {
        let cookie = cookie::keep_done(done.map(JustDone::as_str), is_secure);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn dressed(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Lets those in whom a page is for. Whoever is not signed in is sent to where they can, and back afterwards.
pub(super) async fn admit(
    State((audience, is_grave)): State<(Audience, bool)>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    if audience == Audience::Anyone {
        return next.run(request).await;
    }
    let is_get = request.method() == Method::GET;
    let Some(session) = visit.session else { return to_sign_in(&visit.address, is_get) };
    if audience == Audience::Operator && session.visitor.owner.is_some() {
        return PageRefusal::not_found().into_response();
    }
    let now = request.extensions().get::<Frame>().map(|frame| frame.now);
    if is_grave && !now.is_some_and(|now| session.is_fresh(now)) {
        return to_sign_in(&visit.address, true);
    }
    let actor = Actor { call: visit.call, ..session.visitor.actor() };
    request.extensions_mut().insert(Admitted { actor, session });
    next.run(request).await
}

/// An address that is only posted to is no page to come back to, unless it is one that asks first.
fn to_sign_in(address: &str, is_page: bool) -> Response {
    let next = if is_page { address } else { "/ui" };
    Redirect::to(&sign_in::address(next)).into_response()
}
