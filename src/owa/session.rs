//! What signs a browser in to a mailbox: cookies, and the headers that OWA's own page sends.

use super::OwaError;
use super::family::IdFamily;
use super::profile::Profile;
use crate::browser::{Cookie, Exchange};
use crate::dates::{Habits, Reader, ZonedReader, zone};
use crate::model::{DateWord, MailboxSettings};
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Whose mailbox it is and how it writes dates, as its startup data says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// SMTP address in lower case.
    pub address: String,
    /// The id of the organisation that it is of.
    pub tenant: Option<String>,
    /// The owner's name.
    pub display_name: Option<String>,
    /// How it writes dates.
    #[serde(flatten)]
    pub settings: MailboxSettings,
    /// The inbox's id: by it a later session is known to open the same mailbox.
    pub inbox_id: Option<String>,
}

/// How the list of a mailbox is read for its dates and flags.
pub(super) struct MailboxDates {
    pub(super) reader: ZonedReader,
    /// Language tag of the interface.
    pub(super) language: Option<String>,
}

impl Identity {
    /// How this mailbox's list writes dates; `None` while its zone is unknown.
    pub(super) fn dates(&self, words: &[DateWord]) -> Option<MailboxDates> {
        let MailboxSettings { culture, time_zone, date_format, time_format } = self.settings.clone();
        let zone = zone(time_zone.as_deref()?)?;
        let habits = Habits { locale: culture.clone(), date_format, time_format, words: words.to_vec() };
        Some(MailboxDates { reader: ZonedReader { reader: Reader::new(&habits), zone }, language: culture })
    }
}

/// The headers by which the service knows the session.
pub struct ServiceHeaders {
    /// Names in lower case.
    pub(super) headers: Vec<(String, SecretText)>,
    /// Where the service is, such as `https://outlook.cloud.microsoft/`.
    pub origin: Url,
    /// Below which path the page calls it: `/owa/`, or another that the server answers below as well.
    pub(super) path: String,
    /// When the page sent them.
    pub obtained_at: DateTime<Utc>,
}

/// The wish for ids that survive a move.
const IMMUTABLE: &str = r#"IdType="ImmutableId""#;

impl ServiceHeaders {
    /// From a request that OWA's own page made; `None` when it has nothing that signs in.
    pub(super) fn of_request(profile: &Profile, exchange: &Exchange, now: DateTime<Utc>) -> Option<Self> {
        let names = &profile.headers;
        let kept =
            exchange.request_headers.iter().filter(|(name, _)| names.of_session.contains(&name.as_str()));
        let headers: Vec<_> = kept.map(|(name, value)| (name.clone(), secret(value.clone()))).collect();
        let url = Url::parse(&exchange.url).ok()?;
        let origin = Url::parse(&url.origin().ascii_serialization()).ok()?;
        let path = url.path().rsplit_once('/').map(|(above, _)| format!("{above}/"))?;
        let signs_in = headers.iter().any(|(name, _)| names.signs_in.contains(&name.as_str()));
        signs_in.then_some(Self { headers, origin, path, obtained_at: now })
    }

    /// The value of one of them.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.expose_secret().as_str())
    }
}

/// The family of ids that a request of Outlook's page asks for by its `prefer` header. One page may ask for
/// both: its startup data and its lists differ.
pub(super) fn preferred(prefer: Option<&str>) -> IdFamily {
    let immutable = prefer.is_some_and(|wishes| wishes.contains(IMMUTABLE));
    if immutable { IdFamily::Immutable } else { IdFamily::Entry }
}

/// The page's wishes, with the one for ids that survive a move, whatever family the page asked for.
pub(super) fn prefer(wishes: Option<&str>) -> String {
    let others = wishes.unwrap_or_default().split(',').map(str::trim);
    let others = others.filter(|wish| !wish.is_empty() && !wish.starts_with("IdType"));
    std::iter::once(IMMUTABLE).chain(others).collect::<Vec<_>>().join(", ")
}

/// A signed-in session.
pub struct Session {
    /// Every cookie of the context.
    pub(super) cookies: Vec<Cookie>,
    /// Absent until OWA's page has made a request.
    pub service: Option<ServiceHeaders>,
    /// Absent until OWA's startup data has named it.
    pub mailbox: Option<Identity>,
    expires_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    cookies: Vec<Cookie>,
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    service: Option<StoredHeaders>,
    mailbox: Option<Identity>,
}

#[derive(Serialize, Deserialize)]
struct StoredHeaders {
    headers: Vec<(String, String)>,
    origin: Url,
    #[serde(default = "usual_path")]
    path: String,
    obtained_at: DateTime<Utc>,
}

/// The one of sessions that were stored without.
fn usual_path() -> String {
    "/owa/".to_owned()
}

impl Session {
    /// From every cookie of a context, and what is known of the rest.
    pub(super) fn new(
        profile: &Profile,
        cookies: Vec<Cookie>,
        service: Option<ServiceHeaders>,
        mailbox: Option<Identity>,
    ) -> Self {
        let persistent = cookies.iter().find(|cookie| cookie.name == profile.cookies.persistent);
        let expires_at = persistent.and_then(end_of);
        Self { cookies, service, mailbox, expires_at }
    }

    /// As one secret text, to be sealed.
    ///
    /// # Panics
    /// Never: JSON of texts and numbers cannot fail.
    #[must_use]
    pub fn to_secret(&self) -> SecretText {
        let service = self.service.as_ref().map(|service| StoredHeaders {
            headers: service
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), value.expose_secret().clone()))
                .collect(),
            origin: service.origin.clone(),
            path: service.path.clone(),
            obtained_at: service.obtained_at,
        });
        let stored = Stored {
            cookies: self.cookies.clone(),
            expires_at: self.expires_at,
            service,
            mailbox: self.mailbox.clone(),
        };
        secret(serde_json::to_string(&stored).expect("texts and numbers serialise"))
    }

    /// From what `to_secret` made.
    ///
    /// # Errors
    /// `OwaError::Session` when it is not that; of what it held the error says nothing.
    pub fn from_secret(text: &SecretText) -> Result<Self, OwaError> {
        let stored: Stored = serde_json::from_str(text.expose_secret()).map_err(|_| OwaError::Session)?;
        let service = stored.service.map(|service| ServiceHeaders {
            headers: service.headers.into_iter().map(|(name, value)| (name, secret(value))).collect(),
            origin: service.origin,
            path: service.path,
            obtained_at: service.obtained_at,
        });
        Ok(Self { cookies: stored.cookies, service, mailbox: stored.mailbox, expires_at: stored.expires_at })
    }

    /// When its cookies say that it ends: the persistent one of the sign-in pages. `None` where the owner's
    /// choice left only cookies of the browser session, or a policy did.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }
}

fn end_of(cookie: &Cookie) -> Option<DateTime<Utc>> {
    #[expect(clippy::cast_possible_truncation, reason = "a date; `as` saturates")]
    let seconds = cookie.expires? as i64;
    DateTime::from_timestamp(seconds, 0)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("cookies", &self.cookies.len())
            .field("service", &self.service.as_ref().map(|service| service.obtained_at))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::GLOBAL;
    use super::*;
    use crate::browser::SourceScheme;
    use crate::testing::a_wednesday as now;

    fn request(headers: &[(&str, &str)]) -> Exchange {
        Exchange {
            url: "https://outlook.cloud.microsoft/owa/service.svc?action=FindConversation&n=5".to_owned(),
            method: "POST".to_owned(),
            request_headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            request_body: None,
            status: 200,
            response_headers: Vec::new(),
            body: Ok(Vec::new()),
        }
    }

    #[test]
    fn headers_of_the_session_are_kept_and_those_of_the_request_are_not() {
        let headers = ServiceHeaders::of_request(
            &GLOBAL,
            &request(&[
                ("authorization", "Bearer invented"),
                ("action", "FindConversation"),
                ("x-owa-correlationid", "1"),
                ("x-owa-urlpostdata", "%7B%7D"),
                (
                    "prefer",
                    r#"IdType="ImmutableId", exchange.behavior="IncludeThirdPartyOnlineMeetingProviders""#,
                ),
            ]),
            now(),
        )
        .expect("headers");
        let names: Vec<_> = headers.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["authorization", "prefer"]);
        let wishes = headers.header("prefer");
        assert_eq!(preferred(wishes), IdFamily::Immutable);
        let plain = r#"exchange.behavior="IncludeThirdPartyOnlineMeetingProviders""#;
        assert_eq!(preferred(Some(plain)), IdFamily::Entry);
        assert_eq!((Some(prefer(wishes).as_str()), Some(prefer(Some(plain)).as_str())), (wishes, wishes));
        assert_eq!((preferred(None), prefer(None).as_str()), (IdFamily::Entry, IMMUTABLE));
        assert_eq!(headers.origin.as_str(), "https://outlook.cloud.microsoft/");
        assert_eq!(headers.path, "/owa/");
    }

    #[test]
    fn the_path_below_which_the_page_calls_is_kept_and_an_older_session_has_the_usual_one() {
        let mut asked = request(&[("authorization", "Bearer invented")]);
        asked.url = "https://outlook.live.com/owa/0/startupdata.ashx?app=Mail".to_owned();
        let session =
            Session::new(&GLOBAL, Vec::new(), ServiceHeaders::of_request(&GLOBAL, &asked, now()), None);
        let stored = session.to_secret().expose_secret().clone();
        for (text, path) in
            [(stored.clone(), "/owa/0/"), (stored.replace(r#""path":"/owa/0/","#, ""), "/owa/")]
        {
            let service = Session::from_secret(&secret(text)).expect("a session").service.expect("headers");
            assert_eq!(service.path, path);
        }
    }

    #[test]
    fn a_request_without_bearer_or_canary_signs_nothing_in() {
        assert!(ServiceHeaders::of_request(&GLOBAL, &request(&[("x-req-source", "Mail")]), now()).is_none());
    }

    fn cookie(name: &str, expires: Option<f64>) -> Cookie {
        Cookie {
            name: name.to_owned(),
            value: "invented".to_owned(),
            domain: "login.microsoftonline.com".to_owned(),
            path: "/".to_owned(),
            expires,
            secure: true,
            http_only: true,
            same_site: None,
            partition_key: None,
            source_scheme: SourceScheme::Secure,
            source_port: 443,
        }
    }

    #[test]
    fn a_session_survives_storage_and_shows_nothing() {
        let cookies = vec![cookie("ESTSAUTH", None), cookie("ESTSAUTHPERSISTENT", Some(1_780_000_000.5))];
        let bearer = request(&[("authorization", "Bearer invented")]);
        let session =
            Session::new(&GLOBAL, cookies, ServiceHeaders::of_request(&GLOBAL, &bearer, now()), None);
        let again = Session::from_secret(&session.to_secret()).expect("what to_secret made");
        assert_eq!(again.cookies, session.cookies);
        assert_eq!(again.expires_at(), DateTime::from_timestamp(1_780_000_000, 0));
        assert!(!format!("{again:?}").contains("invented"));
    }

    #[test]
    fn damage_is_an_error_that_quotes_nothing() {
        let error =
            Session::from_secret(&secret("{\"cookies\": \"invented\"}".to_owned())).expect_err("damage");
        assert!(!error.to_string().contains("invented"));
    }
}
