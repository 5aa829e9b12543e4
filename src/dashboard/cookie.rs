//! What a browser keeps: which sign-in it has, how the pages shall look, what was done just now, and where somebody goes on to
//! once they have a new link.
//!
//! By our public https address a sign-in's cookie is of this host alone and never sent in plain (`__Host-`, RFC 6265bis
//! 4.1.3.2). By any other, as through a tunnel to this machine, it has another name and goes over http: Safari keeps no
//! `Secure` cookie of `http://localhost`.

use crate::desk::SignedIn;
use crate::http::Access;
use crate::model::{DashboardSessionId, SIGN_IN_LIFE};
use crate::secret::ExposeSecret;
use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// How the names begin by our public https address.
const HOST: &str = "__Host-";
const SESSION: &str = "outlook-syncd";
const DONE: &str = "outlook-syncd-done";
const NEXT: &str = "outlook-syncd-next";
const THEME: &str = "outlook-syncd-theme";
/// What was done is said on the next page or not at all, seconds.
const SOON: i64 = 60;
/// As long as a link is good, seconds.
const WHILE: i64 = 10 * 60;
/// A choice of how pages look is kept for so long, seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// By which name of ours a request came.
pub(super) fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

/// Whether a request came by our public address, and that is one of https.
pub(super) fn is_secure(access: &Access, headers: &HeaderMap) -> bool {
    let name = host(headers);
    access.public_url.as_ref().is_some_and(|public| {
        public.scheme() == "https" && public.host_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

/// The sign-in that a browser says it has: its id, and what opens it.
pub(super) fn read(jar: &CookieJar, is_secure: bool) -> Option<(DashboardSessionId, &str)> {
    let (id, secret) = value(jar, SESSION, is_secure)?.split_once('.')?;
    Some((DashboardSessionId::parse(id)?, secret))
}

/// Has the browser keep a sign-in.
pub(super) fn keep(signed_in: &SignedIn, is_secure: bool) -> HeaderValue {
    let value = format!("{}.{}", signed_in.session.id, signed_in.secret.expose_secret());
    set(&own(SESSION, value, is_secure), SIGN_IN_LIFE.num_seconds())
}

/// Has it forget one.
pub(super) fn forget(is_secure: bool) -> HeaderValue {
    set(&own(SESSION, String::new(), is_secure), 0)
}

/// The word for what was done just now.
pub(super) fn done(jar: &CookieJar, is_secure: bool) -> Option<&str> {
    value(jar, DONE, is_secure)
}

/// Has the browser bring that to the next page; `None`: no longer.
pub(super) fn keep_done(word: Option<&'static str>, is_secure: bool) -> HeaderValue {
    let life = word.map_or(0, |_| SOON);
    set(&own(DONE, word.unwrap_or_default().to_owned(), is_secure), life)
}

/// The page of ours where somebody goes on, who has to sign in first.
pub(super) fn next(jar: &CookieJar, is_secure: bool) -> Option<&str> {
    value(jar, NEXT, is_secure)
}

/// Has the browser keep that while they fetch a link; `None`: no longer. A page whose address no cookie can hold is none.
pub(super) fn keep_next(page: Option<&str>, is_secure: bool) -> HeaderValue {
    let is_octet = |byte: u8| byte.is_ascii_graphic() && !b"\"\\,;".contains(&byte);
    let page = page.filter(|page| page.bytes().all(is_octet));
    set(&own(NEXT, page.unwrap_or_default().to_owned(), is_secure), page.map_or(0, |_| WHILE))
}

fn value<'a>(jar: &'a CookieJar, name: &str, is_secure: bool) -> Option<&'a str> {
    let name = if is_secure { format!("{HOST}{name}") } else { name.to_owned() };
    jar.get(&name).map(Cookie::value_trimmed)
}

/// One that no other site's page has sent along.
fn own(name: &str, value: String, is_secure: bool) -> Cookie<'static> {
    let name = if is_secure { format!("{HOST}{name}") } else { name.to_owned() };
    Cookie::build((name, value)).secure(is_secure).http_only(true).same_site(SameSite::Strict).build()
}

/// What was chosen of how pages look.
pub(super) fn theme(jar: &CookieJar) -> Option<&str> {
    jar.get(THEME).map(Cookie::value_trimmed)
}

/// Has the browser keep that.
pub(super) fn keep_theme(theme: &'static str, is_secure: bool) -> HeaderValue {
    let cookie = Cookie::build((THEME, theme)).secure(is_secure).http_only(true).same_site(SameSite::Lax);
    set(&cookie.build(), YEAR)
}

fn set(cookie: &Cookie<'static>, life: i64) -> HeaderValue {
    let text = format!("{cookie}; Path=/; Max-Age={life}");
    HeaderValue::from_str(&text).expect("ids, base64url, words and addresses of ours")
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn headers(host: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::HOST, host.parse().unwrap())])
    }

    #[test]
    fn a_cookie_is_secure_by_the_public_address_alone() {
        let at = |url: &str| Access { public_url: Some(Url::parse(url).unwrap()), ..Access::default() };
        let https = at("https://sync.example.test/");
        assert!(is_secure(&https, &headers("sync.example.test")));
        assert!(is_secure(&https, &headers("Sync.Example.test:443")));
        assert!(!is_secure(&https, &headers("127.0.0.1:8425")), "through a tunnel");
        assert!(!is_secure(&at("http://localhost:8425"), &headers("localhost:8425")));
        assert!(!is_secure(&Access::default(), &headers("localhost")));
    }

    #[test]
    fn a_sign_ins_cookie_is_of_this_host_alone_and_not_for_scripts() {
        let text = |value: HeaderValue| value.to_str().unwrap().to_owned();
        let gone = text(forget(true));
        assert_eq!(gone, "__Host-outlook-syncd=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0");
        assert_eq!(text(forget(false)), "outlook-syncd=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    }
}
