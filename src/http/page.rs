//! The page that a popup ends with: it tells its opener, by the opener's exact origin, and closes. It reads
//! well without one.

use super::shapes::PopupTold;
use crate::model::Account;
use crate::secret::{ExposeSecret, random};
use crate::sync::Failure;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

/// The account is connected.
pub(super) fn connected(account: &Account, opener: Option<&str>) -> Response {
    let told = PopupTold::Success { account: &account.id, address: account.name() };
    page(
        StatusCode::OK,
        "Connected",
        &format!("{} is connected.", account.name()),
        "You can close this window.",
        &told,
        opener,
    )
}

/// It is not.
pub(super) fn failed(failure: &Failure, opener: Option<&str>) -> Response {
    let (message, hint) = (&failure.message, &failure.meaning.hint());
    let whose_turn = failure.meaning.whose_turn;
    let told = PopupTold::Error { error: failure.meaning.code, message, whose_turn, hint };
    page(StatusCode::BAD_REQUEST, "Not connected", message, hint, &told, opener)
}

fn page(
    status: StatusCode,
    title: &str,
    what: &str,
    next: &str,
    told: &PopupTold<'_>,
    opener: Option<&str>,
) -> Response {
    let nonce = random();
    let nonce = nonce.expose_secret();
    let tell = opener.map_or_else(String::new, |origin| {
        let (told, origin) = (literal(told), literal(origin));
        format!("if(window.opener){{window.opener.postMessage({told},{origin});window.close()}}")
    });
    let (what, next) = (escaped(what), escaped(next));
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style nonce=\"{nonce}\">body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;\
         margin:4rem auto;padding:0 1rem}}</style>\
         </head><body><h1>{title}</h1><p>{what}</p><p>{next}</p>\
         <script nonce=\"{nonce}\">history.replaceState(null,'',location.pathname);{tell}</script></body></html>"
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    (status, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

/// A value as it may stand in a script: nothing in it ends the script, or begins a comment of HTML.
fn literal(value: &(impl Serialize + ?Sized)) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_ends_its_place() {
        let nasty = "</script><!--&\"\u{2028}";
        let literal = literal(nasty);
        assert!(!literal.contains(['<', '>', '&', '\u{2028}']), "{literal}");
        assert_eq!(serde_json::from_str::<String>(&literal).unwrap(), nasty);
        assert_eq!(escaped("<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
