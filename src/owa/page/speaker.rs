//! Which of the page's requests speak for the account's own mailbox, and the headers that they have.
//!
//! A page whose owner may open other mailboxes asks for those too: it names them in a header or in the path,
//! and anchors its request at them.

use super::super::profile::Profile;
use super::super::session::ServiceHeaders;
use crate::browser::Exchange;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use url::Url;

/// The mailbox that a request names beside that of who is signed in.
pub(super) fn named_mailbox(profile: &Profile, exchange: &Exchange) -> Option<String> {
    let in_path = || {
        let url = Url::parse(&exchange.url).ok()?;
        let parts = url.path_segments()?.map(|part| percent_decode_str(part).decode_utf8_lossy());
        parts.into_iter().find(|part| part.contains('@')).map(|part| part.to_lowercase())
    };
    exchange.header(profile.headers.explicit).map(str::to_lowercase).or_else(in_path)
}

/// The headers of the page's requests for the account's own mailbox.
#[derive(Default)]
pub(super) struct PageHeaders {
    /// Where startup data was anchored: it is always the account's.
    anchor: Option<String>,
    /// As the last request had them.
    last: Option<ServiceHeaders>,
}

impl PageHeaders {
    /// Keeps those of the request for startup data.
    pub(super) fn of_startup(&mut self, profile: &Profile, exchange: &Exchange, now: DateTime<Utc>) {
        let Some(headers) = ServiceHeaders::of_request(profile, exchange, now) else { return };
        self.anchor = headers.header(profile.headers.anchor).map(str::to_owned);
        self.last = Some(headers);
    }

    /// Keeps those of another call, unless it is anchored elsewhere.
    pub(super) fn of_call(&mut self, profile: &Profile, exchange: &Exchange, now: DateTime<Utc>) {
        let anchor = exchange.header(profile.headers.anchor);
        if self.anchor.is_none() || anchor == self.anchor.as_deref() {
            self.last = ServiceHeaders::of_request(profile, exchange, now).or(self.last.take());
        }
    }

    /// The last ones.
    pub(super) fn last(&self) -> Option<&ServiceHeaders> {
        self.last.as_ref()
    }

    /// The last ones; they are handed over once.
    pub(super) fn take(&mut self) -> Option<ServiceHeaders> {
        self.last.take()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::profile::GLOBAL;
    use super::*;
    use crate::testing::a_wednesday as now;

    fn asked(path: &str, headers: &[(&str, &str)]) -> Exchange {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Exchange {
            url: format!("https://outlook.cloud.microsoft{path}"),
            method: "POST".to_owned(),
            request_headers: headers.iter().map(header).collect(),
            request_body: None,
            status: 200,
            response_headers: Vec::new(),
            body: Ok(Vec::new()),
        }
    }

    const FIND: &str = "/owa/service.svc?action=FindFolder&n=1";
    const OWN: (&str, &str) = ("x-anchormailbox", "PUID:1@2");

    fn bearer(headers: &mut PageHeaders) -> Option<String> {
        headers.take().and_then(|headers| headers.header("authorization").map(str::to_owned))
    }

    #[test]
    fn headers_of_a_shared_mailbox_are_not_the_accounts() {
        let mut headers = PageHeaders::default();
        let startup = asked("/owa/startupdata.ashx", &[("authorization", "startup"), OWN]);
        let own = asked(FIND, &[("authorization", "own"), OWN]);
        let shared = asked(FIND, &[("authorization", "shared"), ("x-anchormailbox", "team@example.com")]);
        headers.of_startup(&GLOBAL, &startup, now());
        headers.of_call(&GLOBAL, &shared, now());
        assert_eq!(bearer(&mut headers).as_deref(), Some("startup"));
        headers.of_call(&GLOBAL, &own, now());
        headers.of_call(&GLOBAL, &shared, now());
        assert_eq!(bearer(&mut headers).as_deref(), Some("own"));
    }

    #[test]
    fn what_came_before_startup_data_gives_way_to_it() {
        let mut headers = PageHeaders::default();
        headers.of_call(
            &GLOBAL,
            &asked(FIND, &[("authorization", "other"), ("x-anchormailbox", "x")]),
            now(),
        );
        headers.of_startup(&GLOBAL, &asked("/", &[("authorization", "startup"), OWN]), now());
        assert_eq!(bearer(&mut headers).as_deref(), Some("startup"));
    }

    #[test]
    fn a_request_tells_which_other_mailbox_it_is_for() {
        let named = |path: &str, headers: &[(&str, &str)]| named_mailbox(&GLOBAL, &asked(path, headers));
        let team = Some("team@example.com".to_owned());
        assert_eq!(named(FIND, &[OWN]), None);
        assert_eq!(named(FIND, &[("x-owa-explicitlogonuser", "Team@example.com")]), team);
        assert_eq!(named("/owa/team%40example.com/service.svc?action=FindItem", &[]), team);
        assert_eq!(named("/owa/0/service.svc?action=FindItem&at=a@b", &[]), None);
    }
}
