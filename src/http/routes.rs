//! The one table of routes, each with the scope that it needs. The router is made of nothing else: what is
//! not here is not served. Until the parts are open, `standby` answers in its place. Every answer is of a
//! type.

use super::caller::admit;
use super::problem::Problem;
use super::{
    Edge, accounts, audit, broker, contacts, correspondence, cron, dashboard_links, guard, health,
    integration, messages, popup,
};
use crate::model::{LONGEST_PHOTO, Scope};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

/// A route: how and where it is asked, and by whom.
pub(super) struct Route {
    /// How it is asked.
    pub(super) method: Method,
    /// Where; `{name}` stands for any part.
    pub(super) path: &'static str,
    /// What a caller needs. `None` lets everybody in: it says nothing that is not everybody's, or a one-time
    /// handle of its own guards it.
    pub(super) scope: Option<Scope>,
    /// The largest body that is read, bytes.
    largest: usize,
    handler: MethodRouter<Edge>,
}

impl Route {
    /// The same where a photo is sent.
    const fn taking_a_photo(mut self) -> Self {
        self.largest = LONGEST_PHOTO;
        self
    }
}

/// The one table of routes.
pub(super) fn table() -> Vec<Route> {
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    let put = Method::PUT;
    vec![
        open(&get, "/health/live", async || "ok"),
        guarded(Scope::Read, &get, "/health", health::health),
        guarded(Scope::Read, &get, "/v1/accounts", accounts::list),
        guarded(Scope::Read, &get, "/v1/accounts/{id}", accounts::show),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/explanations", accounts::explain),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/audit", audit::list),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/messages", messages::list),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/messages/{message}", messages::show),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts", contacts::list),
        guarded(Scope::Contacts, &post, "/v1/accounts/{id}/contacts", contacts::add),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/plan", contacts::brake::plan),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/brake", contacts::brake::show),
        guarded(Scope::Contacts, &post, "/v1/accounts/{id}/contacts/brake/approve", contacts::brake::approve),
        guarded(Scope::Contacts, &post, "/v1/accounts/{id}/contacts/brake/reject", contacts::brake::reject),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/matches", contacts::matches::list),
        guarded(
            Scope::Contacts,
            &post,
            "/v1/accounts/{id}/contacts/matches/{match}",
            contacts::matches::answer,
        ),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/journal", contacts::journal::list),
        guarded(Scope::Contacts, &post, "/v1/accounts/{id}/contacts/undo", contacts::journal::undo),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/conflicts", contacts::conflicts::list),
        guarded(
            Scope::Contacts,
            &post,
            "/v1/accounts/{id}/contacts/{contact}/resolve",
            contacts::conflicts::resolve,
        ),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/{contact}", contacts::show),
        guarded(Scope::Contacts, &patch, "/v1/accounts/{id}/contacts/{contact}", contacts::edit),
        guarded(Scope::Contacts, &delete, "/v1/accounts/{id}/contacts/{contact}", contacts::remove),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/{contact}/photo", contacts::photo::show),
        guarded(Scope::Contacts, &put, "/v1/accounts/{id}/contacts/{contact}/photo", contacts::photo::set)
            .taking_a_photo(),
        guarded(
            Scope::Contacts,
            &delete,
            "/v1/accounts/{id}/contacts/{contact}/photo",
            contacts::photo::remove,
        ),
        guarded(
            Scope::Sync,
            &post,
            "/v1/accounts/{id}/contacts/{contact}/sync",
            correspondence::ask_of_contact,
        ),
        guarded(Scope::Read, &get, "/v1/accounts/{id}/contacts/{contact}/sync", correspondence::of_contact),
        guarded(
            Scope::Sync,
            &post,
            "/v1/accounts/{id}/correspondents/{address}/sync",
            correspondence::ask_of_address,
        ),
        guarded(
            Scope::Read,
            &get,
            "/v1/accounts/{id}/correspondents/{address}/sync",
            correspondence::of_address,
        ),
        guarded(Scope::Tokens, &get, "/v1/accounts/{id}/access-token", broker::hand_out),
        guarded(Scope::Admin, &post, "/v1/dashboard-links", dashboard_links::make),
        guarded(Scope::Admin, &get, "/v1/integrations/outlook/auth-url", integration::auth_url),
        open(&get, "/v1/integrations/outlook/start", popup::ask),
        open(&post, "/v1/integrations/outlook/start", popup::start),
        open(&get, "/v1/integrations/outlook/callback", popup::callback),
        guarded(Scope::Admin, &post, "/v1/integrations/outlook/finish", integration::finish),
        guarded(Scope::Read, &get, "/v1/integrations/outlook/attempts/{attempt}", integration::attempt),
        guarded(Scope::Admin, &delete, "/v1/integrations/outlook/attempts/{attempt}", integration::cancel),
        guarded(Scope::Read, &get, "/v1/integrations/outlook/status", integration::status),
        guarded(Scope::Admin, &delete, "/v1/integrations/outlook/disconnect", integration::disconnect),
        // The same by the names that the CRM's former connect had.
        guarded(Scope::Admin, &post, "/api/oauth/microsoft/authorize", integration::auth_url),
        open(&get, "/api/oauth/microsoft/start", popup::ask),
        open(&post, "/api/oauth/microsoft/start", popup::start),
        open(&get, "/api/oauth/microsoft/callback", popup::callback),
        guarded(Scope::Admin, &post, "/api/oauth/microsoft/finish", integration::finish),
        guarded(Scope::Admin, &post, "/api/oauth/microsoft/disconnect", integration::disconnect),
        guarded(Scope::Sync, &get, "/api/cron/outlook-sync", cron::trigger),
        guarded(Scope::Sync, &post, "/api/cron/outlook-sync", cron::trigger),
    ]
}

fn open<H, T>(method: &Method, path: &'static str, handler: H) -> Route
where
    H: Handler<T, Edge>,
    T: 'static,
{
    row(None, method, path, handler)
}

fn guarded<H, T>(scope: Scope, method: &Method, path: &'static str, handler: H) -> Route
where
    H: Handler<T, Edge>,
    T: 'static,
{
    row(Some(scope), method, path, handler)
}

fn row<H, T>(scope: Option<Scope>, method: &Method, path: &'static str, handler: H) -> Route
where
    H: Handler<T, Edge>,
    T: 'static,
{
    let filter =
        MethodFilter::try_from(method.clone()).expect("a method that the table names is a known one");
    Route { method: method.clone(), path, scope, largest: guard::LARGEST_BODY, handler: on(filter, handler) }
}

/// The router: each handler behind the scope of its row.
pub(super) fn build(edge: &Edge) -> Router<Edge> {
    let router = table().into_iter().fold(Router::new(), |router, route| {
        // A stranger is refused before the body is read.
        let limits = (guard::BODY_LIMIT, route.largest);
        let handler = route.handler.route_layer(from_fn_with_state(limits, guard::whole_body));
        let handler = match route.scope {
            None => handler,
            Some(scope) => handler.route_layer(from_fn_with_state((edge.clone(), scope), admit)),
        };
        router.route(route.path, handler)
    });
    router
        // Each body was bounded before: the framework's own limit is another.
        .layer(DefaultBodyLimit::disable())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::wrong_method())
}
