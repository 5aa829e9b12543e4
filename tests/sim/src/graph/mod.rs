//! graph.microsoft.com, version 1.0: who one is, contacts, mail.
//!
//! ```text
//! asked       a request: method, path, options, preferences
//! target      what its path leads to
//! door        from a request to an answer: who asks, what fails, what is logged
//! access      tokens and scopes
//! traffic     how much at once, and who came back too early
//! errors      Graph's error bodies           faults      failures that a test has ordered
//! query       $select, $expand, $filter      entity      a contact as an answer shows it
//! list, one   contacts, read and written     folders     folders of contacts
//! mail        messages, listed and one       mail_folders  folders of mail
//! mail_acts   messages, changed, moved, deleted    send      messages that are sent
//! mail_query  $filter and $orderby of mail   message     a message as an answer shows it
//! text        bodies and MIME                attachments what hangs on a message
//! shelf       what rounds can tell of
//! write       what is taken and refused      rewrite     what is made of it
//! photo       photos                         translate   ids of one family in the other
//! delta       rounds of changes              page        what a round brings
//! cursor      the tokens in their links      batch       several requests in one
//! settings    what varies from account to account
//! surface     what a test may do to contacts
//! control     the same over HTTP
//! ```

mod access;
mod asked;
mod attachments;
mod batch;
pub(crate) mod control;
mod cursor;
mod delta;
mod door;
mod entity;
mod errors;
mod faults;
mod folders;
mod list;
mod mail;
mod mail_acts;
mod mail_folders;
mod mail_query;
mod me;
mod message;
mod one;
mod page;
mod photo;
mod query;
mod rewrite;
mod send;
mod settings;
mod shelf;
mod surface;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod traffic;
mod translate;
mod write;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

pub use self::errors::GraphError;
pub use self::settings::{Birthday, LostCursor, Quirk, Settings};
pub(crate) use self::traffic::Traffic;

use self::asked::Asked;
use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().fallback(endpoint).with_state(sim)
}

async fn endpoint(State(sim): State<Sim>, request: Request) -> Response {
    let asked = Asked::read(request).await;
    door::enter(&sim, &asked).await
}
