//! The one table of pages, each with whom it lets in. What is not here is not served.

use super::entry::{admit, enter};
use super::{
    Dashboard, account, accounts, assets, attempt, audit, connect, contacts, conversation, disconnect,
    doctor, embed, messages, overview, refusal, sessions, sign_in, theme, tokens,
};
use crate::http::{BODY_LIMIT, LARGEST_BODY, whole_body};
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use tower_http::csrf::CsrfLayer;

/// Whom a page lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: it says nothing that is not everybody's, or a secret of its own guards it.
    Anyone,
    /// Whoever is signed in, to what is within their reach.
    SignedIn,
    /// An operator.
    Operator,
}

/// A page: how and where it is asked, and by whom.
pub(super) struct PageRow {
    pub(super) method: Method,
    /// Where; `{name}` stands for any part.
    pub(super) path: &'static str,
    pub(super) audience: Audience,
    /// Whether it cannot be taken back: then it wants a fresh sign-in.
    pub(super) is_grave: bool,
    handler: MethodRouter<Dashboard>,
}

/// The one table of pages.
pub(super) fn table() -> Vec<PageRow> {
    use Audience::{Anyone, Operator, SignedIn};
    vec![
        get(Anyone, "/ui/sign-in", sign_in::form),
        post(Anyone, "/ui/sign-in", sign_in::by_password),
        get(Anyone, "/ui/link", sign_in::link),
        post(Anyone, "/ui/link", sign_in::by_link),
        post(Anyone, "/ui/theme", theme::choose),
        get(Anyone, "/ui/assets/{name}", assets::serve),
        get(Anyone, "/", overview::home),
        get(SignedIn, "/ui", overview::show),
        get(SignedIn, "/ui/live", overview::live),
        get(SignedIn, "/ui/sessions", sessions::list),
        post(SignedIn, "/ui/sessions/{session}/end", sessions::end),
        post(SignedIn, "/ui/sign-out", sessions::sign_out),
        get(SignedIn, "/ui/accounts", accounts::list),
        get(SignedIn, "/ui/accounts/{id}", account::show),
        get(SignedIn, "/ui/accounts/{id}/live", account::live),
        post(SignedIn, "/ui/accounts/{id}/sync", account::sync),
        post(SignedIn, "/ui/accounts/{id}/pause", account::pause),
        post(SignedIn, "/ui/accounts/{id}/resume", account::resume),
        get(SignedIn, "/ui/accounts/{id}/disconnect", disconnect::ask).grave(),
        post(SignedIn, "/ui/accounts/{id}/disconnect", disconnect::end).grave(),
        get(SignedIn, "/ui/accounts/{id}/receipt", disconnect::receipt),
        get(SignedIn, "/ui/accounts/{id}/messages", messages::list),
        get(SignedIn, "/ui/accounts/{id}/messages/{message}", messages::show),
        get(SignedIn, "/ui/accounts/{id}/messages/{message}/body", messages::body),
        get(SignedIn, "/ui/settle", contacts::asked::list),
        get(SignedIn, "/ui/accounts/{id}/contacts", contacts::list),
        post(SignedIn, "/ui/accounts/{id}/contacts/find", contacts::find),
        get(SignedIn, "/ui/accounts/{id}/contacts/matches", contacts::matches::list),
        post(SignedIn, "/ui/accounts/{id}/contacts/matches/{match}", contacts::matches::answer),
        get(SignedIn, "/ui/accounts/{id}/contacts/plan", contacts::plan::show),
        get(SignedIn, "/ui/accounts/{id}/contacts/plan/release", contacts::plan::ask).grave(),
        post(SignedIn, "/ui/accounts/{id}/contacts/plan/release", contacts::plan::release).grave(),
        post(SignedIn, "/ui/accounts/{id}/contacts/plan/keep", contacts::plan::keep),
        get(SignedIn, "/ui/accounts/{id}/contacts/{contact}", contacts::person::show),
        get(SignedIn, "/ui/accounts/{id}/contacts/{contact}/live", contacts::person::live),
        post(SignedIn, "/ui/accounts/{id}/contacts/{contact}/sync", contacts::person::sync),
        post(SignedIn, "/ui/accounts/{id}/contacts/{contact}/undo", contacts::person::undo),
        post(SignedIn, "/ui/accounts/{id}/contacts/{contact}/resolve", contacts::person::resolve),
        get(SignedIn, "/ui/accounts/{id}/audit", audit::of_account),
        get(Operator, "/ui/audit", audit::list),
        get(Operator, "/ui/tokens", tokens::list),
        get(Operator, "/ui/tokens/new", tokens::ask).grave(),
        post(Operator, "/ui/tokens/new", tokens::make).grave(),
        get(Operator, "/ui/tokens/{token}/revoke", tokens::ask_to_revoke).grave(),
        post(Operator, "/ui/tokens/{token}/revoke", tokens::revoke).grave(),
        get(Operator, "/ui/doctor", doctor::show),
        get(Operator, "/ui/about", overview::about),
        get(SignedIn, "/ui/connect", connect::ask),
        post(SignedIn, "/ui/connect/password", connect::by_password),
        post(Operator, "/ui/connect/code", connect::by_code),
        post(SignedIn, "/ui/connect/microsoft", connect::with_microsoft),
        get(Anyone, "/ui/connect/back", attempt::back),
        post(SignedIn, "/ui/connect/finish", attempt::finish),
        get(SignedIn, "/ui/connect/attempts/{attempt}", attempt::show),
        get(SignedIn, "/ui/connect/attempts/{attempt}/live", attempt::live),
        post(SignedIn, "/ui/connect/attempts/{attempt}/cancel", attempt::cancel),
        get(SignedIn, "/ui/connects/{connect}", conversation::show),
        get(SignedIn, "/ui/connects/{connect}/live", conversation::live),
        post(SignedIn, "/ui/connects/{connect}/answer", conversation::answer),
        post(SignedIn, "/ui/connects/{connect}/end", conversation::end),
        get(Anyone, "/ui/embed/{card}", embed::show),
        get(Anyone, "/ui/embed/{card}/live", embed::live),
        // What is not there is said on a page too.
        get(Anyone, "/ui/{*rest}", refusal::not_there),
    ]
}

impl PageRow {
    fn grave(self) -> Self {
        Self { is_grave: true, ..self }
    }
}

fn get<H, T>(audience: Audience, path: &'static str, handler: H) -> PageRow
where
    H: Handler<T, Dashboard>,
    T: 'static,
{
    page(audience, Method::GET, path, on(MethodFilter::GET, handler))
}

fn post<H, T>(audience: Audience, path: &'static str, handler: H) -> PageRow
where
    H: Handler<T, Dashboard>,
    T: 'static,
{
    page(audience, Method::POST, path, on(MethodFilter::POST, handler))
}

fn page(audience: Audience, method: Method, path: &'static str, handler: MethodRouter<Dashboard>) -> PageRow {
    PageRow { method, path, audience, is_grave: false, handler }
}

/// The router: each page behind what its row says. What another site's page sends is refused before a page is asked; who
/// comes is known by then, since the refusal is told in their language and frame.
pub(super) fn build<S>(dashboard: &Dashboard) -> Router<S> {
    let router = table().into_iter().fold(Router::new(), |router, page| {
        let wants = (page.audience, page.is_grave);
        let body = from_fn_with_state((BODY_LIMIT, LARGEST_BODY), whole_body);
        router.route(page.path, page.handler.route_layer(body).route_layer(from_fn_with_state(wants, admit)))
    });
    router
        .layer(cross_site(dashboard))
        .layer(from_fn_with_state(dashboard.clone(), enter))
        .with_state(dashboard.clone())
}

/// The public address is trusted by name: a proxy before us may call us by another.
fn cross_site(dashboard: &Dashboard) -> CsrfLayer {
    let layer = CsrfLayer::new();
    let Some(public) = &dashboard.access.public_url else { return layer };
    layer.add_trusted_origin(public.origin().ascii_serialization()).unwrap_or_else(|_| CsrfLayer::new())
}
