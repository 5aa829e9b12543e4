//! The pages of the popup: who asks, on to Microsoft, back from there, and why not.

use super::problem::Problem;
use super::shapes::PopupReturn;
use crate::desk::{PopupAsked, PopupReturned};
use crate::error::WhoseTurn;
use crate::model::printable;
use crate::secret::{ExposeSecret, random};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use url::Url;

/// A page without anything that is not its own.
struct PopupPage {
    status: StatusCode,
    title: &'static str,
    /// HTML, before the end of the head.
    head: String,
    /// HTML, below the title.
    body: String,
    /// What runs at its end.
    script: String,
}

/// For whom the mailbox is connected, before anything is done.
pub(super) fn asked(asked: &PopupAsked) -> Response {
    let owner = &asked.owner;
    let who = asked.name.as_ref().map_or_else(|| owner.clone(), |name| format!("{name} ({owner})"));
    let (who, opener) = (escaped(&who), escaped(&asked.opener));
    let body = format!(
        "<p>The mailbox that you sign in to at Microsoft is connected to the user <b><bdi>{who}</bdi></b> of \
         <b><bdi>{opener}</bdi></b>, who may read it from then on.</p>\
         <p>Go on if that is you, and if you have begun this there yourself. Otherwise close this window.</p>\
         <form method=\"post\"><button>Continue to Microsoft</button></form>"
    );
    // Without it the browser would not say where the form comes from (Fetch, `Origin`).
    let referrer = [(header::REFERRER_POLICY, "same-origin")];
    (referrer, PopupPage { body, ..PopupPage::new(StatusCode::OK, "Connect a mailbox") }).into_response()
}

/// On to Microsoft. No redirect: Chromium holds the redirects of a form against the policy of its page.
pub(super) fn going_on(to: &Url) -> Response {
    let to = escaped(to.as_str());
    let head = format!("<meta http-equiv=\"refresh\" content=\"0;url={to}\">");
    let body = format!("<p><a href=\"{to}\">Continue to Microsoft</a></p>");
    PopupPage { head, body, ..PopupPage::new(StatusCode::OK, "Connect a mailbox") }.into_response()
}

/// The person has signed in: the page that began it is told how to finish, by its exact origin where this
/// window still knows it, and pages of this origin by the attempt's channel.
pub(super) fn signed_in(returned: &PopupReturned) -> Response {
    let (attempt, finish) = (&returned.attempt, returned.finish.expose_secret());
    let told = literal(&PopupReturn { attempt, finish });
    let (channel, origin, opener) = (literal(attempt), literal(&returned.opener), escaped(&returned.opener));
    let script = format!(
        "history.replaceState(null,'',location.pathname);const told={told},channel=new BroadcastChannel({channel});channel.onmessage=()=>window.close();\
         channel.postMessage(told);\
         if(window.opener){{window.opener.postMessage(told,{origin});window.close()}}"
    );
    let next = WhoseTurn::Operator.sentence("name a page of it in oauth.returns.");
    let body = format!(
        "<p>The connection is finished at <bdi>{opener}</bdi>. You can close this window.</p>\
         <p>If nothing is connected there within a few seconds: Microsoft's pages keep this window from telling it. \
         {next}</p>"
    );
    PopupPage { body, script, ..PopupPage::new(StatusCode::OK, "Signed in") }.into_response()
}

/// Why the popup ends here: no cause, which strangers could read too.
pub(super) fn failed(problem: &Problem) -> Response {
    let (error, hint) = (escaped(problem.error()), escaped(problem.hint().unwrap_or_default()));
    let body = format!("<p>{hint}</p><p><code>{error}</code></p>");
    let script = "history.replaceState(null,'',location.pathname)".to_owned();
    let page = PopupPage { body, script, ..PopupPage::new(problem.status(), "Not connected") };
    (problem.retry_after(), page).into_response()
}

impl PopupPage {
    fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, head: String::new(), body: String::new(), script: String::new() }
    }
}

impl IntoResponse for PopupPage {
    fn into_response(self) -> Response {
        let Self { status, title, head, body, script } = self;
        let nonce = random();
        let nonce = nonce.expose_secret();
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\">{head}\
             <style nonce=\"{nonce}\">:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;\
             max-width:32rem;margin:4rem auto;padding:0 1rem}}button{{font:inherit;padding:.5rem 1rem}}</style>\
             </head><body><h1>{title}</h1>{body}\
             <script nonce=\"{nonce}\">{script}</script></body></html>"
        );
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'"
        );
        (status, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
    }
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

/// A text as it may stand in HTML; names of others show what nobody sees.
pub(super) fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
