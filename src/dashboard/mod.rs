//! The dashboard: pages for operators and for owners of mailboxes, rendered here, that work without script.
//!
//! ```text
//! pages     the one table: method, address, who may, whether a fresh sign-in is wanted
//! entry     who comes (cookie -> sign-in), whether the page lets them in, what every answer carries
//! frame     what a page is rendered in: language, theme, who is signed in, navigation
//! asked     what a page is asked with; refusal: why there is no other page
//! connect   the ways to connect; attempt: one at Microsoft; conversation: one by password or code
//! under_way the way back to those that have not ended, or have connected nothing lately
//! embed     the card for a page of the CRM's, by its handle alone
//! words     the words of each language, one file each; moments, verdicts and what else is said in them
//! done      what was done just now, said once on the page that follows
//! told      what is said of a state or a failure to whoever looks: an owner has words of their own
//! assets    stylesheet, script and icon, embedded
//! ```
//!
//! It asks the desk, as the actor who is signed in: whose accounts they reach is bound there. A cookie counts under `/ui`
//! alone, where no GET changes anything. An address holds ids, and whose accounts are listed
//! (`?owner=`) by the CRM's id of the user: none holds a name of a person or what is looked for.

mod account;
mod accounts;
mod asked;
mod assets;
mod attempt;
mod audit;
mod connect;
mod contacts;
mod conversation;
mod cookie;
mod day;
mod disconnect;
mod doctor;
mod done;
mod embed;
mod entry;
mod frame;
mod limits;
mod messages;
mod moments;
mod overview;
mod pages;
mod refusal;
mod said;
mod sessions;
mod sign_in;
mod theme;
mod tokens;
mod told;
mod under_way;
mod verdicts;
mod words;

pub use pages::Audience;

use crate::desk::Desk;
use crate::http::{Access, Peer, Refusals};
use axum::Router;
use axum::http::Method;
use limits::SignInLimits;
use refusal::PageRefusal;
use std::sync::Arc;

/// What the pages share.
#[derive(Clone)]
struct Dashboard {
    desk: Arc<Desk>,
    access: Arc<Access>,
    limits: Arc<SignInLimits>,
    refusals: Arc<Refusals>,
}

impl Dashboard {
    /// What came of a look at what may be made up. Those of who guesses are taken one after the other.
    async fn looked<T>(
        &self,
        peer: Peer,
        work: impl Future<Output = Result<Option<T>, PageRefusal>>,
    ) -> Result<Option<T>, PageRefusal> {
        let look = self.refusals.look(peer).await.map_err(PageRefusal::later)?;
        let done = work.await;
        if matches!(done, Ok(None)) {
            look.wrong().await;
        } else {
            look.good();
        }
        done
    }
}

/// Every page that there is: how and where it is asked, whom it lets in, and whether it wants a fresh sign-in.
pub fn pages() -> impl Iterator<Item = (Method, &'static str, Audience, bool)> {
    pages::table().into_iter().map(|page| (page.method, page.path, page.audience, page.is_grave))
}

/// All pages, each behind what the table says.
pub(crate) fn router<S>(desk: Arc<Desk>, access: Arc<Access>, refusals: Arc<Refusals>) -> Router<S> {
    pages::build(&Dashboard { desk, access, limits: Arc::default(), refusals })
}
