//! The one table of routes, each with the scope that it needs. Router and document are made of nothing else:
//! what is not here is neither served nor described. Until the parts are open, `standby` answers in its place.
//! Every answer is of a type.

use super::caller::admit;
use super::problem::Problem;
use super::{
    Edge, accounts, audit, broker, connects, contacts, content, correspondence, cron, cycles,
    dashboard_cards, dashboard_links, guard, health, integration, messages, outbox, popup, problems,
    reference, repeat, road, tokens,
};
use crate::model::{LONGEST_PHOTO, Scope};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Deprecated, RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

/// A route: how and where it is asked, by whom, and what is said of it.
pub(super) struct Route {
    /// How it is asked.
    pub(super) method: Method,
    /// Where; `{name}` stands for any part.
    pub(super) path: String,
    /// What a caller's credentials have to allow; `None`: nothing.
    pub(super) scope: Option<Scope>,
    /// Whether any credentials will do. Where neither is wanted everybody is let in: it says nothing that is not everybody's,
    /// or a one-time handle of its own guards it.
    pub(super) wants_any: bool,
    /// What its handler says of itself.
    pub(super) operation: Operation,
    /// The schemas that this names.
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    /// Whether the same under a key of its caller's is done once.
    pub(super) is_repeatable: bool,
    /// The largest body that is read, bytes.
    largest: usize,
    handler: MethodRouter<Edge>,
}

impl Route {
    /// The same where so much is sent, bytes.
    const fn taking(mut self, largest: usize) -> Self {
        self.largest = largest;
        self
    }

    /// The same where it is done once, however often it is asked under one key.
    const fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    /// The same, asked otherwise.
    fn also<H, T>(mut self, method: &Method, path: &str, id: &str, handler: H) -> Self
    where
        H: Handler<T, Edge>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("the table names known methods");
        self.operation.operation_id = Some(id.to_owned());
        Self { method: method.clone(), path: path.to_owned(), handler: on(filter, handler), ..self }
    }

    /// The same as a name that is no longer given to anybody.
    fn formerly(mut self) -> Self {
        self.operation.deprecated = Some(Deprecated::True);
        self
    }
}

/// The one table of routes.
pub(super) fn table() -> Vec<Route> {
    let mut all = vec![
        open(routes!(health::live)),
        guarded(Scope::Read, routes!(health::health)),
        guarded(Scope::Read, routes!(accounts::list)),
        guarded(Scope::Read, routes!(accounts::show)),
        guarded(Scope::Read, routes!(accounts::explain)),
        guarded(Scope::Read, routes!(accounts::folders)),
        guarded(Scope::Admin, routes!(accounts::enable)),
        guarded(Scope::Admin, routes!(accounts::disable)),
        guarded(Scope::Read, routes!(road::show)),
        guarded(Scope::Admin, routes!(road::take)),
        guarded(Scope::Admin, routes!(accounts::would_disconnect)),
        guarded(Scope::Admin, routes!(accounts::disconnect)),
        guarded(Scope::Sync, routes!(accounts::sync)),
        guarded(Scope::Sync, routes!(accounts::sync_all)),
        guarded(Scope::Read, routes!(audit::list)),
        guarded(Scope::Read, routes!(messages::list)),
        guarded(Scope::Read, routes!(messages::show)),
        guarded(Scope::Read, routes!(content::attachment)),
        guarded(Scope::Read, routes!(content::mime)),
        guarded(Scope::Mail, routes!(messages::act)),
        guarded(Scope::Send, routes!(outbox::send)).taking(outbox::LARGEST_SEND),
        guarded(Scope::Read, routes!(outbox::list)),
        guarded(Scope::Read, routes!(outbox::show)),
        guarded(Scope::Send, routes!(outbox::retry)),
        guarded(Scope::Send, routes!(outbox::drop_entry)),
        guarded(Scope::Read, routes!(contacts::list)),
        guarded(Scope::Contacts, routes!(contacts::add)),
        guarded(Scope::Read, routes!(contacts::brake::plan)),
        guarded(Scope::Read, routes!(contacts::brake::show)),
        guarded(Scope::Contacts, routes!(contacts::brake::approve)),
        guarded(Scope::Contacts, routes!(contacts::brake::reject)),
        guarded(Scope::Read, routes!(contacts::matches::list)),
        guarded(Scope::Contacts, routes!(contacts::matches::answer)),
        guarded(Scope::Read, routes!(contacts::journal::list)),
        guarded(Scope::Contacts, routes!(contacts::journal::undo)),
        guarded(Scope::Read, routes!(contacts::conflicts::list)),
        guarded(Scope::Contacts, routes!(contacts::conflicts::resolve)),
        guarded(Scope::Read, routes!(contacts::show)),
        guarded(Scope::Contacts, routes!(contacts::edit)),
        guarded(Scope::Contacts, routes!(contacts::remove)),
        guarded(Scope::Read, routes!(contacts::photo::show)),
        guarded(Scope::Contacts, routes!(contacts::photo::set)).taking(LONGEST_PHOTO),
        guarded(Scope::Contacts, routes!(contacts::photo::remove)),
        guarded(Scope::Sync, routes!(correspondence::ask_of_contact)),
        guarded(Scope::Read, routes!(correspondence::of_contact)),
        guarded(Scope::Sync, routes!(correspondence::ask_of_address)),
        guarded(Scope::Read, routes!(correspondence::of_address)),
        guarded(Scope::Tokens, routes!(broker::hand_out)),
        guarded(Scope::Admin, routes!(dashboard_links::make)).repeatable(),
        guarded(Scope::Read, routes!(dashboard_cards::make)).repeatable(),
        guarded(Scope::Admin, routes!(connects::begin)).repeatable(),
        guarded(Scope::Admin, routes!(connects::show)),
        guarded(Scope::Admin, routes!(connects::answer)).repeatable(),
        guarded(Scope::Admin, routes!(connects::end)),
        guarded(Scope::Admin, routes!(integration::auth_url)),
        open(routes!(popup::ask)),
        open(routes!(popup::start)),
        open(routes!(popup::callback)),
        guarded(Scope::Admin, routes!(integration::finish)),
        guarded(Scope::Read, routes!(integration::attempt)),
        guarded(Scope::Admin, routes!(integration::cancel)),
        guarded(Scope::Read, routes!(integration::status)),
        guarded(Scope::Admin, routes!(integration::disconnect)),
        guarded(Scope::Read, routes!(cycles::list)),
        guarded(Scope::Admin, routes!(audit::list_all)),
        guarded(Scope::Admin, routes!(tokens::list)),
        guarded(Scope::Admin, routes!(tokens::make)).repeatable(),
        guarded(Scope::Admin, routes!(tokens::revoke)),
        guarded(Scope::Read, routes!(health::version)),
        guarded(Scope::Read, routes!(reference::document)),
        guarded(Scope::Read, routes!(reference::show)),
        known(routes!(problems::show)),
        guarded(Scope::Sync, routes!(cron::trigger)),
        guarded(Scope::Sync, routes!(cron::trigger)).also(&Method::POST, CRON, "postCycle", cron::trigger),
    ];
    all.extend(former());
    all
}

/// Where cycles are asked for.
const CRON: &str = "/api/cron/outlook-sync";

/// The same by the names that the CRM's former connect had.
fn former() -> impl Iterator<Item = Route> {
    let (get, post) = (Method::GET, Method::POST);
    let at = |name| format!("/api/oauth/microsoft/{name}");
    [
        guarded(Scope::Admin, routes!(integration::auth_url)).also(
            &post,
            &at("authorize"),
            "formerBeginPopup",
            integration::auth_url,
        ),
        open(routes!(popup::ask)).also(&get, &at("start"), "formerShowPopup", popup::ask),
        open(routes!(popup::start)).also(&post, &at("start"), "formerBindPopup", popup::start),
        open(routes!(popup::callback)).also(&get, &at("callback"), "formerEndPopup", popup::callback),
        guarded(Scope::Admin, routes!(integration::finish)).also(
            &post,
            &at("finish"),
            "formerFinishPopup",
            integration::finish,
        ),
        guarded(Scope::Admin, routes!(integration::disconnect)).also(
            &post,
            &at("disconnect"),
            "formerEndConnection",
            integration::disconnect,
        ),
    ]
    .into_iter()
    .map(Route::formerly)
}

fn open(described: UtoipaMethodRouter<Edge>) -> Route {
    row(None, described)
}

/// For whoever has credentials, whatever they may do.
fn known(described: UtoipaMethodRouter<Edge>) -> Route {
    Route { wants_any: true, ..row(None, described) }
}

fn guarded(scope: Scope, described: UtoipaMethodRouter<Edge>) -> Route {
    row(Some(scope), described)
}

fn row(scope: Option<Scope>, (schemas, mut paths, handler): UtoipaMethodRouter<Edge>) -> Route {
    let (path, item) = paths.paths.pop_first().expect("a handler names a path");
    let (method, operation) = only(item).expect("a handler names a method");
    Route {
        method,
        path,
        scope,
        wants_any: false,
        operation,
        schemas,
        is_repeatable: false,
        largest: guard::LARGEST_BODY,
        handler,
    }
}

/// The one operation of a handler.
fn only(item: PathItem) -> Option<(Method, Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [
        (Method::GET, get),
        (Method::POST, post),
        (Method::PUT, put),
        (Method::PATCH, patch),
        (Method::DELETE, delete),
    ];
    all.into_iter().find_map(|(method, operation)| Some((method, operation?)))
}

/// The router: each handler behind the scope of its row.
pub(super) fn build(edge: &Edge) -> Router<Edge> {
    let router = table().into_iter().fold(Router::new(), |router, route| {
        let handler = if route.is_repeatable {
            route.handler.route_layer(from_fn_with_state(edge.clone(), repeat::once))
        } else {
            route.handler
        };
        // A stranger is refused before the body is read.
        let limits = (guard::BODY_LIMIT, route.largest);
        let handler = handler.route_layer(from_fn_with_state(limits, guard::whole_body));
        let handler = if route.scope.is_some() || route.wants_any {
            handler.route_layer(from_fn_with_state((edge.clone(), route.scope), admit))
        } else {
            handler
        };
        router.route(&route.path, handler)
    });
    router
        // Each body was bounded before: the framework's own limit is another.
        .layer(DefaultBodyLimit::disable())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::wrong_method())
}
