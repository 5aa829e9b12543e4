//! What a browser keeps: which sign-in it has, and how the pages shall look.
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

const SECURE: &str = "__Host-outlook-syncd";
const PLAIN: &str = "outlook-syncd";
const THEME: &str = "outlook-syncd-theme";
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
    let cookie = jar.get(if is_secure { SECURE } else { PLAIN })?;
    let (id, secret) = cookie.value_trimmed().split_once('.')?;
    Some((DashboardSessionId::parse(id)?, secret))
}

/// Has the browser keep a sign-in.
pub(super) fn keep(signed_in: &SignedIn, is_secure: bool) -> HeaderValue {
    let value = format!("{}.{}", signed_in.session.id, signed_in.secret.expose_secret());
    set(&session(value, is_secure), SIGN_IN_LIFE.num_seconds())
}

/// Has it forget one.
pub(super) fn forget(is_secure: bool) -> HeaderValue {
    set(&session(String::new(), is_secure), 0)
}

fn session(value: String, is_secure: bool) -> Cookie<'static> {
    let name = if is_secure { SECURE } else { PLAIN };
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
    HeaderValue::from_str(&text).expect("ids, base64url and words of ours")
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
