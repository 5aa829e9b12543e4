//! What a page is rendered in: its language, its look, who is signed in, where they can go.

use super::day::HourBar;
use super::done::JustDone;
use super::entry::Visit;
use super::theme::Theme;
use super::told::Told;
use super::verdicts::{self, Badge, Tone};
use super::words::Words;
use super::{assets, entry};
use crate::desk::HourSeen;
use crate::desk::sign_ins::Method;
use crate::model::{Part, Road, SessionState, Visitor, printable};
use crate::sync::explain::Explanation;
use crate::sync::health::Verdict;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Debug};
use url::Url;

/// What every template has as `page`.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) words: &'static Words,
    pub(super) theme: Theme,
    pub(super) now: DateTime<Utc>,
    /// Where the page is.
    pub(super) address: String,
    /// Where it is shown again; `None` of an answer to a form that no address shows.
    pub(super) again: Option<String>,
    /// What was done just now.
    pub(super) done: Option<JustDone>,
    /// The page of the CRM that they came from.
    pub(super) return_to: Option<Url>,
    pub(super) visitor: Option<Visitor>,
    /// How much they are asked of contacts.
    pub(super) to_settle: u64,
}

/// A place in the navigation.
#[derive(Clone)]
pub(super) struct NavPlace {
    pub(super) href: &'static str,
    pub(super) name: Cow<'static, str>,
    pub(super) is_here: bool,
    /// How much waits there for whoever is signed in.
    pub(super) waiting: u64,
}

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().expect("every page is entered"))
    }
}

impl Frame {
    pub(super) fn of(visit: &Visit, now: DateTime<Utc>) -> Self {
        let entry::Visit { words, theme, address, session, to_settle, done, return_to, .. } = visit.clone();
        let again = Some(address.clone()).filter(|_| visit.is_get);
        let visitor = session.map(|session| session.visitor);
        Self { words, theme, now, address, again, done, return_to, visitor, to_settle }
    }

    /// The same of an answer to a form, which this address shows without what was sent.
    pub(super) fn shown_at(self, address: String) -> Self {
        Self { again: Some(address), ..self }
    }

    /// The same of a page that no address shows as it is.
    pub(super) fn shown_once(self) -> Self {
        Self { again: None, ..self }
    }

    /// That of a page whose visitor could not be looked for.
    pub(super) fn nobodys(now: DateTime<Utc>) -> Self {
        let address = "/ui".to_owned();
        let (words, theme) = (Words::accepted(""), Theme::System);
        let (again, done, return_to) = (Some(address.clone()), None, None);
        Self { words, theme, now, address, again, done, return_to, visitor: None, to_settle: 0 }
    }
}

/// What templates call. They hand over references.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, by reference"
)]
impl Frame {
    /// Whether an operator looks at it.
    pub(super) fn is_operator(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.owner.is_none())
    }

    pub(super) fn say(&self, key: &str) -> Cow<'static, str> {
        self.words.say(key)
    }

    pub(super) fn count(&self, key: &str, n: &u64) -> Cow<'static, str> {
        self.words.count(key, i64::try_from(*n).unwrap_or(i64::MAX))
    }

    pub(super) fn images(&self, key: &str, n: &usize) -> Cow<'static, str> {
        self.count(key, &(*n as u64))
    }

    pub(super) fn badge(&self, verdict: &Verdict) -> Badge {
        Badge::of(*verdict, self.words)
    }

    /// A verdict in a word.
    pub(super) fn state(&self, verdict: &Verdict) -> Cow<'static, str> {
        verdicts::word(*verdict, self.words)
    }

    pub(super) fn hour<'a>(&self, hour: &'a HourSeen) -> HourBar<'a> {
        HourBar::new(hour, self.exact(&hour.begin), self.words)
    }

    /// The class of a verdict in the stylesheet.
    pub(super) fn tone(&self, verdict: &Verdict) -> &'static str {
        Tone::of(*verdict).class()
    }

    pub(super) fn session(&self, state: &SessionState) -> Cow<'static, str> {
        self.say(&format!("session-{}", state.as_str().replace('_', "-")))
    }

    /// How an account's mail is read.
    pub(super) fn road(&self, road: Option<&Road>) -> Cow<'static, str> {
        self.say(&format!("road-{}", road.map_or("none", |road| road.as_str())))
    }

    pub(super) fn failures(&self, times: &i64) -> Cow<'static, str> {
        self.count("failures", &times.unsigned_abs())
    }

    /// A day, as ISO 8601 has it.
    pub(super) fn day(&self, at: &DateTime<Utc>) -> String {
        at.format("%Y-%m-%d").to_string()
    }

    pub(super) fn part(&self, part: &Part) -> Cow<'static, str> {
        self.say(&format!("part-{}", part.as_str()))
    }

    /// What somebody else has written, without what nobody sees.
    pub(super) fn shown(&self, text: &str) -> String {
        printable(text)
    }

    /// A way to prove a second time who signs in.
    pub(super) fn way(&self, way: &Method) -> Cow<'static, str> {
        self.say(&format!("way-{}", way.as_str().replace('_', "-")))
    }

    /// An address of somebody else's, where it is one that a browser goes to.
    pub(super) fn link<'a>(&self, address: &'a str) -> &'a str {
        let is_web = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if is_web { address } else { "#" }
    }

    /// What is said of how an account or a part of it does.
    pub(super) fn told<'a>(&self, said: &'a Explanation) -> Told<'a> {
        Told::explained(self, said)
    }

    /// A sentence of ours, its commands set as such.
    pub(super) fn prose(&self, text: &str) -> Prose {
        Prose(printable(text))
    }

    pub(super) fn stylesheet(&self) -> &'static str {
        assets::address_of("css")
    }

    pub(super) fn script(&self) -> &'static str {
        assets::address_of("js")
    }

    pub(super) fn icon(&self) -> &'static str {
        assets::address_of("svg")
    }

    /// Whether an owner is signed in.
    pub(super) fn is_owners(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.owner.is_some())
    }

    /// Who is signed in, as they are told.
    pub(super) fn who(&self) -> Cow<'static, str> {
        match &self.visitor {
            None => Cow::Borrowed(""),
            Some(visitor) => match (&visitor.owner, visitor.user()) {
                (Some(owner), _) => Cow::Owned(printable(owner)),
                (None, Some(name)) => Cow::Owned(printable(name)),
                (None, None) => self.say("operator"),
            },
        }
    }

    /// The host of the page of the CRM's.
    pub(super) fn return_host<'a>(&self, place: &'a Url) -> &'a str {
        place.host_str().unwrap_or_default()
    }

    /// Where whoever is signed in can go.
    pub(super) fn places(&self) -> Vec<NavPlace> {
        let all = [("/ui", "nav-overview"), ("/ui/accounts", "nav-accounts"), ("/ui/connect", "nav-connect")];
        let mut places = all.map(|(href, key)| self.nav_place(href, key)).to_vec();
        places.push(NavPlace { waiting: self.to_settle, ..self.nav_place("/ui/settle", "nav-settle") });
        let own = [("/ui/audit", "nav-audit"), ("/ui/tokens", "nav-tokens"), ("/ui/doctor", "nav-doctor")];
        places.extend(own.iter().filter(|_| !self.is_owners()).map(|(href, key)| self.nav_place(href, key)));
        places
    }

    /// Where they seldom go: it stands at the foot.
    pub(super) fn more_places(&self) -> Vec<NavPlace> {
        let about = self.nav_place("/ui/about", "nav-about");
        [self.nav_place("/ui/sessions", "nav-sessions")]
            .into_iter()
            .chain((!self.is_owners()).then_some(about))
            .collect()
    }

    fn nav_place(&self, href: &'static str, key: &str) -> NavPlace {
        let path = self.address.split('?').next().unwrap_or_default();
        let is_below = href != "/ui" && path.starts_with(href);
        NavPlace { href, name: self.say(key), is_here: path == href || is_below, waiting: 0 }
    }
}

/// A sentence of ours in a page: what stands in backticks is a command.
pub(super) struct Prose(String);

/// Each piece of it is escaped.
impl askama::filters::HtmlSafe for Prose {}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, piece) in self.0.split('`').enumerate() {
            let piece = askama::filters::escape(piece, askama::filters::Html).map_err(|_| fmt::Error)?;
            if number % 2 == 1 { write!(f, "<code>{piece}</code>")? } else { write!(f, "{piece}")? }
        }
        Ok(())
    }
}

/// A page as it is answered.
pub(super) fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A part of a page that is asked for again and again: nothing where it is as it was.
pub(super) fn live(part: &impl Template, now: &str, before: Option<&str>) -> Response {
    if before == Some(now) { StatusCode::NO_CONTENT.into_response() } else { render(part) }
}

/// What tells one state of a part from another, whatever the time.
pub(super) fn revision(of: &impl Debug) -> String {
    assets::hash(&format!("{of:?}"))[..16].to_owned()
}
