//! Cookies, in and out.

use axum::http::{HeaderMap, header};
use axum::response::Response;

use crate::sessions::{ESTSAUTH, ESTSAUTHPERSISTENT, What};
use crate::sim::Sim;

/// The value of the cookie `name`, where the browser sent one.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split("; ")).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Adds a cookie as these sites set theirs; with a life in seconds it outlives the browser.
pub(crate) fn set(answer: &mut Response, name: &str, value: &str, life_s: Option<u32>) {
    let expiry = life_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let cookie = format!("{name}={value}; path=/; secure; HttpOnly; SameSite=None{expiry}");
    let cookie = cookie.parse().expect("names and tokens are plain ASCII");
    answer.headers_mut().append(header::SET_COOKIE, cookie);
}

/// Adds a cookie that scripts may read and that ends with the browser.
pub(crate) fn set_readable(answer: &mut Response, name: &str, value: &str) {
    let cookie = format!("{name}={value}; path=/; secure");
    answer
        .headers_mut()
        .append(header::SET_COOKIE, cookie.parse().expect("names and tokens are plain ASCII"));
}

/// The account that is signed in here, and whether it asked to stay so.
pub(super) fn signed_in(sim: &Sim, headers: &HeaderMap) -> Option<(String, bool)> {
    let persistent = get(headers, ESTSAUTHPERSISTENT).and_then(|token| sim.holder(What::Ests, token));
    let session = || get(headers, ESTSAUTH).and_then(|token| sim.holder(What::Ests, token));
    persistent.map(|smtp| (smtp, true)).or_else(|| Some((session()?, false)))
}

/// Signs the browser in: the cookie comes with the answer to the accepted password, before anything else is
/// asked.
pub(super) fn sign_in(sim: &Sim, smtp: &str, answer: &mut Response) {
    set(answer, ESTSAUTH, &sim.grant(What::Ests, smtp), None);
    set(answer, "ESTSAUTHLIGHT", &format!("+{}", uuid::Uuid::new_v4()), None);
}

/// Keeps the browser signed in after it is closed.
pub(super) fn stay(sim: &Sim, smtp: &str, answer: &mut Response) {
    let life = sim.settings(smtp).ests_life_s;
    set(answer, ESTSAUTHPERSISTENT, &sim.grant(What::Ests, smtp), Some(life));
}

/// Takes the cookies of a sign-in away.
pub(crate) fn sign_out(headers: &HeaderMap, answer: &mut Response) {
    let held = [ESTSAUTH, ESTSAUTHPERSISTENT].into_iter().filter(|name| get(headers, name).is_some());
    held.for_each(|name| set(answer, name, "", Some(0)));
}
